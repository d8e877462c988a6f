"""Status reports: due on the reporting days, given to all three parties at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    AT,
    MINE,
    TENANT,
    Base,
    Owned,
    all_of,
    by_ref,
    get,
    owned,
    refers_to,
    rows,
)
from workflows.clock import norwegian_date
from workflows.development.documents import (
    Version,
    agree,
    document_of,
    freeze,
    latest,
    open_document,
)
from workflows.development.projects import Project
from workflows.development.readiness import require_small_groups_hidden
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.municipalities import ReportingDay
from workflows.record.entries import append


class StatusReport(Owned, Base, kw_only=True):
    """A status report (statusrapport) for one reporting day."""

    __tablename__ = "status_report"
    __table_args__ = (
        refers_to("project", "project_id"),
        UniqueConstraint(TENANT, "project_id", "due_on"),
        UniqueConstraint(TENANT, "ref"),
    )

    ref: Mapped[str]
    project_id: Mapped[uuid.UUID]
    number: Mapped[int]
    due_on: Mapped[date]
    begun_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)


def begin_report(
    session: Session,
    *,
    project: str,
    due_on: date,
    values: dict[str, Any],
    by: Hat,
    at: datetime,
) -> StatusReport:
    """Begin the report for a reporting day; the parties then write their own fields."""
    permit(by, "report.begun", at=at, project=project)
    owner = by_ref(session, Project, project)
    day = _reporting_day(session, due_on)
    begun = reports_of(session, owner)
    if any(report.due_on == due_on for report in begun):
        raise RuleBrokenError(
            f"{project} has begun its report for {due_on}", rule="one report a day"
        )
    number = len(begun) + 1
    report = StatusReport(
        ref=f"{project}-S{number}",
        project_id=owner.id,
        number=number,
        due_on=due_on,
        begun_at=at,
    )
    session.add(report)
    period = {
        "s_period_from": str(day.period_from),
        "s_period_to": str(day.period_to),
    }
    draft = open_document(
        session,
        ref=report.ref,
        kind="status-report",
        title=owner.name,
        language=owner.language,
        project=project,
        at=at,
        values={"s_name": owner.name, **period, **values},
    )
    append(session, "report.begun", report, moved=[draft], by=by, at=at, refs=[project])
    return report


def submit_report(session: Session, *, report: str, by: Hat, at: datetime) -> Version:
    """Freeze the report and give it to all three parties in the same transaction.

    Raises `RuleBrokenError` when it has been submitted, or shows a number with too few
    people behind it (INV-17).
    """
    row = by_ref(session, StatusReport, report)
    project = get(session, Project, row.project_id)
    permit(by, "report.submitted", at=at, project=project.ref)
    if row.submitted_at is not None:
        raise RuleBrokenError(f"{report} has been submitted", rule="Q-S1")
    draft = latest(session, report)
    require_small_groups_hidden(draft, document_of(session, draft))
    freeze(session, draft, at=at)
    version = agree(session, draft, at=at)
    row.submitted_at = at
    append(
        session,
        "report.submitted",
        row,
        moved=[draft, version],
        by=by,
        at=at,
        refs=[project.ref],
    )
    return version


def reports_of(session: Session, project: Project) -> Sequence[StatusReport]:
    """Return a project's reports, oldest first."""
    query = owned(session, StatusReport).where(StatusReport.project_id == project.id)
    return session.scalars(query.order_by(StatusReport.due_on)).all()


def missing_reports(session: Session, *, at: datetime) -> list[tuple[Project, date]]:
    """Return (project, day) for each report that was due up to `at` and is not there.

    A project owes reports from the day it runs to the day it is closed.
    """
    days = [day.due_on for day in all_of(session, ReportingDay, ReportingDay.due_on)]
    passed = [day for day in days if day < norwegian_date(at)]
    given = {(row.project_id, row.due_on) for row in rows(session, _SUBMITTED, at=at)}
    return [
        (project, day)
        for project in all_of(session, Project, Project.ref)
        for day in passed
        if _owes(project, day) and (project.id, day) not in given
    ]


_SUBMITTED = select(StatusReport.project_id, StatusReport.due_on).where(
    StatusReport.municipality_id == MINE, StatusReport.submitted_at <= AT
)


def _owes(project: Project, day: date) -> bool:
    begun = project.running_from is not None and project.running_from <= day
    return begun and (project.closed_on is None or day <= project.closed_on)


def _reporting_day(session: Session, due_on: date) -> ReportingDay:
    query = owned(session, ReportingDay).where(ReportingDay.due_on == due_on)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise RuleBrokenError(f"{due_on} is no reporting day", rule="SM-1")
    return found
