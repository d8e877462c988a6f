from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from tests.workflows.trace.halls import assign, open_case, open_hall, treat
from workflows.base import by_ref
from workflows.clock import at_oslo
from workflows.decision.followups import FollowUp
from workflows.development.agreements import Agreement
from workflows.development.rounds import Round
from workflows.record.entries import Entry, fold, history
from workflows.trace.sweep import sweep

LATER = timedelta(days=60)
SHARED = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def waiting(town: Town) -> Town:
    """A town where a round, two follow-ups and an agreement fall due in turn."""
    town.drafted_project()
    town.opened_round("R-1", document="PR1-M")
    town.agreement_in_force("PA-1", valid_to=town.today + timedelta(10))
    open_hall(town)
    open_case(town)
    treat(town)
    assign(town, "C01-T1/1", days=15, ref="F-01")
    assign(town, "C01-T1/2", days=5, ref="F-02")
    return town


def swept(session: Session) -> list[tuple[str, str, datetime]]:
    acts = {"round.closed", "followup.delayed", "agreement.expired"}
    rows = session.scalars(
        select(Entry).where(Entry.type.in_(acts)).order_by(Entry.seq)
    )
    return [(row.type, row.subject, row.at) for row in rows]


def midnight_after(town: Town, days: int) -> datetime:
    start = at_oslo(town.today, datetime.min.time())
    return start + timedelta(days=days + 1)


def test_nothing_is_done_before_it_falls_due(session: Session, waiting: Town) -> None:
    assert sweep(session, at=waiting.now + timedelta(days=5)) == 0
    assert swept(session) == []


def test_each_falls_due_at_its_instant_and_in_that_order(
    session: Session, waiting: Town
) -> None:
    closes = by_ref(session, Round, "R-1").deadline_at

    assert sweep(session, at=waiting.now + LATER) == 4

    assert swept(session) == [
        ("followup.delayed", "F-02", midnight_after(waiting, 5)),
        ("agreement.expired", "PA-1", midnight_after(waiting, 10)),
        ("followup.delayed", "F-01", midnight_after(waiting, 15)),
        ("round.closed", "R-1", closes),
    ]


def test_sweeping_again_does_nothing(session: Session, waiting: Town) -> None:
    sweep(session, at=waiting.now + LATER)

    assert sweep(session, at=waiting.now + LATER) == 0
    assert len(swept(session)) == 4


def test_what_was_swept_stands_in_the_states_too(
    session: Session, waiting: Town
) -> None:
    sweep(session, at=waiting.now + LATER)

    assert by_ref(session, Round, "R-1").state == fold(session)["R-1"] == "closed"
    assert by_ref(session, FollowUp, "F-01").state == fold(session)["F-01"] == "delayed"
    assert (
        by_ref(session, Agreement, "PA-1").state == fold(session)["PA-1"] == "expired"
    )


def test_what_falls_due_is_done_by_the_system_alone(
    session: Session, waiting: Town
) -> None:
    sweep(session, at=waiting.now + LATER)

    for ref in ("R-1", "F-01", "PA-1"):
        entry = history(session, ref)[-1]
        assert (entry.by["role"], entry.by["person"]) == ("system", None)


@SHARED
@given(hours=st.lists(st.integers(1, 24 * 60), max_size=6))
def test_sweeping_once_or_in_many_steps_tells_the_same(
    session: Session, waiting: Town, hours: list[int]
) -> None:
    with session.begin_nested() as once:
        sweep(session, at=waiting.now + LATER)
        told = swept(session)
        once.rollback()
    session.expire_all()

    with session.begin_nested() as often:
        for hour in sorted(hours):
            sweep(session, at=waiting.now + timedelta(hours=hour))
        sweep(session, at=waiting.now + LATER)
        assert swept(session) == told
        often.rollback()
    session.expire_all()
