"""Follow-ups: what is to be carried out by whom and when, and the form to report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for
from sqlalchemy import select

from connector.web.days import short_day
from connector.web.decision.cases import bodies, readable_case
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, open_to_all, reads
from connector.web.people.rights import hidden_from
from connector.web.speech import body_name
from connector.web.trace.history import entries_for
from connector.web.trace.pictures import picture_of
from connector.web.visits import Visit
from workflows.base import all_of, by_ref, tenant
from workflows.decision.decisions import DecisionItem, items_of
from workflows.decision.followups import (
    BY_DECISION,
    REPORTABLE,
    FollowUp,
    FollowUpState,
    report_follow_up,
)
from workflows.decision.implementation import FollowUpRow, follow_ups, reports_of
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.decision.reviews import ReviewRow, reviews
from workflows.errors import NotFoundError
from workflows.people.persons import Person
from workflows.people.reading import Matter
from workflows.trace.comments import comments

pages = APIBlueprint("followups", __name__, enable_openapi=False)

URGENT = (
    FollowUpState.DELAYED,
    FollowUpState.BLOCKED,
    FollowUpState.NOT_STARTED,
    FollowUpState.IN_PROGRESS,
    FollowUpState.IMPLEMENTED,
)


@pages.get("/oppfolging")
@open_to_all
def listing(visit: Visit) -> str:
    """Show every follow-up, the late ones first."""
    hidden = hidden_from(visit).cases
    rows = [row for row in follow_ups(visit.session) if row.case not in hidden]
    return render_template(
        "decision/followups.html",
        rows=sorted(rows, key=lambda row: (_urgency(row), row.deadline)),
        people=_people(visit),
        items={item.ref: item for item in _items(visit)},
    )


@pages.get("/oppfolging/<ref>")
@reads(Matter.FOLLOW_UP)
def followup(visit: Visit, ref: str) -> str:
    """Show a follow-up with its reports."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page of a follow-up, with the form for those who report."""
    row = by_ref(visit.session, FollowUp, ref)
    told = next(iter(follow_ups(visit.session, refs=[ref])), None)
    if told is None:
        raise NotFoundError("FollowUp", ref)
    case = readable_case(visit, told.case)
    return render_template(
        "decision/followup.html",
        row=told,
        case=case,
        reports=reports_of(visit.session, row),
        treatments=_treatments(visit),
        states=[state for state in FollowUpState if state in REPORTABLE],
        comments=[
            each
            for each in comments(visit.session, cases=[told.case], at=visit.at)
            if each.about == ref
        ],
        item=items_of(visit.session, refs=[told.item])[0],
        may_report=visit.may("followup.reported"),
        reviews=reviews_of(visit, told),
        owners=_owners(visit) if visit.may("review.set") else [],
        history=entries_for(visit, ref),
        picture=picture_of(visit, ref),
        form=form or Submitted(),
        people=_people(visit),
        items={told.item: by_ref(visit.session, DecisionItem, told.item)},
    )


@pages.post("/oppfolging/<ref>")
@acts("followup.reported", again=show)
def report(visit: Visit, form: Submitted, ref: str) -> Done:
    """Report how a follow-up goes."""
    state = form.choice("state", FollowUpState)
    text = form.text("text", needed=True)
    treatment = form.one_of(
        "treatment", [row.ref for row in treatments_of(visit.session)], needed=False
    )
    evidence, notice = form.text("evidence"), form.text("notice")
    next_report = form.day("next_report")
    if state is FollowUpState.BLOCKED and not (notice or treatment):
        form.fault("notice", "followup.fault.notice")
    if state is FollowUpState.IMPLEMENTED and not evidence:
        form.fault("evidence", "followup.fault.evidence")
    if state in BY_DECISION and not treatment:
        form.fault("treatment", "followup.fault.treatment")
    form.require_sound()
    report_follow_up(
        visit.session,
        followup=ref,
        state=state or FollowUpState.IN_PROGRESS,
        text=text,
        evidence=evidence,
        notice=notice,
        treatment=treatment or None,
        next_report=next_report,
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("followup.done", ref=ref)
    return Done(url_for("followups.followup", ref=ref), message)


def reviews_of(visit: Visit, row: FollowUpRow) -> list[ReviewRow]:
    """Return the days of a new look at what is carried out, the earliest first."""
    found = reviews(visit.session, at=visit.at)
    return [each for each in found if each.item.ref == row.item]


def _owners(visit: Visit) -> list[tuple[str, str]]:
    people = all_of(visit.session, Person, Person.ref)
    return sorted(((person.ref, person.name) for person in people), key=lambda p: p[1])


def _treatments(visit: Visit) -> list[tuple[str, str]]:
    """Return the treatments to choose from, the newest first."""
    known = bodies(visit)
    return [
        (row.ref, _told(row, body_name(known[row.body])))
        for row in reversed(treatments_of(visit.session))
    ]


def _told(row: TreatmentRow, body: str) -> str:
    return f"{body} {row.number or ''} {short_day(row.treated_on)} ({row.case})"


def _people(visit: Visit) -> dict[str, Person]:
    return {person.ref: person for person in all_of(visit.session, Person)}


def _items(visit: Visit) -> Sequence[Any]:
    mine = DecisionItem.municipality_id == tenant(visit.session)
    return visit.session.execute(
        select(DecisionItem.ref, DecisionItem.text).where(mine)
    ).all()


def _urgency(row: FollowUpRow) -> int:
    return URGENT.index(row.state) if row.state in URGENT else len(URGENT)
