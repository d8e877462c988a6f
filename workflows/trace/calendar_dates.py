"""What stands in a person's calendar: the deadlines and meetings of all its hats.

A date is told by its kind and reference, never by a title or a word of a text, so that
nothing sealed or exempt can be in it; and only what a hat may read is told at all. When
something was changed, and how often, is read from those acts that move dates. An answer
under seal is none of them (INV-04).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from workflows.base import all_of, among, get, owned, tenant
from workflows.clock import at_oslo, norwegian_date
from workflows.consultations import SIDES, Consultation
from workflows.decision.bodies import Body, members_on
from workflows.decision.followups import FollowUp, FollowUpReport, FollowUpState
from workflows.decision.meetings import BodyMeeting
from workflows.decision.reviews import HeldReview, ReviewDate
from workflows.development.assessments import SelfAssessment
from workflows.development.documents import Document
from workflows.development.forums import ForumMeeting
from workflows.development.hearings import Hearing, hearing_text
from workflows.development.projects import Project
from workflows.development.rounds import Round, RoundState, text_of
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.reading import Matter, holds, may_read
from workflows.record.entries import Entry
from workflows.record.touches import EntryRef
from workflows.trace.status_only import NOTHING, Hidden, exempt_cases

KEPT = timedelta(days=90)
ATTENDS_ALL = frozenset({Role.COMMITTEE_SECRETARY, Role.CHIEF_EXECUTIVE})
WORKS_WITH_ROUNDS = frozenset(
    {
        *(Role.PARTY_CONTACT, Role.PARTY_MEMBER, Role.SAFETY_REP),
        *(Role.PROJECT_MANAGER, Role.PROJECT_MEMBER),
    }
)


class DateKind(enum.StrEnum):
    """What a date in a calendar is."""

    ROUND = "round"
    HEARING = "hearing"
    ASSESSMENT = "assessment"
    CONSULTATION = "consultation"
    FORUM = "forum"
    BODY_MEETING = "body_meeting"
    FOLLOW_UP = "follow_up"
    FOLLOW_UP_REPORT = "follow_up_report"
    REVIEW = "review"


K = DateKind
MEETINGS = frozenset({K.CONSULTATION, K.FORUM, K.BODY_MEETING})
# What sets or moves a date without leading to another state.
MOVING = frozenset(
    {
        *("consultation.called", "forum.called", "meeting.scheduled"),
        *("followup.reported", "followup.extended"),
        *("review.set", "review.held"),
    }
)
DONE = frozenset(
    {
        *(FollowUpState.IMPLEMENTED, FollowUpState.NOTED_BY_BODY),
        *(FollowUpState.REPLACED, FollowUpState.NOT_TO_BE_IMPLEMENTED),
    }
)


@dataclass(frozen=True, kw_only=True)
class CalendarDate:
    """One deadline or meeting (dato i kalenderen).

    `when` is a Norwegian day, or an instant. `is_off` says that it was called off, or
    is no longer waited for. `sequence` counts how often it was changed since it became
    known, `changed_at` when last. `body` is set where a body meets.
    """

    kind: DateKind
    ref: str
    when: date | datetime
    is_off: bool = False
    place: str = ""
    body: Body | None = None
    changed_at: datetime
    sequence: int

    @property
    def day(self) -> date:
        """The day in Norway."""
        return day_of(self.when)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A date before it is known when it was changed."""

    kind: DateKind
    ref: str
    when: date | datetime
    is_off: bool = False
    place: str = ""
    body: Body | None = None


def dates_of(
    session: Session, hats: Sequence[Hat], *, at: datetime
) -> list[CalendarDate]:
    """Return the dates that the mandates of one person concern, the earliest first.

    Those of the last 90 days and all that are to come. Hats that do not hold give none.
    """
    worn = [hat for hat in hats if holds(hat, at=at)]
    found = {
        (each.kind, each.ref): each
        for source in SOURCES
        for hat in worn
        for each in source(session, hat, at)
        if day_of(each.when) >= norwegian_date(at - KEPT)
    }
    changes = _changes(session, {ref for _, ref in found}, at)
    dates = [_dated(each, changes) for each in found.values()]
    return sorted(dates, key=lambda each: (_instant(each.when), each.kind, each.ref))


def day_of(when: date | datetime) -> date:
    """Return the day in Norway of an instant, or the day itself."""
    return norwegian_date(when) if isinstance(when, datetime) else when


def _instant(when: date | datetime) -> datetime:
    return when if isinstance(when, datetime) else at_oslo(when, time.min)


def _dated(found: _Found, changes: Mapping[str, Sequence[datetime]]) -> CalendarDate:
    changed = changes[found.ref]
    return CalendarDate(
        kind=found.kind,
        ref=found.ref,
        when=found.when,
        is_off=found.is_off,
        place=found.place,
        body=found.body,
        changed_at=changed[-1],
        sequence=len(changed) - 1,
    )


def _changes(
    session: Session, refs: Collection[str], at: datetime
) -> dict[str, list[datetime]]:
    """Return when the dates of these references were set and changed, in order."""
    mine = Entry.municipality_id == EntryRef.municipality_id
    query = (
        select(EntryRef.ref, EntryRef.at)
        .join(Entry, and_(mine, Entry.seq == EntryRef.seq))
        .where(
            EntryRef.municipality_id == tenant(session),
            among(EntryRef.ref, refs),
            or_(EntryRef.led_to.is_not(None), Entry.type.in_(MOVING)),
            EntryRef.at <= at,
        )
    )
    found: dict[str, list[datetime]] = {}
    for ref, when in session.execute(query.order_by(EntryRef.seq)):
        found.setdefault(ref, []).append(when)
    return found


