"""Review dates (ny vurdering): the day when a decision item is looked at anew.

Some decisions hold for a time, or are to be evaluated. The owner in the line is told on
the day, and the item stands in the owner's list and in every report until the review is
held. Source: kommuneloven § 13-1: decisions are carried out, and their effect followed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    AT,
    IMMUTABLE,
    MINE,
    TENANT,
    Base,
    Owned,
    all_of,
    by_ref,
    points_at,
    refers_to,
    rows,
)
from workflows.clock import at_oslo, norwegian_date
from workflows.decision.decisions import DecisionItem, ItemRow, items_of
from workflows.decision.grounds import decided_in
from workflows.decision.meetings import Treatment
from workflows.decision.references import next_reference
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.notices import NoticeKind, notify_person, told_about
from workflows.people.persons import Person
from workflows.record.entries import append, new_reference

TOLD_AT = time(8)


class ReviewDate(Owned, Base, kw_only=True):
    """The day when a decision item is looked at anew, and who sees to it. Immutable."""

    __tablename__ = "review_date"
    __table_args__ = (
        refers_to("decision_item", "item_id"),
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "ref"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    item_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    review_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    set_at: Mapped[datetime]


class HeldReview(Owned, Base, kw_only=True):
    """What a review came to, and the treatment that it led to, if any. Immutable."""

    __tablename__ = "held_review"
    __table_args__ = (
        refers_to("review_date", "review_id"),
        refers_to("treatment", "treatment_id"),
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "review_id"),
        IMMUTABLE,
    )

    review_id: Mapped[uuid.UUID]
    text: Mapped[str]
    treatment_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    person_id: Mapped[uuid.UUID | None]
    held_at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """A review date as plain values, as it was at the time asked for.

    `owner` is a reference. `is_expired` tells that the day has come and no review has
    been held; `text` is the reason, or what the review came to.
    """

    ref: str
    item: ItemRow
    owner: str
    owner_name: str
    review_on: date
    text: str
    is_expired: bool
    held_on: date | None


def set_review_date(
    session: Session,
    *,
    item: str,
    review_on: date,
    person: str,
    reason: str = "",
    ref: str | None = None,
    by: Hat,
    at: datetime,
) -> ReviewDate:
    """Set the day when an item of a final decision is looked at anew, and by whom.

    Raises:
        InvalidValueError: the day is not ahead.
        NotFoundError: there is no such item or person.
        RuleBrokenError: the decision is not final, or the reference is taken.
    """
    permit(by, "review.set", at=at)
    if review_on <= norwegian_date(at):
        raise InvalidValueError("review_on", f"{review_on} is not ahead")
    point = by_ref(session, DecisionItem, item)
    _require_final(session, point)
    row = ReviewDate(
        ref=new_reference(session, ref or next_reference(session, ReviewDate, "NV-")),
        item_id=point.id,
        person_id=by_ref(session, Person, person).id,
        review_on=review_on,
        reason=reason,
        set_at=at,
    )
    session.add(row)
    facts = {"review_on": review_on.isoformat()}
    append(session, "review.set", row, refs=[item, person], facts=facts, by=by, at=at)
    return row


def hold_review(
    session: Session,
    *,
    review: str,
    text: str,
    treatment: str | None = None,
    by: Hat,
    at: datetime,
) -> HeldReview:
    """Say what a review came to, also before its day; a next one has a date of its own.

    Raises:
        InvalidValueError: nothing is said.
        NotFoundError: there is no such review date or treatment.
        RuleBrokenError: it has been held.
    """
    permit(by, "review.held", at=at)
    if not text.strip():
        raise InvalidValueError("text", "say what the review came to")
    planned = by_ref(session, ReviewDate, review)
    if planned.id in _held(session):
        raise RuleBrokenError(f"{review} has been held", rule="a review is held once")
    place = by_ref(session, Treatment, treatment) if treatment else None
    row = HeldReview(
        review_id=planned.id,
        text=text,
        treatment_id=place.id if place else None,
        person_id=by.person_id,
        held_at=at,
    )
    session.add(row)
    refs = [place.ref] if place else []
    append(session, "review.held", planned, refs=refs, by=by, at=at)
    return row


def reviews(session: Session, *, at: datetime) -> list[ReviewRow]:
    """Return the review dates set up to `at`, the earliest day first."""
    refs = {row.id: row.ref for row in rows(session, _REVIEWED)}
    items = {row.ref: row for row in items_of(session, refs=refs.values(), at=at)}
    people = {row.id: row for row in all_of(session, Person)}
    held = _held(session)
    return [
        _row(row, items[refs[row.item_id]], people[row.person_id], held, at=at)
        for row in rows(session, _SET, at=at)
    ]


def falling_due(session: Session, *, at: datetime) -> list[tuple[datetime, ReviewDate]]:
    """Return the review dates whose owner is to be told by `at`, and when; each once.

    That is at eight in the morning of the day, in Norway.
    """
    told = told_about(session, NoticeKind.REVIEW_DUE)
    held = _held(session)
    planned = all_of(session, ReviewDate, ReviewDate.review_on, ReviewDate.ref)
    due = [(_due_at(row), row) for row in planned if row.ref not in told]
    return [(when, row) for when, row in due if when <= at and row.id not in held]


def tell_of_review(session: Session, review: ReviewDate, *, at: datetime) -> None:
    """Tell the owner that a review date has come; done by the system alone.

    Raises `RuleBrokenError` when the day has not come.
    """
    permit(SYSTEM, "review.due", at=at)
    if at < _due_at(review):
        raise RuleBrokenError(f"{review.ref} is not due yet", rule="SM-8")
    facts = {"review_on": review.review_on.isoformat()}
    notify_person(
        session,
        NoticeKind.REVIEW_DUE,
        review.ref,
        person_id=review.person_id,
        at=at,
        facts=facts,
    )
    append(session, "review.due", review, facts=facts, by=SYSTEM, at=at)


_SET = (
    select(*ReviewDate.__table__.columns)
    .where(ReviewDate.municipality_id == MINE, ReviewDate.set_at <= AT)
    .order_by(ReviewDate.review_on, ReviewDate.ref)
)
_REVIEWED = (
    select(DecisionItem.id, DecisionItem.ref)
    .join(ReviewDate, points_at(ReviewDate.item_id, DecisionItem))
    .where(ReviewDate.municipality_id == MINE)
)


def _require_final(session: Session, point: DecisionItem) -> None:
    decided = decided_in(session, point.id)
    if not decided.is_final:
        raise RuleBrokenError(
            f"{decided.ref} is not final", rule="what is decided is reviewed"
        )


def _held(session: Session) -> dict[uuid.UUID, HeldReview]:
    return {row.review_id: row for row in all_of(session, HeldReview)}


def _due_at(row: Any) -> datetime:
    return at_oslo(row.review_on, TOLD_AT)


def _row(
    row: Any,
    item: ItemRow,
    owner: Person,
    held: dict[uuid.UUID, HeldReview],
    *,
    at: datetime,
) -> ReviewRow:
    done = held.get(row.id)
    done = done if done and done.held_at <= at else None
    return ReviewRow(
        ref=row.ref,
        item=item,
        owner=owner.ref,
        owner_name=owner.name,
        review_on=row.review_on,
        text=done.text if done else row.reason,
        is_expired=done is None and _due_at(row) <= at,
        held_on=norwegian_date(done.held_at) if done else None,
    )
