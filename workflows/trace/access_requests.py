"""The log of requests for access to information (innsynskrav), and of their answers.

Anybody may ask, also without saying who they are. A refusal names its legal basis and
tells of the right to appeal. Who asked stands in a row that can be erased, and in no
entry. Source: offentleglova §§ 28, 29, 31 and 32.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
    codes,
    owned,
    refers_to,
    rows,
)
from workflows.clock import norwegian_date
from workflows.errors import InvalidValueError, NotFoundError, RuleBrokenError
from workflows.law.answer_days import answer_days
from workflows.law.deadlines import add_working_days
from workflows.law.references import exemption
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, new_reference


class RequestResult(enum.StrEnum):
    """What a request was answered with."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class AccessRequest(Owned, Base, kw_only=True):
    """A request for access (innsynskrav): what was asked for, and when. Immutable."""

    __tablename__ = "access_request"
    __table_args__ = (UniqueConstraint(TENANT, "ref"), IMMUTABLE)

    ref: Mapped[str]
    asked_for: Mapped[str]
    received_on: Mapped[date]
    at: Mapped[datetime]


class AccessRequester(Owned, Base, kw_only=True):
    """Who asked (den som krever innsyn), when said. Erased when no longer needed.

    Kept out of every copy of the record: a copy could not be erased.
    """

    __tablename__ = "access_requester"
    __table_args__ = (
        refers_to("access_request", "request_id"),
        {"info": {"private": True}},
    )

    request_id: Mapped[uuid.UUID]
    name: Mapped[str]


