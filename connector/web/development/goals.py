"""How far the goals have come: the numbers of each project's latest status report."""

from __future__ import annotations

from typing import Any

from connector.web.people.rights import is_published_report
from connector.web.visits import Visit
from workflows.development.documents import agreed_version
from workflows.development.projects import Project
from workflows.development.reports import StatusReport, reports_of
from workflows.people.reading import Matter


def latest_report(visit: Visit, project: Project) -> StatusReport | None:
    """Return the newest submitted report that the visitor may read, None without."""
    given = [row for row in reports_of(visit.session, project) if row.submitted_at]
    return next((row for row in reversed(given) if _may_read(visit, row)), None)


def goals_of(visit: Visit, report: StatusReport | None) -> list[dict[str, Any]]:
    """Return the goals of a report: baseline, now and target as written."""
    version = agreed_version(visit.session, report.ref) if report else None
    return list(version.values.get("s_goals", [])) if version else []


def _may_read(visit: Visit, report: StatusReport) -> bool:
    version = agreed_version(visit.session, report.ref)
    if version is None:
        return False
    is_out = is_published_report(visit.session, version)
    return is_out or visit.reads(Matter.REPORT)
