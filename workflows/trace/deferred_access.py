"""Deferred access (utsatt innsyn) ends by itself on its day: nobody has to remember it.

A new decision before that day takes its place. Source: offentleglova § 5.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy.orm import Session

from workflows.base import owned
from workflows.clock import at_oslo
from workflows.decision.cases import Case
from workflows.decision.exemptions import DEFERRED
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import SYSTEM
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.access_classes import (
    AccessClass,
    AccessDecision,
    decided_access,
    decisions_on_access,
)
from workflows.record.entries import append, next_seq
from workflows.trace.access_classes import Grounds, carry_out, found


def deferred_until(
    session: Session, *, at: datetime
) -> list[tuple[datetime, AccessDecision]]:
    """Return the deferrals that have ended by `at`, and when: as the day begins."""
    last = {row.about: row for row in decisions_on_access(session)}
    due = [(_opens_at(row), row) for row in last.values() if row.opens_on]
    return [(when, row) for when, row in due if when <= at]


def deferred_without_day(session: Session) -> list[str]:
    """Return the cases with deferred access that no day ends, by reference.

    A case that was deferred already in the official system comes without one.
    """
    query = owned(session, Case).where(Case.restricted == DEFERRED)
    last = {row.about: row for row in decisions_on_access(session)}
    refs = [case.ref for case in session.scalars(query.order_by(Case.ref))]
    return [ref for ref in refs if ref not in last or last[ref].opens_on is None]


def open_deferred(session: Session, ended: AccessDecision, *, at: datetime) -> None:
    """Open what was deferred to everybody; all three parties are told at that instant.

    Raises `RuleBrokenError` when the day has not come, or the archive has decided anew.
    """
    permit(SYSTEM, "access.opened", at=at)
    is_last = decided_access(session, ended.about) is ended
    if not is_last or ended.opens_on is None or at < _opens_at(ended):
        raise RuleBrokenError(f"{ended.about} is not to be opened now", rule="L-24")
    thing = found(session, ended.about)
    row = AccessDecision(
        about=ended.about, access=AccessClass.PUBLIC, entry=next_seq(session), at=at
    )
    session.add(row)
    carry_out(session, thing, AccessClass.PUBLIC, Grounds(), by=SYSTEM, at=at)
    notify_parties(session, NoticeKind.ACCESS_OPENED, ended.about, at=at)
    append(session, "access.opened", thing, by=SYSTEM, at=at)


def _opens_at(row: AccessDecision) -> datetime:
    if row.opens_on is None:
        return datetime.max.replace(tzinfo=row.at.tzinfo)
    return at_oslo(row.opens_on, time(0))
