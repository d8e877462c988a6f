"""Mandates: who may act as what, for which party, from which day to which day.

A mandate is never back-dated to give earlier rights, and ending it changes nothing that
was done under it (INV-18). `wear` turns a person and a role into the hat of that day.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, by_ref, codes, get, owned, refers_to
from workflows.clock import at_oslo, norwegian_date
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.absences import Absence, absent
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Party, Role
from workflows.people.notices import NoticeKind, notify_parties, told_about
from workflows.people.persons import Person
from workflows.record.entries import append, locked_head, new_reference

WARNED_BEFORE = timedelta(days=14)
PARTY_ROLES = frozenset({Role.PARTY_CONTACT, Role.PARTY_MEMBER})


class Mandate(Owned, Base, kw_only=True):
    """A dated mandate (fullmakt) to act in a role; `signs` adds the right to sign.

    `organisation` is the union or body behind it, `basis` the resolution or meeting
    that gave it. `valid_to` is the last day, None while it lasts. A deputy's mandate
    (vara) works only while that of `deputy_for_id` does not, or its holder is away.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        refers_to("person", "person_id"),
        refers_to("mandate", "deputy_for_id"),
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
    deputy_for_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
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
    deputy_for: str | None = None,
    by: Hat,
    at: datetime,
) -> Mandate:
    """Give a person a dated mandate. A party role needs its party, and no other may.

    `deputy_for` is the reference of the mandate that this one stands in for.
    """
    permit(by, "mandate.given", at=at)
    if (role in PARTY_ROLES) != (party is not None):
        raise RuleBrokenError(f"{role} and party {party} do not fit", rule="INV-07")
    if valid_to and valid_to < valid_from:
        raise InvalidValueError("valid_to", f"{valid_to} is before {valid_from}")
    if role is Role.AUDITOR and valid_to is None:
        raise InvalidValueError("valid_to", "an auditor's mandate has a last day")
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
        deputy_for_id=_principal(session, deputy_for, role, party),
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


def declare_absence(
    session: Session,
    *,
    mandate: str,
    first_day: date,
    last_day: date,
    by: Hat,
    at: datetime,
) -> Absence:
    """Tell that the holder of a mandate is away; meanwhile the deputy may act.

    Raises:
        NotPermittedError: a party's mandate is told of by another party.
        RuleBrokenError: the days have begun already, or end before they begin.
    """
    permit(by, "mandate.absent", at=at)
    row = by_ref(session, Mandate, mandate)
    if by.party and by.party is not row.party:
        raise NotPermittedError(by.role.value, "mandate.absent", rule="INV-07")
    if first_day < norwegian_date(at) or last_day < first_day:
        raise RuleBrokenError(f"{mandate}: from today on, and in order", rule="INV-18")
    away = Absence(mandate_id=row.id, first_day=first_day, last_day=last_day, at=at)
    session.add(away)
    facts = {"first_day": str(first_day), "last_day": str(last_day)}
    append(session, "mandate.absent", row, by=by, at=at, facts=facts)
    return away


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
    query = valid_at(session, at).where(
        Mandate.person_id == holder.id, Mandate.role == role
    )
    if project:
        query = query.where(or_(Mandate.project.is_(None), Mandate.project == project))
    if organisation:
        query = query.where(Mandate.organisation == organisation)
    found = session.scalars(query.order_by(Mandate.ref)).all()
    mandate = next(iter(_in_function(session, found, day)), None)
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
    query = valid_at(session, at).where(Mandate.person_id == holder.id)
    found = session.scalars(query.order_by(Mandate.ref)).all()
    working = _in_function(session, found, norwegian_date(at))
    return [hat_of(row, holder) for row in working]


def is_in_function(session: Session, mandate: Mandate, *, at: datetime) -> bool:
    """Return whether a mandate may be used: a deputy's only while the other is away."""
    return bool(_in_function(session, [mandate], norwegian_date(at)))


def valid_at(session: Session, at: datetime) -> Select[Mandate]:
    """Return a query for the mandates in force at a moment.

    A mandate gives nobody the right to have acted before it was given (INV-18).
    """
    day = norwegian_date(at)
    return owned(session, Mandate).where(
        Mandate.given_at <= at,
        Mandate.valid_from <= day,
        or_(Mandate.valid_to.is_(None), Mandate.valid_to >= day),
    )


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


def ending(session: Session, *, at: datetime) -> list[tuple[datetime, Mandate]]:
    """Return parties' mandates that end within 14 days, with when to tell of it.

    Told at eight in the morning, 14 days before the last day, once; of a shorter one
    as soon as it is known.
    """
    query = owned(session, Mandate).where(
        Mandate.party.is_not(None),
        Mandate.valid_to >= norwegian_date(at),
        Mandate.valid_to <= norwegian_date(at) + WARNED_BEFORE,
    )
    told = told_about(session, NoticeKind.MANDATE_ENDS)
    found = [row for row in session.scalars(query) if row.ref not in told]
    known_at = locked_head(session).last_at if found else None
    due = [(_warned_at(row, known_at or at), row) for row in found]
    return [(when, row) for when, row in due if when <= at]


def warn_of_ending(session: Session, mandate: Mandate, *, at: datetime) -> None:
    """Tell a party that one of its mandates ends soon."""
    assert mandate.party is not None  # noqa: S101 - `ending` finds only parties' own
    facts = {"last_day": str(mandate.valid_to)}
    notify_parties(
        session,
        NoticeKind.MANDATE_ENDS,
        mandate.ref,
        at=at,
        parties=[mandate.party],
        facts=facts,
    )
    append(session, "mandate.warned", mandate, by=SYSTEM, at=at, facts=facts)


def _warned_at(mandate: Mandate, known_at: datetime) -> datetime:
    """Never before the last entry of the record, which is told forwards."""
    last = mandate.valid_to or date.max
    return max(at_oslo(last - WARNED_BEFORE, time(8)), known_at)


def _principal(
    session: Session, deputy_for: str | None, role: Role, party: Party | None
) -> uuid.UUID | None:
    if deputy_for is None:
        return None
    found = by_ref(session, Mandate, deputy_for)
    if (found.role, found.party) != (role, party):
        raise RuleBrokenError(
            f"{deputy_for} is {found.role} of {found.party}; a deputy is the same",
            rule="INV-07",
        )
    return found.id


def _in_function(
    session: Session, mandates: Sequence[Mandate], day: date
) -> list[Mandate]:
    """Leave out deputies whose principal can act that day."""
    principals = {row.deputy_for_id for row in mandates if row.deputy_for_id}
    if not principals:
        return list(mandates)
    away = absent(session, principals, day)
    acting = {
        number
        for number in principals - away
        if _holds_on(get(session, Mandate, number), day)
    }
    return [row for row in mandates if row.deputy_for_id not in acting]


def _holds_on(mandate: Mandate, day: date) -> bool:
    return mandate.valid_from <= day and (
        mandate.valid_to is None or mandate.valid_to >= day
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
