"""The form where the committee secretary registers what a body did with a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from connector.web.days import moment
from connector.web.decision.ballots import (
    decision_in,
    number_in,
    proposals_in,
    rows_of,
    statements_in,
    voting_in,
)
from connector.web.decision.cases import bodies, readable_case
from connector.web.forms import FormError, Submitted
from connector.web.guards import Done, acts, offers, reads
from connector.web.visits import Visit
from workflows.base import by_ref, get, owned
from workflows.decision.bodies import Body, groups_of
from workflows.decision.cases import Case
from workflows.decision.meetings import BodyMeeting, NumberType, Result, Treatment
from workflows.decision.minuted import FINAL_RESULTS
from workflows.decision.treatments import register_treatment
from workflows.people.reading import Matter

pages = APIBlueprint("treatments", __name__, enable_openapi=False)


@pages.get("/behandlinger/<ref>")
@reads(Matter.DECISION)
def treatment(visit: Visit, ref: str) -> Response:
    """Lead to the treatment's place on the page of its case."""
    row = by_ref(visit.session, Treatment, ref)
    case = readable_case(visit, get(visit.session, Case, row.case_id).ref)
    return redirect(url_for("cases.case", ref=case.ref, _anchor=ref), 303)


class Shown(NamedTuple):
    """Where a value of the form was read: the field, the line and what stands there."""

    field: str
    line: str
    quote: str

    @property
    def label(self) -> str:
        """The key of the field's name on the page."""
        return self.field.partition("-")[0]


def show(
    visit: Visit,
    *,
    ref: str,
    form: Submitted | None = None,
    found: Sequence[Shown] = (),
) -> str:
    """Return the page: first the choice of body, then the form with its groups.

    `found` are the places in minutes that the form was filled from.
    """
    form = form or Submitted()
    known = bodies(visit)
    chosen = known.get(form.value("body") or request.args.get("organ", ""))
    return render_template(
        "decision/treatment.html",
        case=readable_case(visit, ref),
        bodies=known,
        body=chosen,
        groups=_groups(visit.session, chosen) if chosen else [],
        meetings=_meetings(visit.session, chosen) if chosen else [],
        results=Result,
        number_types=[(each.value, each.value) for each in NumberType],
        rows=rows_of(form),
        form=form,
        found=found,
    )


@pages.get("/saker/<ref>/behandling")
@offers("case.treated")
def treatment_form(visit: Visit, ref: str) -> str:
    """Show the form."""
    return show(visit, ref=ref)


@pages.post("/saker/<ref>/behandling")
@acts("case.treated", again=show)
def register(visit: Visit, form: Submitted, ref: str) -> Done:
    """Register the treatment with its decision, votes and statements, as they were."""
    body = by_ref(visit.session, Body, form.one_of("body", bodies(visit)))
    if form.ticked("more"):
        raise FormError
    result = form.choice("result", Result)
    treated_on = form.day("treated_on", needed=True)
    minutes = form.text("minutes", needed=True)
    decision = decision_in(form)
    voting = voting_in(form, _groups(visit.session, body))
    proposals, dissent = proposals_in(form), statements_in(form)
    number = number_in(form)
    if decision and result and result not in FINAL_RESULTS:
        form.fault("decision", "treatment.fault.decides_nothing")
    form.require_sound()
    if result is None or treated_on is None:
        raise FormError
    row = register_treatment(
        visit.session,
        case=ref,
        body=body.ref,
        meeting=form.text("meeting") or None,
        treated_on=treated_on,
        result=result,
        minutes=minutes,
        number=number,
        recommendation_from=form.text("recommendation_from"),
        recommendation=form.text("recommendation"),
        asked=form.text("asked"),
        voting=voting,
        proposals=proposals,
        dissent=dissent,
        decision=decision,
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("treatment.done", case=ref)
    return Done(url_for("outcomes.outcome_form", ref=row.ref), message)


def _groups(session: Session, body: Body) -> list[str | None]:
    """Return the body's groups, or None alone for the whole body where it has none."""
    return [*groups_of(session, body)] or [None]


def _meetings(session: Session, body: Body) -> list[tuple[str, str]]:
    query = owned(session, BodyMeeting).where(BodyMeeting.body_id == body.id)
    return [
        (row.ref, f"{moment(row.starts_at)} {row.place}".strip())
        for row in session.scalars(query.order_by(BodyMeeting.starts_at.desc()))
    ]
