"""Erasing and restricting what is stored about who a person is.

An erased person is a code with roles from then on: the key is destroyed, and all that
refers to the person, every entry and every proof stays. The duty to keep goes first:
whoever is named in what the archive keeps is restricted instead, unless a disposal rule
allows more. Sources: GDPR art. 17 (3) b and d, 18 and 19; the archives act's ban on
disposal (L-28).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Table, delete, or_, select
from sqlalchemy.orm import Session

from workflows.base import TENANT, Base, by_ref, get, owned, tenant
from workflows.clock import norwegian_date
from workflows.decision.followups import RUNNING, FollowUp, FollowUpState
from workflows.decision.reviews import reviews
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.guests import GuestLink
from workflows.people.hats import Hat
from workflows.people.mandates import Mandate
from workflows.people.persons import Person
from workflows.people.subject_keys import MARK, SubjectKey
from workflows.record.entries import Entry, append
from workflows.record.leaves import forget_actor

# Rows that are no documentation of a case: what the office is, and what was told.
_NO_DOCUMENTATION = frozenset({"mandate", "notice"})
_OPEN = RUNNING | {FollowUpState.DELAYED, FollowUpState.BLOCKED}


class ErasureBasis(enum.StrEnum):
    """Why a person is erased (grunnlag for sletting)."""

    NOT_NEEDED = "not_needed"
    UNLAWFUL = "unlawful"
    DISPOSAL_RULE = "disposal_rule"


class RestrictionBasis(enum.StrEnum):
    """Why a person is restricted (grunnlag for sperring)."""

    ARCHIVE_DUTY = "archive_duty"
    CONTESTED = "contested"
    OBJECTED = "objected"


class Hindrance(enum.StrEnum):
    """What stands in the way of erasing a person (hinder for sletting)."""

    MANDATE = "mandate"
    DUTY = "duty"
    LINK = "link"
    ARCHIVE = "archive"


RULES = {
    Hindrance.MANDATE: "a mandate lasts",
    Hindrance.DUTY: "a duty is not done",
    Hindrance.LINK: "a guest link lasts",
    Hindrance.ARCHIVE: "the duty to keep goes first",
}


@dataclass(frozen=True, kw_only=True)
class PersonalDataStatus:
    """How what is stored about a person stands, and what hinders that it is erased."""

    ref: str
    erased_at: datetime | None
    restricted_at: datetime | None
    hindrances: tuple[Hindrance, ...]

    @property
    def may_be_erased(self) -> bool:
        """Whether nothing hinders it, or nothing but what a disposal rule may lift."""
        return self.erased_at is None and {*self.hindrances} <= {Hindrance.ARCHIVE}

    @property
    def may_be_restricted(self) -> bool:
        """Whether the person is there, and may not act."""
        is_there = self.erased_at is None and self.restricted_at is None
        return is_there and Hindrance.MANDATE not in self.hindrances


def erase_person(
    session: Session, *, person: str, basis: ErasureBasis, by: Hat, at: datetime
) -> Person:
    """Destroy the key of a person, and enter it with the person's code and the basis.

    What referred to the person still does. The person's own choices and calendar
    address are removed, with what was sent outside the pages. The salts go that tied
    the person's acts to the tree, so that no copy can be matched with them; their
    proofs still hold.

    Raises:
        NotFoundError: there is no such person.
        RuleBrokenError: erased before; or a mandate, a duty or a guest link lasts, or
            what the archive keeps names the person and no disposal rule allows it.
    """
    permit(by, "person.erased", at=at)
    row = by_ref(session, Person, person)
    key = _living_key(row)
    _require_nothing_hinders(session, row, basis, at=at)
    append(session, "person.erased", row, by=by, at=at, facts=_facts(row, basis))
    key.wrapped, key.erased_at, key.restricted_at = None, at, None
    row.stored_name, row.stored_title, row.stored_email = MARK, MARK, None
    session.flush()
    forget_actor(session, _acts_of(session, row))
    _remove_own_data(session, row)
    return row


def restrict_person(
    session: Session, *, person: str, basis: RestrictionBasis, by: Hat, at: datetime
) -> Person:
    """Show what is stored about a person to nobody, and keep it.

    Raises:
        NotFoundError: there is no such person.
        RuleBrokenError: erased or restricted before, or a mandate lasts: whoever acts
            is named.
    """
    permit(by, "person.restricted", at=at)
    row = by_ref(session, Person, person)
    key = _living_key(row)
    if key.restricted_at:
        raise RuleBrokenError(f"{person} is restricted", rule="restricted once")
    if _has_mandate(session, row, at=at):
        raise RuleBrokenError(f"{person} may act", rule=RULES[Hindrance.MANDATE])
    key.restricted_at = at
    append(session, "person.restricted", row, by=by, at=at, facts=_facts(row, basis))
    return row


def lift_restriction(session: Session, *, person: str, by: Hat, at: datetime) -> Person:
    """Show again what is stored about a person; tell the person first (art. 18 (3)).

    Raises:
        NotFoundError: there is no such person.
        RuleBrokenError: the person is not restricted.
    """
    permit(by, "person.released", at=at)
    row = by_ref(session, Person, person)
    key = _living_key(row)
    if key.restricted_at is None:
        raise RuleBrokenError(f"{person} is not restricted", rule="restricted once")
    key.restricted_at = None
    append(session, "person.released", row, by=by, at=at)
    return row


def personal_data_status(
    session: Session, person: str, *, at: datetime
) -> PersonalDataStatus:
    """Return how what is stored about a person stands; `NotFoundError` for nobody."""
    row = by_ref(session, Person, person)
    return PersonalDataStatus(
        ref=row.ref,
        erased_at=row.key.erased_at if row.key else None,
        restricted_at=row.key.restricted_at if row.key else None,
        hindrances=tuple(_hindrances(session, row, at=at)),
    )


def _living_key(person: Person) -> SubjectKey:
    if person.key is None or person.key.wrapped is None:
        raise RuleBrokenError(f"{person.ref} has no key", rule="erased once")
    return person.key


def _require_nothing_hinders(
    session: Session, person: Person, basis: ErasureBasis, *, at: datetime
) -> None:
    for hindrance in _hindrances(session, person, at=at):
        is_allowed = basis is ErasureBasis.DISPOSAL_RULE
        if hindrance is not Hindrance.ARCHIVE or not is_allowed:
            raise RuleBrokenError(
                f"{person.ref} cannot be erased: {RULES[hindrance]}",
                rule=RULES[hindrance],
            )


def _hindrances(
    session: Session, person: Person, *, at: datetime
) -> Iterator[Hindrance]:
    if _has_mandate(session, person, at=at):
        yield Hindrance.MANDATE
    if _has_duty(session, person, at=at):
        yield Hindrance.DUTY
    if _has_link(session, person, at=at):
        yield Hindrance.LINK
    if _is_documented(session, person):
        yield Hindrance.ARCHIVE


def _has_mandate(session: Session, person: Person, *, at: datetime) -> bool:
    """One that lasts today, or begins later."""
    lasts = or_(Mandate.valid_to.is_(None), Mandate.valid_to >= norwegian_date(at))
    query = owned(session, Mandate).where(Mandate.person_id == person.id, lasts)
    return session.scalars(query.limit(1)).first() is not None


def _has_duty(session: Session, person: Person, *, at: datetime) -> bool:
    """A follow-up that is not carried out, or a review that is not held."""
    query = owned(session, FollowUp).where(
        FollowUp.person_id == person.id, FollowUp.state.in_(_OPEN)
    )
    owed = (
        each.held_on is None
        for each in reviews(session, at=at)
        if each.owner == person.ref
    )
    return session.scalars(query.limit(1)).first() is not None or any(owed)


def _has_link(session: Session, person: Person, *, at: datetime) -> bool:
    query = owned(session, GuestLink).where(
        GuestLink.expires_at > at, GuestLink.used_at.is_(None)
    )
    return any(
        get(session, Mandate, link.mandate_id).person_id == person.id
        for link in session.scalars(query)
    )


def _is_documented(session: Session, person: Person) -> bool:
    """The person has acted, or has a place in what the archive keeps."""
    if session.scalars(_acts_of(session, person).limit(1)).first() is not None:
        return True
    return any(_is_in(session, table, person) for table in Base.metadata.sorted_tables)


def _is_in(session: Session, table: Table, person: Person) -> bool:
    if "person_id" not in table.c or not _documents(table):
        return False
    mine = (table.c[TENANT] == tenant(session)) & (table.c.person_id == person.id)
    return (
        session.execute(select(table.c.person_id).where(mine).limit(1)).first()
        is not None
    )


def _documents(table: Table) -> bool:
    return table.name not in _NO_DOCUMENTATION and not table.info.get("own_data")


def _remove_own_data(session: Session, person: Person) -> None:
    """What refers to another goes first."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.info.get("own_data"):
            mine = (table.c[TENANT] == tenant(session)) & (
                table.c.person_id == person.id
            )
            session.execute(delete(table).where(mine))
    session.expire_all()


def _acts_of(session: Session, person: Person) -> Select[int]:
    whose = Entry.by["person"].as_string()
    return select(Entry.seq).where(
        Entry.municipality_id == tenant(session), whose == str(person.id)
    )


def _facts(person: Person, basis: enum.StrEnum) -> dict[str, str]:
    return {"person": str(person.id), "basis": basis.value}
