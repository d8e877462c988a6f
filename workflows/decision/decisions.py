"""Decisions word for word, their numbered items and their corrections (SM-7).

A decision is never changed. What was written down wrong is corrected by a row of its
own, and a new decision says which it supersedes.
"""

from __future__ import annotations

import functools
import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    AT,
    EVER,
    IMMUTABLE,
    MINE,
    TENANT,
    Base,
    Owned,
    among_given,
    by_ref,
    looked_up_by,
    owned,
    points_at,
    refers_to,
    rows,
)
from workflows.decision.cases import Case
from workflows.decision.meetings import Treatment
from workflows.decision.points import ItemText, corrected_points
from workflows.errors import InvalidValueError, NotFoundError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append


@dataclass(frozen=True, kw_only=True)
class DecisionText:
    """What was decided, word for word, with its numbered items.

    `supersedes` is the treatment whose decision this one replaces, as after a legality
    review (lovlighetskontroll).
    """

    text: str
    items: tuple[ItemText, ...] = ()
    supersedes: str | None = None


class Decision(Owned, Base, kw_only=True):
    """A decision (vedtak), word for word; `checksum` is the SHA-256 of its text."""

    __tablename__ = "decision"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        refers_to("decision", "supersedes_id"),
        UniqueConstraint(TENANT, "ref"),
        UniqueConstraint(TENANT, "treatment_id"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    treatment_id: Mapped[uuid.UUID]
    decided_on: Mapped[date]
    text: Mapped[str]
    checksum: Mapped[str]
    minutes: Mapped[str]
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    registered_at: Mapped[datetime]


class DecisionItem(Owned, Base, kw_only=True):
    """One numbered item (vedtakspunkt) of a decision: «C04-T2/3»."""

    __tablename__ = "decision_item"
    __table_args__ = (
        refers_to("decision", "decision_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("decision_id"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    decision_id: Mapped[uuid.UUID]
    number: Mapped[int]
    text: Mapped[str]
    needs_follow_up: Mapped[bool] = mapped_column(default=True)


class ItemCorrection(Owned, Base, kw_only=True):
    """What a correction (retting av vedtakspunkt) made of one item; "" if it went.

    `is_new` tells that the item came with the correction.
    """

    __tablename__ = "item_correction"
    __table_args__ = (
        refers_to("decision_item", "item_id"),
        refers_to("decision_correction", "correction_id"),
        UniqueConstraint(TENANT, "item_id", "correction_id"),
        IMMUTABLE,
    )

    item_id: Mapped[uuid.UUID]
    correction_id: Mapped[uuid.UUID]
    text: Mapped[str]
    is_new: Mapped[bool] = mapped_column(default=False)
    corrected_at: Mapped[datetime]


class DecisionCorrection(Owned, Base, kw_only=True):
    """A correction (retting) of how a decision was written down; nothing is lost."""

    __tablename__ = "decision_correction"
    __table_args__ = (
        refers_to("decision", "decision_id"),
        refers_to("mandate", "mandate_id"),
        looked_up_by("decision_id"),
        IMMUTABLE,
    )

    decision_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID | None]
    reason: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    corrected_at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """A decision item as plain values, with what it belongs to.

    `text` is as last corrected, "" where a correction left the item out; `touched_at`
    is when a correction last changed it, took it out or brought it, None if none did.
    """

    ref: str
    case: str
    treatment: str
    number: int
    text: str
    needs_follow_up: bool
    decided_on: date
    touched_at: datetime | None = None


def correct_decision(
    session: Session,
    *,
    treatment: str,
    reason: str,
    text: str,
    source: str,
    by: Hat,
    at: datetime,
) -> DecisionCorrection:
    """Correct how the decision of a treatment was written down; the old text stays.

    `source` says where the right text stands. The items are read anew: those that say
    otherwise are touched, those that are new are added, and none is taken away. Raises
    `InvalidValueError` when reason, text or source is empty, `NotFoundError` when the
    treatment decided nothing.
    """
    permit(by, "decision.corrected", at=at)
    for where, value in (("reason", reason), ("text", text), ("source", source)):
        if not value.strip():
            raise InvalidValueError(where, "a correction cannot do without it")
    decision = decision_of(session, by_ref(session, Treatment, treatment))
    before = text_now(session, decision)
    correction = DecisionCorrection(
        decision_id=decision.id,
        mandate_id=by.mandate_id,
        reason=reason,
        text=text,
        source=source,
        corrected_at=at,
    )
    session.add(correction)
    session.flush()
    items = items_of(session, treatment)
    wanted = corrected_points(
        {row.number: row.text for row in items}, before=before, after=text
    )
    touched = _touch(session, treatment, correction, wanted)
    facts: dict[str, Any] = {"sha256": checksum(text)}
    if touched:
        facts["items"] = touched
    append(
        session,
        "decision.corrected",
        decision,
        refs=[f"{treatment}/{number}" for number in touched],
        facts=facts,
        by=by,
        at=at,
    )
    return correction


def decision_of(session: Session, treatment: Treatment) -> Decision:
    """Return what a treatment decided, or raise `NotFoundError`."""
    found = find_decision(session, treatment)
    if found is None:
        raise NotFoundError("Decision", treatment.ref)
    return found


def find_decision(session: Session, treatment: Treatment) -> Decision | None:
    """Return what a treatment decided, None when it decided nothing."""
    query = owned(session, Decision).where(Decision.treatment_id == treatment.id)
    return session.scalars(query).one_or_none()


def corrections_of(
    session: Session, decision: Decision, *, at: datetime | None = None
) -> Sequence[DecisionCorrection]:
    """Return the corrections of a decision made up to `at`, the oldest first."""
    query = owned(session, DecisionCorrection).where(
        DecisionCorrection.decision_id == decision.id
    )
    if at:
        query = query.where(DecisionCorrection.corrected_at <= at)
    return session.scalars(query.order_by(DecisionCorrection.corrected_at)).all()


def text_now(
    session: Session, decision: Decision, *, at: datetime | None = None
) -> str:
    """Return the decision's text as last corrected up to `at`."""
    corrections = corrections_of(session, decision, at=at)
    return corrections[-1].text if corrections else decision.text


def is_unaltered(decision: Decision) -> bool:
    """Return whether the text still is the one that was registered (INV-09)."""
    return decision.checksum == checksum(decision.text)


def items_of(
    session: Session,
    treatment: str | None = None,
    *,
    cases: Collection[str] | None = None,
    refs: Collection[str] | None = None,
    at: datetime | None = None,
) -> list[ItemRow]:
    """Return the items registered up to `at`, of one treatment, some cases or all.

    Or those of some references.

    They come in the order they were decided, then by treatment and number.
    """
    given: dict[str, Any] = {"treatment": treatment, "cases": cases, "refs": refs}
    narrowed = {name: value is not None for name, value in given.items()}
    corrected: dict[uuid.UUID, list[Any]] = {}
    for row in rows(session, _items(**narrowed), at=at, **given):
        corrected.setdefault(row.id, []).append(row)
    instant = at or EVER
    return [
        _item_row(each, instant)
        for each in corrected.values()
        if not _is_to_come(each, instant)
    ]


def _is_to_come(corrected: Sequence[Any], at: datetime) -> bool:
    """Whether an item came with a correction that had not been made."""
    return any(row.is_new and row.corrected_at > at for row in corrected)


@functools.cache
def _items(*, treatment: bool, cases: bool, refs: bool) -> Select[*tuple[Any, ...]]:
    columns = DecisionItem.id, DecisionItem.ref, DecisionItem.number, DecisionItem.text
    more = Case.ref.label("case"), Treatment.ref.label("treatment"), Decision.decided_on
    now = ItemCorrection.text.label("now"), ItemCorrection.is_new
    query = (
        select(*columns, *more, DecisionItem.needs_follow_up, *now)
        .add_columns(ItemCorrection.corrected_at)
        .join(Decision, points_at(DecisionItem.decision_id, Decision))
        .join(Treatment, points_at(Decision.treatment_id, Treatment))
        .join(Case, points_at(Treatment.case_id, Case))
        .outerjoin(ItemCorrection, points_at(ItemCorrection.item_id, DecisionItem))
        .where(Case.municipality_id == MINE, Decision.registered_at <= AT)
        .order_by(Decision.decided_on, Treatment.ref, DecisionItem.number)
        .order_by(ItemCorrection.corrected_at)
    )
    if refs:
        query = query.where(among_given(DecisionItem.ref, "refs"))
    return _narrowed(query, treatment=treatment, cases=cases)


def _narrowed(
    query: Select[*tuple[Any, ...]], *, treatment: bool, cases: bool
) -> Select[*tuple[Any, ...]]:
    if treatment:
        query = query.where(Treatment.ref == bindparam("treatment"))
    return query.where(among_given(Case.ref, "cases")) if cases else query


def _item_row(corrected: Sequence[Any], at: datetime) -> ItemRow:
    """Return an item of its rows, one for each correction, the last one last."""
    row = corrected[0]
    made = [each for each in corrected if each.corrected_at and each.corrected_at <= at]
    now = made[-1] if made else None
    return ItemRow(
        ref=row.ref,
        case=row.case,
        treatment=row.treatment,
        number=row.number,
        text=now.now if now else row.text,
        needs_follow_up=row.needs_follow_up,
        decided_on=row.decided_on,
        touched_at=now.corrected_at if now else None,
    )


def _touch(
    session: Session,
    treatment: str,
    correction: DecisionCorrection,
    wanted: Mapping[int, str],
) -> dict[str, str]:
    """Store what a correction made of items; return the checksum of each touched."""
    there = {row.number for row in items_of(session, treatment)}
    for number, text in wanted.items():
        ref = f"{treatment}/{number}"
        if number not in there:
            item = DecisionItem(
                ref=ref, decision_id=correction.decision_id, number=number, text=text
            )
            session.add(item)
            session.flush()
        row = ItemCorrection(
            item_id=by_ref(session, DecisionItem, ref).id,
            correction_id=correction.id,
            text=text,
            is_new=number not in there,
            corrected_at=correction.corrected_at,
        )
        session.add(row)
    session.flush()
    return {str(number): checksum(text) for number, text in wanted.items()}


def checksum(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
