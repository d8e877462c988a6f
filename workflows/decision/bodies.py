"""The municipality's bodies: their seats, political groups and members.

The decision line mirrors the official system. The statutory party-composed committee
(administrasjonsutvalg) is one of these bodies; the steering group of the three parties
is not, even when the same people meet the same day (INV-13).
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import UniqueConstraint, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, by_ref, codes, owned, refers_to
from workflows.clock import norwegian_date
from workflows.errors import InvalidValueError, NotFoundError, RuleBrokenError
from workflows.law.references import legal_reference
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import Mandate
from workflows.people.persons import Person
from workflows.record.entries import append, new_reference


class BodyKind(enum.StrEnum):
    """What kind of body it is; `DELEGATED` is the administration under delegation."""

    COUNCIL = "council"
    EXECUTIVE_BOARD = "executive_board"
    COMMITTEE = "committee"
    JOINT_COMMITTEE_511 = "joint_committee_511"
    ADVISORY_COUNCIL = "advisory_council"
    WORK_ENVIRONMENT_COMMITTEE = "work_environment_committee"
    DELEGATED = "delegated"


ELECTED_KINDS = frozenset(
    {
        BodyKind.COUNCIL,
        BodyKind.EXECUTIVE_BOARD,
        BodyKind.COMMITTEE,
        BodyKind.JOINT_COMMITTEE_511,
    }
)


class Side(enum.StrEnum):
    """Which side of a party-composed committee a member sits on."""

    MUNICIPALITY = "municipality"
    EMPLOYEES = "employees"


class BodyFunction(enum.StrEnum):
    """What a member is in the body."""

    MEMBER = "member"
    LEADER = "leader"
    DEPUTY_LEADER = "deputy_leader"
    SUBSTITUTE = "substitute"


@dataclass(frozen=True, kw_only=True)
class GroupSeats:
    """How many seats a list or group has in a body."""

    name: str
    seats: int


class Body(Owned, Base, kw_only=True):
    """A body (organ, utvalg) of the municipality; `seats` is 0 where none sit."""

    __tablename__ = "body"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    name_nb: Mapped[str]
    name_nn: Mapped[str]
    kind: Mapped[BodyKind] = mapped_column(codes(BodyKind))
    legal_basis: Mapped[str | None] = mapped_column(default=None)
    seats: Mapped[int] = mapped_column(default=0)


class BodyGroup(Owned, Base, kw_only=True):
    """A list or group (partigruppe) with seats in a body."""

    __tablename__ = "body_group"
    __table_args__ = (
        refers_to("body", "body_id"),
        UniqueConstraint(TENANT, "body_id", "name"),
    )

    body_id: Mapped[uuid.UUID]
    name: Mapped[str]
    seats: Mapped[int]


class BodyMember(Owned, Base, kw_only=True):
    """A member (medlem) of a body in a period; `valid_to` is the last day."""

    __tablename__ = "body_member"
    __table_args__ = (
        refers_to("body", "body_id"),
        refers_to("person", "person_id"),
    )

    body_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    side: Mapped[Side] = mapped_column(codes(Side))
    function: Mapped[BodyFunction] = mapped_column("body_function", codes(BodyFunction))
    group: Mapped[str | None] = mapped_column("group_name", default=None)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)


def register_body(
    session: Session,
    *,
    ref: str,
    name_nb: str,
    name_nn: str,
    kind: BodyKind,
    seats: int = 0,
    legal_basis: str | None = None,
    groups: list[GroupSeats] | None = None,
    by: Hat,
    at: datetime,
) -> Body:
    """Register a body. `legal_basis` is a code word of `workflows.law.references`.

    Raises:
        InvalidValueError: the groups' seats do not add up to the body's.
        NotFoundError: no rule with that code word is in force.
        RuleBrokenError: the reference is taken.
    """
    permit(by, "body.registered", at=at)
    if legal_basis:
        legal_reference(legal_basis, on=norwegian_date(at))
    _require_whole(groups or [], seats)
    body = Body(
        ref=new_reference(session, ref),
        name_nb=name_nb,
        name_nn=name_nn,
        kind=kind,
        legal_basis=legal_basis,
        seats=seats,
    )
    session.add(body)
    session.flush()
    session.add_all(
        BodyGroup(body_id=body.id, name=group.name, seats=group.seats)
        for group in groups or []
    )
    append(session, "body.registered", body, by=by, at=at, facts={"kind": kind.value})
    return body


def elect_member(
    session: Session,
    *,
    body: str,
    person: str,
    side: Side = Side.MUNICIPALITY,
    function: BodyFunction = BodyFunction.MEMBER,
    group: str | None = None,
    valid_from: date,
    valid_to: date | None = None,
    by: Hat,
    at: datetime,
) -> BodyMember:
    """Register that a person is elected to a body for a period.

    Raises:
        InvalidValueError: the period ends before it begins.
        NotFoundError: there is no such body, person or group in the body.
        RuleBrokenError: the chief executive cannot sit in a party-composed committee
            (INV-14; kommuneloven §§ 7-2 and 7-3, KDD's letter of 5 April 2024).
    """
    permit(by, "body.member_elected", at=at)
    owner, holder = by_ref(session, Body, body), by_ref(session, Person, person)
    if valid_to and valid_to < valid_from:
        raise InvalidValueError("valid_to", f"{valid_to} is before {valid_from}")
    if group and group not in groups_of(session, owner):
        raise NotFoundError("group", f"{group} in {body}")
    if owner.kind is BodyKind.JOINT_COMMITTEE_511:
        _refuse_chief_executive(session, holder, valid_from, valid_to)
    member = BodyMember(
        body_id=owner.id,
        person_id=holder.id,
        side=side,
        function=function,
        group=group,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(member)
    append(
        session,
        "body.member_elected",
        owner,
        by=by,
        at=at,
        refs=[holder.ref],
        facts={"function": function.value, "side": side.value},
    )
    return member


def groups_of(session: Session, body: Body) -> dict[str, int]:
    """Return group name → seats, the largest first; empty where none are registered."""
    query = owned(session, BodyGroup).where(BodyGroup.body_id == body.id)
    rows = session.scalars(query.order_by(BodyGroup.seats.desc(), BodyGroup.name))
    return {row.name: row.seats for row in rows}


def members_on(session: Session, body: Body, on: date) -> Sequence[BodyMember]:
    """Return the members and substitutes of a body on a day, longest serving first."""
    query = owned(session, BodyMember).where(
        BodyMember.body_id == body.id,
        BodyMember.valid_from <= on,
        or_(BodyMember.valid_to.is_(None), BodyMember.valid_to >= on),
    )
    return session.scalars(query.order_by(BodyMember.valid_from, BodyMember.id)).all()


def holds_chief_executive_mandate(
    session: Session, person_id: uuid.UUID, *, first: date, last: date | None
) -> bool:
    """Return whether the person is chief executive on any day of the period."""
    query = owned(session, Mandate).where(
        Mandate.person_id == person_id,
        Mandate.role == Role.CHIEF_EXECUTIVE,
        or_(Mandate.valid_to.is_(None), Mandate.valid_to >= first),
    )
    if last:
        query = query.where(Mandate.valid_from <= last)
    return session.scalars(query).first() is not None


def _require_whole(groups: Sequence[GroupSeats], seats: int) -> None:
    total = sum(group.seats for group in groups)
    if groups and total != seats:
        raise InvalidValueError("groups", f"have {total} seats, the body {seats}")


def _refuse_chief_executive(
    session: Session, holder: Person, first: date, last: date | None
) -> None:
    if holds_chief_executive_mandate(session, holder.id, first=first, last=last):
        raise RuleBrokenError(
            f"{holder.ref} is chief executive and cannot be elected to this committee",
            rule="INV-14",
        )
