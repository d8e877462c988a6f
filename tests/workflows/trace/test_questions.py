from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.conftest import Stage
from tests.workflows.development.towns import NINE, Town, session_on
from tests.workflows.trace.halls import assign, open_case, open_hall, record, treat, use
from workflows.errors import NotFoundError
from workflows.trace.outcomes import Code
from workflows.trace.questions import QUESTIONS, answer

BEFORE = NINE - timedelta(seconds=1)


def _something_for_every_question(town: Town) -> None:
    town.running_project()
    town.handed_over_output()
    town.handed_over_output("O-2")
    open_hall(town)
    for ref in ("C01", "C02"):
        open_case(town, ref, asks_basis=True)
    use(town)
    for ref in ("C01", "C02"):
        treat(town, ref)
    record(town, "C01-T1", Code.ADOPTED, item=1)
    assign(town, "C01-T1/1")


@pytest.fixture(scope="module")
def told(stage: Stage) -> Iterator[Connection]:
    """A connection on which there is something for every question."""
    yield from stage(_something_for_every_question)


@pytest.fixture
def session(told: Connection) -> Iterator[Session]:
    """A session of the town where there is something for every question."""
    with session_on(told) as session:
        yield session


@pytest.fixture
def hall(town: Town) -> Town:
    """The town with something for every question."""
    return town


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_row_has_the_columns_that_the_question_promises(
    session: Session, hall: Town, name: str
) -> None:
    report = answer(session, name, at=hall.now)

    assert report.totals["rows"] == len(report.rows)
    assert all(tuple(row) == report.columns for row in report.rows)
    assert (report.name, report.at) == (name, hall.now)


def test_totals_sum_up_the_rows(session: Session, hall: Town) -> None:
    totals = {name: answer(session, name, at=hall.now).totals for name in QUESTIONS}

    assert totals["outcomes"] == {"rows": 1, "by_final": {"ADOPTED": 1}, "open": 0}
    assert totals["uncovered-decisions"] == {
        "rows": 1,
        "asked": 1,
        "justified": 0,
        "unanswered": 1,
    }
    assert totals["unused-outputs"] == {"rows": 1}
    assert totals["follow-ups"] == {"rows": 1, "NOT_STARTED": 1}
    assert totals["lead-times"]["median"] == 14
    assert totals["projects"] == {"rows": 1, "by_state": {"RUNNING": 1}}


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - {"mandates"}))
def test_before_anything_happened_there_is_nothing_to_tell(
    session: Session, name: str
) -> None:
    assert answer(session, name, at=BEFORE).rows == []


def test_an_unknown_question_is_told_by_name(session: Session, town: Town) -> None:
    with pytest.raises(NotFoundError, match="no report weather"):
        answer(session, "weather", at=town.now)
