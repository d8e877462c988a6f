"""One form for a word, whatever its ending and its written standard."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.search.words import looked_up, words_in

SAME = (
    ("kommunestyre", "kommunestyret", "kommunestyra", "Kommunestyrets"),
    ("arbeidsmiljø", "arbeidsmiljøet", "ARBEIDSMILJØETS"),
    ("tillitsvalgt", "tillitsvalgte", "tillitsvald", "tillitsvalde"),
    ("vedtak", "vedtaket", "vedtaka", "vedtakene"),
    ("høring", "høringen", "høringer", "høyring", "høyringa", "høyringar"),
    ("sykefravær", "sykefraværet", "sjukefråvær", "sjukefråværet"),
    ("ansatt", "ansatte", "tilsett", "tilsette"),
    ("hjemmetjenesten", "heimetenesta", "heimeteneste"),
    ("forslag", "forslaget", "framlegg", "framlegget"),
    ("folkevalgt", "folkevalgte", "folkevald", "folkevalde"),
    ("taushetsplikt", "taushetsplikten", "teieplikt", "teieplikta"),
    ("offentlig", "offentlige", "offentleg", "offentlege"),
    ("barnehage", "barnehager", "barnehagar", "barnehagene", "barnehagane"),
    ("leder", "lederen", "leiar", "leiaren"),
    ("innbygger", "innbyggere", "innbyggjar", "innbyggjarar"),
    ("saksbehandler", "saksbehandleren", "sakshandsamar"),
    ("erfaring", "erfaringer", "erfaringar", "erfaringa"),
    ("møtereferat", "møtereferatene", "møtereferata"),
    ("enhet", "enheter", "eining", "einingar"),
)
DIFFERENT = (
    ("høring", "høre"),
    ("vedtak", "vekt"),
    ("sak", "sau"),
    ("ål", "al"),
    ("mål", "mal"),
)


@pytest.mark.parametrize("words", SAME, ids=lambda words: words[0])
def test_all_forms_of_a_word_are_looked_up_alike(words: tuple[str, ...]) -> None:
    assert len({looked_up(word) for word in words}) == 1


@pytest.mark.parametrize("pair", DIFFERENT, ids=lambda pair: pair[0])
def test_other_words_are_not(pair: tuple[str, str]) -> None:
    assert looked_up(pair[0]) != looked_up(pair[1])


@pytest.mark.parametrize("ref", ["O-202", "C04", "F-12", "2026/330", "PS"])
def test_a_reference_stays_as_it_is(ref: str) -> None:
    assert looked_up(ref) == ref.lower()


@given(st.text(max_size=60))
def test_every_word_has_its_place_in_the_text(text: str) -> None:
    for word, begins, ends in words_in(text):
        assert looked_up(text[begins:ends]) == word


def test_the_table_says_something_of_each_pair() -> None:
    text = resources.files("connector.search").joinpath("words.toml").read_text("utf-8")
    pairs = tomllib.loads(text)["nynorsk"]

    assert list(pairs) == sorted(pairs)
    assert all(left == left.lower() and right for left, right in pairs.items())
