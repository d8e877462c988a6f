"""A service outside that does not answer is asked by nobody for a while.

After some failures in a row, or when the service asks for it, jobs that need it are
held back until a time that grows with each failure. Then one question goes first: when
it is answered everybody may ask again, in the order that they came. The row stands in
the database, so that every worker heeds it, also one that has just been started.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, codes, owned


class Service(enum.StrEnum):
    """A service outside that jobs ask."""

    MICROSOFT_365 = "microsoft365"


# So many failures in a row, of whichever jobs, and nobody asks.
MOST_FAILURES: Final = 3
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(minutes=15)
LONGEST_ASKED: Final = timedelta(days=1)


class HoldBack(Owned, Base, kw_only=True):
    """How it stands with a service outside (tilbakehold): whether jobs are held back.

    `failures` counts those in a row, the first at `since`; `problem` is the class of
    the last one. Nobody asks while `until` is set, but one question after that time.
    """

    __tablename__ = "hold_back"
    __table_args__ = (UniqueConstraint(TENANT, "service"), {"info": {"private": True}})

    service: Mapped[Service] = mapped_column(codes(Service))
    failures: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    problem: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None] = mapped_column(default=None)


def hold_back_of(session: Session, service: Service) -> HoldBack | None:
    """Return how it stands with a service, None when nothing failed of late."""
    query = owned(session, HoldBack).where(HoldBack.service == service)
    return session.scalars(query).one_or_none()


def held_until(session: Session, service: Service) -> datetime | None:
    """Return when a service is asked again, None when everybody may ask."""
    row = hold_back_of(session, service)
    return row.until if row else None


def note_failure(
    session: Session,
    service: Service,
    *,
    problem: str,
    at: datetime,
    chance: float,
    asked_until: datetime | None = None,
) -> HoldBack:
    """Note that a service did not answer; hold jobs back when that is enough.

    `asked_until` is when the service itself asked to be asked again. `chance`, between
    0 and 1, spreads the questions of many: at least three quarters are always waited.
    """
    row = _locked(session, service)
    if row is None:
        row = HoldBack(service=service, since=at)
        session.add(row)
    row.failures, row.problem = row.failures + 1, problem
    if asked_until is not None or row.failures >= MOST_FAILURES:
        wait = _wait(row.failures - MOST_FAILURES) * (0.75 + chance / 4)
        later = min(asked_until or at, at + LONGEST_ASKED)
        row.until = max(at + wait, later, row.until or at)
    return row


def note_answer(session: Session, service: Service) -> None:
    """Note that a service answered a question: everybody may ask again.

    One failure more and jobs are held back anew, until a job has been done.
    """
    row = _locked(session, service)
    if row is not None:
        row.until = None


def note_done(session: Session, service: Service) -> None:
    """Note that a job which asks a service has been done: all is forgotten."""
    row = _locked(session, service)
    if row is not None:
        session.delete(row)


def _locked(session: Session, service: Service) -> HoldBack | None:
    query = owned(session, HoldBack).where(HoldBack.service == service)
    return session.scalars(query.with_for_update()).one_or_none()


def _wait(beyond: int) -> timedelta:
    """Return the wait after so many failures beyond those that are borne."""
    return min(FIRST_WAIT * 2.0 ** max(0, min(beyond, 10)), LONGEST_WAIT)
