from collections.abc import Iterator

import pytest

from connector.pictures import sheets, states, svg, words
from connector.pictures.states import STATE_WORDS, TONE_WORDS, Tone, state_words
from connector.pictures.words import LANGUAGES, Words, kind_word
from workflows.trace.links import KINDS, LINES, RELATIONS


def _all_words() -> Iterator[tuple[str, Words]]:
    for kind, pair in words.KIND_WORDS.items():
        yield f"one {kind}", pair.one
        yield f"many {kind}", pair.many
    for kind, states_of_kind in STATE_WORDS.items():
        for code, state in states_of_kind.items():
            yield f"{kind} {code}", state.words
    yield from words.RELATION_WORDS.items()
    yield from words.LINE_WORDS.items()
    yield from words.PHRASES.items()
    yield from words.HEADINGS.items()
    yield from TONE_WORDS.items()
    for column, heading in words.MIXED_COLUMN_WORDS.items():
        yield f"column {column}", heading


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_written_in_both_languages(language: words.Language) -> None:
    missing = [key for key, found in _all_words() if not found.of(language).strip()]

    assert not missing


def test_every_kind_relation_line_and_tone_has_words() -> None:
    assert words.KIND_WORDS.keys() == set(KINDS) == STATE_WORDS.keys()
    assert words.RELATION_WORDS.keys() == set(RELATIONS)
    assert words.LINE_WORDS.keys() == set(LINES)
    assert TONE_WORDS.keys() == set(Tone) == svg.TONE_INK.keys()
    assert sheets.COLUMN.keys() == set(KINDS)


BOKMAAL_ONLY = {
    *("ikke", "fra", "følges", "vedtatt", "behandlet", "leveranser", "forslaget"),
    *("åpen", "tilbakeført", "erstattet", "avsluttet", "merknadene", "partenes"),
    *("endret", "forsinket", "hindret", "trukket", "tatt", "utsatt", "sagt", "gjelder"),
    *("beslutningslinja", "behandling", "endelig", "mottatt", "enighet", "ble", "en"),
}


def test_nynorsk_has_no_words_of_bokmaal() -> None:
    found = {
        key: BOKMAAL_ONLY & set(pair.nn.lower().replace(",", " ").split())
        for key, pair in _all_words()
    }

    assert {key: slips for key, slips in found.items() if slips} == {}


def test_the_words_of_the_glossary_are_kept() -> None:
    adopted = state_words("outcome", "ADOPTED_CHANGED").words

    assert adopted == Words("Vedtatt med endringer", "Vedteke med endringar")
    assert words.LINE_WORDS["decision"].nn == "Avgjerdslinja"
    assert kind_word("output", language="nn", count=2) == "leveransar"
    assert kind_word("decision_item", language="nn", count=1) == "vedtakspunkt"


def test_a_state_is_found_however_its_code_is_cased() -> None:
    assert state_words("case", "sent_back") is state_words("case", "SENT_BACK")


def test_a_state_without_words_is_an_error() -> None:
    with pytest.raises(KeyError):
        states.state_words("case", "FORGOTTEN")


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        Words("ja", "ja").of("sv")  # type: ignore[arg-type]  # on purpose
