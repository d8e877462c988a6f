from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.forms.catalogue import form, kinds
from workflows.forms.verbatim import Sealed, breaches, seal, sealed_texts

DISSENT = "Vi er uenige i punkt 3: «hele stillinger» må gjelde alle vakter."


def test_one_dissent_has_one_seal_in_every_kind_of_document() -> None:
    row = {"_id": "r1", "part": "T", "merknad": DISSENT}
    mandate = form("mandate"), {"m_accept": [row], "m_remarks_t": [DISSENT]}
    agreement = form("agreement"), {"a_protocol_t": [[{"text": DISSENT, "bold": True}]]}
    report = form("status-report"), {"s_view_t": [{"list": "bullet", "text": DISSENT}]}

    found = [
        sealed
        for known, values in (mandate, agreement, report)
        for sealed in sealed_texts(known, values)
    ]

    assert {sealed.seal for sealed in found} == {seal(DISSENT)}
    assert [(sealed.where, sealed.party) for sealed in found] == [
        ("m_accept[r1].merknad", "T"),
        ("m_remarks_t", "T"),
        ("a_protocol_t", "T"),
        ("s_view_t", "T"),
    ]


def test_every_kind_that_parties_sign_or_comment_keeps_their_words() -> None:
    verbatim = {
        kind: [field.key for field in form(kind).fields if field.verbatim]
        for kind in kinds()
    }

    for kind, stem in (("mandate", "m_remarks"), ("agreement", "a_protocol")):
        assert verbatim[kind] == [f"{stem}_{party}" for party in "aft"]


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(DISSENT.replace(" ", "\u00a0"), id="non-breaking spaces"),
        pytest.param(f"  {DISSENT}\n", id="blank ends"),
        pytest.param(DISSENT.replace(": ", ":\n\t"), id="line breaks and tabs"),
        pytest.param(unicodedata.normalize("NFD", DISSENT), id="decomposed letters"),
        pytest.param(DISSENT.split(": ")[:1] and [DISSENT], id="a paragraph"),
        pytest.param(
            [DISSENT.partition(" i ")[0], "i " + DISSENT.partition(" i ")[2]],
            id="two paragraphs",
        ),
    ],
)
def test_white_space_and_form_do_not_touch_the_seal(same: Any) -> None:
    assert seal(same) == seal(DISSENT)


@given(st.text(max_size=30), st.text(max_size=30))
def test_other_words_have_another_seal(one: str, other: str) -> None:
    def words(text: str) -> list[str]:
        return unicodedata.normalize("NFC", text).split()

    assert (seal(one) == seal(other)) == (words(one) == words(other))


@pytest.mark.parametrize(
    ("changed", "other"),
    [("punkt 3", "punkt 2"), ("«hele stillinger»", '"hele stillinger"'), ("Vi", "vi")],
)
def test_every_letter_and_sign_counts(changed: str, other: str) -> None:
    assert seal(DISSENT.replace(changed, other)) != seal(DISSENT)


def _row(row: str, party: str, text: str) -> Sealed:
    return Sealed(
        field="m_accept", row=row, column="merknad", party=party, seal=seal(text)
    )


def test_a_row_with_another_id_and_place_breaks_nothing() -> None:
    before = [_row("r1", "T", DISSENT), _row("r2", "F", "Annet.")]
    now = [
        _row("w-9", "F", "Annet."),
        _row("r3", "A", "Nytt."),
        _row("x", "T", DISSENT),
    ]

    assert list(breaches(before, now)) == []


@pytest.mark.parametrize(
    ("now", "is_gone"),
    [
        pytest.param([], True, id="nothing left"),
        pytest.param([_row("r2", "F", "Annet.")], True, id="only another party's"),
        pytest.param([_row("r1", "T", "Vi er enige.")], False, id="other words"),
        pytest.param([_row("w-1", "T", "Vi er enige.")], False, id="row written anew"),
        pytest.param([_row("r1", "A", DISSENT)], True, id="given to another party"),
    ],
)
def test_altered_and_gone_are_told_apart(now: list[Sealed], is_gone: bool) -> None:
    (breach,) = breaches([_row("r1", "T", DISSENT)], now)

    assert (breach.sealed.party, breach.is_gone) == ("T", is_gone)


def test_blank_texts_are_not_sealed() -> None:
    row = {"_id": "r1", "part": "T", "merknad": "  "}

    found = sealed_texts(
        form("mandate"),
        {"m_accept": [row, {"_id": "r2"}], "m_remarks_t": [""], "m_remarks_a": None},
    )

    assert found == ()
