"""The access class (tilgangskode) of what may be open or exempt: proposed and decided.

Whoever works with something proposes; the archive decides. Only what is decided counts:
a proposal opens nothing and closes nothing. What is not decided on has the class that
it was written or registered with. The acts are in `workflows.trace.access_classes`.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, all_of, codes, owned, refers_to


class AccessClass(enum.StrEnum):
    """Whether something is open to everybody."""

    PUBLIC = "public"
    EXEMPT = "exempt"


class AccessProposal(Owned, Base, kw_only=True):
    """A proposed access class (forslag til tilgangskode). Immutable.

    `about` is the reference of a case, a document or a drøfting; `basis` the code word
    of the exemption in the law, None for what is to be public.
    """

    __tablename__ = "access_proposal"
    __table_args__ = (refers_to("mandate", "mandate_id"), IMMUTABLE)

    about: Mapped[str] = mapped_column(index=True)
    access: Mapped[AccessClass] = mapped_column(codes(AccessClass))
    basis: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    wider_access: Mapped[str] = mapped_column(default="")
    mandate_id: Mapped[uuid.UUID]
    entry: Mapped[int]
    at: Mapped[datetime]


class AccessDecision(Owned, Base, kw_only=True):
    """A decided access class (fastsatt tilgangskode), by the archive. Immutable.

    `opens_on` is the day when deferred access ends by itself. There is no mandate
    behind that end: the archive decided it beforehand.
    """

    __tablename__ = "access_decision"
    __table_args__ = (refers_to("mandate", "mandate_id"), IMMUTABLE)

    about: Mapped[str] = mapped_column(index=True)
    access: Mapped[AccessClass] = mapped_column(codes(AccessClass))
    basis: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    wider_access: Mapped[str] = mapped_column(default="")
    opens_on: Mapped[date | None] = mapped_column(default=None)
    mandate_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    entry: Mapped[int]
    at: Mapped[datetime]


def decided_access(session: Session, about: str) -> AccessDecision | None:
    """Return the last decision on the access class of something, None without one."""
    query = owned(session, AccessDecision).where(AccessDecision.about == about)
    return session.scalars(query.order_by(AccessDecision.entry.desc())).first()


def decisions_on_access(session: Session) -> Sequence[AccessDecision]:
    """Return every decision, oldest first."""
    return all_of(session, AccessDecision, AccessDecision.entry)


def proposals_on_access(session: Session) -> Sequence[AccessProposal]:
    """Return every proposal, oldest first."""
    return all_of(session, AccessProposal, AccessProposal.entry)
