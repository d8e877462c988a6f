from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.builders import votes
from workflows.decision.bodies import BodyKind
from workflows.decision.findings import Finding, TreatedFacts, findings_of
from workflows.decision.meetings import NumberType, Result, VoteCount, Voting

F = Finding
DAY = date(2025, 12, 11)
RIGHT = TreatedFacts(
    kind=BodyKind.COUNCIL,
    seats=25,
    body="KST",
    result=Result.FINAL,
    number_type=NumberType.PS,
    has_decision=True,
    treated_on=DAY,
    meeting_day=DAY,
    plan=("ADM", "KST"),
    voting=Voting(is_unanimous=True),
    groups={"Bygdelista": 15, "Kystlista": 10},
)
OF_TWO_LISTS = votes("1", Bygdelista=(15, 0), Kystlista=(2, 8))


def test_a_treatment_by_the_book_has_no_findings() -> None:
    assert findings_of(RIGHT) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"was_closed": True}, [F.CASE_WAS_CLOSED], id="closed before"),
        pytest.param(
            {"is_latest": False}, [F.REGISTERED_OUT_OF_ORDER], id="after a later one"
        ),
        pytest.param(
            {"awaits_consultation": True},
            [F.CONSULTATION_PENDING],
            id="before the consultation",
        ),
        pytest.param({"is_ready": False}, [F.NOT_READY], id="never confirmed"),
        pytest.param({"meeting_day": None}, [F.NO_MEETING], id="no meeting"),
        pytest.param({"is_on_agenda": False}, [F.NOT_ON_AGENDA], id="not on agenda"),
        pytest.param(
            {"treated_on": date(2025, 12, 12)}, [F.NOT_ON_MEETING_DAY], id="a day late"
        ),
        pytest.param({"plan": ("ADM",)}, [F.NOT_IN_PLAN], id="a body not planned"),
        pytest.param({"plan": ()}, [], id="no plan at all"),
        pytest.param({"has_number": False}, [F.NO_NUMBER], id="no number"),
        pytest.param({"has_decision": False}, [F.NO_MINUTES_TEXT], id="no text"),
        pytest.param(
            {"result": Result.RECOMMENDS, "has_decision": False},
            [F.NO_MINUTES_TEXT],
            id="a recommendation without its text",
        ),
        pytest.param(
            {
                "result": Result.RECOMMENDS,
                "has_decision": False,
                "recommendation": "Vedtas.",
            },
            [],
            id="a recommendation with its text",
        ),
        pytest.param(
            {"result": Result.SENT_BACK, "asked": " "},
            [F.NOTHING_ASKED],
            id="sent back without a word",
        ),
        pytest.param(
            {"result": Result.SENT_BACK, "asked": "Bedre tall."},
            [],
            id="asked for more",
        ),
        pytest.param(
            {"kind": BodyKind.ADVISORY_COUNCIL},
            [F.DECIDED_BY_ADVISORY_BODY],
            id="an advisory council decides",
        ),
        pytest.param(
            {"kind": BodyKind.ADVISORY_COUNCIL, "result": Result.NOTED},
            [],
            id="an advisory council takes note",
        ),
    ],
)
def test_each_rule_that_is_broken_is_found(
    changes: dict[str, Any], expected: list[Finding]
) -> None:
    assert findings_of(replace(RIGHT, **changes)) == expected


