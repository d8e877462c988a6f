"""Forum meetings of the steering group: papers, attendance, and minuted positions.

The forum's minutes and numbers are the development line's own and never those of a
statutory committee, even with the same people on the same day (INV-13).
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    looked_up_by,
    owned,
    refers_to,
)
from workflows.development.documents import Version, VersionState, freeze
from workflows.development.projects import (
    Project,
)
from workflows.errors import InvalidValueError, NotFoundError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party
from workflows.people.mandates import hats_of
from workflows.people.persons import Person
from workflows.record.entries import append, new_reference
from workflows.record.states import move, steps

PAPERS_DAYS = 5


class ForumState(enum.StrEnum):
    """Where a forum meeting is."""

    CALLED = "called"
    HELD = "held"


ALLOWED = steps({ForumState.CALLED: {ForumState.HELD}}, ForumState)


class Step(enum.StrEnum):
    """What the steering group may conclude about a project that has begun."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, kw_only=True)
class AgendaPoint:
    """One point of a forum's agenda, with the version or the idea that it is about.

    `version` is a version's reference, such as `O-101@0.1`; `project` a project's.
    `asks` is what the parties are asked to do with the project, where it is not an
    idea: their positions are then positions on that.
    """

    number: int
    title: str
    version: str | None = None
    project: str | None = None
    asks: Step | None = None


class ForumMeeting(Owned, Base, kw_only=True):
    """A forum meeting (forummøte) of the three parties; not a statutory committee."""

    __tablename__ = "forum_meeting"
    __table_args__ = (
        UniqueConstraint(TENANT, "ref"),
        UniqueConstraint(TENANT, "number"),
    )

    ref: Mapped[str]
    number: Mapped[str]
    starts_at: Mapped[datetime]
    place: Mapped[str]
    chair: Mapped[Party] = mapped_column(codes(Party))
    state: Mapped[ForumState] = mapped_column(codes(ForumState))
    papers_sent_at: Mapped[datetime]


class ForumItem(Owned, Base, kw_only=True):
    """A point (sak) on a forum's agenda."""

    __tablename__ = "forum_item"
    __table_args__ = (
        refers_to("forum_meeting", "meeting_id"),
        refers_to("version", "version_id"),
        refers_to("project", "project_id"),
        UniqueConstraint(TENANT, "meeting_id", "number"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("version_id"),
    )

    ref: Mapped[str]
    meeting_id: Mapped[uuid.UUID]
    number: Mapped[int]
    title: Mapped[str]
    version_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    project_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    asks: Mapped[Step | None] = mapped_column(codes(Step), default=None)


class ForumAttendance(Owned, Base, kw_only=True):
    """A person who was present (til stede) for a party. Immutable."""

    __tablename__ = "forum_attendance"
    __table_args__ = (
        refers_to("forum_meeting", "meeting_id"),
        refers_to("person", "person_id"),
        IMMUTABLE,
    )

    meeting_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    party: Mapped[Party | None] = mapped_column(codes(Party), default=None)


def call_forum(
    session: Session,
    *,
    ref: str,
    number: str,
    starts_at: datetime,
    place: str,
    chair: Party,
    points: list[AgendaPoint],
    by: Hat,
    at: datetime,
) -> ForumMeeting:
    """Call a forum meeting and send its papers to all three parties at this moment.

    Drafts among the papers are frozen: what was sent is what is answered.
    """
    permit(by, "forum.called", at=at)
    _require_free_number(session, number)
    _require_sound(points)
    meeting = ForumMeeting(
        ref=new_reference(session, ref),
        number=number,
        starts_at=starts_at,
        place=place,
        chair=chair,
        state=ForumState.CALLED,
        papers_sent_at=at,
    )
    session.add(meeting)
    session.flush()
    frozen = [_put_on(session, meeting, point, at=at) for point in points]
    moved = [meeting, *(version for version in frozen if version)]
    append(session, "forum.called", meeting, moved=moved, by=by, at=at)
    return meeting


def hold_forum(
    session: Session, *, meeting: str, present: list[str], by: Hat, at: datetime
) -> ForumMeeting:
    """Minute who was present; each counts for the party of a mandate held that day."""
    permit(by, "forum.held", at=at)
    row = by_ref(session, ForumMeeting, meeting)
    move(row, ForumState.HELD, ALLOWED)
    session.add_all(
        ForumAttendance(
            meeting_id=row.id,
            person_id=by_ref(session, Person, person).id,
            party=_party_of(session, person, at=row.starts_at),
        )
        for person in present
    )
    append(session, "forum.held", row, moved=[row], by=by, at=at, refs=present)
    return row


def item_of(session: Session, meeting: ForumMeeting, number: int) -> ForumItem:
    """Return a point of a meeting's agenda by its number."""
    query = owned(session, ForumItem).where(
        ForumItem.meeting_id == meeting.id, ForumItem.number == number
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError("point", f"{meeting.ref}/{number}")
    return found


def items_of(session: Session, meeting: ForumMeeting) -> Sequence[ForumItem]:
    """Return the agenda of a meeting."""
    query = owned(session, ForumItem).where(ForumItem.meeting_id == meeting.id)
    return session.scalars(query.order_by(ForumItem.number)).all()


def attendance(session: Session, meeting: ForumMeeting) -> dict[Party, int]:
    """Return how many were present for each party."""
    query = owned(session, ForumAttendance).where(
        ForumAttendance.meeting_id == meeting.id
    )
    present = [row.party for row in session.scalars(query)]
    return {party: present.count(party) for party in Party}


def find_party_hat(session: Session, person: str, *, at: datetime) -> Hat | None:
    """Return the hat that a person wears for a party that day, None without one."""
    hats = hats_of(session, person=person, at=at)
    return next((hat for hat in hats if hat.party), None)


def party_hat(session: Session, person: str, *, at: datetime) -> Hat:
    """Return the hat that a person wears for a party that day, or raise INV-07."""
    hat = find_party_hat(session, person, at=at)
    if hat is None:
        raise RuleBrokenError(f"{person} speaks for no party that day", rule="INV-07")
    return hat


def _require_free_number(session: Session, number: str) -> None:
    """The forum's meetings have a series of numbers of their own (INV-13)."""
    query = owned(session, ForumMeeting).where(ForumMeeting.number == number)
    if session.scalars(query).first():
        raise RuleBrokenError(f"there is a forum meeting {number}", rule="INV-13")


def _require_sound(points: Sequence[AgendaPoint]) -> None:
    if len({point.number for point in points}) < len(points):
        raise InvalidValueError("points", "have the same number twice")
    if any(point.asks and not point.project for point in points):
        raise InvalidValueError("points", "ask something about no project")


def _put_on(
    session: Session, meeting: ForumMeeting, point: AgendaPoint, *, at: datetime
) -> Version | None:
    version = by_ref(session, Version, point.version) if point.version else None
    project = by_ref(session, Project, point.project) if point.project else None
    session.add(
        ForumItem(
            ref=f"{meeting.ref}/{point.number}",
            meeting_id=meeting.id,
            number=point.number,
            title=point.title,
            version_id=version.id if version else None,
            project_id=project.id if project else None,
            asks=point.asks,
        )
    )
    if version is None or version.state is not VersionState.DRAFT:
        return None
    freeze(session, version, at=at)
    return version


def _party_of(session: Session, person: str, *, at: datetime) -> Party | None:
    hat = find_party_hat(session, person, at=at)
    return hat.party if hat else None
