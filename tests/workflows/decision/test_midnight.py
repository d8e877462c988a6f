"""When a follow-up is late: from midnight in Norway, winter and summer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.builders import TownHall
from tests.workflows.development.towns import MONDAY
from workflows.base import by_ref
from workflows.clock import norwegian_date
from workflows.decision.followups import FollowUp, FollowUpState, delay, overdue
from workflows.decision.implementation import reports_of
from workflows.errors import RuleBrokenError

MOMENT = timedelta(microseconds=1)
SHARED = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def due(hall: TownHall) -> TownHall:
    """A town where the council has decided C1, and nobody carries it out yet."""
    hall.decided_case()
    return hall


@pytest.mark.parametrize(
    ("deadline", "late_from"),
    [
        pytest.param(date(2025, 1, 31), (2025, 1, 31, 23), id="in winter"),
        pytest.param(date(2025, 7, 31), (2025, 7, 31, 22), id="in summer"),
        pytest.param(date(2025, 3, 29), (2025, 3, 29, 23), id="summer time begins"),
        pytest.param(date(2025, 3, 30), (2025, 3, 30, 22), id="the night after"),
        pytest.param(date(2025, 10, 25), (2025, 10, 25, 22), id="summer time ends"),
        pytest.param(date(2025, 10, 26), (2025, 10, 26, 23), id="the night after that"),
    ],
)
def test_a_follow_up_is_late_from_midnight_in_norway(
    due: TownHall, deadline: date, late_from: tuple[int, int, int, int]
) -> None:
    row = due.followed_up(deadline=deadline)
    midnight = datetime(*late_from, tzinfo=UTC)

    assert overdue(due.session, midnight - MOMENT) == []
    assert overdue(due.session, midnight) == [(midnight, row)]


@SHARED
@given(days=st.integers(0, 800), hours=st.integers(0, 48))
def test_it_is_late_from_the_first_instant_of_the_day_after(
    due: TownHall, days: int, hours: int
) -> None:
    deadline = MONDAY + timedelta(days)
    with due.session.begin_nested() as tried:
        due.followed_up(deadline=deadline)
        asked_at = due.now + timedelta(days, hours=hours)
        late = overdue(due.session, asked_at)
        tried.rollback()

    assert bool(late) is (norwegian_date(asked_at) > deadline)
    for since, _ in late:
        assert norwegian_date(since - MOMENT) == deadline < norwegian_date(since)


def test_the_sweep_marks_the_delay_at_midnight_however_late_it_runs(
    due: TownHall,
) -> None:
    row = due.followed_up(deadline=date(2025, 3, 30))

    due.wait(until=datetime(2025, 6, 1, tzinfo=UTC))

    last = reports_of(due.session, row)[-1]
    assert (row.state, last.state) == (FollowUpState.DELAYED, FollowUpState.DELAYED)
    assert last.reported_at == datetime(2025, 3, 30, 22, tzinfo=UTC)
    assert last.person_id is None


def test_what_was_due_before_it_was_assigned_is_late_from_then_on(
    due: TownHall,
) -> None:
    due.wait(days=30)
    row = due.followed_up(deadline=MONDAY)

    assert overdue(due.session, due.now) == [(due.now, row)]


def test_nothing_is_marked_as_late_on_its_last_day(due: TownHall) -> None:
    row = due.followed_up(deadline=date(2025, 7, 31))

    with pytest.raises(RuleBrokenError, match="not late yet"):
        delay(due.session, row, at=datetime(2025, 7, 31, 21, 59, tzinfo=UTC))

    assert by_ref(due.session, FollowUp, row.ref).state is FollowUpState.NOT_STARTED
