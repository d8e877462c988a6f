"""How things stand: projects, mandates, follow-ups, missing reports, parity, dissent.

Each function returns plain rows as they were at an instant. Facts carry the time when
they were registered; states are folded from the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import all_of, get, tenant
from workflows.clock import norwegian_date, oslo
from workflows.decision.changes import Change, ChangedRow, changed_in, noted_as
from workflows.decision.decisions import items_of
from workflows.decision.followups import FollowUpState
from workflows.decision.implementation import follow_ups as assigned
from workflows.decision.meetings import Treatment
from workflows.decision.minutes import treatments_of
from workflows.decision.reviews import ReviewRow
from workflows.decision.reviews import reviews as planned_reviews
from workflows.decision.tertials import tertial_of
from workflows.development.documents import Document, Version
from workflows.development.parity import Access, accesses_told, gap_minutes
from workflows.development.positions import PartyPosition
from workflows.development.projects import Project
from workflows.development.remarks import (
    Remark,
    RemarkAssessment,
    assessment_of,
)
from workflows.development.reports import missing_reports
from workflows.development.rounds import Round, text_of
from workflows.development.seals import is_sealed, remarks_shown
from workflows.people.kinds import Party
from workflows.people.mandates import mandates_given
from workflows.people.persons import Person
from workflows.record.entries import Entry, entries_until, fold, since
from workflows.trace.outcomes import OutcomeRow, outcomes, summary
from workflows.trace.status_only import worst
from workflows.trace.uses import handovers, uses

Rows = list[dict[str, Any]]


def projects(session: Session, *, at: datetime) -> Rows:
    """Return each project with its state and the day it was reached."""
    found = all_of(session, Project, Project.ref)
    refs = [project.ref for project in found]
    states = fold(session, at=at, refs=refs)
    reached = since(session, at=at, refs=refs)
    return [
        {
            "project": project.ref,
            "name": project.name,
            "state": states[project.ref].upper(),
            "since": norwegian_date(reached[project.ref]).isoformat(),
        }
        for project in found
        if project.ref in states
    ]


def mandates(session: Session, *, at: datetime) -> Rows:
    """Return each mandate given up to then; `holds` tells whether it holds that day."""
    day = norwegian_date(at)
    people = {person.id: person for person in all_of(session, Person)}
    return [
        {
            "mandate": row.ref,
            "person": people[row.person_id].ref,
            "name": people[row.person_id].name,
            "role": row.role.value,
            "party": row.party.value if row.party else None,
            "organisation": row.organisation,
            "signs": row.signs,
            "from": row.valid_from.isoformat(),
            "to": row.valid_to.isoformat() if row.valid_to else None,
            "holds": row.valid_from <= day
            and (not row.valid_to or day <= row.valid_to),
        }
        for row in mandates_given(session, at=at)
    ]


def follow_ups(session: Session, *, at: datetime) -> Rows:
    """Return each follow-up; one that its body has noted counts as implemented."""
    items = {row.ref: row for row in items_of(session, at=at)}
    noted = _noted_in(session, at=at)
    told = {row.ref: noted_as(row) for row in treatments_of(session, at=at)}
    names = {person.ref: person.name for person in all_of(session, Person)}
    return [
        {
            "follow_up": row.ref,
            "case": row.case,
            "item": items[row.item].number,
            "text": items[row.item].text,
            "status": _counted(row.state),
            "deadline": row.deadline.isoformat(),
            "responsible": names.get(row.responsible, row.responsible),
            "evidence": row.evidence,
            "noted_in": noted.get(row.ref),
            "noted_as": told.get(noted.get(row.ref, "")),
        }
        for row in assigned(session, at=at)
    ]


def follow_up_changes(session: Session, *, at: datetime) -> Rows:
    """Return what changed in the tertial so far, follow-up by follow-up."""
    rows = changed_in(session, tertial_of(norwegian_date(at)), at=at)
    return [_changed(row) for row in rows]


def reviews(session: Session, *, at: datetime) -> Rows:
    """Return each review date, with whether it has passed without a review."""
    return [_review(row) for row in planned_reviews(session, at=at)]


def missing(session: Session, *, at: datetime) -> Rows:
    """Return each status report that was due and is not there."""
    return [
        {"project": project.ref, "name": project.name, "due": day.isoformat()}
        for project, day in missing_reports(session, at=at)
    ]


def parity(session: Session, *, at: datetime) -> Rows:
    """Return when each round's text reached the parties, and the gap in minutes.

    From the entries of the record alone, as they were known at `at`. A round that was
    sealed then is left out: who has opened it comes close to who has answered.
    """
    rows = []
    told = entries_until(session, at)
    for review in all_of(session, Round, Round.ref):
        made = review.made_available_at
        if made is None or made > at or is_sealed(review, at=at):
            continue
        accesses = accesses_told(told, review.ref)
        rows.append(
            {
                "round": review.ref,
                "document": text_of(session, review)[0].ref,
                "made_available_at": oslo(made).isoformat(),
                "first_opened": _opened(accesses),
                "gap_minutes": gap_minutes(accesses),
            }
        )
    return rows


def dissent(session: Session, *, at: datetime, hidden: Container[str] = ()) -> Rows:
    """Return each dissent, verbatim, with where it has been printed for others.

    That it was printed in a case of `hidden` is not told.
    """
    query = (
        select(PartyPosition, Document.ref, Version.number)
        .join(Version, Version.id == PartyPosition.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            PartyPosition.municipality_id == tenant(session),
            PartyPosition.dissent.is_not(None),
            PartyPosition.at <= at,
        )
        .order_by(Document.ref, PartyPosition.party)
    )
    printed = _printed_in(session, at=at, hidden=hidden)
    return [
        {
            "output": ref,
            "version": number,
            "party": row.party.value,
            "position": row.position.value,
            "point": row.point,
            "text": row.dissent,
            "printed_in": printed.get(ref, []),
        }
        for row, ref, number in session.execute(query)
    ]


def what_became_of_input(
    session: Session,
    *,
    at: datetime,
    party: Party | None = None,
    hidden: Container[str] = (),
) -> Rows:
    """Return each remark with its verdict, and where the output went from there.

    Those of a round that was sealed then are shown to `party` when they are its own. Of
    the cases of `hidden` only one status is told: how the carrying out stands.
    """
    ended = outcomes(session, at=at)
    remarks = remarks_shown(session, at=at, party=party)
    return [_became(session, remark, ended, hidden, at=at) for remark in remarks]


def by_status(rows: Rows) -> dict[str, int]:
    """Return how many rows there are of each status."""
    return dict(Counter(row["status"] for row in rows))


def _changed(row: ChangedRow) -> dict[str, Any]:
    return {
        "follow_up": row.follow_up.ref,
        "case": row.follow_up.case,
        "body": row.decided.body,
        "item": row.item.number,
        "text": row.item.text,
        "status": row.follow_up.state.upper(),
        "deadline": row.follow_up.deadline.isoformat(),
        "responsible": row.responsible,
        "changes": [_change(change) for change in row.changes],
        "said": row.follow_up.text,
        "evidence": row.follow_up.evidence,
    }


def _change(change: Change) -> dict[str, str]:
    told = {"act": change.act, "on": change.on.isoformat()}
    return told | ({"noted_as": change.noted_as} if change.noted_as else {})


def _review(row: ReviewRow) -> dict[str, Any]:
    return {
        "review": row.ref,
        "case": row.item.case,
        "item": row.item.number,
        "text": row.item.text,
        "review_on": row.review_on.isoformat(),
        "owner": row.owner_name,
        "expired": row.is_expired,
        "said": row.text,
        "held_on": row.held_on.isoformat() if row.held_on else None,
    }


def _counted(state: str) -> str:
    if state == FollowUpState.NOTED_BY_BODY:
        return FollowUpState.IMPLEMENTED.value.upper()
    return state.upper()


def _noted_in(session: Session, *, at: datetime) -> dict[str, str]:
    """Return follow-up → the treatment where its body took note of it."""
    query = select(Entry).where(
        Entry.municipality_id == tenant(session),
        Entry.type == "followup.noted",
        Entry.at <= at,
    )
    treatments = {row.ref for row in all_of(session, Treatment)}
    found: dict[str, str] = {}
    for entry in session.scalars(query):
        where = next((ref for ref in entry.refs if ref in treatments), "")
        found |= dict.fromkeys(entry.states, where)
    return found


def _opened(accesses: Sequence[Access]) -> dict[str, str | None]:
    """The first opening by party; None is unknown, never «not opened»."""
    return {
        access.party.value: oslo(access.first_opened_at).isoformat()
        if access.first_opened_at
        else None
        for access in accesses
    }


def _printed_in(
    session: Session, *, at: datetime, hidden: Container[str]
) -> dict[str, list[str]]:
    printed: dict[str, list[str]] = {}
    for handover, output in handovers(session, at=at):
        printed[output.ref] = [f"handover {handover.handed_over_on}"]
    for use in uses(session, at=at):
        if use.case not in hidden:
            printed.setdefault(use.output, []).append(use.case)
    return printed


def _became(
    session: Session,
    remark: Remark,
    ended: Sequence[OutcomeRow],
    hidden: Container[str],
    *,
    at: datetime,
) -> dict[str, Any]:
    review = get(session, Round, remark.round_id)
    paper = text_of(session, review)[1]
    mine = [row for row in ended if row.output == paper.ref]
    told = [row for row in mine if row.case not in hidden]
    masked = [row for row in mine if row.case in hidden]
    return {
        "remark": remark.ref,
        "party": remark.party.value if remark.party else None,
        "text": remark.text,
        "assessment": _verdict(assessment_of(session, remark), at=at),
        "output": paper.ref,
        "case": told[-1].case if told else None,
        "outcome": _word(told),
        "follow_up": [
            *_following(session, told, at=at),
            *_status_of(_following(session, masked, at=at)),
        ],
    }


def _status_of(rows: list[dict[str, str]]) -> list[dict[str, str | None]]:
    """Return how several follow-ups stand in one word, and nothing else of them."""
    status = worst(row["status"].lower() for row in rows)
    return [{"follow_up": None, "status": status.upper()}] if status else []


def _word(ended: Sequence[OutcomeRow]) -> str | None:
    final = summary(row.code for row in ended)
    return final.value if final else None


def _verdict(found: RemarkAssessment | None, *, at: datetime) -> str | None:
    return found.verdict.value if found and found.at <= at else None


def _following(
    session: Session, ended: Sequence[OutcomeRow], *, at: datetime
) -> list[dict[str, str]]:
    items = {row.item_ref for row in ended if row.item_ref}
    return [
        {"follow_up": row.ref, "status": _counted(row.state)}
        for row in assigned(session, at=at)
        if row.item in items
    ]
