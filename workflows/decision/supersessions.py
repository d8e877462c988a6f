"""What replaces what: said by one treatment or by both, and shown at both.

A registered decision says what it supersedes. A source may say so too, of either: then
the other should say the same, and where it is silent that is a finding.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    codes,
    owned,
    refers_to,
    tenant,
)
from workflows.decision.decisions import Decision
from workflows.decision.meetings import NumberType, Treatment


class SupersessionClaim(Owned, Base, kw_only=True):
    """What a source says of a treatment (opplysning om erstatning).

    The other treatment is named by its number in a body, for it may come later or never
    be registered. `is_replaced` tells that the other replaces this one, else this one
    replaces the other.
    """

    __tablename__ = "supersession_claim"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        refers_to("body", "body_id"),
        UniqueConstraint(
            TENANT,
            "treatment_id",
            "is_replaced",
            "body_id",
            "number_type",
            "number_seq",
            "number_year",
        ),
        IMMUTABLE,
    )

    treatment_id: Mapped[uuid.UUID]
    is_replaced: Mapped[bool]
    body_id: Mapped[uuid.UUID]
    number_type: Mapped[NumberType] = mapped_column(codes(NumberType))
    number_seq: Mapped[int]
    number_year: Mapped[int]
    said_at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class TreatmentSupersession:
    """One treatment that replaces another, and which of the two says so."""

    earlier: str
    later: str
    is_said_by_earlier: bool = False
    is_said_by_later: bool = False

    @property
    def is_one_sided(self) -> bool:
        """Whether one of the two is silent."""
        return not (self.is_said_by_earlier and self.is_said_by_later)


def supersessions(
    session: Session, *, at: datetime | None = None
) -> list[TreatmentSupersession]:
    """Return what replaces what as said up to `at`, each pair once, by reference.

    What a source says of a treatment that is not registered is not among them.
    """
    found: dict[tuple[str, str], TreatmentSupersession] = {}
    for one in [*_claimed(session, at), *_registered(session, at)]:
        known = found.get((one.earlier, one.later), one)
        found[one.earlier, one.later] = replace(
            known,
            is_said_by_earlier=known.is_said_by_earlier or one.is_said_by_earlier,
            is_said_by_later=known.is_said_by_later or one.is_said_by_later,
        )
    return [found[pair] for pair in sorted(found)]


def claim_supersession(session: Session, claim: SupersessionClaim) -> None:
    """Store what a source says of a treatment; part of the import, once."""
    query = owned(session, SupersessionClaim).where(
        SupersessionClaim.treatment_id == claim.treatment_id,
        SupersessionClaim.is_replaced == claim.is_replaced,
        SupersessionClaim.body_id == claim.body_id,
        SupersessionClaim.number_type == claim.number_type,
        SupersessionClaim.number_seq == claim.number_seq,
        SupersessionClaim.number_year == claim.number_year,
    )
    if session.scalars(query).one_or_none() is None:
        session.add(claim)
        session.flush()


def _claimed(session: Session, at: datetime | None) -> Iterator[TreatmentSupersession]:
    other = aliased(Treatment)
    query = (
        select(SupersessionClaim, Treatment.ref, other.ref)
        .join(Treatment, Treatment.id == SupersessionClaim.treatment_id)
        .join(
            other,
            (other.municipality_id == SupersessionClaim.municipality_id)
            & (other.body_id == SupersessionClaim.body_id)
            & (other.number_type == SupersessionClaim.number_type)
            & (other.number_seq == SupersessionClaim.number_seq)
            & (other.number_year == SupersessionClaim.number_year),
        )
        .where(SupersessionClaim.municipality_id == tenant(session))
    )
    if at:
        query = query.where(SupersessionClaim.said_at <= at, other.registered_at <= at)
    for claim, ours, theirs in session.execute(query):
        earlier, later = (ours, theirs) if claim.is_replaced else (theirs, ours)
        yield TreatmentSupersession(
            earlier=earlier,
            later=later,
            is_said_by_earlier=claim.is_replaced,
            is_said_by_later=not claim.is_replaced,
        )


def _registered(
    session: Session, at: datetime | None
) -> Iterator[TreatmentSupersession]:
    """Yield what registered decisions supersede; it is the later one that says so."""
    before, former = aliased(Decision), aliased(Treatment)
    query = (
        select(former.ref, Treatment.ref)
        .join(Decision, Decision.treatment_id == Treatment.id)
        .join(before, before.id == Decision.supersedes_id)
        .join(former, former.id == before.treatment_id)
        .where(Treatment.municipality_id == tenant(session))
    )
    if at:
        query = query.where(Decision.registered_at <= at)
    for earlier, later in session.execute(query):
        yield TreatmentSupersession(earlier=earlier, later=later, is_said_by_later=True)
