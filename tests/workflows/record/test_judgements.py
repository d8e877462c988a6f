"""Whether what belongs together still does, computed from what both sides say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.development.towns import Town
from workflows.base import all_of
from workflows.errors import RuleBrokenError
from workflows.people.mandates import Mandate
from workflows.record.judgements import (
    SUSPECT,
    Judged,
    Judgement,
    Pair,
    Validity,
    Verdict,
    judge,
    judgements_of,
    validity,
)

_texts = st.sampled_from(["1", "2", "3"])
_pairs = st.builds(Pair, _texts, _texts)
_judged = st.lists(st.builds(Judged, pair=_pairs, verdict=st.sampled_from(Verdict)))


def valid(source: str, target: str) -> Judged:
    return Judged(pair=Pair(source, target), verdict=Verdict.VALID)


def test_a_link_that_nobody_judged_is_unjudged() -> None:
    assert validity([], Pair("a1", "b1")) is Validity.UNJUDGED


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (Pair("a1", "b1"), Validity.VALID),
        (Pair("a2", "b1"), Validity.SUSPECT_SOURCE),
        (Pair("a1", "b2"), Validity.SUSPECT_TARGET),
        (Pair("a2", "b2"), Validity.SUSPECT_BOTH),
    ],
)
def test_a_valid_link_is_suspect_on_the_side_that_changed(
    now: Pair, expected: Validity
) -> None:
    assert validity([valid("a1", "b1")], now) is expected


def test_no_effect_holds_for_that_change_and_not_for_the_next() -> None:
    told = [
        valid("a1", "b1"),
        Judged(pair=Pair("a2", "b1"), verdict=Verdict.NO_EFFECT),
    ]

    assert validity(told, Pair("a2", "b1")) is Validity.VALID
    assert validity(told, Pair("a3", "b1")) is Validity.SUSPECT_SOURCE
    assert [one.verdict for one in told] == [Verdict.VALID, Verdict.NO_EFFECT]


def test_the_last_verdict_on_a_pair_counts() -> None:
    told = [
        valid("a1", "b1"),
        Judged(pair=Pair("a1", "b1"), verdict=Verdict.INVALID),
    ]

    assert validity(told, Pair("a1", "b1")) is Validity.INVALID


@given(told=_judged, now=_pairs)
def test_a_link_is_suspect_just_when_today_s_pair_was_never_judged(
    told: list[Judged], now: Pair
) -> None:
    is_new = bool(told) and now not in [one.pair for one in told]

    assert (validity(told, now) in SUSPECT) is is_new


@given(told=_judged, pair=_pairs, others=st.lists(_pairs))
def test_what_was_judged_holds_again_without_a_click(
    told: list[Judged], pair: Pair, others: list[Pair]
) -> None:
    before = validity([*told, Judged(pair=pair, verdict=Verdict.VALID)], pair)
    later = [
        Judged(pair=other, verdict=Verdict.NO_EFFECT)
        for other in others
        if other != pair
    ]

    after = validity([*told, Judged(pair=pair, verdict=Verdict.VALID), *later], pair)

    assert before is after is Validity.VALID


def test_judgements_are_kept_in_order_with_reasons(town: Town) -> None:
    mandate = all_of(town.session, Mandate)[0].id
    for entry, (target, verdict, reason) in enumerate(
        [
            ("b1", Verdict.VALID, None),
            ("b2", Verdict.NO_EFFECT, "Bare retting av skrivefeil"),
        ]
    ):
        judge(
            town.session,
            link="L",
            pair=Pair("a1", target),
            verdict=verdict,
            reason=reason,
            mandate_id=mandate,
            entry=entry,
            at=town.now,
        )
    town.session.flush()

    told = judgements_of(town.session, ["L", "other"])

    assert list(told) == ["L"]
    assert [row.reason for row in told["L"]] == [None, "Bare retting av skrivefeil"]


def test_a_verdict_other_than_valid_needs_its_reason(town: Town) -> None:
    mandate = all_of(town.session, Mandate)[0].id

    with pytest.raises(RuleBrokenError, match="needs its reason"):
        judge(
            town.session,
            link="L",
            pair=Pair("a", "b"),
            verdict=Verdict.NO_EFFECT,
            reason=" ",
            mandate_id=mandate,
            entry=1,
            at=town.now,
        )
    assert not all_of(town.session, Judgement)
