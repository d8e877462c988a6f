"""Minutes of the forum: conclusions and positions, and what follows from them.

A position may be minuted on a text that all three got at the same moment, five working
days before the meeting (SM-5).
"""

from __future__ import annotations

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
    get,
    owned,
    refers_to,
)
from workflows.clock import norwegian_date
from workflows.development.conclusions import Said, conclude
from workflows.development.documents import Version, document_of
from workflows.development.forums import (
    PAPERS_DAYS,
    ForumItem,
    ForumMeeting,
    ForumState,
    item_of,
    party_hat,
)
from workflows.development.positions import (
    CONSENT,
    Position,
    View,
    by_party,
    is_open,
)
from workflows.development.projects import (
    Project,
    ProjectState,
    open_drafting,
    reject_idea,
)
from workflows.errors import RuleBrokenError
from workflows.law.deadlines import working_days_between
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party
from workflows.record.entries import append


@dataclass(frozen=True, kw_only=True)
class MinutedView:
    """A party's position as minuted, spoken by a person who holds its mandate."""

    party: Party
    position: Position
    spoken_by: str
    dissent: str | None = None
    point: int | None = None


class MinutedPosition(Owned, Base, kw_only=True):
    """A party's position as minuted (protokollført standpunkt). Immutable."""

    __tablename__ = "minuted_position"
    __table_args__ = (
        refers_to("forum_item", "item_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "item_id", "party"),
        IMMUTABLE,
    )

    item_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    position: Mapped[Position] = mapped_column(codes(Position))
    dissent: Mapped[str | None] = mapped_column(default=None)
    point: Mapped[int | None] = mapped_column(default=None)
    at: Mapped[datetime]


class ForumMinute(Owned, Base, kw_only=True):
    """The minuted conclusion (konklusjon) of a point. Immutable."""

    __tablename__ = "forum_minute"
    __table_args__ = (
        refers_to("forum_item", "item_id"),
        UniqueConstraint(TENANT, "item_id"),
        IMMUTABLE,
    )

    item_id: Mapped[uuid.UUID]
    conclusion: Mapped[str]
    at: Mapped[datetime]


def minute_point(
    session: Session,
    *,
    meeting: str,
    point: int,
    conclusion: str,
    positions: list[MinutedView] | None = None,
    hand_over_disagreement: bool = False,
    by: Hat,
    at: datetime,
) -> ForumItem:
    """Minute the conclusion of a point and the parties' positions, and draw it.

    Raises `RuleBrokenError` for a position spoken without a mandate (INV-07) or on a
    text that was sent too late (SM-5).
    """
    row = by_ref(session, ForumMeeting, meeting)
    item = item_of(session, row, point)
    permit(by, "forum.minuted", at=at)
    _require_held(row)
    _require_unminuted(session, item)
    session.add(ForumMinute(item_id=item.id, conclusion=conclusion, at=at))
    said = _spoken(session, row, positions or [])
    session.add_all(_minuted(item, each, at=at) for each in said)
    moved = _conclusion(
        session, row, item, said, at=at, as_split=hand_over_disagreement
    )
    append(session, "forum.minuted", item, moved=moved, by=by, at=at, refs=[row.ref])
    session.flush()
    return item


def minute_of(session: Session, item: ForumItem) -> ForumMinute | None:
    """Return the minuted conclusion of a point, None before it is minuted."""
    query = owned(session, ForumMinute).where(ForumMinute.item_id == item.id)
    return session.scalars(query).one_or_none()


def minuted_positions(session: Session, item: ForumItem) -> Sequence[MinutedPosition]:
    """Return the positions minuted on a point, in neutral order of the parties."""
    query = owned(session, MinutedPosition).where(MinutedPosition.item_id == item.id)
    return session.scalars(query.order_by(MinutedPosition.party)).all()


def _require_held(meeting: ForumMeeting) -> None:
    if meeting.state is not ForumState.HELD:
        raise RuleBrokenError(f"{meeting.ref} has not been held", rule="SM-5")


def _require_unminuted(session: Session, item: ForumItem) -> None:
    if minute_of(session, item):
        raise RuleBrokenError(f"{item.ref} is minuted already", rule="INV-09")


def _spoken(
    session: Session, meeting: ForumMeeting, positions: Sequence[MinutedView]
) -> list[Said]:
    said = [_said(session, meeting, each) for each in positions]
    by_party(each.view for each in said)
    return said


def _said(session: Session, meeting: ForumMeeting, minuted: MinutedView) -> Said:
    hat = party_hat(session, minuted.spoken_by, at=meeting.starts_at)
    if hat.party is not minuted.party or hat.mandate_id is None:
        raise RuleBrokenError(
            f"{minuted.spoken_by} speaks for {hat.party}, not for {minuted.party}",
            rule="INV-07",
        )
    view = View(
        party=minuted.party,
        position=minuted.position,
        dissent=minuted.dissent,
        point=minuted.point,
    )
    return Said(view=view, mandate_id=hat.mandate_id)


def _minuted(item: ForumItem, said: Said, *, at: datetime) -> MinutedPosition:
    return MinutedPosition(
        item_id=item.id,
        mandate_id=said.mandate_id,
        party=said.view.party,
        position=said.view.position,
        dissent=said.view.dissent,
        point=said.view.point,
        at=at,
    )


def _conclusion(
    session: Session,
    meeting: ForumMeeting,
    item: ForumItem,
    said: Sequence[Said],
    *,
    at: datetime,
    as_split: bool,
) -> list[object]:
    if item.asks:
        return []
    if item.project_id and said:
        return _on_idea(session, get(session, Project, item.project_id), said, at=at)
    if item.version_id is None or not said:
        return []
    version = get(session, Version, item.version_id)
    _require_papers_in_time(session, meeting, version)
    return conclude(session, version, said, said_in=item.ref, at=at, as_split=as_split)


def _on_idea(
    session: Session, project: Project, said: Sequence[Said], *, at: datetime
) -> list[object]:
    """All three must want to go on; one «ikke nå» lays the idea aside (SM-1)."""
    views = {each.view.party: each.view for each in said}
    if project.state is not ProjectState.IDEA or is_open(views):
        return []
    if all(view.position in CONSENT for view in views.values()):
        return open_drafting(session, project, at=at)
    return reject_idea(project)


def _require_papers_in_time(
    session: Session, meeting: ForumMeeting, version: Version
) -> None:
    """A text that went on a round before has been with the parties for longer."""
    if document_of(session, version).kind == "mandate":
        return
    days = working_days_between(
        norwegian_date(meeting.papers_sent_at), norwegian_date(meeting.starts_at)
    )
    if days < PAPERS_DAYS:
        raise RuleBrokenError(
            f"{version.ref} was sent {days} working days before {meeting.ref}; "
            f"{PAPERS_DAYS} are due",
            rule="SM-5",
        )
