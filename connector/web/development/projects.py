"""Projects: what the parties develop together, from idea to closing."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template

from connector.web.development.goals import goals_of, latest_report
from connector.web.development.signing import signature_rows
from connector.web.guards import open_to_all, reads
from connector.web.people.rights import reads_project, reads_version, uncounted
from connector.web.trace.history import entries_for
from connector.web.trace.pictures import picture_of
from connector.web.visits import Visit
from workflows.base import all_of, by_ref, get, owned
from workflows.development.agreements import Agreement
from workflows.development.documents import Document, Version, versions_of
from workflows.development.forums import ForumItem, ForumMeeting
from workflows.development.outputs import outputs_of
from workflows.development.projects import Project, members_of
from workflows.development.reports import reports_of
from workflows.development.rounds import Round, rounds_on
from workflows.errors import NotFoundError
from workflows.people.persons import Person
from workflows.people.reading import Matter
from workflows.record.reasons import reasons_for
from workflows.trace.outcomes import output_states

pages = APIBlueprint("projects", __name__, enable_openapi=False)


@pages.get("/prosjekter")
@open_to_all
def listing(visit: Visit) -> str:
    """Show every project that the visitor may know of."""
    rows = readable_projects(visit)
    goals = {row.ref: goals_of(visit, latest_report(visit, row)) for row in rows}
    return render_template("development/projects.html", projects=rows, goals=goals)


@pages.get("/prosjekter/<ref>")
@reads(Matter.PROJECT)
def project(visit: Visit, ref: str) -> str:
    """Show a project: mandate, agreement, outputs, rounds, forum, reports, members."""
    row = by_ref(visit.session, Project, ref)
    if not reads_project(visit, row):
        raise NotFoundError("Project", ref)
    return render_template(
        "development/project.html", project=row, **_facts(visit, row)
    )


def readable_projects(visit: Visit) -> list[Project]:
    """Return the projects that the visitor may know of, by reference."""
    rows = all_of(visit.session, Project, Project.ref)
    return [row for row in rows if reads_project(visit, row)]


def _facts(visit: Visit, row: Project) -> dict[str, Any]:
    outputs = outputs_of(visit.session, row)
    report = latest_report(visit, row)
    return {
        "goals": goals_of(visit, report),
        "report": report,
        "versions": _versions(visit, row.mandate),
        "agreements": _agreements(visit, row),
        "outputs": outputs,
        "states": output_states(visit.session, at=visit.at, without=uncounted(visit)),
        "rounds": _rounds(visit, row),
        "forums": _forums(visit, row),
        "reports": reports_of(visit.session, row) if visit.reads(Matter.REPORT) else [],
        "members": _members(visit, row),
        "reasons": reasons_for(visit.session, row.ref),
        "history": entries_for(visit, row.ref),
        "picture": picture_of(visit, row.ref),
    }


def _versions(visit: Visit, document: str) -> list[Version]:
    """Return the versions of a document that the visitor may know of."""
    paper = visit.session.scalar(
        owned(visit.session, Document).where(Document.ref == document)
    )
    if paper is None:
        return []
    return [
        version
        for version in versions_of(visit.session, document)
        if reads_version(visit, version, paper)
    ]


def _agreements(visit: Visit, row: Project) -> list[dict[str, Any]]:
    query = owned(visit.session, Agreement).where(Agreement.project == row.ref)
    found = visit.session.scalars(query.order_by(Agreement.ref)).all()
    return [
        {"agreement": each, "signing": signature_rows(visit.session, each)}
        for each in found
    ]


def _rounds(visit: Visit, row: Project) -> list[tuple[Round, str]]:
    if not visit.reads(Matter.ROUND):
        return []
    papers = owned(visit.session, Document).where(Document.project == row.ref)
    found = [
        (review, paper.title)
        for paper in visit.session.scalars(papers.order_by(Document.ref))
        for review in rounds_on(visit.session, paper.ref)
        if review.made_available_at
    ]
    return sorted(found, key=lambda pair: pair[0].ref)


def _forums(visit: Visit, row: Project) -> list[ForumMeeting]:
    """Return the forum meetings where the project or one of its texts stood."""
    if not visit.reads(Matter.FORUM):
        return []
    found = {
        item.meeting_id
        for item in all_of(visit.session, ForumItem)
        if item.project_id == row.id or _is_about(visit, item, row)
    }
    rows = [get(visit.session, ForumMeeting, each) for each in found]
    return sorted(rows, key=lambda meeting: meeting.starts_at)


def _is_about(visit: Visit, item: ForumItem, row: Project) -> bool:
    if item.version_id is None:
        return False
    version = get(visit.session, Version, item.version_id)
    return get(visit.session, Document, version.document_id).project == row.ref


def _members(visit: Visit, row: Project) -> list[tuple[Any, Person]]:
    members = members_of(visit.session, row.ref)
    found = [(each, get(visit.session, Person, each.person_id)) for each in members]
    return sorted(found, key=lambda pair: (pair[0].party or "Z", pair[1].sort_key))
