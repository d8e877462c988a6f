"""Mandates: who may act as what, for which party, from which day to which day.

A mandate is never back-dated to give earlier rights, and ending it changes nothing that
was done under it (INV-18). `wear` turns a person and a role into the hat of that day.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, by_ref, codes, get, owned, refers_to
from workflows.clock import norwegian_date
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party, Role
from workflows.people.persons import Person
from workflows.record.entries import append, new_reference

PARTY_ROLES = frozenset({Role.PARTY_CONTACT, Role.PARTY_MEMBER})


class Mandate(Owned, Base, kw_only=True):
    """A dated mandate (fullmakt) to act in a role; `signs` adds the right to sign.

    `organisation` is the union or body behind it, `basis` the resolution or meeting
    that gave it. `valid_to` is the last day, None while it lasts.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "ref"),
    )

    ref: Mapped[str]
    person_id: Mapped[uuid.UUID]
    role: Mapped[Role] = mapped_column(codes(Role))
    party: Mapped[Party | None] = mapped_column(codes(Party), default=None)
    organisation: Mapped[str | None] = mapped_column(default=None)
    project: Mapped[str | None] = mapped_column(default=None)
    basis: Mapped[str] = mapped_column(default="")
    signs: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)
    given_at: Mapped[datetime]


def give_mandate(
    session: Session,
    *,
    ref: str,
    person: str,
    role: Role,
    valid_from: date,
    valid_to: date | None = None,
    party: Party | None = None,
    organisation: str | None = None,
    project: str | None = None,
    basis: str = "",
    signs: bool = False,
    by: Hat,
    at: datetime,
) -> Mandate:
    """Give a person a dated mandate. A party role needs its party, and no other may."""
    permit(by, "mandate.given", at=at)
    if (role in PARTY_ROLES) != (party is not None):
        raise RuleBrokenError(f"{role} and party {party} do not fit", rule="INV-07")
    if valid_to and valid_to < valid_from:
        raise InvalidValueError("valid_to", f"{valid_to} is before {valid_from}")
    holder = by_ref(session, Person, person)
    _refuse_second_party(session, holder, party, valid_from, valid_to)
    mandate = Mandate(
        ref=new_reference(session, ref),
        person_id=holder.id,
        role=role,
        party=party,
        organisation=organisation,
        project=project,
        basis=basis,
        signs=signs,
        valid_from=valid_from,
        valid_to=valid_to,
        given_at=at,
    )
    session.add(mandate)
    append(session, "mandate.given", mandate, by=by, at=at, refs=[holder.ref])
    return mandate


def end_mandate(
    session: Session, *, mandate: str, last_day: date, by: Hat, at: datetime
) -> Mandate:
    """End a mandate after `last_day`; what was done under it stays (INV-18)."""
    permit(by, "mandate.ended", at=at)
    row = by_ref(session, Mandate, mandate)
    if last_day < norwegian_date(at):
        raise RuleBrokenError(f"{mandate} cannot end in the past", rule="INV-18")
    if row.valid_to and last_day > row.valid_to:
        raise RuleBrokenError(
            f"{mandate} ends {row.valid_to}; a longer one is a new mandate",
            rule="INV-18",
        )
    row.valid_to = last_day
    append(
        session, "mandate.ended", row, by=by, at=at, facts={"last_day": str(last_day)}
    )
    return row


def wear(
    session: Session,
    *,
    person: str,
    role: Role,
    at: datetime,
    project: str | None = None,
    organisation: str | None = None,
) -> Hat:
    """Return the hat of `person` as `role` that day; raise INV-07 when there is none.

    A person who leads several projects names the `project`; without one named, the
    first mandate that fits is worn.
    """
    holder = by_ref(session, Person, person)
    day = norwegian_date(at)
    query = _valid_at(session, at).where(
        Mandate.person_id == holder.id, Mandate.role == role
    )
    if project:
        query = query.where(or_(Mandate.project.is_(None), Mandate.project == project))
    if organisation:
        query = query.where(Mandate.organisation == organisation)
    mandate = session.scalars(query.order_by(Mandate.ref)).first()
    if mandate is None:
        raise RuleBrokenError(
            f"{person} holds no mandate as {role} on {day}", rule="INV-07"
        )
    return hat_of(mandate, holder)


def hat_of(mandate: Mandate, holder: Person) -> Hat:
    """Return the hat that a mandate gives its holder."""
    return Hat(
        person_id=holder.id,
        person_ref=holder.ref,
        role=mandate.role,
        party=mandate.party,
        organisation=mandate.organisation,
        mandate_id=mandate.id,
        signs=mandate.signs,
        project=mandate.project,
        valid_from=mandate.valid_from,
        valid_to=mandate.valid_to,
    )


def hats_of(session: Session, *, person: str, at: datetime) -> list[Hat]:
    """Return every hat that a person may choose between that day."""
    holder = by_ref(session, Person, person)
    query = _valid_at(session, at).where(Mandate.person_id == holder.id)
    return [hat_of(row, holder) for row in session.scalars(query.order_by(Mandate.ref))]


def holder_of(session: Session, mandate_id: uuid.UUID) -> Person:
    """Return the person who holds, or held, a mandate; also after it ended (INV-18)."""
    return get(session, Person, get(session, Mandate, mandate_id).person_id)


def mandates_given(
    session: Session, *, at: datetime | None = None
) -> Sequence[Mandate]:
    """Return the mandates given up to `at`, in the order of their references."""
    query = owned(session, Mandate)
    if at:
        query = query.where(Mandate.given_at <= at)
    return session.scalars(query.order_by(Mandate.ref)).all()


def _valid_at(session: Session, at: datetime) -> Select[Mandate]:
    """A mandate gives nobody the right to have acted before it was given (INV-18)."""
    day = norwegian_date(at)
    return owned(session, Mandate).where(
        Mandate.given_at <= at,
        Mandate.valid_from <= day,
        or_(Mandate.valid_to.is_(None), Mandate.valid_to >= day),
    )


def _refuse_second_party(
    session: Session,
    holder: Person,
    party: Party | None,
    valid_from: date,
    valid_to: date | None,
) -> None:
    """Nobody speaks for two parties in the same period (INV-07)."""
    if party is None:
        return
    query = owned(session, Mandate).where(
        Mandate.person_id == holder.id,
        Mandate.party.is_not(None),
        Mandate.party != party,
        or_(Mandate.valid_to.is_(None), Mandate.valid_to >= valid_from),
    )
    if valid_to:
        query = query.where(Mandate.valid_from <= valid_to)
    if session.scalars(query).first():
        raise RuleBrokenError(
            f"{holder.ref} already speaks for another party in that period",
            rule="INV-07",
        )
