"""Notices (varsler): that something has happened, told to parties or to a person.

A notice is a row of the same transaction as the act, so that nobody is told of what
never was, and all three parties are told at the same instant. It holds a code and facts
such as references and days, never a text from a document: pages, e-mail and calendar
each put it in words of their own.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, codes, owned, refers_to, tenant
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party


class NoticeKind(enum.StrEnum):
    """What a notice tells."""

    ROUND_OPENED = "round_opened"
    ROUND_EXTENDED = "round_extended"
    ROUND_CLOSED = "round_closed"
    ROUND_CANCELLED = "round_cancelled"
    ROUND_OVERRIDDEN = "round_overridden"
    HEARING_OPENED = "hearing_opened"
    HEARING_EXTENDED = "hearing_extended"
    HEARING_CLOSED = "hearing_closed"
    HEARING_CANCELLED = "hearing_cancelled"
    HEARING_SUMMARISED = "hearing_summarised"
    LATE_ACCESS = "late_access"
    CONSENT_FALLEN = "consent_fallen"
    REMARK_ASSESSED = "remark_assessed"
    MANDATE_ENDS = "mandate_ends"
    PROJECT_PAUSED = "project_paused"
    PROJECT_RESUMED = "project_resumed"
    PROJECT_STOPPED = "project_stopped"
    GLASS_BROKEN = "glass_broken"
    AUDIT_GRANTED = "audit_granted"
    REVIEW_DUE = "review_due"
    ACCESS_OPENED = "access_opened"
    ACCESS_DIFFERS = "access_differs"


class Notice(Owned, Base, kw_only=True):
    """A notice (varsel) to one party, or to one person. Immutable.

    `about` is the reference of what it concerns.
    """

    __tablename__ = "notice"
    __table_args__ = (refers_to("person", "person_id"), IMMUTABLE)

    kind: Mapped[NoticeKind] = mapped_column(codes(NoticeKind))
    about: Mapped[str] = mapped_column(index=True)
    party: Mapped[Party | None] = mapped_column(codes(Party), default=None)
    person_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    at: Mapped[datetime]


def notify_parties(
    session: Session,
    kind: NoticeKind,
    about: str,
    *,
    at: datetime,
    parties: Iterable[Party] = PARTIES,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Tell parties, by default all three at once."""
    session.add_all(
        Notice(kind=kind, about=about, party=party, facts=dict(facts or {}), at=at)
        for party in parties
    )


def notify_person(
    session: Session,
    kind: NoticeKind,
    about: str,
    *,
    person_id: uuid.UUID,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Tell one person."""
    row = Notice(
        kind=kind, about=about, person_id=person_id, facts=dict(facts or {}), at=at
    )
    session.add(row)


def notices_for(session: Session, hat: Hat, *, at: datetime) -> Sequence[Notice]:
    """Return what the wearer of a hat has been told up to `at`, newest first."""
    mine = [Notice.person_id == hat.person_id] if hat.person_id else []
    theirs = [Notice.party == hat.party] if hat.party else []
    query = owned(session, Notice).where(or_(false(), *mine, *theirs), Notice.at <= at)
    return session.scalars(query.order_by(Notice.at.desc(), Notice.id)).all()


def notices_about(session: Session, about: str) -> Sequence[Notice]:
    """Return the notices about something, oldest first, parties in neutral order."""
    query = owned(session, Notice).where(Notice.about == about)
    return session.scalars(query.order_by(Notice.at, Notice.party)).all()


def told_about(session: Session, kind: NoticeKind) -> set[str]:
    """Return the references of all that notices of a kind have been given about."""
    query = select(Notice.about).where(
        Notice.municipality_id == tenant(session), Notice.kind == kind
    )
    return set(session.scalars(query))
