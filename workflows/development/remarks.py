"""Remarks in a round, and what became of each of them."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    looked_up_by,
    owned,
    refers_to,
)
from workflows.errors import RuleBrokenError
from workflows.people.kinds import Party
from workflows.people.mandates import holder_of
from workflows.people.notices import NoticeKind, notify_parties, notify_person


class Verdict(enum.StrEnum):
    """What became of a remark."""

    TAKEN_IN = "taken_in"
    PARTLY = "partly"
    NOT_TAKEN_IN = "not_taken_in"
    OUT_OF_SCOPE = "out_of_scope"


Author = Party | uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What became of a remark, and why; `also` names like remarks that share it."""

    remark: str
    verdict: Verdict
    reason: str
    also: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        """The references of all the remarks that this is about."""
        return [self.remark, *self.also]


class Remark(Owned, Base, kw_only=True):
    """A remark (merknad) in a round; a safety rep's has no party. Immutable."""

    __tablename__ = "remark"
    __table_args__ = (
        refers_to("review_round", "round_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("round_id"),
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
    __table_args__ = (
        refers_to("remark", "remark_id"),
        looked_up_by("remark_id"),
        IMMUTABLE,
    )

    remark_id: Mapped[uuid.UUID]
    verdict: Mapped[Verdict] = mapped_column(codes(Verdict))
    reason: Mapped[str]
    at: Mapped[datetime]


def assess(
    session: Session, assessments: Iterable[Assessment], *, at: datetime
) -> None:
    """Store a verdict with a reason on each remark named; see `require_each_once`."""
    session.add_all(
        RemarkAssessment(
            remark_id=by_ref(session, Remark, ref).id,
            verdict=each.verdict,
            reason=each.reason,
            at=at,
        )
        for each in assessments
        for ref in each.remarks
    )


def require_each_once(
    where: str, assessments: Iterable[Assessment], own: Collection[str]
) -> None:
    """Raise unless each remark named is one of `own`, named once, with a reason.

    Raises:
        RuleBrokenError: of SM-3; `where` is the reference of the round or hearing.
    """
    seen: set[str] = set()
    for each in assessments:
        if not each.reason.strip():
            raise RuleBrokenError(f"{each.remark}: a reason is needed", rule="SM-3")
        for ref in each.remarks:
            if ref not in own or ref in seen:
                raise RuleBrokenError(
                    f"{where}: {ref} is not one of its remarks, or named twice",
                    rule="SM-3",
                )
            seen.add(ref)


def tell_authors(
    session: Session, round_id: uuid.UUID, review: str, *, at: datetime
) -> None:
    """Tell each author, a party or a person, once what became of all its remarks.

    Also those whose remarks were not taken in. `review` is the round's reference.
    """
    told: dict[Author, dict[str, str]] = {}
    for remark in remarks_in(session, round_id):
        found = assessment_of(session, remark)
        if found:
            told.setdefault(_author(session, remark), {})[remark.ref] = found.verdict
    for author, verdicts in told.items():
        _tell(session, author, review, facts={"remarks": verdicts}, at=at)


def _author(session: Session, remark: Remark) -> Author:
    """A party's remark is the party's; others, as a safety rep's, are a person's."""
    if remark.party or remark.mandate_id is None:
        return remark.party
    return holder_of(session, remark.mandate_id).id


def _tell(
    session: Session,
    author: Author,
    review: str,
    *,
    facts: dict[str, Any],
    at: datetime,
) -> None:
    kind = NoticeKind.REMARK_ASSESSED
    if isinstance(author, Party):
        notify_parties(session, kind, review, at=at, parties=[author], facts=facts)
    elif author:
        notify_person(session, kind, review, person_id=author, at=at, facts=facts)


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
