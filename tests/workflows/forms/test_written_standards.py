"""Every text of every form: both written standards, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Column, Field, Form, Label

# Words that are bokmål and never nynorsk.
ONLY_NB = frozenset(
    """
    alene allerede annet ansatt ansatte ansattes ansvarlig antall arbeidsgiver
    arbeidsgivers arbeidstaker avgjørelse avsender avtalen avtalens begrunnelse
    behandles behandlet behandling beslutning beslutningslinja bestemmer bestemt
    blitt brukere brukerne deltakelse deltakelsen deltakere deltakerne dere deres
    disse dokumentene drøftes drøftet drøftingen egne eier enighet enkelte ennå
    erfaringene erfaringer erstattet etterpå fastsatt flere folkevalgt folkevalgte
    forbedre forberede forberedt foreslår forhånd forpliktelser forslagene forteller
    fra fremdeles gjør gjøre hjemmel hjemmelen holdes hovedavtalen hun hva hvem hver
    hverandre hvert hvilke hvilken hvilket hvis hvor hvordan hvorfor høre høres
    høring høringen høringsbrev høringsoppsummering høringssvar ikke ingenting
    innbygger innbyggere innbyggerne innkalt innleder jeg kaller kilde kilder
    kjennetegn kommunens ledelse leder leveransene leveranser
    løsningen mangler medvirkning mener mens mer merkes milepæler mottaker mottatt
    måles møtene navn navnet nettsted noe noen nynorsken nåsituasjon offentlig
    offentlige offentlighet omforent oppfølgingen oppgaven oppgaver opplysninger
    organisasjonenes organisasjonens partene partenes personer protokollens punktene
    punkter rekker ressurser rettslig rådene saken sakene samme sammen sannsynlighet
    selv selve siden skille skrevet snakker spillereglene spilleregler spørsmålene
    sted svarene sykefravær synspunkter tatt tillitsvalgt tillitsvalgte tilskudd
    tilslutning tydelig uenig uenige uenighet underveis unntatt utad utarbeidet
    uttalelse utviklet varighet vedtatt veien verneombud vet videre virksomhet
    vises være vært åpen åpenhet åpnet ønsker ønskes
    """.split()  # noqa: SIM905 - a list of words is read more easily as text
)
# Words of nynorsk that are never bokmål.
ONLY_NN = frozenset(
    """
    anna avgjerdslinja berre brukarar då dei dykk dykkar eigar eigen eigne fleire
    folkevalde framlegg frå førebudd grunngjeving handsaming heimel høyring ikkje
    innbyggjarar kjelde kor korfor korleis kva kvar kven kvifor leiar leveransar
    medverknad meir namn no nokon noko offentleg partane saman samde semje sidan
    sjukefråvær skilnad spelereglar sjølv tilsette tillitsvalde tilråding undervegs
    unnateke usemje utan vere verneombod vidare
    """.split()  # noqa: SIM905 - as above
)
SHORTENED = re.compile(
    r"\b(?:jf|pkt|evt|f\.eks|bl\.a|m\.m|osv|ca|mv|o\.l|vedr|iht|ifm|mht)\b\.?", re.I
)
FIRST_FOUR = ("mandate", "agreement", "status-report", "output")
NEW_KINDS = [kind for kind in kinds() if kind not in FIRST_FOUR]
# What people write from an empty page, and not from the register.
WRITTEN_BY_HAND = (
    "consultation-minutes",
    "hearing-letter",
    "hearing-answer",
    "hearing-summary",
    "self-assessment",
    "experience-note",
    "short-mandate",
    "workbook",
    "annual-report",
)


def texts(form: Form) -> Iterator[tuple[str, Label]]:
    """Yield every text of a form, with the key where it stands."""
    yield "name", form.name
    for section in form.sections:
        yield section.key, section.label
        if section.prose:
            yield f"{section.key}.prose", section.prose
    for field in form.fields:
        yield from _of_field(field)


def _of_field(field: Field) -> Iterator[tuple[str, Label]]:
    yield from _of_part(field, field.key)
    for text in filter(None, (field.help, field.fixed)):
        yield f"{field.key}.help", text
    for column in field.columns:
        yield from _of_part(column, f"{field.key}.{column.key}")


def _of_part(part: Field | Column, where: str) -> Iterator[tuple[str, Label]]:
    yield where, part.label
    for choice in part.choices:
        yield f"{where}.{choice.key}", choice.label


def foreign(text: str, words: frozenset[str]) -> set[str]:
    """Return the words of a text that are of the other written standard."""
    return set(re.findall(r"\w+", text.lower())) & words


@pytest.mark.parametrize("kind", kinds())
def test_nynorsk_texts_hold_no_words_that_are_only_bokmaal(kind: str) -> None:
    found = {where: foreign(text.nn, ONLY_NB) for where, text in texts(form(kind))}

    assert {where: held for where, held in found.items() if held} == {}


@pytest.mark.parametrize("kind", kinds())
def test_bokmaal_texts_hold_no_words_that_are_only_nynorsk(kind: str) -> None:
    found = {where: foreign(text.nb, ONLY_NN) for where, text in texts(form(kind))}

    assert {where: held for where, held in found.items() if held} == {}


def test_a_text_in_the_wrong_written_standard_is_found() -> None:
    assert foreign("Skriv hva dere mener, ikke hvem.", ONLY_NB) == {
        "hva", "dere", "mener", "ikke", "hvem",
    }  # fmt: skip
    assert foreign("Skriv kva de meiner.", ONLY_NN) == {"kva"}


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_texts_are_written_out_in_full(kind: str) -> None:
    said = [(where, each) for where, text in texts(form(kind)) for each in _both(text)]

    assert [(where, text) for where, text in said if SHORTENED.search(text)] == []


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_what_is_printed_has_no_marks_left_over_from_writing(kind: str) -> None:
    said = [each for _, text in texts(form(kind)) for each in _both(text)]

    assert [text for text in said if text != text.strip() or "  " in text] == []
    assert [text for text in said if re.search(r"[*#<>{}]|TODO", text)] == []


@pytest.mark.parametrize("kind", WRITTEN_BY_HAND)
def test_a_rich_field_tells_what_to_write(kind: str) -> None:
    rich = [field for field in form(kind).fields if field.type == "rich"]

    assert [f.key for f in rich if f.help is None and f.fixed is None] == []


def _both(text: Label) -> tuple[str, str]:
    return text.nb, text.nn
