"""A text that reached one party later than the others, and what follows for all.

The product gives all three access in one instant, but a file store can fail and a
letter be late. The delay is told as it was, and all three get as much longer (INV-23).
The project manager may keep the deadline instead, with a reason that all three are
told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from workflows.base import by_ref
from workflows.clock import at_oslo, norwegian_date, oslo
from workflows.development.parity import RoundAccess, access_to, gap_minutes
from workflows.development.rounds import ALLOWED, IS_OPEN, Round, about, text_of
from workflows.development.rounds import RoundState as S
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.law.deadlines import add_working_days, is_working_day
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party, Role
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append
from workflows.record.reasons import give_reason
from workflows.record.states import move


def receive_late(
    session: Session,
    *,
    review: str,
    party: Party,
    received_at: datetime,
    keep_deadline: str | None = None,
    by: Hat,
    at: datetime,
) -> Round:
    """Note when a party really got the text of an open round; the deadline follows.

    `keep_deadline` is the reason for leaving the deadline where it is; only the project
    manager may give it.

    Raises:
        RuleBrokenError: the round is not open, or the instant lies outside it.
        NotPermittedError: the hat speaks for another party.
    """
    row = by_ref(session, Round, review)
    _, paper = text_of(session, row)
    permit(by, "round.received_late", at=at, project=paper.project)
    _require_own(by, party, keeps=keep_deadline is not None)
    access = _access(session, row, party, received_at=received_at, at=at)
    before = gap_minutes(access_to(session, row.id))
    access.made_available_at = received_at
    session.flush()
    gap = gap_minutes(access_to(session, row.id))
    moved = _follow(session, row, gap - before, reason=keep_deadline, at=at)
    facts = {
        "party": party.value,
        "received_at": received_at.isoformat(),
        "gap_minutes": gap,
        "deadline_at": row.deadline_at.isoformat(),
        "deadline_kept": keep_deadline is not None,
    }
    notify_parties(session, NoticeKind.LATE_ACCESS, review, at=at, facts=facts)
    append(
        session,
        "round.received_late",
        row,
        moved=moved,
        by=by,
        at=at,
        refs=about(paper),
        facts=facts,
    )
    return row


def later_by(deadline_at: datetime, minutes: int) -> datetime:
    """Return the deadline `minutes` later, on a working day in Norway.

    The clock time of the moved deadline is kept when its day is no working day.
    """
    moved = oslo(deadline_at + timedelta(minutes=minutes))
    day = moved.date()
    if not is_working_day(day):
        day = add_working_days(day, 1)
    return at_oslo(day, moved.time())


def _follow(
    session: Session, review: Round, minutes: int, *, reason: str | None, at: datetime
) -> list[object]:
    """Move the deadline for all by what one party lost, or keep it with a reason."""
    if reason is not None:
        act = "round.received_late"
        give_reason(session, review.ref, act, reason, at=at, rule="INV-23")
        return []
    if minutes <= 0:
        return []
    move(review, S.EXTENDED, ALLOWED)
    review.deadline_at = later_by(review.deadline_at, minutes)
    return [review]


def _require_own(by: Hat, party: Party, *, keeps: bool) -> None:
    is_manager = by.role is Role.PROJECT_MANAGER
    if not is_manager and (keeps or by.party is not party):
        act = "round.received_late"
        raise NotPermittedError(by.role.value, act, rule="INV-07")


def _access(
    session: Session,
    review: Round,
    party: Party,
    *,
    received_at: datetime,
    at: datetime,
) -> RoundAccess:
    made = review.made_available_at
    if made is None or review.state not in IS_OPEN or at >= review.deadline_at:
        raise RuleBrokenError(f"{review.ref} is not open", rule="SM-3")
    if not made <= received_at <= at:
        day = norwegian_date(received_at)
        raise RuleBrokenError(
            f"{review.ref} was opened {norwegian_date(made)}; nobody received it {day}",
            rule="INV-02",
        )
    found = {row.party: row for row in access_to(session, review.id)}
    return found[party]
