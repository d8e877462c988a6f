"""How far decisions are carried out (iverksetting), as plain rows at any time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.base import all_of, get, owned
from workflows.clock import norwegian_date
from workflows.decision.decisions import DecisionItem, ItemRow, items_of
from workflows.decision.followups import FollowUp, FollowUpReport, FollowUpState
from workflows.decision.minutes import treatments_of
from workflows.people.persons import Person
from workflows.record.entries import fold


@dataclass(frozen=True, kw_only=True)
class FollowUpRow:
    """A follow-up as plain values, as it was at the time asked for.

    `responsible` is the person's reference, or the unit where no person is named.
    """

    ref: str
    case: str
    item: str
    state: FollowUpState
    deadline: date
    responsible: str
    next_report: date | None
    last_reported_on: date
    text: str
    evidence: str


def follow_ups(session: Session, *, at: datetime | None = None) -> list[FollowUpRow]:
    """Return every follow-up assigned up to `at`, by reference.

    Those of closed cases are among them: closing hides nothing (INV-19).
    """
    states, latest = fold(session, at=at), _latest_reports(session, at)
    cases = {item.ref: item.case for item in items_of(session)}
    return [
        _row(session, row, latest[row.id], FollowUpState(states[row.ref]), cases)
        for row in all_of(session, FollowUp, FollowUp.ref)
        if row.id in latest
    ]


def items_without_follow_up(
    session: Session, *, at: datetime | None = None
) -> list[ItemRow]:
    """Return the items of final decisions that lack the follow-up they need (L-02)."""
    followed = {row.item for row in follow_ups(session, at=at)}
    final = {row.ref for row in treatments_of(session, at=at) if row.is_final}
    return [
        item
        for item in items_of(session, at=at)
        if item.needs_follow_up and item.treatment in final and item.ref not in followed
    ]


def reports_of(session: Session, followup: FollowUp) -> Sequence[FollowUpReport]:
    """Return the reports on a follow-up, oldest first; the first is its assignment."""
    query = owned(session, FollowUpReport).where(
        FollowUpReport.follow_up_id == followup.id
    )
    return session.scalars(query.order_by(FollowUpReport.number)).all()


def _latest_reports(
    session: Session, at: datetime | None
) -> dict[uuid.UUID, FollowUpReport]:
    query = owned(session, FollowUpReport).order_by(FollowUpReport.number)
    if at:
        query = query.where(FollowUpReport.reported_at <= at)
    return {report.follow_up_id: report for report in session.scalars(query)}


def _row(
    session: Session,
    row: FollowUp,
    report: FollowUpReport,
    state: FollowUpState,
    cases: dict[str, str],
) -> FollowUpRow:
    item = get(session, DecisionItem, row.item_id)
    return FollowUpRow(
        ref=row.ref,
        case=cases[item.ref],
        item=item.ref,
        state=state,
        deadline=report.deadline,
        responsible=_responsible(session, row),
        next_report=report.next_report,
        last_reported_on=norwegian_date(report.reported_at),
        text=report.text,
        evidence=report.evidence,
    )


def _responsible(session: Session, row: FollowUp) -> str:
    return get(session, Person, row.person_id).ref if row.person_id else row.unit