def _rounds(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:
    if hat.role not in WORKS_WITH_ROUNDS or not may_read(hat, Matter.ROUND, at=at):
        return
    for row in all_of(session, Round):
        if row.made_available_at and _concerns(hat, text_of(session, row)[1]):
            yield _deadline(K.ROUND, row)


def _hearings(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:
    if hat.role not in WORKS_WITH_ROUNDS or not may_read(hat, Matter.ROUND, at=at):
        return
    for row in all_of(session, Hearing):
        if row.opened_at and _concerns(hat, hearing_text(session, row)[1]):
            yield _deadline(K.HEARING, row)


def _deadline(kind: DateKind, row: Round | Hearing) -> _Found:
    """A round that closed early, or was cancelled, has no deadline any more."""
    closed_early = row.closed_at is not None and row.closed_at < row.deadline_at
    is_off = closed_early or row.state is RoundState.CANCELLED
    return _Found(kind=kind, ref=row.ref, when=row.deadline_at, is_off=is_off)


def _concerns(hat: Hat, paper: Document) -> bool:
    return hat.project is None or hat.project == paper.project


def _assessments(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:  # noqa: ARG001 - one shape
    if hat.party is None:
        return
    for row in all_of(session, SelfAssessment):
        project = get(session, Project, row.project_id) if row.project_id else None
        if hat.project in {None, project.ref if project else None}:
            yield _Found(kind=K.ASSESSMENT, ref=row.ref, when=row.deadline_at)


def _consultations(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:  # noqa: ARG001 - one shape
    """Of the two sides alone; the elected are no party in a drøfting (INV-12)."""
    if hat.party not in SIDES:
        return
    for row in all_of(session, Consultation):
        if row.meets_at:
            place = "" if row.exemption else row.place or ""
            yield _Found(
                kind=K.CONSULTATION, ref=row.ref, when=row.meets_at, place=place
            )


def _forums(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:
    if hat.role not in WORKS_WITH_ROUNDS or not may_read(hat, Matter.FORUM, at=at):
        return
    for row in all_of(session, ForumMeeting):
        yield _Found(kind=K.FORUM, ref=row.ref, when=row.starts_at, place=row.place)


def _body_meetings(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:  # noqa: ARG001 - one shape
    """Of one's own bodies; the secretary and the chief executive attend them all."""
    attends_all = hat.role in ATTENDS_ALL
    if not attends_all and hat.role not in {Role.BODY_MEMBER, Role.BODY_LEADER}:
        return
    for row in all_of(session, BodyMeeting):
        body = get(session, Body, row.body_id)
        if attends_all or _sits(session, hat, body, norwegian_date(row.starts_at)):
            yield _Found(
                kind=K.BODY_MEETING,
                ref=row.ref,
                when=row.starts_at,
                place=row.place,
                body=body,
            )


def _sits(session: Session, hat: Hat, body: Body, on: date) -> bool:
    sitting = {each.person_id for each in members_on(session, body, on)}
    return hat.person_id in sitting


def _follow_ups(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:
    """Of those whom a follow-up names; one that only a unit has is nobody's."""
    hidden = _hidden(session, hat, at)
    query = owned(session, FollowUp).where(FollowUp.person_id == hat.person_id)
    for row in session.scalars(query):
        if row.ref in hidden:
            continue
        done_on = _done_on(session, row)
        for kind, when in (
            (K.FOLLOW_UP, row.deadline),
            (K.FOLLOW_UP_REPORT, row.next_report),
        ):
            if when:
                is_off = done_on is not None and done_on < when
                yield _Found(kind=kind, ref=row.ref, when=when, is_off=is_off)


def _done_on(session: Session, row: FollowUp) -> date | None:
    """Return the day when it was told that nothing more is to be done, if it was."""
    if row.state not in DONE:
        return None
    last = select(func.max(FollowUpReport.reported_at)).where(
        FollowUpReport.municipality_id == tenant(session),
        FollowUpReport.follow_up_id == row.id,
        FollowUpReport.state != FollowUpState.NOTED_BY_BODY,
    )
    told_at: datetime = session.execute(last).scalar_one()
    return norwegian_date(told_at)


def _reviews(session: Session, hat: Hat, at: datetime) -> Iterator[_Found]:
    hidden = _hidden(session, hat, at)
    held = {row.review_id: row.held_at for row in all_of(session, HeldReview)}
    query = owned(session, ReviewDate).where(ReviewDate.person_id == hat.person_id)
    for row in session.scalars(query):
        if row.ref not in hidden:
            is_off = row.id in held and norwegian_date(held[row.id]) < row.review_on
            yield _Found(kind=K.REVIEW, ref=row.ref, when=row.review_on, is_off=is_off)


def _hidden(session: Session, hat: Hat, at: datetime) -> Hidden:
    reads_all = may_read(hat, Matter.RESTRICTED_CASE, at=at)
    return NOTHING if reads_all else exempt_cases(session)


Source = Callable[[Session, Hat, datetime], Iterator[_Found]]
SOURCES: tuple[Source, ...] = (
    _rounds,
    _hearings,
    _assessments,
    _consultations,
    _forums,
    _body_meetings,
    _follow_ups,
    _reviews,
)
