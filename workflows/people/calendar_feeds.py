"""Calendar feeds (kalenderadresser): a secret address that shows one person's dates.

A calendar program cannot sign in, so that the address itself is the key. It reads and
does nothing else, and only while the person holds a mandate. Only the SHA-256 of its
secret is kept. It is each person's own: it stands in no record and in no dump.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import OWN_DATA, TENANT, Base, Owned, owned, refers_to
from workflows.errors import InvalidValueError, NotFoundError
from workflows.people.access import permit
from workflows.people.guests import SHORTEST_SECRET, digest
from workflows.people.hats import Hat


class CalendarFeed(Owned, Base, kw_only=True):
    """A person's secret calendar address (kalenderadresse); one at a time.

    `secret_sha256` is None when it is taken back. `last_used_on` is the Norwegian day
    when a calendar last fetched it.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "person_id"),
        UniqueConstraint(TENANT, "secret_sha256"),
        OWN_DATA,
    )

    person_id: Mapped[uuid.UUID]
    secret_sha256: Mapped[str | None]
    language: Mapped[str]
    made_at: Mapped[datetime]
    last_used_on: Mapped[date | None] = mapped_column(default=None)
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


def make_feed(
    session: Session, *, secret: str, language: str, by: Hat, at: datetime
) -> CalendarFeed:
    """Give a person a calendar address; an earlier one works no more.

    Raises:
        InvalidValueError: the secret is short.
    """
    permit(by, "notices.chosen", at=at)
    if len(secret) < SHORTEST_SECRET:
        raise InvalidValueError("secret", "is short")
    row = find_feed(session, by) or CalendarFeed(
        person_id=_person(by), secret_sha256=None, language=language, made_at=at
    )
    row.secret_sha256, row.language = digest(secret), language
    row.made_at, row.last_used_on = at, None
    session.add(row)
    session.flush()
    return row


def revoke_feed(session: Session, *, by: Hat, at: datetime) -> None:
    """Take a person's calendar address back; without one, nothing happens."""
    permit(by, "notices.chosen", at=at)
    row = find_feed(session, by)
    if row is not None:
        row.secret_sha256 = None


def find_feed(session: Session, by: Hat) -> CalendarFeed | None:
    """Return the calendar address that the wearer of a hat has, or has had."""
    query = owned(session, CalendarFeed).where(CalendarFeed.person_id == _person(by))
    return session.scalars(query).one_or_none()


def feed_of(session: Session, secret: str) -> CalendarFeed:
    """Return the feed with this secret, or raise `NotFoundError`."""
    query = owned(session, CalendarFeed).where(
        CalendarFeed.secret_sha256 == digest(secret)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError("calendar feed", "with this secret")
    return found


def _person(by: Hat) -> uuid.UUID:
    if by.person_id is None:
        raise NotFoundError("Person", by.person_ref)
    return by.person_id