@pytest.mark.parametrize(
    ("voting", "expected"),
    [
        pytest.param(Voting(), [F.MISSING_VOTE], id="no vote at all"),
        pytest.param(Voting(votes=OF_TWO_LISTS), [], id="all seats, by group"),
        pytest.param(
            Voting(votes=OF_TWO_LISTS[:1]), [F.VOTE_SUM_MISMATCH], id="a group lacks"
        ),
        pytest.param(
            Voting(votes=OF_TWO_LISTS, present=24),
            [F.VOTE_SUM_MISMATCH],
            id="more votes than present",
        ),
        pytest.param(
            Voting(votes=votes("1", Bygdelista=(14, 0), Kystlista=(2, 8)), present=24),
            [],
            id="one was absent, say the minutes",
        ),
        pytest.param(
            Voting(votes=votes("1", Bygdelista=(14, 0), Kystlista=(2, 9))),
            [F.VOTE_SUM_MISMATCH],
            id="a group with more votes than seats",
        ),
        pytest.param(
            Voting(votes=votes("1", Bygdelista=(15, 0), Utbrytarane=(0, 10))),
            [F.UNKNOWN_GROUP],
            id="a group without seats",
        ),
        pytest.param(
            Voting(votes=(VoteCount(subject="1", votes_for=17, votes_against=8),)),
            [F.VOTES_WITHOUT_GROUPS],
            id="L-04: which parties voted for what",
        ),
        pytest.param(
            Voting(votes=votes("1", Bygdelista=(12, 3), Kystlista=(0, 9)), present=24),
            [F.TIE_WITHOUT_CASTING_VOTE],
            id="a tie that nothing settles",
        ),
        pytest.param(
            Voting(
                votes=votes("1", Bygdelista=(12, 3), Kystlista=(0, 9)),
                present=24,
                has_casting_vote=True,
            ),
            [],
            id="a tie that the leader of the meeting settled",
        ),
        pytest.param(
            Voting(votes=OF_TWO_LISTS, is_unanimous=True),
            [F.UNANIMOUS_WITH_VOTES_AGAINST],
            id="unanimous against eight",
        ),
        pytest.param(
            Voting(votes=(*OF_TWO_LISTS, *votes("2", Bygdelista=(15, 0)))),
            [F.VOTE_SUM_MISMATCH],
            id="each subject is added up for itself",
        ),
        pytest.param(
            Voting(
                votes=(
                    VoteCount(
                        subject="1",
                        group="Bygdelista",
                        votes_for=14,
                        votes_against=0,
                        blank=1,
                    ),
                    OF_TWO_LISTS[1],
                )
            ),
            [],
            id="a blank vote is cast",
        ),
    ],
)
def test_votes_are_held_against_seats_and_groups(
    voting: Voting, expected: list[Finding]
) -> None:
    assert findings_of(replace(RIGHT, voting=voting)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"number_type": NumberType.RS}, id="an information case"),
        pytest.param({"result": Result.NOTED}, id="taken note of"),
        pytest.param({"result": Result.POSTPONED}, id="postponed"),
    ],
)
def test_what_is_put_to_no_decision_needs_neither_vote_nor_checklist(
    changes: dict[str, Any],
) -> None:
    unvoted = replace(RIGHT, voting=Voting(), is_ready=False, **changes)

    assert findings_of(unvoted) == []


def test_a_delegated_decision_needs_no_meeting_agenda_or_vote() -> None:
    delegated = replace(
        RIGHT,
        kind=BodyKind.DELEGATED,
        body="KD",
        seats=0,
        plan=(),
        result=Result.DELEGATED,
        number_type=NumberType.DS,
        meeting_day=None,
        is_on_agenda=False,
        is_ready=False,
        voting=Voting(),
        groups={},
    )

    assert findings_of(delegated) == []
    assert findings_of(replace(delegated, has_decision=False)) == [F.NO_MINUTES_TEXT]


def test_a_body_without_registered_seats_or_groups_is_held_against_nothing() -> None:
    counted = (VoteCount(subject="1", votes_for=5, votes_against=1),)
    unknown = replace(RIGHT, seats=0, groups={}, voting=Voting(votes=counted))

    assert findings_of(unknown) == []


def test_findings_come_each_once_and_in_the_order_of_the_list() -> None:
    worst = replace(
        RIGHT, is_ready=False, is_on_agenda=False, has_number=False, voting=Voting()
    )

    assert findings_of(worst) == [
        F.NOT_READY,
        F.NOT_ON_AGENDA,
        F.NO_NUMBER,
        F.MISSING_VOTE,
    ]


@given(st.integers(0, 15), st.integers(0, 10))
def test_any_split_of_all_seats_adds_up(first: int, second: int) -> None:
    split = votes("1", Bygdelista=(first, 15 - first), Kystlista=(second, 10 - second))

    assert findings_of(replace(RIGHT, voting=Voting(votes=split))) == []
