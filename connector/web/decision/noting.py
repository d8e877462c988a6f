"""When a body takes note of what is carried out, and when an item is looked at anew."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import url_for

from connector.web.decision.cases import readable_case
from connector.web.decision.followups import reviews_of, show
from connector.web.forms import Submitted
from connector.web.guards import Done, acts
from connector.web.visits import Visit
from workflows.base import all_of, by_ref
from workflows.decision.followups import FollowUp, note_follow_ups
from workflows.decision.implementation import FollowUpRow, follow_ups
from workflows.decision.minutes import treatments_of
from workflows.decision.reviews import hold_review, set_review_date
from workflows.people.persons import Person

pages = APIBlueprint("noting", __name__, enable_openapi=False)


@pages.post("/oppfolging/<ref>/notert")
@acts("followup.noted", again=show)
def note(visit: Visit, form: Submitted, ref: str) -> Done:
    """Say in which treatment the body took note that it is carried out."""
    _readable(visit, ref)
    known = [row.ref for row in treatments_of(visit.session)]
    treatment = form.one_of("noted_in", known)
    form.require_sound()
    note_follow_ups(
        visit.session, followups=[ref], treatment=treatment, by=visit.by, at=visit.at
    )
    return _done(visit, ref, "is_noted")


@pages.post("/oppfolging/<ref>/vurdering")
@acts("review.set", again=show)
def plan(visit: Visit, form: Submitted, ref: str) -> Done:
    """Set the day when the decision item is looked at anew, and who sees to it."""
    row = _readable(visit, ref)
    day = form.day("review_on", needed=True)
    if day and day <= visit.today:
        form.fault("review_on", "noting.fault.review_on")
    people = [person.ref for person in all_of(visit.session, Person)]
    person = form.one_of("owner", people)
    form.require_sound()
    set_review_date(
        visit.session,
        item=row.item,
        review_on=day or visit.today,
        person=person,
        reason=form.text("review_reason"),
        by=visit.by,
        at=visit.at,
    )
    return _done(visit, ref, "is_planned")


@pages.post("/oppfolging/<ref>/vurdert")
@acts("review.held", again=show)
def hold(visit: Visit, form: Submitted, ref: str) -> Done:
    """Say what a new look came to."""
    row = _readable(visit, ref)
    open_ones = [each.ref for each in reviews_of(visit, row) if each.held_on is None]
    review = form.one_of("review", open_ones)
    text = form.text("held_text", needed=True)
    form.require_sound()
    hold_review(visit.session, review=review, text=text, by=visit.by, at=visit.at)
    return _done(visit, ref, "is_held")


def _readable(visit: Visit, ref: str) -> FollowUpRow:
    by_ref(visit.session, FollowUp, ref)
    row = next(each for each in follow_ups(visit.session) if each.ref == ref)
    readable_case(visit, row.case)
    return row


def _done(visit: Visit, ref: str, message: str) -> Done:
    where = url_for("followups.followup", ref=ref)
    return Done(where, visit.say(f"noting.{message}", ref=ref))
