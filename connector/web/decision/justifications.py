"""The form where the decision line says why a decision rests on no output."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.decision.cases import readable_case
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.base import by_ref, get
from workflows.decision.cases import Case
from workflows.decision.meetings import Treatment
from workflows.trace.coverage import uncovered_decisions
from workflows.trace.justifications import (
    Absence,
    justified_absences,
    justify_absence,
)

pages = APIBlueprint("justifications", __name__, enable_openapi=False)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page with the form, and why one would expect a basis."""
    treatment = by_ref(visit.session, Treatment, ref)
    case = readable_case(visit, get(visit.session, Case, treatment.case_id).ref)
    rows = uncovered_decisions(visit.session, at=visit.at)
    because = [
        each for row in rows if row["case"] == case.ref for each in row["because"]
    ]
    return render_template(
        "decision/justification.html",
        treatment=treatment,
        case=case,
        because=because,
        given=justified_absences(visit.session, at=visit.at).get(ref),
        reasons=Absence,
        form=form or Submitted(),
    )


@pages.get("/behandlinger/<ref>/begrunnelse")
@offers("decision.justified")
def justification_form(visit: Visit, ref: str) -> str:
    """Show the form."""
    return show(visit, ref=ref)


@pages.post("/behandlinger/<ref>/begrunnelse")
@acts("decision.justified", again=show)
def justify(visit: Visit, form: Submitted, ref: str) -> Done:
    """Give one of the reasons; «other» needs words."""
    treatment = by_ref(visit.session, Treatment, ref)
    case = readable_case(visit, get(visit.session, Case, treatment.case_id).ref)
    reason = form.choice("reason", Absence)
    note = form.text("note")
    if reason is Absence.OTHER and not note:
        form.fault("note", "justification.fault.note")
    form.require_sound()
    justify_absence(
        visit.session,
        treatment=ref,
        reason=reason or Absence.OTHER,
        note=note,
        by=visit.by,
        at=visit.at,
    )
    where = url_for("cases.case", ref=case.ref, _anchor=ref)
    return Done(where, visit.say("justification.done"))
