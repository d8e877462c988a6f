"""How each person is told outside the pages, and what has been sent to whom.

Everybody is told by e-mail once a day who has not chosen otherwise. Choosing changes
nothing of what stands on the pages, nor of what any other person gets. What was sent is
remembered for each notice, person and channel, before it is sent and after: what is
told once is not told again, unless the sending was broken off, and then once more.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    OWN_DATA,
    TENANT,
    Base,
    Owned,
    codes,
    get,
    owned,
    refers_to,
    tenant,
)
from workflows.errors import NotFoundError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.notices import Notice

MOST_TRIES = 2


class Outlet(enum.StrEnum):
    """Where a person is told outside the pages."""

    EMAIL = "email"
    TEAMS = "teams"


class Pace(enum.StrEnum):
    """How often a person is told by e-mail."""

    DAILY = "daily"
    AT_ONCE = "at_once"
    NEVER = "never"


class DispatchState(enum.StrEnum):
    """What came of a sending. `UNSURE`: broken off twice; nobody knows, no more tries.

    `REFUSED` is for good, such as Teams where the app is not installed.
    """

    BEGUN = "begun"
    SENT = "sent"
    REFUSED = "refused"
    UNSURE = "unsure"


class NoticeChoice(Owned, Base, kw_only=True):
    """How a person wants to be told (varslingsvalg), and in which written standard."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "person_id"),
        OWN_DATA,
    )

    person_id: Mapped[uuid.UUID]
    pace: Mapped[Pace] = mapped_column(codes(Pace))
    by_teams: Mapped[bool]
    language: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class Dispatch(Owned, Base, kw_only=True):
    """One e-mail or one notice in Teams to one person (utsending).

    `begun_at` is when it was last tried. Neither text nor address is kept.
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        refers_to("person", "person_id"),
        OWN_DATA,
    )

    person_id: Mapped[uuid.UUID]
    outlet: Mapped[Outlet] = mapped_column(codes(Outlet))
    state: Mapped[DispatchState] = mapped_column(codes(DispatchState))
    tries: Mapped[int] = mapped_column(default=1)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class DispatchedNotice(Owned, Base, kw_only=True):
    """That a notice is part of a sending (utsendt varsel); once a person and outlet."""

    __tablename__ = "dispatched_notice"
    __table_args__ = (
        refers_to("notice", "notice_id"),
        refers_to("dispatch", "dispatch_id"),
        UniqueConstraint(TENANT, "notice_id", "person_id", "outlet"),
        OWN_DATA,
    )

    dispatch_id: Mapped[uuid.UUID]
    notice_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    outlet: Mapped[Outlet] = mapped_column(codes(Outlet))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person has chosen, or what holds for those who have not."""

    pace: Pace = Pace.DAILY
    by_teams: bool = False
    language: str | None = None


def choose_telling(
    session: Session,
    *,
    pace: Pace,
    by_teams: bool,
    language: str,
    by: Hat,
    at: datetime,
) -> NoticeChoice:
    """Choose how one is told from now on; each for oneself alone."""
    permit(by, "notices.chosen", at=at)
    if by.person_id is None:
        raise NotFoundError("Person", by.person_ref)
    row = _chosen(session, by.person_id) or NoticeChoice(
        person_id=by.person_id, pace=pace, by_teams=by_teams, language=language
    )
    row.pace, row.by_teams, row.language = pace, by_teams, language
    session.add(row)
    session.flush()
    return row


def choice_of(session: Session, person_id: uuid.UUID) -> Choice:
    """Return how a person is told."""
    row = _chosen(session, person_id)
    if row is None:
        return Choice()
    return Choice(pace=row.pace, by_teams=row.by_teams, language=row.language)


def begin_dispatch(
    session: Session,
    *,
    person_id: uuid.UUID,
    outlet: Outlet,
    notices: Collection[uuid.UUID],
    at: datetime,
) -> Dispatch:
    """Remember that these notices are being sent, before they are.

    The database refuses a notice that has been sent to the person there before.
    """
    row = Dispatch(
        person_id=person_id, outlet=outlet, state=DispatchState.BEGUN, begun_at=at
    )
    session.add(row)
    session.flush()
    session.add_all(
        DispatchedNotice(
            dispatch_id=row.id,
            notice_id=notice,
            person_id=person_id,
            outlet=outlet,
        )
        for notice in notices
    )
    session.flush()
    return row


