"""Which notices wait to be told outside the pages, gathered for each person.

A deadline that moves is told at once; the rest waits for eight in the morning of the
next working day, unless the person wants all at once. A party's notices are its
members' of that day: all who held a mandate when the notice was given, and hold one
now. Nothing is told of what a person may not read, and nothing older than a week.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from workflows.base import all_of, owned
from workflows.clock import at_oslo, norwegian_date
from workflows.law.deadlines import add_working_days
from workflows.people.hats import Hat
from workflows.people.mandates import hats_of
from workflows.people.notices import Notice, NoticeKind
from workflows.people.persons import Person
from workflows.people.reading import Matter, may_read
from workflows.people.telling import (
    Choice,
    Outlet,
    Pace,
    choice_of,
    refused_by,
    sent_before,
)
from workflows.trace.status_only import Hidden, exempt_cases

KEPT = timedelta(days=7)
MORNING = time(8)
MOVES_DEADLINE = frozenset(
    {
        *(NoticeKind.ROUND_EXTENDED, NoticeKind.ROUND_CANCELLED),
        *(NoticeKind.ROUND_OVERRIDDEN, NoticeKind.LATE_ACCESS),
        *(NoticeKind.HEARING_EXTENDED, NoticeKind.HEARING_CANCELLED),
    }
)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What one person is to be told now in one place (samlevarsel), oldest first."""

    person: Person
    outlet: Outlet
    language: str | None
    notices: tuple[Notice, ...]


def due_digests(session: Session, *, at: datetime) -> list[Digest]:
    """Return what is to be sent now, by person and outlet; what was sent is left out.

    Somebody without an e-mail address is told on the pages alone.
    """
    recent = _recent(session, at)
    if not recent:
        return []
    hidden = exempt_cases(session)
    return [
        digest
        for person in all_of(session, Person, Person.ref)
        if person.email
        for digest in _of_person(session, person, recent, hidden, at)
    ]


def morning_after(at: datetime) -> datetime:
    """Return eight o'clock, in Norway, of the first working day after an instant."""
    return at_oslo(add_working_days(norwegian_date(at), 1), MORNING)


def _recent(session: Session, at: datetime) -> Sequence[Notice]:
    query = owned(session, Notice).where(Notice.at > at - KEPT, Notice.at <= at)
    return session.scalars(query.order_by(Notice.at, Notice.kind, Notice.id)).all()


def _of_person(
    session: Session,
    person: Person,
    recent: Sequence[Notice],
    hidden: Hidden,
    at: datetime,
) -> Iterator[Digest]:
    hats = hats_of(session, person=person.ref, at=at)
    told = [row for row in recent if _is_for(row, hats, hidden, at)]
    if not told:
        return
    choice = choice_of(session, person.id)
    before = sent_before(session, person.id)
    refused = refused_by(session, person.id, Outlet.TEAMS)
    for outlet in Outlet:
        waiting = [row for row in told if row.id not in before[outlet]]
        due = _due(outlet, choice, waiting, refused, at)
        if due:
            yield Digest(
                person=person,
                outlet=outlet,
                language=choice.language,
                notices=tuple(due),
            )


def _is_for(row: Notice, hats: Sequence[Hat], hidden: Hidden, at: datetime) -> bool:
    return any(
        _concerns(row, hat)
        and (row.about not in hidden or may_read(hat, Matter.RESTRICTED_CASE, at=at))
        for hat in hats
    )


def _concerns(row: Notice, hat: Hat) -> bool:
    """To the person itself, or to the party of a mandate that held when it was told."""
    if row.person_id is not None:
        return row.person_id == hat.person_id
    is_ours = row.party is not None and row.party is hat.party
    return is_ours and hat.valid_from <= norwegian_date(row.at)


def _due(
    outlet: Outlet,
    choice: Choice,
    waiting: Sequence[Notice],
    refused: Collection[uuid.UUID],
    at: datetime,
) -> list[Notice]:
    if outlet is Outlet.TEAMS:
        return list(waiting) if choice.by_teams else []
    if choice.pace is Pace.NEVER:
        return [row for row in waiting if row.id in refused]
    is_morning = any(morning_after(row.at) <= at for row in waiting)
    if choice.pace is Pace.AT_ONCE or is_morning:
        return list(waiting)
    return [row for row in waiting if row.kind in MOVES_DEADLINE or row.id in refused]
