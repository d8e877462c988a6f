"""Equal access (lik tilgang): when each party got a text, and when it first opened it.

Openings are kept per party, never per person, and only when logging them has been
discussed with the unions. An opening outside the product is unknown, as is one before
that, never «not opened».
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, codes, owned, refers_to
from workflows.people.kinds import PARTIES, Party
from workflows.people.municipalities import logs_openings
from workflows.record.entries import acts_told

OPENED, RECEIVED_LATE, READ = "round.opened", "round.received_late", "round.read"


class Telling(Protocol):
    """What of an entry tells of an access: an entry, or these columns of it."""

    @property
    def type(self) -> Any:
        """The act."""

    @property
    def subject(self) -> Any:
        """The reference of the round."""

    @property
    def at(self) -> Any:
        """When it was done."""

    @property
    def by(self) -> Any:
        """By whom, as the record keeps it."""

    @property
    def payload(self) -> Any:
        """The facts."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """When one party got a text, and first opened it in the product if it did."""

    party: Party
    made_available_at: datetime
    first_opened_at: datetime | None = None


class RoundAccess(Owned, Base, kw_only=True):
    """When one party got access (tilgang) to a round's text, and first opened it."""

    __tablename__ = "round_access"
    __table_args__ = (
        refers_to("review_round", "round_id"),
        UniqueConstraint(TENANT, "round_id", "party"),
    )

    round_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    made_available_at: Mapped[datetime]
    first_opened_at: Mapped[datetime | None] = mapped_column(default=None)


def grant_to_all(session: Session, round_id: uuid.UUID, *, at: datetime) -> None:
    """Give all three parties access at one and the same instant."""
    session.add_all(
        RoundAccess(round_id=round_id, party=party, made_available_at=at)
        for party in PARTIES
    )


def access_to(session: Session, round_id: uuid.UUID) -> Sequence[RoundAccess]:
    """Return the access of each party to a round, in neutral order."""
    query = owned(session, RoundAccess).where(RoundAccess.round_id == round_id)
    return session.scalars(query.order_by(RoundAccess.party)).all()


def first_opening(
    session: Session, round_id: uuid.UUID, party: Party, *, at: datetime
) -> bool:
    """Note that a party opened the text; return whether this was the first time.

    Nothing is noted until logging has been discussed with the unions.
    """
    if not logs_openings(session):
        return False
    for access in access_to(session, round_id):
        if access.party is party and access.first_opened_at is None:
            access.first_opened_at = at
            return True
    return False


def all_accesses(session: Session, *, at: datetime) -> Mapping[str, tuple[Access, ...]]:
    """Return the accesses to each round that was opened up to `at`, by its reference.

    As `accesses_told` tells them, from the entries alone; one query.
    """
    told: dict[str, list[Telling]] = {}
    for entry in acts_told(session, [OPENED, RECEIVED_LATE, READ], at=at):
        told.setdefault(entry.subject, []).append(entry)
    return {ref: accesses_told(entries, ref) for ref, entries in told.items()}


def accesses_told(entries: Iterable[Telling], review: str) -> tuple[Access, ...]:
    """Return the access of each party as the entries alone tell it, in neutral order.

    Nobody who doubts the numbers needs to trust another table. `entries` are in order;
    none before the round was opened means that nobody has had access.
    """
    told: dict[Party, Access] = {}
    for entry in entries:
        if entry.subject == review:
            told |= _after(told, entry)
    return tuple(told[party] for party in PARTIES if party in told)


def _after(told: dict[Party, Access], entry: Telling) -> dict[Party, Access]:
    """What an entry changes in the accesses."""
    if entry.type == OPENED:
        return {p: Access(party=p, made_available_at=entry.at) for p in PARTIES}
    if entry.type == RECEIVED_LATE:
        party = Party(entry.payload["party"])
        received = datetime.fromisoformat(entry.payload["received_at"])
        return {party: replace(told[party], made_available_at=received)}
    if entry.type == READ:
        party = Party(entry.by["party"])
        return {party: replace(told[party], first_opened_at=entry.at)}
    return {}


def gap_minutes(accesses: Sequence[Access | RoundAccess]) -> int:
    """Return the minutes between the first and the last party that got the text."""
    instants = [access.made_available_at for access in accesses]
    if not instants:
        return 0
    return int((max(instants) - min(instants)).total_seconds() // 60)
