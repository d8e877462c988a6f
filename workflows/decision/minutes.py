"""What the minutes said: the treatments as they were registered, read back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import among, owned, points_at, tenant
from workflows.decision.bodies import Body, BodyKind
from workflows.decision.cases import Case
from workflows.decision.meetings import (
    BodyMeeting,
    DissentNote,
    ImportSource,
    NumberType,
    Proposal,
    Result,
    Treatment,
    TreatmentCorrection,
    Vote,
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
    at: datetime | None = None,
) -> list[TreatmentRow]:
    """Return the treatments registered up to `at`, of one case, of some or of all.

    The order is that of the days they were treated, then of registration.
    """
    query = (
        select(Treatment, Case.ref, Body.ref, Body.kind, BodyMeeting.ref)
        .join(Case, points_at(Treatment.case_id, Case))
        .join(Body, points_at(Treatment.body_id, Body))
        .outerjoin(BodyMeeting, points_at(Treatment.meeting_id, BodyMeeting))
        .where(Treatment.municipality_id == tenant(session))
        .order_by(Treatment.treated_on, Treatment.registered_at, Treatment.ref)
    )
    wanted = cases if case is None else [case]
    if wanted is not None:
        query = query.where(among(Case.ref, wanted))
    if at:
        query = query.where(Treatment.registered_at <= at)
    corrected = _corrections(session, wanted, at)
    return [_row(corrected, *found) for found in session.execute(query)]


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
    rows = session.scalars(query).all()
    return sorted(rows, key=lambda row: (row.subject, row.group or ""))


def proposals_of(session: Session, treatment: Treatment) -> Sequence[Proposal]:
    """Return the proposals put forward, by number."""
    query = owned(session, Proposal).where(Proposal.treatment_id == treatment.id)
    return session.scalars(query.order_by(Proposal.number)).all()


def dissent_in(session: Session, treatment: Treatment) -> Sequence[DissentNote]:
    """Return the statements entered in the minutes, in their order there."""
    query = owned(session, DissentNote).where(DissentNote.treatment_id == treatment.id)
    return session.scalars(query.order_by(DissentNote.position)).all()


def _corrections(
    session: Session, cases: Collection[str] | None, at: datetime | None
) -> dict[uuid.UUID, TreatmentCorrection]:
    """Return the last correction up to `at` of each treatment that has one."""
    query = owned(session, TreatmentCorrection).order_by(TreatmentCorrection.number)
    if cases is not None:
        query = (
            query.join(
                Treatment, points_at(TreatmentCorrection.treatment_id, Treatment)
            )
            .join(Case, points_at(Treatment.case_id, Case))
            .where(among(Case.ref, cases))
        )
    if at:
        query = query.where(TreatmentCorrection.corrected_at <= at)
    return {row.treatment_id: row for row in session.scalars(query)}


def _row(
    corrected: Mapping[uuid.UUID, TreatmentCorrection],
    treatment: Treatment,
    case: str,
    body: str,
    kind: BodyKind,
    meeting: str | None,
) -> TreatmentRow:
    told = corrected.get(treatment.id, treatment)
    return TreatmentRow(
        ref=treatment.ref,
        case=case,
        body=body,
        body_kind=kind,
        meeting=meeting,
        number=treatment.number,
        number_type=treatment.number_type,
        result=told.result,
        is_final=told.is_final,
        is_unanimous=treatment.is_unanimous,
        recommendation_from=treatment.recommendation_from,
        recommendation=treatment.recommendation,
        asked=treatment.asked,
        treated_on=treatment.treated_on,
        minutes=treatment.minutes,
        findings=tuple(treatment.findings),
        registered_at=treatment.registered_at,
    )
