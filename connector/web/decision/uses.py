"""The form where the decision line says how a case uses an output."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.decision.cases import readable_case
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.development.outputs import Output
from workflows.trace.uses import Used, Where, handovers, use_output

pages = APIBlueprint("uses", __name__, enable_openapi=False)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page with the form, its choices being what has been handed over."""
    return render_template(
        "decision/use.html",
        case=readable_case(visit, ref),
        outputs=[(row.ref, f"{row.ref} {row.title}") for row in _handed_over(visit)],
        places=Where,
        degrees=Used,
        form=form or Submitted(),
    )


@pages.get("/saker/<ref>/bruk")
@offers("output.used")
def use_form(visit: Visit, ref: str) -> str:
    """Show the form."""
    return show(visit, ref=ref)


@pages.post("/saker/<ref>/bruk")
@acts("output.used", again=show)
def use(visit: Visit, form: Submitted, ref: str) -> Done:
    """Say how the case uses an output; «partly» and «not» need the reason."""
    output = form.one_of("output", [row.ref for row in _handed_over(visit)])
    where = form.choice("where", Where)
    used = form.choice("used", Used)
    reason = form.text("reason")
    if used in {Used.PARTLY, Used.NOT_USED} and not reason:
        form.fault("reason", "use.fault.reason")
    form.require_sound()
    use_output(
        visit.session,
        case=ref,
        output=output,
        where=where or Where.MENTIONED,
        used=used or Used.USED,
        reason=reason,
        has_read=form.has("has_read", "yes"),
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("use.done", output=output, case=ref)
    return Done(url_for("cases.case", ref=ref), message)


def _handed_over(visit: Visit) -> list[Output]:
    return [output for _, output in handovers(visit.session, at=visit.at)]
