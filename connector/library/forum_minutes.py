"""Minutes of a forum meeting (møtereferat): the development line's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.gatherings import forum_title, party_word
from connector.pictures.words import Language
from workflows.base import by_ref, get, owned
from workflows.clock import norwegian_date, oslo
from workflows.development.documents import Version, document_of
from workflows.development.forums import (
    ForumAttendance,
    ForumItem,
    ForumMeeting,
    ForumState,
    items_of,
)
from workflows.development.minutes import minute_of, minuted_positions
from workflows.errors import RuleBrokenError
from workflows.people.kinds import PARTIES
from workflows.people.persons import Person
from workflows.record.entries import fold


def minutes_values(
    session: Session, ref: str, *, language: Language, at: datetime
) -> dict[str, Any]:
    """Return the values of a meeting's minutes, as known at `at`.

    Raises:
        NotFoundError: there is no such meeting.
        RuleBrokenError: it had not been held.
    """
    meeting = by_ref(session, ForumMeeting, ref)
    if fold(session, at=at, refs=[ref]).get(ref) != ForumState.HELD:
        raise RuleBrokenError(
            f"{ref} was not held by {norwegian_date(at)}", rule="SM-5"
        )
    every = items_of(session, meeting)
    points = [item for item in every if _is_minuted(session, item, at)]
    found = {
        "r_title": forum_title(meeting, language),
        "r_no": meeting.number,
        "r_on": norwegian_date(meeting.starts_at).isoformat(),
        "r_time": _clock(meeting.starts_at),
        "r_place": meeting.place,
        "r_chair": party_word(meeting.chair, language).capitalize(),
        "r_papers": _moment(meeting.papers_sent_at),
        "r_present": list(_present(session, meeting, language)),
        "r_points": [_point(session, item) for item in points],
        "r_positions": [row for item in points for row in _positions(session, item)],
    }
    return {key: value for key, value in found.items() if value}


def held_meetings(session: Session, *, at: datetime) -> list[str]:
    """Return the references of the meetings held up to `at`, oldest first."""
    states = fold(session, at=at)
    query = owned(session, ForumMeeting).order_by(ForumMeeting.starts_at)
    meetings = session.scalars(query)
    return [m.ref for m in meetings if states.get(m.ref) == ForumState.HELD]


def _is_minuted(session: Session, item: ForumItem, at: datetime) -> bool:
    minute = minute_of(session, item)
    return minute is not None and minute.at <= at


def _present(
    session: Session, meeting: ForumMeeting, language: Language
) -> Iterator[dict[str, Any]]:
    """Parties in neutral order; who speaks for none, such as the safety rep, last."""
    query = owned(session, ForumAttendance).where(
        ForumAttendance.meeting_id == meeting.id
    )
    order = [*PARTIES, None]
    people = [
        (order.index(row.party), get(session, Person, row.person_id))
        for row in session.scalars(query)
    ]
    for place, person in sorted(people, key=lambda one: (one[0], one[1].sort_key)):
        party = order[place]
        row = {"_id": person.ref, "part": party.value if party else None}
        row |= {"navn": person.name_in(language), "verv": person.title}
        yield {key: cell for key, cell in row.items() if cell}


def _point(session: Session, item: ForumItem) -> dict[str, Any]:
    minute = minute_of(session, item)
    row = {
        "_id": str(item.number),
        "nr": str(item.number),
        "sak": item.title,
        "ref": _paper(session, item),
        "konklusjon": minute.conclusion if minute else None,
    }
    return {key: cell for key, cell in row.items() if cell}


def _paper(session: Session, item: ForumItem) -> str | None:
    if item.version_id is None:
        return None
    version = get(session, Version, item.version_id)
    return f"{document_of(session, version).ref} v{version.number}"


def _positions(session: Session, item: ForumItem) -> Iterator[dict[str, Any]]:
    for said in minuted_positions(session, item):
        row = {
            "_id": f"{item.number}:{said.party}",
            "nr": str(item.number),
            "part": said.party.value,
            "standpunkt": said.position.value,
            "punkt": said.point,
            "saermerknad": said.dissent,
        }
        yield {key: cell for key, cell in row.items() if cell}


def _clock(at: datetime) -> str:
    return f"kl. {oslo(at):%H.%M}"


def _moment(at: datetime) -> str:
    return f"{oslo(at):%d.%m.%Y kl. %H.%M}"
