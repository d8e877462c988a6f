"""The front page: how the municipality's cooperation stands today."""

from __future__ import annotations

from itertools import islice
from typing import Any

from apiflask import APIBlueprint
from flask import render_template

from connector.web.decision.cases import bodies
from connector.web.development.goals import goals_of, latest_report
from connector.web.development.projects import readable_projects
from connector.web.guards import open_to_all
from connector.web.people.rights import reads_case
from connector.web.trace.questions import answered
from connector.web.trace.waiting import numbers, tasks
from connector.web.visits import Visit
from workflows.base import all_of, by_ref
from workflows.decision.cases import Case
from workflows.decision.minutes import treatments_of
from workflows.people.municipalities import Programme

pages = APIBlueprint("overview", __name__, enable_openapi=False)

LATELY = 6


@pages.get("/")
@open_to_all
def front(visit: Visit) -> str:
    """Show projects with their goals, what waits, outcomes and the latest decisions."""
    projects = readable_projects(visit)
    reports = {row.ref: latest_report(visit, row) for row in projects}
    return render_template(
        "trace/overview.html",
        programmes=all_of(visit.session, Programme, Programme.ref),
        projects=projects,
        goals={ref: goals_of(visit, report) for ref, report in reports.items()},
        reports=reports,
        numbers=numbers(visit),
        tasks=tasks(visit),
        finals=_finals(visit),
        decisions=_decisions(visit),
        bodies=bodies(visit),
    )


def _finals(visit: Visit) -> dict[str, Any]:
    totals = answered(visit, "outcomes").totals
    return {"rows": totals["rows"], "by_final": totals["by_final"]}


def _decisions(visit: Visit) -> list[dict[str, Any]]:
    """Return the last final treatments, the newest first, with their cases."""
    final = [row for row in treatments_of(visit.session) if row.is_final]
    found = ((row, by_ref(visit.session, Case, row.case)) for row in reversed(final))
    readable = (pair for pair in found if reads_case(visit, pair[1]))
    return [{"row": row, "case": case} for row, case in islice(readable, LATELY)]
