from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, U, session_on
from workflows.base import by_ref
from workflows.development.documents import latest
from workflows.development.drafting import write_fields
from workflows.development.projects import Project
from workflows.development.reports import (
    StatusReport,
    begin_report,
    missing_reports,
    reports_of,
    submit_report,
)
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.municipalities import announce_reporting_day

DUE = date(2025, 4, 2)


@pytest.fixture
def session(at_work: Connection) -> Iterator[Session]:
    """A session of the town where PR1 runs."""
    with session_on(at_work) as session:
        yield session


@pytest.fixture
def running(town: Town) -> Town:
    """A town with a project that runs, and a reporting day."""
    announce(town, DUE)
    return town


def announce(town: Town, day: date) -> None:
    period = {"period_from": date(2025, 1, 1), "period_to": date(2025, 3, 31)}
    town.do(announce_reporting_day, by=SYSTEM, due_on=day, **period)


def begin(town: Town, **more: Any) -> StatusReport:
    given = {"project": "PR1", "due_on": DUE, "values": {}, **more}
    return town.do(begin_report, by=town.manager, **given)


def missing(town: Town) -> list[tuple[str, date]]:
    rows = missing_reports(town.session, at=town.now)
    return [(project.ref, day) for project, day in rows]


def test_a_report_begins_with_its_period_and_what_is_given(
    session: Session, running: Town
) -> None:
    report = begin(running, values={"s_summary": ["I rute."]})

    values = latest(session, "PR1-S1").values
    assert (report.ref, report.number) == ("PR1-S1", 1)
    assert (values["s_period_from"], values["s_period_to"]) == (
        "2025-01-01",
        "2025-03-31",
    )
    assert values["s_summary"] == ["I rute."]


def test_a_report_is_for_a_reporting_day(running: Town) -> None:
    with pytest.raises(RuleBrokenError, match="no reporting day"):
        begin(running, due_on=DUE + timedelta(1))


def test_a_project_reports_once_for_a_day(running: Town) -> None:
    begin(running)

    with pytest.raises(RuleBrokenError, match="2025-04-02"):
        begin(running)


def test_reports_are_numbered_in_their_project(session: Session, running: Town) -> None:
    announce(running, date(2025, 7, 2))
    begin(running)
    begin(running, due_on=date(2025, 7, 2))

    listed = reports_of(session, by_ref(session, Project, "PR1"))
    assert [report.ref for report in listed] == ["PR1-S1", "PR1-S2"]


def test_a_submitted_report_is_frozen_for_all_at_once(
    session: Session, running: Town
) -> None:
    report = begin(running)

    version = running.do(submit_report, by=running.manager, report="PR1-S1")

    assert (version.number, version.state) == ("1.0", "submitted")
    assert report.submitted_at == running.now
    with pytest.raises(RuleBrokenError, match="has been submitted"):
        running.do(submit_report, by=running.manager, report="PR1-S1")
    with pytest.raises(InvalidValueError, match="cannot be changed"):
        running.do(
            write_fields,
            by=running.contact(U),
            document="PR1-S1",
            values={"s_view_t": ["For seint."]},
        )


def test_a_party_does_not_submit_for_all(running: Town) -> None:
    begin(running)

    with pytest.raises(NotPermittedError):
        running.do(submit_report, by=running.contact(U), report="PR1-S1")


def test_a_report_is_missing_from_the_day_after_it_was_due(running: Town) -> None:
    running.wait(until=running.now.replace(month=4, day=2))
    assert missing(running) == []

    running.wait(days=1)
    assert missing(running) == [("PR1", DUE)]


def test_a_report_that_came_late_is_no_longer_missing(running: Town) -> None:
    running.wait(until=running.now.replace(month=4, day=10))
    begin(running)
    assert missing(running) == [("PR1", DUE)]

    running.do(submit_report, by=running.manager, report="PR1-S1")

    assert missing(running) == []
    earlier = running.now - timedelta(days=1)
    assert len(missing_reports(running.session, at=earlier)) == 1


def test_a_project_owes_nothing_for_days_before_it_ran(town: Town) -> None:
    announce(town, town.today + timedelta(days=20))
    town.running_project("PR2")
    town.wait(days=100)

    assert [project for project, _ in missing(town)] == ["PR1"]