class AccessAnswer(Owned, Base, kw_only=True):
    """An answer to a request (svar på innsynskrav). Immutable.

    `basis` is the code word of the exemption in force on `answered_on`, None for what
    was granted in full. A new answer after a complaint stands beside the first.
    """

    __tablename__ = "access_answer"
    __table_args__ = (
        refers_to("access_request", "request_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    request_id: Mapped[uuid.UUID]
    result: Mapped[RequestResult] = mapped_column(codes(RequestResult))
    basis: Mapped[str | None] = mapped_column(default=None)
    appeal_told: Mapped[bool]
    answered_on: Mapped[date]
    mandate_id: Mapped[uuid.UUID]
    at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """A request as it stood at an instant; the last answer that was given by then.

    `is_late`: the first answer came, or has still not come, after `due_on`.
    `counts_as_refused`: there is none, and it may be appealed as a refusal.
    """

    request: AccessRequest
    due_on: date
    answer: AccessAnswer | None
    is_late: bool
    counts_as_refused: bool


def register_request(
    session: Session,
    *,
    ref: str,
    asked_for: str,
    received_on: date,
    name: str = "",
    by: Hat,
    at: datetime,
) -> AccessRequest:
    """Log a request; without a name, whoever asked stays unnamed.

    Raises `InvalidValueError` when nothing is asked for, or the day has not come.
    """
    permit(by, "request.registered", at=at)
    if not asked_for.strip():
        raise InvalidValueError("asked_for", "say what is asked for")
    if received_on > norwegian_date(at):
        raise InvalidValueError("received_on", f"{received_on} has not come yet")
    row = AccessRequest(
        ref=new_reference(session, ref),
        asked_for=asked_for,
        received_on=received_on,
        at=at,
    )
    session.add(row)
    session.flush()
    if name.strip():
        session.add(AccessRequester(request_id=row.id, name=name))
    facts = {"received_on": received_on.isoformat()}
    append(session, "request.registered", row, by=by, at=at, facts=facts)
    return row


def answer_request(
    session: Session,
    *,
    request: str,
    result: RequestResult,
    answered_on: date,
    basis: str | None = None,
    appeal_told: bool = False,
    by: Hat,
    at: datetime,
) -> AccessAnswer:
    """Log what a request was answered with, and on which day.

    Raises:
        InvalidValueError: the day is before it came or has not come; a basis is given
            for what was granted in full, or is no exemption.
        NotFoundError: there is no such request, or no such basis in force that day.
        RuleBrokenError: what was refused has no basis, or the right to appeal was not
            told (offentleglova § 31).
    """
    permit(by, "request.answered", at=at)
    asked = by_ref(session, AccessRequest, request)
    if not asked.received_on <= answered_on <= norwegian_date(at):
        raise InvalidValueError(
            "answered_on", "from when it was received, and no later than today"
        )
    _require_grounds(result, basis, appeal_told=appeal_told, on=answered_on)
    row = AccessAnswer(
        request_id=asked.id,
        result=result,
        basis=basis,
        appeal_told=appeal_told,
        answered_on=answered_on,
        mandate_id=by.require_mandate(),
        at=at,
    )
    session.add(row)
    facts = {"result": result.value, "basis": basis, "answered_on": str(answered_on)}
    append(session, "request.answered", asked, by=by, at=at, facts=facts)
    return row


def forget_requester(session: Session, *, request: str, by: Hat, at: datetime) -> None:
    """Erase who asked; the request and its answers stay.

    Raises `NotFoundError` when no name is kept.
    """
    permit(by, "request.forgotten", at=at)
    asked = by_ref(session, AccessRequest, request)
    kept = _requester(session, asked)
    if kept is None:
        raise NotFoundError("name kept with", request)
    session.delete(kept)
    append(session, "request.forgotten", asked, by=by, at=at)


def name_of_requester(session: Session, request: AccessRequest) -> str | None:
    """Return who asked, None when it was not said or has been erased."""
    kept = _requester(session, request)
    return kept.name if kept else None


def section_of(answer: AccessAnswer) -> str | None:
    """Return the section that an answer rests on, as it was that day; None for none."""
    if answer.basis is None:
        return None
    return exemption(answer.basis, on=answer.answered_on).section


def access_requests(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return the log as plain rows: what was asked for and what came, but nobody."""
    given = rows(session, _ANSWERED, at=at)
    return [_plain(row) for row in _stood(rows(session, _ASKED, at=at), given, at=at)]


def requests(session: Session, *, at: datetime) -> list[RequestRow]:
    """Return the requests logged up to `at`, the one that was received first first."""
    order = (AccessRequest.received_on, AccessRequest.at, AccessRequest.ref)
    given = all_of(session, AccessAnswer, AccessAnswer.at)
    return _stood(all_of(session, AccessRequest, *order), given, at=at)


def _stood(
    asked: Iterable[Any], answers: Iterable[Any], *, at: datetime
) -> list[RequestRow]:
    """Put requests and answers together, be they rows of the session or columns."""
    told: dict[uuid.UUID, list[Any]] = {}
    for given in answers:
        if given.at <= at:
            told.setdefault(given.request_id, []).append(given)
    return [_row(row, told.get(row.id, []), at=at) for row in asked if row.at <= at]


_ASKED = (
    select(*AccessRequest.__table__.columns)
    .where(AccessRequest.municipality_id == MINE, AccessRequest.at <= AT)
    .order_by(AccessRequest.received_on, AccessRequest.at, AccessRequest.ref)
)
_ANSWERED = (
    select(*AccessAnswer.__table__.columns)
    .where(AccessAnswer.municipality_id == MINE, AccessAnswer.at <= AT)
    .order_by(AccessAnswer.at)
)


def _plain(row: RequestRow) -> dict[str, Any]:
    given = row.answer
    return {
        "request": row.request.ref,
        "received_on": row.request.received_on.isoformat(),
        "asked_for": row.request.asked_for,
        "due_on": row.due_on.isoformat(),
        "answered_on": given.answered_on.isoformat() if given else None,
        "result": given.result.value if given else None,
        "exemption": section_of(given) if given else None,
        "overdue": row.is_late,
        "counts_as_refused": row.counts_as_refused,
    }


def _row(asked: Any, answers: Sequence[Any], *, at: datetime) -> RequestRow:
    today, days = norwegian_date(at), answer_days()
    due_on = add_working_days(asked.received_on, days.answer)
    lapses_on = add_working_days(asked.received_on, days.counts_as_refused)
    ended_on = answers[0].answered_on if answers else today
    return RequestRow(
        request=asked,
        due_on=due_on,
        answer=answers[-1] if answers else None,
        is_late=ended_on > due_on,
        counts_as_refused=not answers and today > lapses_on,
    )


def _require_grounds(
    result: RequestResult, basis: str | None, *, appeal_told: bool, on: date
) -> None:
    if result is RequestResult.GRANTED:
        if basis is not None:
            raise InvalidValueError("basis", "what is granted in full has none")
        return
    if basis is None or not appeal_told:
        raise RuleBrokenError(
            "a refusal names its legal basis and tells of the right to appeal",
            rule="L-25",
        )
    exemption(basis, on=on)


def _requester(session: Session, request: AccessRequest) -> AccessRequester | None:
    query = owned(session, AccessRequester)
    return session.scalars(
        query.where(AccessRequester.request_id == request.id)
    ).first()
