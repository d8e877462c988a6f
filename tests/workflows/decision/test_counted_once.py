"""What the minutes count is counted once: numbers, votes, and places on an agenda."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.builders import TownHall, votes
from workflows.base import by_ref
from workflows.decision.cases import put_on_agenda
from workflows.decision.followups import FollowUp
from workflows.decision.meetings import (
    ProposalText,
    Result,
    Treatment,
    VoteCount,
    Voting,
)
from workflows.decision.minutes import treatments_of, votes_of
from workflows.decision.treatments import register_treatment
from workflows.errors import InvalidValueError

COUNTS = st.integers(0, 60)


def treat_with(hall: TownHall, *counts: VoteCount) -> Treatment:
    return hall.treat(voting=Voting(votes=counts))


def proposed(number: int) -> ProposalText:
    return ProposalText(number=number, from_whom="Bygdelista", text="Utset saka.")


@given(COUNTS, COUNTS, COUNTS)
def test_every_vote_cast_is_counted_once(yes: int, no: int, blank: int) -> None:
    vote = VoteCount(subject="1", votes_for=yes, votes_against=no, blank=blank)

    assert vote.cast - yes - no == blank


@pytest.mark.parametrize("group", ["Bygdelista", None])
def test_a_group_votes_once_on_a_subject(hall: TownHall, group: str | None) -> None:
    hall.case()
    vote = VoteCount(subject="1", group=group, votes_for=15, votes_against=0)

    with pytest.raises(InvalidValueError, match=r"voting\.votes"):
        treat_with(hall, vote, vote)

    assert treatments_of(hall.session) == []


def test_a_group_votes_on_each_subject(hall: TownHall) -> None:
    hall.case()
    first, second = votes("1", Bygdelista=(15, 0)), votes("2", Bygdelista=(0, 15))

    treatment = treat_with(hall, *first, *second)

    assert [row.subject for row in votes_of(hall.session, treatment)] == ["1", "2"]


@pytest.mark.parametrize("counts", [(-1, 1, 0), (1, -1, 0), (0, 1, -1)])
def test_nobody_casts_fewer_votes_than_none(
    hall: TownHall, counts: tuple[int, int, int]
) -> None:
    hall.case()
    yes, no, blank = counts
    vote = VoteCount(subject="1", votes_for=yes, votes_against=no, blank=blank)

    with pytest.raises(InvalidValueError, match=r"voting\.votes"):
        treat_with(hall, vote)


def test_a_number_is_given_to_one_proposal(hall: TownHall) -> None:
    hall.case()

    with pytest.raises(InvalidValueError, match="proposals"):
        hall.treat(proposals=[proposed(1), proposed(1)])


def test_a_treatment_without_voting_or_proposals_is_stored(hall: TownHall) -> None:
    hall.case()
    values = {"case": "C1", "body": "KST", "treated_on": hall.today}

    treatment = hall.do(
        register_treatment,
        by=hall.secretary,
        **values,
        result=Result.POSTPONED,
        minutes="Møtebok",
    )

    assert treatment.ref == "C1-T1"


def test_a_case_comes_last_on_the_agenda_also_after_one_given_a_place(
    hall: TownHall,
) -> None:
    meeting = hall.meeting()
    positions = []

    for case, position in (("C1", 4), ("C2", None)):
        hall.ready_case(case)
        item = hall.do(
            put_on_agenda,
            by=hall.secretary,
            case=case,
            meeting=meeting,
            position=position,
        )
        positions.append(item.position)

    assert positions == [4, 5]


def test_each_meeting_counts_its_own_agenda(hall: TownHall) -> None:
    for case, days in (("C1", 1), ("C2", 2)):
        hall.ready_case(case)
        meeting = hall.meeting(on=hall.today + timedelta(days))
        item = hall.do(put_on_agenda, by=hall.secretary, case=case, meeting=meeting)
        assert item.position == 1


def test_a_follow_up_without_a_reference_gets_the_next_free_number(
    hall: TownHall,
) -> None:
    hall.decided_case()
    hall.followed_up(ref="F-02")

    given_out = [hall.followed_up().ref for _ in range(3)]

    assert len(set(given_out)) == 3
    assert "F-02" not in given_out
    assert by_ref(hall.session, FollowUp, "F-02").ref == "F-02"


def test_follow_ups_are_numbered_from_one(hall: TownHall) -> None:
    hall.decided_case()

    assert [hall.followed_up().ref for _ in range(2)] == ["F-01", "F-02"]
