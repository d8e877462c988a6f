"""The texts of Elvestrand's mandates and agreements follow the forms and the story."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from workflows.forms.catalogue import form
from workflows.forms.fields import FieldType, Form, Required, Writer
from workflows.forms.lint import lint
from workflows.forms.lint_context import LintContext, party_counts
from workflows.forms.rich import rich_text
from workflows.forms.values import faults, filled_rows, missing

MANDATES = ("mandate-PR1", "mandate-PR2", "mandate-PR3", "mandate-PR4")
AGREEMENTS = (
    "agreement-PA-0",
    "agreement-PA-1",
    "agreement-PA-2",
    "agreement-PA-3",
    "agreement-PA-4",
    "agreement-PA-2-v2",
)
NYNORSK = ("mandate-PR3", "agreement-PA-3")
ALL = MANDATES + AGREEMENTS
BOKMAAL = tuple(name for name in ALL if name not in NYNORSK)
PROJECTS = [(f"mandate-PR{number}", f"agreement-PA-{number}") for number in "1234"]

PARTY_OF = {
    "Åsta Fjellbru": "F",
    "Torgrim Nesvåg": "F",
    "Ingebjørg Dalsrud": "F",
    "Even Skarhaug": "F",
    "Marit Lauvtun": "F",
    "Harald Brekkvoll": "A",
    "Siv Grønlid": "A",
    "Oddny Kvernmo": "A",
    "Jostein Hovdelid": "A",
    "Rune Myrstø": None,
    "Guro Sletthaug": None,
    "Kari-Anne Stubmo": None,
    "Rita Solgløtt": "T",
    "Lars Petter Ekrehagen": "T",
    "Nina Torvmyr": "T",
    "Olav Bjørkelid": "T",
    "Hege Tindsæter": "T",
    "Simen Råkvåg": "T",
    "Wenche Hollsund": None,
    "Frida Langmoen": "A",
    "Anders Skogstrøm": "A",
    "Ragnhild Øyjordet": "A",
    "Dagfinn Holteberg": None,
    "Signe Vollum": "F",
}
OTHER_NAMES = (
    "Omsorg og Service",
    "Sykepleierlaget",
    "Lærerlaget",
    "Delt Fellesorganisasjon",
    "LO Kommune",
    "YS Kommune",
    "Akademikerne kommune",
    "Saman om gode tenester",
    "Hele stillinger",
)
BOKMAAL_WORDS = """
    ikke fra hvordan hva hvem hvilke hvilken hvor hver hvert jeg noe noen være ble
    sammen selv uten flere mye bare uke uker måned måneder tillitsvalgte tillitsvalgt
    folkevalgte ansatte ansatt leder ledere lederne innbygger innbyggere innbyggerne
    deltakere leveranser erfaringer enige enig uenighet uenige gjøre
    målene sakene prosjektleder sykefravær forslag lærere lærerne barnehagelærer
    hovedtillitsvalgt hovedtillitsvalgte hovedavtalen saksbehandler heter
    sier viktigste virkedager skriftlig tidligst offentlig årlig vanligvis
"""
NYNORSK_WORDS = """
    ikkje frå korleis kva kven kvifor kor kvar kvart eg noko nokon vere vart vore
    saman sjølv utan fleire mykje berre veke veker månad månader tillitsvalde
    tillitsvald folkevalde tilsette tilsett leiar leiarar leiarane innbyggjar
    innbyggjarar deltakarar leveransar erfaringar samde usemje gjere byggje følgje
    dei prosjektleiar tenester sjukefråvær framlegg lærar lærarar dykk eit ein ho
    hovudtillitsvald hovudavtala medverknad avgjerd handsaming seinast verkedagar
