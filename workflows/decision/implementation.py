"""How far decisions are carried out (iverksetting), as plain rows at any time."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, among_given, owned, points_at, rows
from workflows.clock import norwegian_date
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem, ItemRow, items_of
from workflows.decision.followups import FollowUp, FollowUpReport, FollowUpState
from workflows.decision.meetings import Treatment
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


def follow_ups(
    session: Session,
    *,
    cases: Collection[str] | None = None,
    refs: Collection[str] | None = None,
    at: datetime | None = None,
) -> list[FollowUpRow]:
    """Return the follow-ups assigned up to `at`, by reference: of some cases or all.

    Or those of some references. Those of closed cases are among them: closing hides
    nothing (INV-19).
    """
    query = _reported(cases=cases is not None, refs=refs is not None)
    found = rows(session, query, at=at, cases=cases, refs=refs)
    latest = {row.ref: row for row in found}
    states = fold(session, at=at, refs=latest.keys())
    return [_row(row, FollowUpState(states[ref])) for ref, row in latest.items()]


def follow_up_states(
    session: Session, *, at: datetime
) -> list[tuple[str, str, FollowUpState]]:
    """Return (follow-up, decision item, state) of all that were assigned up to `at`."""
    found = rows(session, _ASSIGNED, at=at)
    states = fold(session, at=at, refs=[row.ref for row in found])
    return [(row.ref, row.item, FollowUpState(states[row.ref])) for row in found]


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


@functools.cache
def _reported(*, cases: bool, refs: bool) -> Select[*tuple[Any, ...]]:
    """Each follow-up with each report on it; the latest comes last."""
    query = (
        select(
            FollowUp.ref,
            Case.ref.label("case"),
            DecisionItem.ref.label("item"),
            func.coalesce(Person.ref, FollowUp.unit).label("responsible"),
            FollowUpReport.deadline,
            FollowUpReport.next_report,
            FollowUpReport.reported_at,
            FollowUpReport.text,
            FollowUpReport.evidence,
        )
        .join(FollowUpReport, points_at(FollowUpReport.follow_up_id, FollowUp))
        .join(DecisionItem, points_at(FollowUp.item_id, DecisionItem))
        .join(Decision, points_at(DecisionItem.decision_id, Decision))
        .join(Treatment, points_at(Decision.treatment_id, Treatment))
        .join(Case, points_at(Treatment.case_id, Case))
        .outerjoin(Person, points_at(FollowUp.person_id, Person))
        .where(Case.municipality_id == MINE, FollowUpReport.reported_at <= AT)
        .order_by(FollowUp.ref, FollowUpReport.number)
    )
    if refs:
        query = query.where(among_given(FollowUp.ref, "refs"))
    return query.where(among_given(Case.ref, "cases")) if cases else query


_ASSIGNED = (
    select(FollowUp.ref, DecisionItem.ref.label("item"))
    .join(DecisionItem, points_at(FollowUp.item_id, DecisionItem))
    .where(FollowUp.municipality_id == MINE, FollowUp.assigned_at <= AT)
    .order_by(FollowUp.ref)
)


def _row(row: Any, state: FollowUpState) -> FollowUpRow:
    return FollowUpRow(
        ref=row.ref,
        case=row.case,
        item=row.item,
        state=state,
        deadline=row.deadline,
        responsible=row.responsible,
        next_report=row.next_report,
        last_reported_on=norwegian_date(row.reported_at),
        text=row.text,
        evidence=row.evidence,
    )
