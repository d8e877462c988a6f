"""Hearings (høringer): others than the three parties are asked about a text.

A hearing follows the same steps as a round (SM-3), with wider addressees. It is opened
on a text that the three parties have already had, never before them (INV-16). Who does
not answer has not answered: that is neither «no remark» nor consent (INV-05). See
`hearing_answers.py` for what comes in, and `hearing_summaries.py` for how it ends.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
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
    looked_up_by,
    owned,
    refers_to,
)
from workflows.clock import norwegian_date
from workflows.development.documents import Document, Version, document_of
from workflows.development.publication import require_had, require_public
from workflows.development.rounds import ALLOWED, IS_OPEN, ORDINARY_DAYS, about
from workflows.development.rounds import RoundState as S
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.law.deadlines import working_days_between
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append, new_reference
from workflows.record.reasons import give_reason
from workflows.record.states import move


class Hearing(Owned, Base, kw_only=True):
    """A hearing (høring) on one version; whoever wants may answer a public one.

    `deadline_at` is a day and an hour, the same for everybody.
    """

    __tablename__ = "hearing"
    __table_args__ = (
        refers_to("version", "version_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("version_id"),
    )

    ref: Mapped[str]
    version_id: Mapped[uuid.UUID]
    is_public: Mapped[bool]
    background: Mapped[str]
    questions: Mapped[list[str]]
    deadline_at: Mapped[datetime]
    state: Mapped[S] = mapped_column(codes(S))
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class Addressee(Owned, Base, kw_only=True):
    """A body, council or organisation that is asked (høringsinstans). Immutable."""

    __tablename__ = "hearing_addressee"
    __table_args__ = (
        refers_to("hearing", "hearing_id"),
        UniqueConstraint(TENANT, "hearing_id", "number"),
        IMMUTABLE,
    )

    hearing_id: Mapped[uuid.UUID]
    number: Mapped[int]
    name: Mapped[str]


def plan_hearing(
    session: Session,
    *,
    ref: str,
    version: str,
    deadline_at: datetime,
    questions: list[str],
    addressees: list[str],
    is_public: bool = False,
    background: str = "",
    by: Hat,
    at: datetime,
) -> Hearing:
    """Plan a hearing on a version: whom to ask, what, and by which day and hour.

    Raises:
        InvalidValueError: nobody or nothing is asked, or somebody is named twice.
    """
    text = by_ref(session, Version, version)
    paper = document_of(session, text)
    permit(by, "hearing.planned", at=at, project=paper.project)
    names = _sound("addressees", addressees)
    asked = _sound("questions", questions)
    if not asked or not (names or is_public):
        raise InvalidValueError("questions", "a hearing asks somebody something")
    row = Hearing(
        ref=new_reference(session, ref),
        version_id=text.id,
        is_public=is_public,
        background=background.strip(),
        questions=asked,
        deadline_at=deadline_at,
        state=S.PLANNED,
    )
    session.add(row)
    session.flush()
    session.add_all(
        Addressee(hearing_id=row.id, number=number, name=name)
        for number, name in enumerate(names, start=1)
    )
    append(
        session, "hearing.planned", row, moved=[row], by=by, at=at, refs=about(paper)
    )
    return row


def open_hearing(session: Session, *, hearing: str, by: Hat, at: datetime) -> Hearing:
    """Open a hearing to those who are asked, and tell the three parties.

    Raises:
        RuleBrokenError: a party has not had the text (INV-16), a public hearing is on a
            text that is not open, or the time to answer is shorter than ten
            working days (SM-3).
    """
    row, version, paper = _permitted(session, hearing, "hearing.opened", by=by, at=at)
    require_had(session, version, at=at)
    if row.is_public:
        require_public(session, version, paper)
    _require_time(row, at=at)
    move(row, S.OPEN, ALLOWED)
    row.opened_at = at
    facts = {"deadline_at": row.deadline_at.isoformat(), "public": row.is_public}
    notify_parties(session, NoticeKind.HEARING_OPENED, row.ref, at=at, facts=facts)
    append(
        session,
        "hearing.opened",
        row,
        moved=[row],
        by=by,
        at=at,
        refs=[*about(paper), version.ref],
        facts=facts,
    )
    return row


def extend_hearing(
    session: Session,
    *,
    hearing: str,
    deadline_at: datetime,
    reason: str,
    by: Hat,
    at: datetime,
) -> Hearing:
    """Move the deadline later, for everybody; no hearing is made shorter.

    Raises:
        RuleBrokenError: the deadline has passed, would come sooner, or has no reason.
    """
    row, _, paper = _permitted(session, hearing, "hearing.extended", by=by, at=at)
    if row.state not in IS_OPEN or at >= row.deadline_at:
        raise RuleBrokenError(f"{hearing} is not open", rule="SM-3")
    if deadline_at <= row.deadline_at:
        raise RuleBrokenError(f"{hearing}: only a later deadline", rule="SM-3")
    give_reason(session, row.ref, "hearing.extended", reason, at=at, rule="SM-3")
    move(row, S.EXTENDED, ALLOWED)
    row.deadline_at = deadline_at
    facts = {"deadline_at": deadline_at.isoformat()}
    notify_parties(session, NoticeKind.HEARING_EXTENDED, row.ref, at=at, facts=facts)
    append(
        session,
        "hearing.extended",
        row,
        moved=[row],
        by=by,
        at=at,
        refs=about(paper),
        facts=facts,
    )
    return row


def past_hearings(session: Session, *, at: datetime) -> list[tuple[datetime, Hearing]]:
    """Return open hearings whose deadline has passed, with the deadline."""
    query = owned(session, Hearing).where(
        Hearing.state.in_(IS_OPEN), Hearing.deadline_at <= at
    )
    return [(row.deadline_at, row) for row in session.scalars(query)]


def addressees_of(session: Session, hearing: Hearing) -> Sequence[Addressee]:
    """Return whom a hearing asks, in the order in which they were named."""
    query = owned(session, Addressee).where(Addressee.hearing_id == hearing.id)
    return session.scalars(query.order_by(Addressee.number)).all()


def hearing_text(session: Session, hearing: Hearing) -> tuple[Version, Document]:
    """Return the version that a hearing is about, and its document."""
    version = get(session, Version, hearing.version_id)
    return version, document_of(session, version)


def _permitted(
    session: Session, hearing: str, act: str, *, by: Hat, at: datetime
) -> tuple[Hearing, Version, Document]:
    row = by_ref(session, Hearing, hearing)
    version, paper = hearing_text(session, row)
    permit(by, act, at=at, project=paper.project)
    return row, version, paper


def _sound(where: str, texts: Sequence[str]) -> list[str]:
    found = [text.strip() for text in texts]
    if "" in found or len(set(found)) < len(found):
        raise InvalidValueError(where, "one is empty or stands twice")
    return found


def _require_time(hearing: Hearing, *, at: datetime) -> None:
    first, last = norwegian_date(at), norwegian_date(hearing.deadline_at)
    if hearing.deadline_at <= at or working_days_between(first, last) < ORDINARY_DAYS:
        raise RuleBrokenError(
            f"{hearing.ref}: {ORDINARY_DAYS} working days to answer are due",
            rule="SM-3",
        )
