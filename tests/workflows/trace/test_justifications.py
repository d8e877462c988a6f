"""Decisions without a basis: when somebody is asked why, and what is an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import open_case, open_hall, treat, use
from workflows.base import all_of
from workflows.decision.meetings import Result
from workflows.development.drafting import write_fields
from workflows.errors import RuleBrokenError
from workflows.people.kinds import FocusArea
from workflows.record.entries import fold, history
from workflows.trace.asking import Asked
from workflows.trace.coverage import uncovered_decisions
from workflows.trace.justifications import (
    Absence,
    JustifiedAbsence,
    justified_absences,
    justify_absence,
)
from workflows.trace.questions import answer


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where PR1 has handed O-1 over."""
    with session_on(handed_over) as session:
        yield session


@pytest.fixture
def hall(session: Session) -> Town:
    """The town with a council and a committee."""
    town = Town(session)
    open_hall(town)
    return town


def decided(town: Town, ref: str = "C01", **case: Any) -> str:
    open_case(town, ref, **case)
    return treat(town, ref).ref


def justify(town: Town, treatment: str, reason: Absence, note: str = "") -> None:
    town.do(
        justify_absence, by=town.officer, treatment=treatment, reason=reason, note=note
    )


def test_a_reason_is_counted_for_itself_and_never_as_a_basis(
    session: Session, hall: Town
) -> None:
    justify(hall, decided(hall, asks_basis=True), Absence.URGENT)
    decided(hall, "C02", asks_basis=True)
    decided(hall, "C03")

    report = answer(session, "uncovered-decisions", at=hall.now)
    assert {row["case"]: row["justification"] for row in report.rows} == {
        "C01": "urgent",
        "C02": None,
        "C03": None,
    }
    assert report.totals == {"rows": 3, "asked": 2, "justified": 1, "unanswered": 1}


def test_a_justification_moves_no_state_and_is_an_entry(
    session: Session, hall: Town
) -> None:
    treatment = decided(hall)
    before = fold(session)

    justify(hall, treatment, Absence.STATUTORY, "Statsforvalteren har påla det.")

    assert fold(session) == before
    last = history(session, treatment)[-1]
    assert (last.type, last.payload) == ("decision.justified", {"reason": "statutory"})


def test_the_last_reason_counts_and_the_first_one_stays(
    session: Session, hall: Town
) -> None:
    treatment = decided(hall)
    justify(hall, treatment, Absence.URGENT)
    earlier = hall.now
    hall.wait(days=1)
    justify(hall, treatment, Absence.OTHER, "Gjelder bare ett kjøp.")

    assert len(all_of(session, JustifiedAbsence)) == 2
    assert justified_absences(session)[treatment].note == "Gjelder bare ett kjøp."
    assert justified_absences(session, at=earlier)[treatment].reason is Absence.URGENT


def test_another_reason_needs_words(hall: Town) -> None:
    treatment = decided(hall)

    with pytest.raises(RuleBrokenError, match="needs a note"):
        justify(hall, treatment, Absence.OTHER, " ")


def test_what_rests_on_an_output_is_not_justified_as_resting_on_none(
    session: Session, hall: Town
) -> None:
    open_case(hall)
    use(hall)
    treatment = treat(hall).ref

    with pytest.raises(RuleBrokenError, match="C01 rests on O-1"):
        justify(hall, treatment, Absence.URGENT)
    assert uncovered_decisions(session, at=hall.now) == []


def test_a_use_that_comes_later_counts_before_the_reason(
    session: Session, hall: Town
) -> None:
    justify(hall, decided(hall), Absence.URGENT)
    use(hall)

    assert uncovered_decisions(session, at=hall.now) == []


@pytest.mark.parametrize("result", [Result.RECOMMENDS, Result.NOTED, Result.POSTPONED])
def test_only_a_decision_is_justified(hall: Town, result: Result) -> None:
    open_case(hall)
    treatment = treat(hall, result=result).ref

    with pytest.raises(RuleBrokenError, match="no final decision"):
        justify(hall, treatment, Absence.URGENT)


def test_everything_that_makes_one_expect_a_basis_is_told(
    session: Session, hall: Town
) -> None:
    open_case(hall, focus=FocusArea.FULL_TIME, asks_basis=True)
    treat(hall, body="ADM", result=Result.RECOMMENDS)
    treat(hall)

    (row,) = uncovered_decisions(session, at=hall.now)
    assert row["because"] == [Asked.FOCUS, Asked.JOINT_COMMITTEE, Asked.MARKED]


@pytest.mark.parametrize(
    ("said", "case", "is_asked"),
    [
        ("Sak om «Ny turnus», hausten 2025", {"title": "Ny turnus"}, True),
        ("Sak 2025/77 i kommunestyret", {"archive_number": "2025/77"}, True),
        ("C01", {"title": "Helger"}, True),
        ("Sak 2025/771", {"archive_number": "2025/77"}, False),
        ("Ny turnusordning", {"title": "Ny turnus"}, False),
        ("", {"title": "Ny turnus"}, False),
    ],
)
def test_a_case_that_a_mandate_plans_is_asked_about(
    session: Session, hall: Town, said: str, case: dict[str, Any], is_asked: bool
) -> None:
    hall.drafted_project("PR2")
    planned(hall, "PR2-M", said)
    hall.concluded_round("R-PR2", document="PR2-M")
    decided(hall, **case)

    (row,) = uncovered_decisions(session, at=hall.now)
    assert row["because"] == ([Asked.MANDATE] if is_asked else [])
    before = hall.now - timedelta(days=60)
    assert uncovered_decisions(session, at=before) == []


def test_a_mandate_that_is_not_agreed_on_yet_plans_nothing(
    session: Session, hall: Town
) -> None:
    hall.drafted_project("PR2")
    planned(hall, "PR2-M", "Ny turnus")
    decided(hall)

    (row,) = uncovered_decisions(session, at=hall.now)
    assert row["because"] == []


def planned(town: Town, mandate: str, said: str) -> None:
    rows = [{"_id": "r1", "leveranse": "Turnus", "type": "proposal", "sak": said}]
    town.do(write_fields, by=town.manager, document=mandate, values={"m_outputs": rows})
