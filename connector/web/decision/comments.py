"""What a party says of an outcome, or of how a decision is carried out."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.decision.cases import readable_case
from connector.web.decision.followups import show as show_follow_up
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit
from workflows.trace.comments import comment_on_outcome, remark_on_follow_up
from workflows.trace.outcomes import OutcomeRow, outcomes

pages = APIBlueprint("comments", __name__, enable_openapi=False)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the form, its choices being the outcomes recorded in the case."""
    return render_template(
        "decision/comment.html",
        case=readable_case(visit, ref),
        outcomes=_outcomes(visit, ref),
        party=visit.by.party,
        form=form or Submitted(),
    )


@pages.get("/saker/<ref>/kommentar")
@offers("comment.outcome")
def comment_form(visit: Visit, ref: str) -> str:
    """Show the form."""
    return show(visit, ref=ref)


@pages.post("/saker/<ref>/kommentar")
@acts("comment.outcome", again=show)
def comment(visit: Visit, form: Submitted, ref: str) -> Done:
    """Put the party's words beside the outcome."""
    readable_case(visit, ref)
    known = {row.about: row for row in _outcomes(visit, ref)}
    about = form.one_of("outcome", list(known))
    text = form.text("text", needed=True)
    form.require_sound()
    comment_on_outcome(
        visit.session,
        output=known[about].output,
        treatment=known[about].treatment,
        point=known[about].point,
        text=text,
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("cases.case", ref=ref), visit.say("comment.done"))


@pages.post("/oppfolging/<ref>/merknad")
@acts("comment.followup", again=show_follow_up)
def remark(visit: Visit, form: Submitted, ref: str) -> Done:
    """Put the party's words beside the follow-up."""
    text = form.text("remark", needed=True)
    form.require_sound()
    remark_on_follow_up(
        visit.session, followup=ref, text=text, by=visit.by, at=visit.at
    )
    return Done(url_for("followups.followup", ref=ref), visit.say("comment.done"))


def _outcomes(visit: Visit, ref: str) -> list[OutcomeRow]:
    return outcomes(visit.session, cases=[ref], at=visit.at)
