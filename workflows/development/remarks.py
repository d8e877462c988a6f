"""Remarks in a round, and what became of each of them."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    owned,
    refers_to,
)
from workflows.errors import RuleBrokenError
from workflows.people.kinds import Party


class Verdict(enum.StrEnum):
    """What became of a remark."""

    TAKEN_IN = "taken_in"
    PARTLY = "partly"
    NOT_TAKEN_IN = "not_taken_in"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What became of one remark, and why."""

    remark: str
    verdict: Verdict
    reason: str


class Remark(Owned, Base, kw_only=True):
    """A remark (merknad) in a round; a safety rep's has no party. Immutable."""

    __tablename__ = "remark"
    __table_args__ = (
        refers_to("review_round", "round_id"),
        UniqueConstraint(TENANT, "ref"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    round_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID | None]
    party: Mapped[Party | None] = mapped_column(codes(Party), default=None)
    text: Mapped[str]
    is_late: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class RemarkAssessment(Owned, Base, kw_only=True):
    """The verdict (vurdering) on a remark with its reason. Immutable."""

    __tablename__ = "remark_assessment"
    __table_args__ = (refers_to("remark", "remark_id"), IMMUTABLE)

    remark_id: Mapped[uuid.UUID]
    verdict: Mapped[Verdict] = mapped_column(codes(Verdict))
    reason: Mapped[str]
    at: Mapped[datetime]


def assess(
    session: Session, assessments: Iterable[Assessment], *, at: datetime
) -> None:
    """Store a verdict with a reason on each remark named."""
    for each in assessments:
        if not each.reason.strip():
            raise RuleBrokenError(f"{each.remark}: a reason is needed", rule="SM-3")
        remark = by_ref(session, Remark, each.remark)
        session.add(
            RemarkAssessment(
                remark_id=remark.id, verdict=each.verdict, reason=each.reason, at=at
            )
        )


def remarks_in(session: Session, round_id: uuid.UUID) -> Sequence[Remark]:
    """Return the remarks of a round in the order of their references."""
    query = owned(session, Remark).where(Remark.round_id == round_id)
    return session.scalars(query.order_by(Remark.ref)).all()


def assessment_of(session: Session, remark: Remark) -> RemarkAssessment | None:
    """Return what became of a remark, None while nobody has said."""
    query = owned(session, RemarkAssessment).where(
        RemarkAssessment.remark_id == remark.id
    )
    return session.scalars(query).one_or_none()


def unassessed(session: Session, round_id: uuid.UUID) -> list[str]:
    """Return the references of remarks that still lack a verdict."""
    return [
        remark.ref
        for remark in remarks_in(session, round_id)
        if assessment_of(session, remark) is None
    ]
