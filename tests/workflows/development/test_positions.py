from __future__ import annotations

import inspect
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.development.towns import reason_for
from workflows.development import positions
from workflows.development.positions import (
    CONSENT,
    NEEDS_REASON,
    Position,
    Standing,
    View,
    all_consent,
    by_party,
    is_open,
    silent,
    standing,
)
from workflows.errors import RuleBrokenError
from workflows.people.kinds import PARTIES, Party

P = Position
TRIPLES = list(product(Position, repeat=3))


def views(*said: Position | None) -> dict[Party, View]:
    return {
        party: View(party=party, position=position, dissent=reason_for(position))
        for party, position in zip(PARTIES, said, strict=True)
        if position
    }


@pytest.mark.parametrize("position", NEEDS_REASON)
@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_a_reservation_needs_its_reason_in_writing(
    position: Position, reason: str | None
) -> None:
    with pytest.raises(RuleBrokenError, match="needs its reason"):
        View(party=Party.UNION, position=position, dissent=reason)


@pytest.mark.parametrize("triple", TRIPLES, ids="-".join)
def test_inv_06_consent_takes_all_three_whatever_two_of_them_say(
    triple: tuple[Position, Position, Position],
) -> None:
    assert all_consent(views(*triple)) is (set(triple) <= CONSENT)


@pytest.mark.parametrize("against", PARTIES)
def test_inv_06_two_parties_never_outvote_the_third(against: Party) -> None:
    said = views(*(P.DISAGREE if party is against else P.AGREE for party in PARTIES))

    assert not all_consent(said)
    assert standing(said) is Standing.SPLIT


@given(st.permutations([P.AGREE, P.AGREE_WITH_REMARK, P.DISAGREE]))
def test_inv_06_it_makes_no_difference_which_party_says_what(
    triple: list[Position],
) -> None:
    assert standing(views(*triple)) is Standing.SPLIT


@pytest.mark.parametrize(
    ("triple", "expected"),
    [
        pytest.param((P.AGREE, P.AGREE, P.AGREE), Standing.JOINT, id="all agree"),
        pytest.param(
            (P.AGREE, P.AGREE_WITH_REMARK, P.AGREE),
            Standing.JOINT_WITH_REMARK,
            id="one has a remark",
        ),
        pytest.param(
            (P.AGREE_WITH_REMARK, P.AGREE, P.DISAGREE),
            Standing.SPLIT,
            id="one is against",
        ),
        pytest.param((P.NO_REMARK, P.AGREE, P.AGREE), None, id="one takes no stand"),
        pytest.param((P.NO_REMARK, P.AGREE, P.DISAGREE), None, id="not even a split"),
        pytest.param((None, P.AGREE, P.AGREE), None, id="one is silent"),
        pytest.param((None, None, None), None, id="all are silent"),
    ],
)
def test_how_a_text_stands(
    triple: tuple[Position | None, ...], expected: Standing | None
) -> None:
    assert standing(views(*triple)) is expected
    assert is_open(views(*triple)) is (expected is None)


@pytest.mark.parametrize("quiet", PARTIES)
def test_inv_05_a_silent_party_has_not_consented(quiet: Party) -> None:
    said = views(*(None if party is quiet else P.AGREE for party in PARTIES))

    assert silent(said) == (quiet,)
    assert not all_consent(said)


def test_inv_05_no_remark_is_no_consent() -> None:
    assert P.NO_REMARK not in CONSENT
    assert not all_consent(views(P.NO_REMARK, P.NO_REMARK, P.NO_REMARK))


def test_inv_07_a_party_speaks_once() -> None:
    twice = [View(party=Party.UNION, position=P.AGREE)] * 2

    with pytest.raises(RuleBrokenError, match="INV-07"):
        by_party(twice)


def test_inv_06_nothing_here_counts_the_parties() -> None:
    names = {name for name, _ in inspect.getmembers(positions, inspect.isfunction)}

    assert not [name for name in names if "count" in name or "majority" in name]
    assert "Counter" not in vars(positions)
