"""Emergency reading (nødlesing): what an administrator may read, for a while, and why.

The system administrator reads what the public reads. When something must be looked into
all the same, the glass is broken: with a reason, for some hours, for some kinds of
content, and all three parties are told at that instant (INV-24). A party's own room and
what is sealed stay closed even so: nothing here opens them.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session

from workflows.base import IMMUTABLE, TENANT, Base, Owned, all_of, owned, refers_to
from workflows.errors import InvalidValueError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.notices import NoticeKind, notify_parties
from workflows.people.reading import Matter, holds
from workflows.record.entries import append, new_reference
from workflows.record.reasons import give_reason

LONGEST_HOURS = 8


class Scope(enum.StrEnum):
    """What an emergency reading is of."""

    DEVELOPMENT = "development"
    DRAFTS = "drafts"
    DECISION = "decision"
    CONSULTATIONS = "consultations"
    PEOPLE = "people"


OPENED: Mapping[Scope, frozenset[Matter]] = {
    Scope.DEVELOPMENT: frozenset(
        {
            *(Matter.IDEA, Matter.ROUND, Matter.FORUM, Matter.UNSIGNED_AGREEMENT),
            *(Matter.REPORT, Matter.DELIVERED_OUTPUT, Matter.HANDED_OVER_OUTPUT),
            *(Matter.DISSENT, Matter.PARITY),
        }
    ),
    Scope.DRAFTS: frozenset({Matter.DRAFT, Matter.MANDATE_DRAFT, Matter.CASE_DRAFT}),
    Scope.DECISION: frozenset({Matter.RESTRICTED_CASE, Matter.MISSING}),
    Scope.CONSULTATIONS: frozenset({Matter.CONSULTATION}),
    Scope.PEOPLE: frozenset({Matter.PEOPLE}),
}


class BreakGlass(Owned, Base, kw_only=True):
    """An emergency reading (nødlesing) by one administrator. Immutable.

    `scopes` are codes of `Scope`; the reading ends by itself at `ends_at`.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        refers_to("person", "person_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "ref"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    person_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    scopes: Mapped[list[str]]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]


def break_glass(
    session: Session,
    *,
    ref: str,
    scopes: Sequence[Scope],
    hours: int,
    reason: str,
    by: Hat,
    at: datetime,
) -> BreakGlass:
    """Open an emergency reading and tell all three parties in the same transaction.

    Raises:
        InvalidValueError: nothing is to be read, or it lasts longer than is allowed.
        RuleBrokenError: there is no reason (INV-24), or no mandate behind the hat.
    """
    permit(by, "glass.broken", at=at)
    _require_bounds(scopes, hours)
    row = BreakGlass(
        ref=new_reference(session, ref),
        person_id=_person(by),
        mandate_id=by.require_mandate(),
        scopes=[scope.value for scope in dict.fromkeys(scopes)],
        opened_at=at,
        ends_at=at + timedelta(hours=hours),
    )
    session.add(row)
    give_reason(session, ref, "glass.broken", reason, at=at, rule="INV-24")
    facts = {"scopes": row.scopes, "ends_at": row.ends_at.isoformat()}
    notify_parties(session, NoticeKind.GLASS_BROKEN, ref, at=at, facts=facts)
    append(session, "glass.broken", row, by=by, at=at, facts=facts)
    return row


def opened_for(session: Session, hat: Hat | None, *, at: datetime) -> frozenset[Matter]:
    """Return what an emergency reading lets a hat read now; mostly nothing."""
    if hat is None or hat.role is not Role.SYSADMIN or not holds(hat, at=at):
        return frozenset()
    query = owned(session, BreakGlass).where(
        BreakGlass.mandate_id == hat.mandate_id,
        BreakGlass.opened_at <= at,
        BreakGlass.ends_at > at,
    )
    scopes = {Scope(code) for row in session.scalars(query) for code in row.scopes}
    return frozenset(matter for scope in scopes for matter in OPENED[scope])


def glasses(session: Session) -> Sequence[BreakGlass]:
    """Return every emergency reading there has been, the newest first."""
    return all_of(session, BreakGlass, BreakGlass.opened_at.desc(), BreakGlass.ref)


def _require_bounds(scopes: Sequence[Scope], hours: int) -> None:
    if not scopes:
        raise InvalidValueError("scopes", "say what is to be read")
    if not 1 <= hours <= LONGEST_HOURS:
        raise InvalidValueError("hours", f"lasts 1 to {LONGEST_HOURS} hours")


def _person(by: Hat) -> uuid.UUID:
    if by.person_id is None:
        raise InvalidValueError("by", "an emergency reading is a person's")
    return by.person_id
