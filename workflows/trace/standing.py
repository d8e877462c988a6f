"""How things stand: projects, mandates, follow-ups, missing reports, parity, dissent.

Each function returns plain rows as they were at an instant. Facts carry the time when
they were registered; states are folded from the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, all_of, points_at, rows, tenant
from workflows.clock import norwegian_date, oslo
from workflows.decision.changes import (
    NOTED,
    Change,
    ChangedRow,
    changed_in,
    noted_as,
)
from workflows.decision.decisions import items_of
from workflows.decision.implementation import follow_ups as assigned
from workflows.decision.minutes import treatments_of
from workflows.decision.reviews import ReviewRow
from workflows.decision.reviews import reviews as planned_reviews
from workflows.decision.tertials import tertial_of
from workflows.development.documents import Document, Version
from workflows.development.parity import Access, all_accesses, gap_minutes
from workflows.development.positions import PartyPosition
from workflows.development.projects import Project
from workflows.development.reports import missing_reports
from workflows.development.rounds import Round
from workflows.development.seals import is_sealed
from workflows.people.mandates import mandates_given
from workflows.people.persons import Person
from workflows.record.entries import acts_told, states_since
from workflows.trace.inputs import counted_as
from workflows.trace.uses import handovers, uses

Rows = list[dict[str, Any]]


def projects(session: Session, *, at: datetime) -> Rows:
    """Return each project with its state and the day it was reached."""
    found = rows(session, _PROJECTS)
    told = states_since(session, at=at, refs=[project.ref for project in found])
    return [
        {
            "project": project.ref,
            "name": project.name,
            "state": told[project.ref][0].upper(),
            "since": norwegian_date(told[project.ref][1]).isoformat(),
        }
        for project in found
        if project.ref in told
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
            "status": counted_as(row.state),
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
    told = all_accesses(session, at=at)
    return [
        {
            "round": review.ref,
            "document": review.version,
            "made_available_at": oslo(review.made_available_at).isoformat(),
            "first_opened": _opened(told.get(review.ref, ())),
            "gap_minutes": gap_minutes(told.get(review.ref, ())),
        }
        for review in rows(session, _MADE_AVAILABLE, at=at)
        if not is_sealed(review, at=at)
    ]


def dissent(session: Session, *, at: datetime, hidden: Container[str] = ()) -> Rows:
    """Return each dissent, verbatim, with where it has been printed for others.

    That it was printed in a case of `hidden` is not told.
    """
    query = (
        select(PartyPosition, Document.ref, Version.number)
        .join(Version, points_at(PartyPosition.version_id, Version))
        .join(Document, points_at(Version.document_id, Document))
        .where(
            PartyPosition.municipality_id == tenant(session),
            PartyPosition.dissent.is_not(None),
            PartyPosition.at <= at,
        )
        .order_by(Document.ref, PartyPosition.party)
    )
    found = session.execute(query).all()
    outputs = {ref for _, ref, _ in found}
    printed = _printed_in(session, outputs, at=at, hidden=hidden)
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
        for row, ref, number in found
    ]


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


def _noted_in(session: Session, *, at: datetime) -> dict[str, str]:
    """Return follow-up → the treatment where its body took note of it."""
    return {
        ref: entry.subject
        for entry in acts_told(session, [NOTED], at=at)
        for ref in entry.states
    }


def _opened(accesses: Sequence[Access]) -> dict[str, str | None]:
    """The first opening by party; None is unknown, never «not opened»."""
    return {
        access.party.value: oslo(access.first_opened_at).isoformat()
        if access.first_opened_at
        else None
        for access in accesses
    }


def _printed_in(
    session: Session,
    outputs: Collection[str],
    *,
    at: datetime,
    hidden: Container[str],
) -> dict[str, list[str]]:
    printed: dict[str, list[str]] = {}
    for handover, output in handovers(session, outputs=outputs, at=at):
        printed[output.ref] = [f"handover {handover.handed_over_on}"]
    for use in uses(session, outputs=outputs, at=at):
        if use.case not in hidden:
            printed.setdefault(use.output, []).append(use.case)
    return printed


_PROJECTS = (
    select(Project.ref, Project.name)
    .where(Project.municipality_id == MINE)
    .order_by(Project.ref)
)
_MADE_AVAILABLE = (
    select(
        *(Round.ref, Round.made_available_at, Round.visibility, Round.closed_at),
        Version.ref.label("version"),
    )
    .join(Version, points_at(Round.version_id, Version))
    .where(Round.municipality_id == MINE, Round.made_available_at <= AT)
    .order_by(Round.ref)
)
