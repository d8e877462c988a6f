"""What is said and assessed in a round beside the positions of the parties."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import url_for

from connector.web.development.rounds import show
from connector.web.forms import Submitted
from connector.web.guards import Done, acts
from connector.web.visits import Visit
from workflows.base import by_ref
from workflows.development.answers import summarise_round
from workflows.development.deviations import deviate
from workflows.development.remarks import Assessment, Verdict, unassessed
from workflows.development.rounds import Round

pages = APIBlueprint("round_remarks", __name__, enable_openapi=False)


@pages.post("/runder/<ref>/avvik")
@acts("round.deviated", again=show)
def differ(visit: Visit, form: Submitted, ref: str) -> Done:
    """Say what one's own organisation does not stand behind."""
    text = form.text("deviation-text", needed=True)
    form.require_sound()
    deviate(visit.session, review=ref, text=text, by=visit.by, at=visit.at)
    return Done(url_for("rounds.review", ref=ref), visit.say("round.is_deviated"))


@pages.post("/runder/<ref>/oppsummer")
@acts("round.summarised", again=show)
def summarise(visit: Visit, form: Submitted, ref: str) -> Done:
    """Assess every remark and draw the conclusion of the round."""
    row = by_ref(visit.session, Round, ref)
    found = [_assessment(form, remark) for remark in unassessed(visit.session, row.id)]
    form.require_sound()
    summarise_round(
        visit.session,
        review=ref,
        assessments=[each for each in found if each],
        hand_over_disagreement=form.ticked("split"),
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("rounds.review", ref=ref), visit.say("round.is_summarised"))


def _assessment(form: Submitted, remark: str) -> Assessment | None:
    """Return what became of a remark; None where the form has faults."""
    verdict = form.choice(f"verdict-{remark}", Verdict)
    reason = form.text(f"reason-{remark}", needed=True)
    if verdict is None:
        return None
    return Assessment(remark=remark, verdict=verdict, reason=reason)
