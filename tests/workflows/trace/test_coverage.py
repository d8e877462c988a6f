from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from tests.workflows.trace.halls import open_case, open_hall, treat, use
from workflows.decision.meetings import Result
from workflows.people.kinds import FocusArea
from workflows.trace.coverage import uncovered_decisions


@pytest.fixture
def hall(town: Town) -> Town:
    """A town with a council and a committee, and no project yet."""
    open_hall(town)
    return town


def asked(session: Session, town: Town) -> dict[str, bool]:
    return {
        row["case"]: row["asked"] for row in uncovered_decisions(session, at=town.now)
    }


def test_a_final_decision_without_a_basis_is_told(session: Session, hall: Town) -> None:
    open_case(hall)
    treat(hall, number=7)

    assert uncovered_decisions(session, at=hall.now) == [
        {
            "case": "C01",
            "title": "Ny turnus",
            "treatment": "PS 7/25",
            "decided_on": hall.today.isoformat(),
            "asked": False,
            "because": [],
            "justification": None,
        }
    ]
    assert uncovered_decisions(session, at=hall.now - timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("result", "is_told"),
    [
        (Result.FINAL, True),
        (Result.DELEGATED, True),
        (Result.NOTED, False),
        (Result.RECOMMENDS, False),
        (Result.POSTPONED, False),
        (Result.SENT_BACK, False),
    ],
)
def test_only_what_decides_asks_for_a_basis(
    session: Session, hall: Town, result: Result, is_told: bool
) -> None:
    open_case(hall)
    treat(hall, result=result)

    assert bool(asked(session, hall)) is is_told


def test_a_case_that_uses_an_output_is_covered(session: Session, hall: Town) -> None:
    hall.running_project()
    hall.handed_over_output()
    open_case(hall)
    use(hall)
    treat(hall)

    assert asked(session, hall) == {}


@pytest.mark.parametrize(
    ("marks", "is_asked"),
    [({"asks_basis": True}, True), ({"asks_basis": False}, False)],
)
def test_a_marked_case_is_asked_about(
    session: Session, hall: Town, marks: dict[str, Any], is_asked: bool
) -> None:
    open_case(hall, **marks)
    treat(hall)

    assert asked(session, hall) == {"C01": is_asked}


def test_a_case_that_the_party_composed_committee_treated_is_asked_about(
    session: Session, hall: Town
) -> None:
    open_case(hall)
    treat(hall, body="ADM", result=Result.RECOMMENDS)
    treat(hall)

    assert asked(session, hall) == {"C01": True}


@pytest.mark.parametrize(
    ("focus", "is_asked"), [(FocusArea.FULL_TIME, True), (FocusArea.REPUTATION, False)]
)
def test_a_case_in_the_focus_of_a_running_project_is_asked_about(
    session: Session, hall: Town, focus: FocusArea, is_asked: bool
) -> None:
    hall.running_project()
    open_case(hall, focus=focus)
    treat(hall)

    assert asked(session, hall) == {"C01": is_asked}


def test_an_idea_asks_for_nothing(session: Session, hall: Town) -> None:
    hall.propose()
    open_case(hall, focus=FocusArea.FULL_TIME)
    treat(hall)

    assert asked(session, hall) == {"C01": False}
