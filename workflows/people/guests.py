"""Guests: a representative with only e-mail answers a round by a link that works once.

The link acts under the mandate of the one it was made for, never beside it (INV-07).
Only the SHA-256 of its secret is kept, so that nobody who reads the database can use
it. Whoever opens it first keeps it: passed on, used again or too old, it is refused.
How sure one can be of who answered stands with what was done by it.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    get,
    owned,
    refers_to,
)
from workflows.errors import InvalidValueError, NotFoundError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.mandates import PARTY_ROLES, Mandate, hat_of, holder_of
from workflows.record.entries import append, next_seq

LONGEST = timedelta(days=30)
SHORTEST_SECRET = 32


class Assurance(enum.StrEnum):
    """How one knows who acted (tillitsnivå)."""

    EMAIL_LINK = "email_link"


class GuestLink(Owned, Base, kw_only=True):
    """A link (gjestelenke) for one mandate and one round, to be used once.

    `about` is the reference of the round. `sealed_to` is the SHA-256 of the session
    that opened it first.
    """

    __tablename__ = "guest_link"
    __table_args__ = (
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "secret_sha256"),
    )

    mandate_id: Mapped[uuid.UUID]
    about: Mapped[str] = mapped_column(index=True)
    secret_sha256: Mapped[str]
    expires_at: Mapped[datetime]
    sealed_to: Mapped[str | None] = mapped_column(default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape

    @property
    def ref(self) -> str:
        """The reference that its opening stands under: that of the round.

        What tells of a sealed round is found there, and nowhere else (INV-04).
        """
        return self.about


class GuestUse(Owned, Base, kw_only=True):
    """What was done by a link, and how sure its doer is (bruk av lenke). Immutable.

    `entry` is the number in the record of what was done.
    """

    __tablename__ = "guest_use"
    __table_args__ = (
        refers_to("guest_link", "link_id"),
        UniqueConstraint(TENANT, "link_id"),
        IMMUTABLE,
    )

    link_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    about: Mapped[str] = mapped_column(index=True)
    assurance: Mapped[Assurance] = mapped_column(codes(Assurance))
    entry: Mapped[int]
    at: Mapped[datetime]


def invite_guest(
    session: Session,
    *,
    mandate: str,
    about: str,
    secret: str,
    expires_at: datetime,
    by: Hat,
    at: datetime,
) -> GuestLink:
    """Make a link for the holder of a party's mandate; the secret itself is not kept.

    Raises:
        InvalidValueError: the secret is short, or the link would last too long.
        RuleBrokenError: the mandate is no party's, or another party's than the one who
            makes the link speaks for (INV-07).
    """
    row = by_ref(session, Mandate, mandate)
    permit(by, "guest.invited", at=at)
    if row.role not in PARTY_ROLES or (by.party and by.party is not row.party):
        raise RuleBrokenError(f"{mandate} is not of that party", rule="INV-07")
    if len(secret) < SHORTEST_SECRET or not at < expires_at <= at + LONGEST:
        raise InvalidValueError("expires_at", "not within 30 days, or a short secret")
    link = GuestLink(
        mandate_id=row.id,
        about=about,
        secret_sha256=digest(secret),
        expires_at=expires_at,
        at=at,
    )
    session.add(link)
    facts = {"about": about, "expires_at": expires_at.isoformat()}
    append(session, "guest.invited", row, by=by, at=at, refs=[about], facts=facts)
    return link


def open_link(session: Session, *, secret: str, holder: str, at: datetime) -> Hat:
    """Open a link and return the hat it gives; the first session to open it keeps it.

    `holder` is a random name of the session, known to that session alone.

    Raises: as `link_of`; INV-07 when the mandate no longer holds.
    """
    link = link_of(session, secret=secret, holder=holder, at=at)
    hat = guest_hat(session, link)
    permit(hat, "guest.opened", at=at)
    if link.sealed_to is None:
        link.sealed_to, link.opened_at = digest(holder), at
        mandate = get(session, Mandate, link.mandate_id)
        append(session, "guest.opened", link, by=hat, at=at, refs=[mandate.ref])
    return hat


def link_of(session: Session, *, secret: str, holder: str, at: datetime) -> GuestLink:
    """Return the link with this secret, when this session may use it now.

    Raises:
        NotFoundError: there is no such link.
        RuleBrokenError: it has been used, has run out, or was opened by somebody else.
    """
    hashed = digest(secret)
    query = owned(session, GuestLink).where(GuestLink.secret_sha256 == hashed)
    link = session.scalars(query).one_or_none()
    if link is None or not hmac.compare_digest(link.secret_sha256, hashed):
        raise NotFoundError("guest link", "with this secret")
    if link.used_at is not None:
        raise RuleBrokenError("the link has been used", rule="a link is used once")
    if at >= link.expires_at:
        raise RuleBrokenError("the link has run out", rule="a link runs out")
    sealed_to = link.sealed_to
    if sealed_to and not hmac.compare_digest(sealed_to, digest(holder)):
        raise RuleBrokenError("opened elsewhere", rule="a link is not passed on")
    return link


def use_link(session: Session, link: GuestLink, *, at: datetime) -> GuestUse:
    """Use up an opened link for the act that follows, in the same transaction."""
    if link.sealed_to is None:
        raise RuleBrokenError("the link is not opened", rule="a link is not passed on")
    link.used_at = at
    use = GuestUse(
        link_id=link.id,
        mandate_id=link.mandate_id,
        about=link.about,
        assurance=Assurance.EMAIL_LINK,
        entry=next_seq(session),
        at=at,
    )
    session.add(use)
    return use


def guest_hat(session: Session, link: GuestLink) -> Hat:
    """Return the hat of the mandate that a link was made for."""
    mandate = get(session, Mandate, link.mandate_id)
    return hat_of(mandate, holder_of(session, mandate.id))


def guest_uses(session: Session, about: str) -> Sequence[GuestUse]:
    """Return what was done by links in a round, oldest first."""
    query = owned(session, GuestUse).where(GuestUse.about == about)
    return session.scalars(query.order_by(GuestUse.entry)).all()


def links_about(session: Session, about: str) -> Sequence[GuestLink]:
    """Return the links that were made for a round, the newest first."""
    query = owned(session, GuestLink).where(GuestLink.about == about)
    return session.scalars(query.order_by(GuestLink.at.desc(), GuestLink.id)).all()


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, hexadecimal; secrets are long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
