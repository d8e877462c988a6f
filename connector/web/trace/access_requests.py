"""Requests for access to information: the log, and the archive's work with it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.people.rights import exemption_options
from connector.web.visits import Visit
from workflows.people.reading import Matter
from workflows.trace.access_requests import (
    RequestResult,
    RequestRow,
    answer_request,
    forget_requester,
    name_of_requester,
    register_request,
    requests,
    section_of,
)

pages = APIBlueprint("access_requests", __name__, enable_openapi=False)


@pages.get("/innsyn")
@reads(Matter.ACCESS_REQUEST)
def listing(visit: Visit) -> str:
    """Show every request, with its answer or how long it may still take."""
    return show(visit)


def show(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the log, the newest first, with the archive's forms."""
    rows = requests(visit.session, at=visit.at)
    return render_template(
        "trace/access_requests.html",
        rows=[_told(visit, row) for row in reversed(rows)],
        results=RequestResult,
        bases=exemption_options(visit),
        form=form or Submitted(),
    )


@pages.post("/innsyn")
@acts("request.registered", again=show)
def register(visit: Visit, form: Submitted) -> Done:
    """Log a request that has come."""
    asked_for = form.text("asked_for", needed=True)
    received_on = form.day("received_on", needed=True)
    if received_on and received_on > visit.today:
        form.fault("received_on", "request.fault.received_on")
    form.require_sound()
    row = register_request(
        visit.session,
        ref=f"INN-{len(requests(visit.session, at=visit.at)) + 1}",
        asked_for=asked_for,
        received_on=received_on or visit.today,
        name=form.text("name"),
        by=visit.by,
        at=visit.at,
    )
    return Done(_here(), visit.say("request.is_registered", ref=row.ref))


@pages.post("/innsyn/svar")
@acts("request.answered", again=show)
def answer(visit: Visit, form: Submitted) -> Done:
    """Log what a request was answered with."""
    logged = requests(visit.session, at=visit.at)
    known = {row.request.ref: row.request for row in logged}
    request = form.one_of("request", known)
    result = form.choice("result", RequestResult)
    answered_on = form.day("answered_on", needed=True)
    first = known[request].received_on if request else visit.today
    if answered_on and not first <= answered_on <= visit.today:
        form.fault("answered_on", "request.fault.answered_on")
    basis = form.one_of(
        "basis", [code for code, _ in exemption_options(visit)], needed=False
    )
    appeal = form.ticked("appeal_told")
    if result and result is not RequestResult.GRANTED:
        _require_grounds(form, basis, appeal=appeal)
    form.require_sound()
    is_refusal = result is not RequestResult.GRANTED
    answer_request(
        visit.session,
        request=request,
        result=result or RequestResult.GRANTED,
        answered_on=answered_on or visit.today,
        basis=basis if is_refusal else None,
        appeal_told=appeal,
        by=visit.by,
        at=visit.at,
    )
    return Done(_here(), visit.say("request.is_answered", ref=request))


@pages.post("/innsyn/glem")
@acts("request.forgotten", again=show)
def forget(visit: Visit, form: Submitted) -> Done:
    """Erase who asked."""
    request = form.text("forget", needed=True)
    form.require_sound()
    forget_requester(visit.session, request=request, by=visit.by, at=visit.at)
    return Done(_here(), visit.say("request.is_forgotten", ref=request))


def _require_grounds(form: Submitted, basis: str, *, appeal: bool) -> None:
    if not basis:
        form.fault("basis", "access.fault.basis")
    if not appeal:
        form.fault("appeal_told", "request.fault.appeal_told")


def _told(visit: Visit, row: RequestRow) -> dict[str, Any]:
    """The name of whoever asked is for those who work with the log."""
    works = visit.may("request.registered")
    return {
        "row": row,
        "name": name_of_requester(visit.session, row.request) if works else None,
        "section": section_of(row.answer) if row.answer else None,
    }


def _here() -> str:
    return url_for("access_requests.listing")