"""
ABSTRACT_NOUNS = re.compile(r"\w{3,}(?:het|else)\b")
CAPITALISED_PAIR = re.compile(
    r"[A-ZÆØÅ][a-zæøå]+(?:-[A-ZÆØÅ][a-zæøå]+)?(?: [A-ZÆØÅ][a-zæøå]+)+"
)
FILLED_ELSEWHERE = {"m_accept", "a_sign", "a_mandate"}
OWN_WRITERS = {
    Writer.ADMINISTRATION: "A",
    Writer.ELECTED: "F",
    Writer.UNION: "T",
}


@pytest.mark.parametrize("name", ALL)
def test_no_value_has_a_fault(name: str) -> None:
    for part in _parts(name).values():
        assert faults(_form(name), part) == ()


@pytest.mark.parametrize("name", ALL)
def test_only_what_the_system_and_the_signing_fill_is_missing(name: str) -> None:
    lacking = set(missing(_form(name), _merged(name), level=Required.AGREED))

    assert {key for key in lacking if not _is_filled_elsewhere(name, key)} == set()


@pytest.mark.parametrize("name", ALL)
def test_the_rules_of_the_method_find_nothing(name: str) -> None:
    context = LintContext(writers=_writers(name), mandate_state="agreed")

    assert lint(_form(name), _merged(name), context) == ()


@pytest.mark.parametrize("name", ALL)
def test_every_part_holds_only_fields_of_its_own_writer(name: str) -> None:
    for part, values in _parts(name).items():
        assert {_owner(name, key) for key in values} <= {part}


@pytest.mark.parametrize("name", ALL)
def test_what_the_system_fills_is_left_out(name: str) -> None:
    held = {key for part in _parts(name).values() for key in part}

    assert not {key for key in held if _is_filled_elsewhere(name, key)}


@pytest.mark.parametrize("name", ALL)
def test_every_person_named_lives_in_elvestrand(name: str) -> None:
    found = set(CAPITALISED_PAIR.findall(_without(_text(name), OTHER_NAMES)))

    assert found
    assert found <= set(PARTY_OF)


@pytest.mark.parametrize("name", ALL)
def test_every_person_stands_under_the_party_that_person_belongs_to(name: str) -> None:
    for key in ("m_steering", "m_group", "m_authors", "a_authors", "a_parties"):
        for row in filled_rows(_merged(name), key):
            person = row.get("navn") or row["representert_ved"]
            assert row.get("part") == PARTY_OF[person], (key, person)


@pytest.mark.parametrize("name", MANDATES)
def test_spokespersons_speak_for_their_own_party(name: str) -> None:
    for row in _merged(name)["m_profile"]:
        spoken = {
            party: PARTY_OF[row[f"talsperson_{party.lower()}"]] for party in "AFT"
        }
        assert spoken == {"A": "A", "F": "F", "T": "T"}


@pytest.mark.parametrize("name", MANDATES)
def test_the_steering_group_has_four_from_each_party(name: str) -> None:
    assert party_counts(_merged(name), "m_steering") == {"A": 4, "F": 4, "T": 4}


@pytest.mark.parametrize("name", MANDATES)
def test_the_parties_views_are_equally_long(name: str) -> None:
    values = _merged(name)
    views = [values[f"m_view_{party}"] for party in "aft"]
    lengths = [len(rich_text(view)) for view in views]

    assert len({len(view) for view in views}) == 1
    assert max(lengths) <= 1.08 * min(lengths)


@pytest.mark.parametrize("name", AGREEMENTS)
def test_the_parties_commit_themselves_to_equally_much(name: str) -> None:
    values = _merged(name)

    assert len({len(values[f"a_commit_{party}"]) for party in "aft"}) == 1


@pytest.mark.parametrize("name", MANDATES)
def test_the_budget_adds_up(name: str) -> None:
    *posts, total = _merged(name)["m_budget"]
    for row in (*posts, total):
        assert row["sum"] == row["egeninnsats"] + row["midler"] + row["tilskudd"]
    for column in ("egeninnsats", "midler", "tilskudd", "sum"):
        assert total[column] == sum(row[column] for row in posts)


@pytest.mark.parametrize(("mandate", "agreement"), PROJECTS)
def test_an_agreement_and_its_mandate_say_the_same(
    mandate: str, agreement: str
) -> None:
    told, agreed = _merged(mandate), _merged(agreement)

    assert agreed["a_case"] == told["m_case"]
    assert agreed["a_focus"] == told["m_focus"]
    assert agreed["a_initiator"] == told["m_initiator"]
    assert agreed["a_goals"][0]["maal"] == told["m_effect"][0]["effektmaal"]
    assert agreed["a_duration_from"] == told["m_start"]
    assert agreed["a_duration_to"] >= told["m_end"]


@pytest.mark.parametrize(
    ("name", "baseline", "target"),
    [
        ("mandate-PR1", "11,4 prosent", "9,4 prosent"),
        ("mandate-PR2", "34 prosent", "45 prosent"),
        ("mandate-PR3", "71 prosent", "80 prosent"),
        ("mandate-PR4", "58 prosent", "75 prosent"),
    ],
)
def test_the_effect_goal_is_the_one_of_the_story(
    name: str, baseline: str, target: str
) -> None:
    (goal,) = _merged(name)["m_effect"]

    assert (goal["nullpunkt"], goal["maalverdi"]) == (baseline, target)


@pytest.mark.parametrize("name", MANDATES)
def test_outputs_are_numbered_and_milestones_name_them_all(name: str) -> None:
    values = _merged(name)
    numbers = {row["nr"] for row in values["m_outputs"]}
    named = " ".join(row.get("leveranse", "") for row in values["m_milestones"])

    assert all(number.startswith(f"O-{name[-1]}") for number in numbers)
    assert set(re.findall(r"O-\d{3}", named)) == numbers


@pytest.mark.parametrize("name", NYNORSK)
def test_a_nynorsk_text_has_no_word_of_bokmaal(name: str) -> None:
    text = _without(_text(name), OTHER_NAMES)

    assert _words(text) & _words(BOKMAAL_WORDS) == set()
    assert ABSTRACT_NOUNS.findall(text) == []


@pytest.mark.parametrize("name", BOKMAAL)
def test_a_bokmaal_text_has_no_word_of_nynorsk(name: str) -> None:
    text = _without(_text(name), OTHER_NAMES)

    assert _words(text) & _words(NYNORSK_WORDS) == set()


@pytest.mark.parametrize("name", MANDATES)
def test_a_mandate_tells_its_own_written_standard(name: str) -> None:
    language = _merged(name)["m_language"]

    assert language == ("nn" if name in NYNORSK else "nb")


@pytest.mark.parametrize("name", ALL)
def test_no_text_tells_of_what_came_later_than_its_writing(name: str) -> None:
    later = r"PS 7[589]/25|PS 19/25|2025/980|2025/1033|2026/\d+|enstemmig|samrøystes"

    assert re.findall(later, _text(name)) == []


def test_the_amendment_holds_only_what_changes() -> None:
    for part, values in _parts("agreement-PA-2-v2").items():
        before = _parts("agreement-PA-2")[part]
        assert not {key for key in values if values[key] == before.get(key)}


def test_the_nurses_have_a_new_representative_in_the_amendment() -> None:
    spoken = [
        {row["representert_ved"] for row in _merged(name)["a_parties"]}
        for name in ("agreement-PA-2", "agreement-PA-2-v2")
    ]

    assert spoken[0] - spoken[1] == {"Lars Petter Ekrehagen"}
    assert spoken[1] - spoken[0] == {"Nina Torvmyr"}


def _form(name: str) -> Form:
    return form(name.partition("-")[0])


def _parts(name: str) -> dict[str, dict[str, Any]]:
    folder = resources.files("connector.demo") / "elvestrand" / "values"
    text = (folder / f"{name}.json").read_text(encoding="utf-8")
    parts: dict[str, dict[str, Any]] = json.loads(text)
    assert list(parts) == ["project_manager", "A", "F", "T"]
    return parts


def _merged(name: str) -> dict[str, Any]:
    """Return the values as they stand; an amendment stands on what it amends."""
    values = _merged(name.removesuffix("-v2")) if name.endswith("-v2") else {}
    for part in _parts(name).values():
        values |= part
    if name.startswith("agreement"):
        values["a_level"] = "participation" if name.endswith("-0") else "project"
    return values


def _owner(name: str, key: str) -> str:
    return OWN_WRITERS.get(_form(name).field(key).writer, "project_manager")


def _writers(name: str) -> dict[str, str]:
    parts = {party: _parts(name)[party] for party in "AFT"}
    return {key: party for party, values in parts.items() for key in values}


def _is_filled_elsewhere(name: str, key: str) -> bool:
    field = _form(name).field(key)
    by_system = field.writer is Writer.SYSTEM or field.type is FieldType.AUTO
    return by_system or key in FILLED_ELSEWHERE


def _text(name: str) -> str:
    return "\n".join(_strings(_parts(name)))


def _strings(value: Any) -> Iterator[str]:
    """Yield every text; keys of rows and choices are no prose, and harmless."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-zæøå]+", text.lower()))


def _without(text: str, names: tuple[str, ...]) -> str:
    for each in names:
        text = text.replace(each, "")
    return text
