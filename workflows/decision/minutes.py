"""What the minutes said: the treatments as they were registered, read back."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, among_given, owned, points_at, rows
from workflows.decision.bodies import Body, BodyKind
from workflows.decision.cases import Case
from workflows.decision.meetings import (
    BodyMeeting,
    CastingVote,
    DissentNote,
    ImportSource,
    NumberType,
    Proposal,
    Result,
    Treatment,
    TreatmentCorrection,
    Vote,
    case_number,
)


@dataclass(frozen=True, kw_only=True)
class TreatmentRow:
    """A treatment as plain values. `number` is None where the body gave none.

    `result` and `is_final` are as last corrected.
    """

    ref: str
    case: str
    body: str
    body_kind: BodyKind
    meeting: str | None
    number: str | None
    number_type: NumberType
    result: Result
    is_final: bool
    is_unanimous: bool
    recommendation_from: str
    recommendation: str
    asked: str
    treated_on: date
    minutes: str
    findings: tuple[str, ...]
    registered_at: datetime


def treatments_of(
    session: Session,
    case: str | None = None,
    *,
    cases: Collection[str] | None = None,
    refs: Collection[str] | None = None,
    at: datetime | None = None,
) -> list[TreatmentRow]:
    """Return the treatments registered up to `at`, of one case, of some or of all.

    Or those of some references. The order is that of the days they were treated, then
    of registration.
    """
    wanted = cases if case is None else [case]
    query = _treatments(cases=wanted is not None, refs=refs is not None)
    given: dict[str, Any] = {"cases": wanted, "refs": refs}
    # Each row once for each correction; the last one comes last, and counts.
    found = {row.id: row for row in rows(session, query, at=at, **given)}
    return [_row(row) for row in found.values()]


def result_corrections(
    session: Session, treatment: Treatment, *, at: datetime | None = None
) -> Sequence[TreatmentCorrection]:
    """Return the corrections of a treatment's result up to `at`, the oldest first."""
    query = owned(session, TreatmentCorrection).where(
        TreatmentCorrection.treatment_id == treatment.id
    )
    if at:
        query = query.where(TreatmentCorrection.corrected_at <= at)
    return session.scalars(query.order_by(TreatmentCorrection.number)).all()


def final_treatment(
    session: Session, case: str, *, at: datetime | None = None
) -> TreatmentRow | None:
    """Return the latest final treatment of a case known at `at`, None without one."""
    final = [row for row in treatments_of(session, case, at=at) if row.is_final]
    return final[-1] if final else None


def find_imported(session: Session, source: ImportSource) -> Treatment | None:
    """Return the treatment that was imported from this source, None when not yet."""
    query = owned(session, Treatment).where(
        Treatment.source_system == source.system, Treatment.source_id == source.key
    )
    return session.scalars(query).one_or_none()


def votes_of(session: Session, treatment: Treatment) -> Sequence[Vote]:
    """Return the votes on a treatment by subject, the whole body's first."""
    query = owned(session, Vote).where(Vote.treatment_id == treatment.id)
    votes = session.scalars(query).all()
    return sorted(votes, key=lambda row: (row.subject, row.group or ""))


def has_casting_vote(session: Session, treatment: Treatment) -> bool:
    """Return whether the leader of the meeting settled a tie (dobbeltstemme)."""
    query = owned(session, CastingVote).where(CastingVote.treatment_id == treatment.id)
    return session.scalars(query).first() is not None


def proposals_of(session: Session, treatment: Treatment) -> Sequence[Proposal]:
    """Return the proposals put forward, by number."""
    query = owned(session, Proposal).where(Proposal.treatment_id == treatment.id)
    return session.scalars(query.order_by(Proposal.number)).all()


def dissent_in(session: Session, treatment: Treatment) -> Sequence[DissentNote]:
    """Return the statements entered in the minutes, in their order there."""
    query = owned(session, DissentNote).where(DissentNote.treatment_id == treatment.id)
    return session.scalars(query.order_by(DissentNote.position)).all()


@functools.cache
def _treatments(*, cases: bool, refs: bool) -> Select[*tuple[Any, ...]]:
    of_treatment = points_at(TreatmentCorrection.treatment_id, Treatment)
    corrected = and_(of_treatment, TreatmentCorrection.corrected_at <= AT)
    query = (
        select(
            *(Treatment.id, Treatment.ref, Treatment.number_type, Treatment.number_seq),
            *(Treatment.number_year, Treatment.result, Treatment.is_final),
            *(Treatment.is_unanimous, Treatment.recommendation_from),
            *(Treatment.recommendation, Treatment.asked, Treatment.treated_on),
            *(Treatment.minutes, Treatment.findings, Treatment.registered_at),
            *(Case.ref.label("case"), Body.ref.label("body"), Body.kind),
            *(
                BodyMeeting.ref.label("meeting"),
                TreatmentCorrection.result.label("told"),
            ),
            TreatmentCorrection.is_final.label("is_final_now"),
        )
        .join(Case, points_at(Treatment.case_id, Case))
        .join(Body, points_at(Treatment.body_id, Body))
        .outerjoin(BodyMeeting, points_at(Treatment.meeting_id, BodyMeeting))
        .outerjoin(TreatmentCorrection, corrected)
        .where(Case.municipality_id == MINE, Treatment.registered_at <= AT)
        .order_by(Treatment.treated_on, Treatment.registered_at, Treatment.ref)
        .order_by(TreatmentCorrection.number)
    )
    if refs:
        query = query.where(among_given(Treatment.ref, "refs"))
    return query.where(among_given(Case.ref, "cases")) if cases else query


def _row(row: Any) -> TreatmentRow:
    return TreatmentRow(
        ref=row.ref,
        case=row.case,
        body=row.body,
        body_kind=row.kind,
        meeting=row.meeting,
        number=case_number(row.number_type, row.number_seq, row.number_year),
        number_type=row.number_type,
        result=row.told or row.result,
        is_final=row.is_final if row.told is None else row.is_final_now,
        is_unanimous=row.is_unanimous,
        recommendation_from=row.recommendation_from,
        recommendation=row.recommendation,
        asked=row.asked,
        treated_on=row.treated_on,
        minutes=row.minutes,
        findings=tuple(row.findings),
        registered_at=row.registered_at,
    )
