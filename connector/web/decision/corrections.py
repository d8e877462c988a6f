"""The form where the committee secretary corrects the result of a treatment."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.decision.cases import readable_case
from connector.web.forms import FormError, Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.base import by_ref, get
from workflows.decision.cases import Case
from workflows.decision.meetings import Result, Treatment
from workflows.decision.minutes import treatments_of
from workflows.decision.result_corrections import correct_result

pages = APIBlueprint("corrections", __name__, enable_openapi=False)

CORRECTED = "treatment.corrected"


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page with the result as it is registered, and the form."""
    case = _case(visit, ref)
    row = next(row for row in treatments_of(visit.session, case.ref) if row.ref == ref)
    return render_template(
        "decision/correction.html",
        case=case,
        row=row,
        results=Result,
        form=form or Submitted(),
    )


@pages.get("/behandlinger/<ref>/retting")
@offers(CORRECTED)
def correction_form(visit: Visit, ref: str) -> str:
    """Show the form."""
    return show(visit, ref=ref)


@pages.post("/behandlinger/<ref>/retting")
@acts(CORRECTED, again=show)
def correct(visit: Visit, form: Submitted, ref: str) -> Done:
    """Correct the result; what was registered first stays."""
    case = _case(visit, ref)
    result = form.choice("result", Result)
    reason = form.text("reason", needed=True)
    source = form.text("source", needed=True)
    form.require_sound()
    if result is None:
        raise FormError
    correct_result(
        visit.session,
        treatment=ref,
        result=result,
        reason=reason,
        source=source,
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("correction.done", ref=ref)
    return Done(url_for("cases.case", ref=case.ref, _anchor=ref), message)


def _case(visit: Visit, ref: str) -> Case:
    treatment = by_ref(visit.session, Treatment, ref)
    return readable_case(visit, get(visit.session, Case, treatment.case_id).ref)