def end_dispatch(
    session: Session, dispatch: uuid.UUID, *, state: DispatchState, at: datetime
) -> None:
    """Remember what came of a sending; raises `RuleBrokenError` when it has ended."""
    row = get(session, Dispatch, dispatch)
    if row.state is not DispatchState.BEGUN:
        raise RuleBrokenError("the sending has ended", rule="what is sent is sent once")
    row.state, row.ended_at = state, at


def broken_off(session: Session, *, before: datetime) -> Sequence[Dispatch]:
    """Return the sendings begun before an instant that came to no end, oldest first."""
    query = owned(session, Dispatch).where(
        Dispatch.state == DispatchState.BEGUN, Dispatch.begun_at < before
    )
    return session.scalars(query.order_by(Dispatch.begun_at, Dispatch.id)).all()


def try_again(session: Session, dispatch: uuid.UUID, *, at: datetime) -> bool:
    """Return whether a sending that was broken off is tried once more, and note it.

    Nobody knows whether it was sent. After two tries it is left at that, so that
    nobody is told the same more than twice.
    """
    row = get(session, Dispatch, dispatch)
    if row.tries >= MOST_TRIES:
        row.state, row.ended_at = DispatchState.UNSURE, at
        return False
    row.tries, row.begun_at = row.tries + 1, at
    return True


def take_back(session: Session, dispatch: uuid.UUID) -> None:
    """Note that a sending was surely not sent; one never tried before is forgotten.

    Its notices wait again. One that was tried before waits to be tried once more.
    """
    row = get(session, Dispatch, dispatch)
    row.tries -= 1
    if row.tries:
        return
    session.execute(
        delete(DispatchedNotice).where(
            DispatchedNotice.municipality_id == tenant(session),
            DispatchedNotice.dispatch_id == dispatch,
        )
    )
    session.delete(row)


def notices_in(session: Session, dispatch: Dispatch) -> Sequence[Notice]:
    """Return the notices of a sending, oldest first."""
    query = (
        owned(session, Notice)
        .join(DispatchedNotice, DispatchedNotice.notice_id == Notice.id)
        .where(
            DispatchedNotice.municipality_id == Notice.municipality_id,
            DispatchedNotice.dispatch_id == dispatch.id,
        )
    )
    return session.scalars(query.order_by(Notice.at, Notice.id)).all()


def dispatches_to(session: Session, person_id: uuid.UUID) -> Sequence[Dispatch]:
    """Return what has been sent to a person, the newest first."""
    query = owned(session, Dispatch).where(Dispatch.person_id == person_id)
    return session.scalars(query.order_by(Dispatch.begun_at.desc(), Dispatch.id)).all()


def sent_before(session: Session, person_id: uuid.UUID) -> dict[Outlet, set[uuid.UUID]]:
    """Return which notices a person has been sent, or is being sent, by outlet."""
    found: dict[Outlet, set[uuid.UUID]] = {outlet: set() for outlet in Outlet}
    query = owned(session, DispatchedNotice)
    for row in session.scalars(query.where(DispatchedNotice.person_id == person_id)):
        found[row.outlet].add(row.notice_id)
    return found


def refused_by(
    session: Session, person_id: uuid.UUID, outlet: Outlet
) -> set[uuid.UUID]:
    """Return the notices that an outlet refused to give a person."""
    query = (
        owned(session, DispatchedNotice)
        .join(Dispatch, Dispatch.id == DispatchedNotice.dispatch_id)
        .where(
            Dispatch.municipality_id == DispatchedNotice.municipality_id,
            Dispatch.person_id == person_id,
            Dispatch.outlet == outlet,
            Dispatch.state == DispatchState.REFUSED,
        )
    )
    return {row.notice_id for row in session.scalars(query)}


def _chosen(session: Session, person_id: uuid.UUID) -> NoticeChoice | None:
    query = owned(session, NoticeChoice).where(NoticeChoice.person_id == person_id)
    return session.scalars(query).one_or_none()
