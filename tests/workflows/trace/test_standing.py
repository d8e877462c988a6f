from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.conftest import Stage
from tests.workflows.development.towns import ALL_AGREE, REASON, Town, U, session_on
from tests.workflows.trace.halls import assign, open_case, open_hall, record, treat, use
from workflows.clock import oslo
from workflows.decision.followups import (
    FollowUpState,
    extend_follow_up,
    note_follow_ups,
    report_follow_up,
)
from workflows.development.answers import answer_round, summarise_round
from workflows.development.outputs import hand_over
from workflows.development.positions import Position
from workflows.development.remarks import Assessment, Verdict
from workflows.development.rounds import read_round
from workflows.people.hats import SYSTEM
from workflows.people.mandates import end_mandate
from workflows.trace.inputs import what_became_of_input
from workflows.trace.outcomes import Code
from workflows.trace.standing import (
    by_status,
    dissent,
    follow_ups,
    mandates,
    parity,
    projects,
)


def _decide(town: Town) -> None:
    town.running_project()
    town.handed_over_output(positions={**ALL_AGREE, U: Position.AGREE_WITH_REMARK})
    open_hall(town)
    open_case(town)
    use(town)
    treat(town)


@pytest.fixture(scope="session")
def decided(stage: Stage) -> Iterator[Connection]:
    """A connection on which the council has decided a case."""
    yield from stage(_decide)


@pytest.fixture
def session(
    request: pytest.FixtureRequest, settled: Connection, decided: Connection
) -> Iterator[Session]:
    """A session of the settled town, or of the hall where that is asked for."""
    with session_on(decided if "hall" in request.fixturenames else settled) as session:
        yield session


@pytest.fixture
def hall(town: Town) -> Town:
    """A town where the council has decided a case that used an output with dissent."""
    return town


def test_projects_are_told_with_their_state_and_since_when(
    session: Session, town: Town
) -> None:
    proposed = town.today
    town.propose()
    earlier = town.now
    town.wait(days=1)
    town.running_project("PR2")

    now = {row["project"]: row["state"] for row in projects(session, at=town.now)}
    then = projects(session, at=earlier)

    assert now == {"PR1": "IDEA", "PR2": "RUNNING"}
    assert [(row["project"], row["since"]) for row in then] == [
        ("PR1", proposed.isoformat())
    ]


def test_mandates_are_told_with_whether_they_hold_that_day(
    session: Session, town: Town
) -> None:
    town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)

    def holds(days: int) -> bool:
        at = town.now + timedelta(days=days)
        rows = {row["mandate"]: row for row in mandates(session, at=at)}
        told: bool = rows["M-P-T"]["holds"]
        return told

    assert (holds(0), holds(1)) == (True, False)
    row = {row["mandate"]: row for row in mandates(session, at=town.now)}["M-P-T"]
    assert (row["person"], row["party"], row["signs"]) == ("P-T", "T", True)


def test_a_follow_up_is_told_with_its_item_and_status(
    session: Session, hall: Town
) -> None:
    deadline = assign(hall, "C01-T1/2")

    (row,) = follow_ups(session, at=hall.now)

    assert (row["case"], row["item"], row["text"]) == ("C01", 2, "Punkt 2")
    assert (row["status"], row["deadline"]) == ("NOT_STARTED", deadline.isoformat())
    assert (row["responsible"], row["noted_in"]) == ("Person P-officer", None)


def test_a_deadline_that_passes_makes_a_delay(session: Session, hall: Town) -> None:
    assign(hall, "C01-T1/1", days=5)
    in_time = hall.now
    hall.wait(days=6)

    assert by_status(follow_ups(session, at=hall.now)) == {"DELAYED": 1}
    assert by_status(follow_ups(session, at=in_time)) == {"NOT_STARTED": 1}


def test_a_new_deadline_is_not_told_before_it_was_set(
    session: Session, hall: Town
) -> None:
    first = assign(hall, "C01-T1/1", days=5)
    before = hall.now
    hall.wait(days=1)
    new = first + timedelta(20)
    hall.do(
        extend_follow_up,
        by=hall.officer,
        followup="F-01",
        deadline=new,
        reason="Sjukdom",
    )

    assert follow_ups(session, at=before)[0]["deadline"] == first.isoformat()
    assert follow_ups(session, at=hall.now)[0]["deadline"] == new.isoformat()


