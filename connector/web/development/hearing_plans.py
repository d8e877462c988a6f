"""A hearing before it ends: planned, opened, its deadline moved, or called off."""

from __future__ import annotations

from collections.abc import Iterator

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.development.hearings import show
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.base import all_of
from workflows.decision.references import next_reference
from workflows.development.documents import (
    HOLDS,
    Document,
    Version,
    VersionState,
    versions_of,
)
from workflows.development.hearing_summaries import cancel_hearing
from workflows.development.hearings import (
    Hearing,
    extend_hearing,
    open_hearing,
    plan_hearing,
)
from workflows.development.publication import had_by_all_at

pages = APIBlueprint("hearing_plans", __name__, enable_openapi=False)

CURRENT = HOLDS | {VersionState.FROZEN}


@pages.get("/horinger/ny")
@offers("hearing.planned")
def plan_form(visit: Visit) -> str:
    """Show the form of a new hearing."""
    return show_plan(visit)


def show_plan(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the form of a new hearing, on texts that the parties have had."""
    return render_template(
        "development/hearing_plan.html", texts=_texts(visit), form=form or Submitted()
    )


@pages.post("/horinger/ny")
@acts("hearing.planned", again=show_plan)
def plan(visit: Visit, form: Submitted) -> Done:
    """Plan a hearing; nobody is asked before it is opened."""
    version = form.one_of("version", _texts(visit))
    questions = _lines(form, "questions", needed=True)
    is_public = form.ticked("public")
    addressees = _lines(form, "addressees")
    if not (addressees or is_public):
        form.fault("addressees", "hearing.fault.whom")
    deadline_at = form.instant("deadline")
    form.require_sound()
    assert deadline_at is not None  # noqa: S101 - the form is sound
    row = plan_hearing(
        visit.session,
        ref=next_reference(visit.session, Hearing, "H-", digits=1),
        version=version,
        deadline_at=deadline_at,
        questions=questions,
        addressees=addressees,
        is_public=is_public,
        background=form.text("background"),
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, row.ref, "hearing.is_planned")


@pages.post("/horinger/<ref>/apne")
@acts("hearing.opened", again=show)
def start(visit: Visit, form: Submitted, ref: str) -> Done:  # noqa: ARG001 - no fields
    """Open a hearing to those who are asked."""
    open_hearing(visit.session, hearing=ref, by=visit.by, at=visit.at)
    return _done(visit, ref, "hearing.is_opened")


@pages.post("/horinger/<ref>/forleng")
@acts("hearing.extended", again=show)
def extend(visit: Visit, form: Submitted, ref: str) -> Done:
    """Move the deadline later, for everybody."""
    deadline_at = form.instant("extend")
    reason = form.text("extend-reason", needed=True)
    form.require_sound()
    assert deadline_at is not None  # noqa: S101 - the form is sound
    extend_hearing(
        visit.session,
        hearing=ref,
        deadline_at=deadline_at,
        reason=reason,
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "hearing.is_extended")


@pages.post("/horinger/<ref>/avlys")
@acts("hearing.cancelled", again=show)
def cancel(visit: Visit, form: Submitted, ref: str) -> Done:
    """Call a hearing off that nobody has answered."""
    reason = form.text("cancel-reason", needed=True)
    form.require_sound()
    cancel_hearing(visit.session, hearing=ref, reason=reason, by=visit.by, at=visit.at)
    return _done(visit, ref, "hearing.is_cancelled")


def _texts(visit: Visit) -> dict[str, str]:
    """Return the newest text of each document that the parties have had (INV-16)."""
    return {
        version.ref: f"{version.ref} {paper.title}"
        for paper, version in _newest(visit)
        if visit.may("hearing.planned", project=paper.project)
        and had_by_all_at(visit.session, version) is not None
    }


def _newest(visit: Visit) -> Iterator[tuple[Document, Version]]:
    for paper in all_of(visit.session, Document, Document.ref):
        found = versions_of(visit.session, paper.ref)
        current = [each for each in found if each.state in CURRENT]
        if current:
            yield paper, current[-1]


def _lines(form: Submitted, name: str, *, needed: bool = False) -> list[str]:
    """Return what stands on each line of a field; nothing stands twice."""
    found = [line.strip() for line in form.text(name, needed=needed).split("\n")]
    lines = [line for line in found if line]
    if len(set(lines)) < len(lines):
        form.fault(name, "hearing.fault.twice")
    return lines


def _done(visit: Visit, ref: str, message: str) -> Done:
    return Done(url_for("hearings.hearing", ref=ref), visit.say(message))
