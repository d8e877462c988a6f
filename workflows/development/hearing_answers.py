"""The answers to a hearing: who was asked and has answered, and what was said.

An answer that came after the deadline is kept and marked late, apart from the others,
and is never counted. See `hearing_intake.py` for how answers come in.
"""

from __future__ import annotations

import enum
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    codes,
    looked_up_by,
    owned,
    refers_to,
    rows,
)
from workflows.development.hearings import Addressee, Hearing, addressees_of
from workflows.development.positions import Position


class Channel(enum.StrEnum):
    """How an answer came."""

    WEB = "web"
    LETTER = "letter"
    EMAIL = "email"


class Answered(enum.StrEnum):
    """Whether somebody who was asked has answered; silence is told as silence."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an answer says to one question, by its number from 1."""

    question: int
    position: Position
    remark: str | None = None


class HearingAnswer(Owned, Base, kw_only=True):
    """One answer to a hearing (høringssvar). Immutable.

    `positions` is {number of the question: position}. `entry` is the number of the
    entry in the record, which tells answers of the same instant apart.
    """

    __tablename__ = "hearing_answer"
    __table_args__ = (
        refers_to("hearing", "hearing_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("hearing_id"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    hearing_id: Mapped[uuid.UUID]
    respondent: Mapped[str]
    on_behalf_of: Mapped[str | None] = mapped_column(default=None)
    channel: Mapped[Channel] = mapped_column(codes(Channel))
    positions: Mapped[dict[str, Any]]
    is_late: Mapped[bool]
    received_at: Mapped[datetime]
    entry: Mapped[int]
    at: Mapped[datetime]


class HearingRemark(Owned, Base, kw_only=True):
    """A remark (høringsmerknad) to one question, or to the whole. Immutable."""

    __tablename__ = "hearing_remark"
    __table_args__ = (
        refers_to("hearing_answer", "answer_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("answer_id"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    answer_id: Mapped[uuid.UUID]
    number: Mapped[int]
    question: Mapped[int | None] = mapped_column(default=None)
    text: Mapped[str]


class AddresseeAnswer(Owned, Base, kw_only=True):
    """That an answer is one asked for (svar fra instans). Immutable."""

    __tablename__ = "hearing_addressee_answer"
    __table_args__ = (
        refers_to("hearing_addressee", "addressee_id"),
        refers_to("hearing_answer", "answer_id"),
        UniqueConstraint(TENANT, "answer_id"),
        IMMUTABLE,
    )

    addressee_id: Mapped[uuid.UUID]
    answer_id: Mapped[uuid.UUID]
    at: Mapped[datetime]


class RespondentAddress(Owned, Base, kw_only=True):
    """Where to tell what became of an answer (e-postadresse). Can be deleted."""

    __tablename__ = "hearing_respondent_address"
    __table_args__ = (
        refers_to("hearing_answer", "answer_id"),
        UniqueConstraint(TENANT, "answer_id"),
    )

    answer_id: Mapped[uuid.UUID]
    email: Mapped[str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody who was asked, and the answer that counts, or the last late one."""

    number: int
    name: str
    answered: Answered
    answer: HearingAnswer | None = None


def hearing_answers(
    session: Session, hearing: Hearing, *, at: datetime | None = None
) -> Sequence[HearingAnswer]:
    """Return all answers, late ones too, in the order in which they were registered.

    With `at`, those that were registered then.
    """
    query = owned(session, HearingAnswer).where(HearingAnswer.hearing_id == hearing.id)
    if at:
        query = query.where(HearingAnswer.at <= at)
    return session.scalars(query.order_by(HearingAnswer.entry)).all()


def counted_in(session: Session, hearing: Hearing) -> list[HearingAnswer]:
    """Return the answers that came in time; of each who was asked, the last received.

    In the order in which they were registered.
    """
    in_time = [each for each in hearing_answers(session, hearing) if not each.is_late]
    whose = attributed(session, hearing)
    last: dict[uuid.UUID, HearingAnswer] = {}
    for each in sorted(in_time, key=_received_order):
        last[whose.get(each.id, each.id)] = each
    return sorted(last.values(), key=lambda each: each.entry)


def asked_in(
    session: Session, hearing: Hearing, *, at: datetime | None = None
) -> list[Asked]:
    """Return everybody who was asked, with what came, in the order of the letter.

    With `at`, as it was then.
    """
    answers = hearing_answers(session, hearing, at=at)
    came = _came(answers, attributed(session, hearing, at=at))
    return [
        _asked(each, came.get(each.id, [])) for each in addressees_of(session, hearing)
    ]


def answers_by_hearing(
    session: Session, *, at: datetime
) -> dict[uuid.UUID, list[HearingAnswer]]:
    """Return all answers registered up to `at`, by hearing; see `hearing_answers`."""
    query = owned(session, HearingAnswer).where(HearingAnswer.at <= at)
    found: dict[uuid.UUID, list[HearingAnswer]] = {}
    for each in session.scalars(query.order_by(HearingAnswer.entry)):
        found.setdefault(each.hearing_id, []).append(each)
    return found


def asked_by_hearing(
    session: Session,
    answers: Mapping[uuid.UUID, Sequence[HearingAnswer]],
    *,
    at: datetime,
) -> dict[uuid.UUID, list[Asked]]:
    """Return everybody who was asked, by hearing; see `asked_in`. Two queries more."""
    told = rows(session, _ATTRIBUTED, at=at)
    whose = {row.answer_id: row.addressee_id for row in told}
    came = _came([each for found in answers.values() for each in found], whose)
    asked: dict[uuid.UUID, list[Asked]] = {}
    for each in rows(session, _ADDRESSEES):
        row = _asked(each, came.get(each.id, []))
        asked.setdefault(each.hearing_id, []).append(row)
    return asked


_ATTRIBUTED = select(AddresseeAnswer.answer_id, AddresseeAnswer.addressee_id).where(
    AddresseeAnswer.municipality_id == MINE, AddresseeAnswer.at <= AT
)
_ADDRESSEES = (
    select(Addressee.id, Addressee.hearing_id, Addressee.number, Addressee.name)
    .where(Addressee.municipality_id == MINE)
    .order_by(Addressee.number)
)


def _came(
    answers: Sequence[HearingAnswer], whose: Mapping[uuid.UUID, uuid.UUID]
) -> dict[uuid.UUID, list[HearingAnswer]]:
    """Return the answers of each who was asked, in the order they were received."""
    came: dict[uuid.UUID, list[HearingAnswer]] = {}
    for each in sorted(answers, key=_received_order):
        if each.id in whose:
            came.setdefault(whose[each.id], []).append(each)
    return came


def tally(session: Session, hearing: Hearing) -> list[dict[Position, int]]:
    """Return for each question how many of the counted answers said what.

    A number tells how many wrote, and decides nothing. An answer that leaves a question
    open is not counted there.
    """
    answers = counted_in(session, hearing)
    return [
        _counts(answers, number) for number, _ in enumerate(hearing.questions, start=1)
    ]


def remarks_of(session: Session, answer: HearingAnswer) -> Sequence[HearingRemark]:
    """Return the remarks of an answer in the order of its questions."""
    query = owned(session, HearingRemark).where(HearingRemark.answer_id == answer.id)
    return session.scalars(query.order_by(HearingRemark.number)).all()


def _counts(answers: Sequence[HearingAnswer], question: int) -> dict[Position, int]:
    said = Counter(each.positions.get(str(question)) for each in answers)
    return {position: said[position.value] for position in Position}


def _received_order(answer: HearingAnswer) -> tuple[datetime, int]:
    return answer.received_at, answer.entry


def _asked(addressee: Any, came: Sequence[HearingAnswer]) -> Asked:
    in_time = [each for each in came if not each.is_late]
    answered = Answered.LATE if came else Answered.NOT_ANSWERED
    return Asked(
        number=addressee.number,
        name=addressee.name,
        answered=Answered.IN_TIME if in_time else answered,
        answer=next(iter(reversed(in_time or came)), None),
    )


def attributed(
    session: Session, hearing: Hearing, *, at: datetime | None = None
) -> dict[uuid.UUID, uuid.UUID]:
    """Return whose each answer is: the id of who was asked by that of the answer."""
    numbers = [each.id for each in addressees_of(session, hearing)]
    query = owned(session, AddresseeAnswer).where(
        AddresseeAnswer.addressee_id.in_(numbers)
    )
    if at:
        query = query.where(AddresseeAnswer.at <= at)
    return {row.answer_id: row.addressee_id for row in session.scalars(query)}