def test_what_its_body_has_noted_counts_as_carried_out_and_says_where(
    session: Session, hall: Town
) -> None:
    assign(hall, "C01-T1/1")
    hall.wait(days=3)
    hall.do(
        report_follow_up,
        by=hall.officer,
        followup="F-01",
        state=FollowUpState.IMPLEMENTED,
        evidence="Turnus 5",
    )
    open_case(hall, "C02")
    noted_in = treat(hall, "C02", number=7).ref
    hall.do(note_follow_ups, by=hall.secretary, followups=["F-01"], treatment=noted_in)

    (row,) = follow_ups(session, at=hall.now)

    assert (row["status"], row["noted_in"]) == ("IMPLEMENTED", noted_in)


def test_parity_tells_when_the_text_came_and_was_opened(
    session: Session, town: Town
) -> None:
    town.drafted_project()
    town.opened_round("R-1", document="PR1-M")
    opened = town.now
    town.wait(days=1)
    town.do(read_round, by=town.contact(U), review="R-1")

    (row,) = parity(session, at=town.now)

    assert row["first_opened"] == {
        "A": None,
        "F": None,
        "T": oslo(town.now).isoformat(),
    }
    assert (row["gap_minutes"], row["made_available_at"]) == (
        0,
        oslo(opened).isoformat(),
    )
    assert parity(session, at=opened)[0]["first_opened"]["T"] is None
    assert parity(session, at=opened - timedelta(seconds=1)) == []


def test_a_planned_round_is_not_in_the_parity_ledger(
    session: Session, town: Town
) -> None:
    town.drafted_project()
    town.planned_round("R-1", document="PR1-M")

    assert parity(session, at=town.now) == []


def test_inv_08_a_dissent_is_told_word_for_word_with_where_it_is_printed(
    session: Session, hall: Town
) -> None:
    (row,) = dissent(session, at=hall.now)

    assert (row["output"], row["version"], row["party"]) == ("O-1", "1.0", "T")
    assert row["text"] == REASON
    assert row["printed_in"] == [f"handover {hall.today.isoformat()}", "C01"]


def test_a_dissent_is_told_before_it_is_printed_anywhere(
    session: Session, town: Town
) -> None:
    town.running_project()
    town.delivered_output(positions={**ALL_AGREE, U: Position.AGREE_WITH_REMARK})

    (row,) = dissent(session, at=town.now)

    assert row["printed_in"] == []
    assert dissent(session, at=town.now - timedelta(days=1)) == []


def test_a_remark_is_followed_to_the_end(session: Session, town: Town) -> None:
    remarked = _remarked(town)
    fresh = what_became_of_input(session, at=remarked)
    _decided(town)
    assign(town, "C01-T1/1")

    (row,) = what_became_of_input(session, at=town.now)

    assert [(each["assessment"], each["case"]) for each in fresh] == [(None, None)]
    assert (row["remark"], row["party"], row["text"]) == ("R-1-1", "T", "Mer helg.")
    assert (row["assessment"], row["output"]) == ("partly", "O-1")
    assert (row["case"], row["outcome"]) == ("C01", "ADOPTED")
    assert row["follow_up"] == [{"follow_up": "F-01", "status": "NOT_STARTED"}]


def _remarked(town: Town) -> datetime:
    town.running_project()
    town.begun_output()
    town.opened_round("R-1", document="O-1")
    for party, position in ALL_AGREE.items():
        town.answer("R-1", party, position)
    town.do(answer_round, by=town.member(U), review="R-1", remarks=["Mer helg."])
    return town.now


def _decided(town: Town) -> None:
    town.wait(days=30)
    verdict = Assessment(remark="R-1-1", verdict=Verdict.PARTLY, reason="Annenhver.")
    town.do(summarise_round, by=town.manager, review="R-1", assessments=[verdict])
    note = {"decision_needed": "x", "suggested_body": "KST", "concluded_in": "FM-9"}
    town.do(hand_over, by=town.manager, output="O-1", **note)
    open_hall(town)
    open_case(town)
    use(town)
    treat(town)
    record(town, "C01-T1", Code.ADOPTED, item=1)
