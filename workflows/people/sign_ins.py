"""Sign-ins (innlogginger): that somebody is signed in, in one browser, for a while.

Only the SHA-256 of the browser's secret is kept. A sign-in is a person's own: it stands
in no record and in no dump, and what it may do is asked anew at every request. Source:
OWASP ASVS 5.0 V7 (session management).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, UniqueConstraint, delete, or_
from sqlalchemy.orm import Mapped, Session

from workflows.base import (
    OWN_DATA,
    TENANT,
    Base,
    Owned,
    get,
    owned,
    refers_to,
    tenant,
)
from workflows.errors import InvalidValueError, NotFoundError
from workflows.people.guests import SHORTEST_SECRET, digest
from workflows.people.persons import Person

AT_ONCE: Final = 5
"""As many browsers may one person be signed in with; the oldest ends first."""
NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long a sign-in lasts: without a request, and at all events."""

    idle: timedelta
    longest: timedelta

    def is_over(self, sign_in: SignIn, *, at: datetime) -> bool:
        """Return whether a sign-in has ended by itself."""
        is_idle = at - sign_in.seen_at >= self.idle
        return is_idle or at - sign_in.began_at >= self.longest


class SignIn(Owned, Base, kw_only=True):
    """A person's sign-in in one browser (innlogging). Times are of the wall clock."""

    __tablename__ = "sign_in"
    __table_args__ = (
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "secret_sha256"),
        OWN_DATA,
    )

    person_id: Mapped[uuid.UUID]
    secret_sha256: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    def is_to_be_noted(self, *, at: datetime) -> bool:
        """Return whether this request is to be noted: not each of them is."""
        return at - self.seen_at >= NOTED_EVERY


def begin_sign_in(
    session: Session, person: Person, *, secret: str, lasts: Lifetime, at: datetime
) -> SignIn:
    """Sign a person in; what has ended is forgotten, of everybody.

    Raises:
        InvalidValueError: the secret is short.
    """
    if len(secret) < SHORTEST_SECRET:
        raise InvalidValueError("secret", "is short")
    _forget_ended(session, lasts, at=at)
    query = owned(session, SignIn).where(SignIn.person_id == person.id)
    mine = session.scalars(query.order_by(SignIn.began_at.desc())).all()
    for old in mine[AT_ONCE - 1 :]:
        session.delete(old)
    made = SignIn(
        person_id=person.id, secret_sha256=digest(secret), began_at=at, seen_at=at
    )
    session.add(made)
    return made


def find_sign_in(
    session: Session, secret: str, *, lasts: Lifetime, at: datetime
) -> SignIn | None:
    """Return the sign-in with this secret that lasts, None without one."""
    query = owned(session, SignIn).where(SignIn.secret_sha256 == digest(secret))
    found = session.scalars(query).one_or_none()
    return None if found is None or lasts.is_over(found, at=at) else found


def signed_in(session: Session, sign_in: SignIn) -> Person | None:
    """Return who is signed in; None for one who is shown to nobody any more."""
    person = get(session, Person, sign_in.person_id)
    return None if person.nameless else person


def note_request(session: Session, sign_in: uuid.UUID, *, at: datetime) -> None:
    """Note that a sign-in is in use; one that has ended meanwhile stays so."""
    try:
        get(session, SignIn, sign_in).seen_at = at
    except NotFoundError:
        return


def end_sign_in(session: Session, secret: str) -> None:
    """Sign one browser out; without such a sign-in nothing happens."""
    _forget(session, SignIn.secret_sha256 == digest(secret))


def end_sign_ins(session: Session, person: uuid.UUID) -> None:
    """Sign a person out everywhere."""
    _forget(session, SignIn.person_id == person)


def _forget_ended(session: Session, lasts: Lifetime, *, at: datetime) -> None:
    is_idle = SignIn.seen_at <= at - lasts.idle
    _forget(session, or_(is_idle, SignIn.began_at <= at - lasts.longest))


def _forget(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        delete(SignIn).where(SignIn.municipality_id == tenant(session), which)
    )
