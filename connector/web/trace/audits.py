"""Audits: who looks into what, everything that was looked up, and the extract."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, render_template, request, url_for

from connector.pictures.sentences import relation_sentence
from connector.record.audit_packages import audit_package
from connector.record.keys import record_key
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers, reads
from connector.web.people.rights import hidden_from
from connector.web.people.unknown import drafts_unknown, things_unknown
from connector.web.trace.history import act_of
from connector.web.visits import Visit, installation
from workflows.base import all_of
from workflows.decision.cases import Case
from workflows.development.projects import Project
from workflows.errors import NotFoundError
from workflows.people.mandates import holder_of
from workflows.people.persons import persons_in_order
from workflows.people.reading import Matter
from workflows.trace.audit_extracts import extract_of
from workflows.trace.audits import (
    AuditEngagement,
    OnBehalf,
    basis_of,
    ends_on,
    engagement_of,
    engagements,
    grant_audit,
    looks,
)

pages = APIBlueprint("audits", __name__, enable_openapi=False)
NEWEST = 50
# What a page is called, by the first part of its endpoint.
PAGES = {
    **{
        name: f"nav.{name}"
        for name in (
            *("projects", "outputs", "rounds", "hearings", "forums", "agreements"),
            *("assessments", "consultations", "cases", "followups", "questions"),
            *("search", "overview", "coverage", "break_glass", "audits"),
        )
    },
    "history": "history.heading",
    "pictures": "trace.heading",
}


@pages.get("/revisjon")
@reads(Matter.AUDIT)
def listing(visit: Visit) -> str:
    """Show every engagement, and what was looked up under it."""
    return show(visit)


def show(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the engagements, with the form for whoever may grant one."""
    rows = engagements(visit.session)
    mine = engagement_of(visit.session, visit.hat, at=visit.at)
    return render_template(
        "trace/audits.html",
        rows=[_told(visit, row) for row in rows],
        **(_own_extract(visit, mine) if mine else {"mine": None}),
        newest=NEWEST,
        behalves=OnBehalf,
        form=form or Submitted(),
        **(_choices(visit) if visit.may("audit.granted") else {}),
    )


@pages.get("/revisjon/utdrag")
@offers("audit.looked")
def extract(visit: Visit) -> Response:
    """Give the extract of a period as a zip with proofs."""
    mine = _own(visit)
    form = Submitted(request.args)
    first = form.day("from") or mine.period_from
    last = form.day("to") or mine.period_to
    data = audit_package(
        visit.session,
        mine,
        first=first,
        last=last,
        key=record_key(installation().config.data),
        at=visit.at,
    )
    name = f"{mine.ref}_{first}_{last}.zip"
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype="application/zip", headers=told)


@pages.post("/revisjon")
@acts("audit.granted", again=show)
def grant(visit: Visit, form: Submitted) -> Done:
    """Let somebody look in; all three parties are told at once."""
    known = _choices(visit)
    person = form.one_of("person", [ref for ref, _ in known["persons"]])
    on_behalf = form.choice("on_behalf", OnBehalf)
    projects = [ref for ref, _ in known["projects"] if form.has("projects", ref)]
    cases = [ref for ref, _ in known["cases"] if form.has("cases", ref)]
    if not projects and not cases:
        form.fault("projects", "audit.fault.scope")
    first = form.day("period_from", needed=True)
    last = form.day("period_to", needed=True)
    until = form.day("ends_on", needed=True)
    if first and last and last < first:
        form.fault("period_to", "audit.fault.period")
    form.require_sound()
    row = grant_audit(
        visit.session,
        ref=f"REV-{len(engagements(visit.session)) + 1}",
        person=person,
        on_behalf=on_behalf or OnBehalf.AUDITOR,
        period_from=first or visit.today,
        period_to=last or visit.today,
        ends_on=until or visit.today,
        projects=projects,
        cases=cases,
        sees_exempt=form.ticked("sees_exempt"),
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("audits.listing"), visit.say("audit.done", ref=row.ref))


def _own(visit: Visit) -> AuditEngagement:
    found = engagement_of(visit.session, visit.hat, at=visit.at)
    if found is None:
        raise NotFoundError("engagement", visit.by.person_ref)
    return found


def _own_extract(visit: Visit, mine: AuditEngagement) -> dict[str, Any]:
    """The links as sentences, and the entries as the record of one thing shows them."""
    found = extract_of(
        visit.session,
        mine,
        first=mine.period_from,
        last=mine.period_to,
        at=visit.at,
    )
    nodes = {node.ref: node for node in found.nodes}
    return {
        "mine": found,
        "links": [
            relation_sentence(edge, nodes, language=visit.language)
            for edge in found.edges
        ],
        "entries": [act_of(entry) for entry in reversed(found.entries)],
    }


def _told(visit: Visit, row: AuditEngagement) -> dict[str, Any]:
    """What is not the visitor's to know of is told as a look-up, without its name."""
    unseen = {*drafts_unknown(visit), *things_unknown(visit)}
    hidden = hidden_from(visit)
    told = [
        {"at": entry.at, "page": _page(entry.payload["page"]), "about": about}
        for entry in looks(visit.session, row)
        for about in [entry.payload["about"]]
    ]
    for each in told:
        if each["about"] in unseen or each["about"] in hidden:
            each["about"] = None
    until = ends_on(visit.session, row)
    return {
        "row": row,
        "name": holder_of(visit.session, row.mandate_id).name,
        "scope": [ref for ref in row.scope if ref not in hidden],
        "masked": any(ref in hidden for ref in row.scope),
        "until": until,
        "is_open": visit.today <= until,
        "basis": basis_of(row),
        "looks": list(reversed(told)),
    }


def _page(endpoint: str) -> str:
    """Return the key of what a page is called."""
    found = "audit.extract" if endpoint == "audits.extract" else None
    return found or PAGES.get(endpoint.partition(".")[0], "audit.other_page")


def _choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """Exempt cases are offered by number alone: whoever grants does not read them."""
    people = persons_in_order(visit.session)
    projects = all_of(visit.session, Project, Project.ref)
    cases = all_of(visit.session, Case, Case.ref)
    masked = visit.say("audit.exempt_case")
    return {
        "persons": [(row.ref, f"{row.name} ({row.ref})") for row in people],
        "projects": [(row.ref, f"{row.ref} {row.name}") for row in projects],
        "cases": [
            (row.ref, f"{row.ref} {masked if row.restricted else row.title}")
            for row in cases
        ],
    }
