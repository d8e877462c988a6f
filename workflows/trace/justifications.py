"""Why a decision rests on nothing from the development line (begrunnet uten grunnlag).

One of a short list of reasons, given in the decision line. A justified absence is never
coverage: it is counted for itself, and a use that comes later counts before it.
"""

from __future__ import annotations

import enum
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, by_ref, codes, get, refers_to, tenant
from workflows.decision.cases import Case
from workflows.decision.meetings import Result, Treatment
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, next_seq
from workflows.trace.uses import real_uses

DECIDED = frozenset({Result.FINAL, Result.DELEGATED})


class Absence(enum.StrEnum):
    """Why a decision has no basis from the development line.

    Sources: `URGENT` kommuneloven § 11-8, `DELEGATED` kommuneloven § 13-1 (delegation).
    """

    URGENT = "urgent"
    STATUTORY = "statutory"
    DELEGATED = "delegated"
    FORMAL = "formal"
    CONTINUED = "continued"
    OTHER = "other"


class JustifiedAbsence(Owned, Base, kw_only=True):
    """Why a final treatment rests on no output (begrunnelse). Immutable.

    The last one counts. `note` is in people's own words; `OTHER` cannot do without it.
    """

    __tablename__ = "justified_absence"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    treatment_id: Mapped[uuid.UUID]
    reason: Mapped[Absence] = mapped_column(codes(Absence))
    note: Mapped[str] = mapped_column(default="")
    mandate_id: Mapped[uuid.UUID | None]
    entry: Mapped[int]
    at: Mapped[datetime]


def justify_absence(
    session: Session,
    *,
    treatment: str,
    reason: Absence,
    note: str = "",
    by: Hat,
    at: datetime,
) -> JustifiedAbsence:
    """Say why a final decision rests on no output.

    Raises:
        RuleBrokenError: the treatment decided nothing, its case uses an output, or
            `OTHER` comes without a note.
    """
    permit(by, "decision.justified", at=at)
    row = by_ref(session, Treatment, treatment)
    _require_absence(session, row, at=at)
    if reason is Absence.OTHER and not note.strip():
        raise RuleBrokenError(f"{treatment}: {reason} needs a note", rule=_RULE)
    justified = JustifiedAbsence(
        treatment_id=row.id,
        reason=reason,
        note=note,
        mandate_id=by.mandate_id,
        entry=next_seq(session),
        at=at,
    )
    session.add(justified)
    facts = {"reason": reason.value}
    append(session, "decision.justified", row, by=by, at=at, facts=facts)
    return justified


def justified_absences(
    session: Session, *, at: datetime | None = None
) -> dict[str, JustifiedAbsence]:
    """Return the reason that counts up to `at`, by the treatment it was given for."""
    query = (
        select(Treatment.ref, JustifiedAbsence)
        .join(Treatment, Treatment.id == JustifiedAbsence.treatment_id)
        .where(JustifiedAbsence.municipality_id == tenant(session))
        .order_by(JustifiedAbsence.entry)
    )
    if at:
        query = query.where(JustifiedAbsence.at <= at)
    return {found[0]: found[1] for found in session.execute(query)}


_RULE = "a justified absence"


def _require_absence(session: Session, treatment: Treatment, *, at: datetime) -> None:
    if not treatment.is_final or treatment.result not in DECIDED:
        raise RuleBrokenError(f"{treatment.ref} is no final decision", rule=_RULE)
    case = get(session, Case, treatment.case_id).ref
    if used := [use.output for use in real_uses(session, cases=[case], at=at)]:
        raise RuleBrokenError(f"{case} rests on {', '.join(used)}", rule=_RULE)
