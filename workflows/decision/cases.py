"""Cases of the decision line, mirrored from the official system (SM-6).

Acts done here follow the table `ALLOWED`. What a body did with a case is a fact that
`treatments.py` stores whatever the table says: a mirror does not refuse facts.
"""

from __future__ import annotations

import enum
import re
import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Json,
    Owned,
    all_of,
    by_ref,
    codes,
    owned,
    refers_to,
)
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body
from workflows.decision.exemptions import (
    DEFERRED,
    exempt,
    require_end,
    require_exemption,
)
from workflows.decision.meetings import AgendaItem, BodyMeeting
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.languages import require_language
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import FocusArea
from workflows.record.access_classes import AccessClass, AccessDecision
from workflows.record.entries import append, fold, new_reference, next_seq
from workflows.record.states import move, steps

ARCHIVE_NUMBER = re.compile(r"[12][0-9]{3}/[1-9][0-9]{0,6}")
"""A Noark case number (saksnummer): year and sequence, «2025/1033»."""


class CaseState(enum.StrEnum):
    """Where a case is in the decision line."""

    REGISTERED = "registered"
    PREPARING = "preparing"
    CONSULTATION_HA = "consultation_ha"
    READY = "ready"
    ON_AGENDA = "on_agenda"
    TREATED_IN_BODY = "treated_in_body"
    POSTPONED = "postponed"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    FINAL_DECISION = "final_decision"
    IMPLEMENTATION = "implementation"
    CLOSED = "closed"


S = CaseState
TREATED = {S.TREATED_IN_BODY, S.POSTPONED, S.SENT_BACK, S.WITHDRAWN, S.FINAL_DECISION}
ALLOWED = steps(
    {
        S.REGISTERED: {S.PREPARING, S.CONSULTATION_HA},
        S.PREPARING: {S.CONSULTATION_HA, S.READY},
        S.CONSULTATION_HA: {S.PREPARING, S.READY},
        S.READY: {S.PREPARING, S.CONSULTATION_HA, S.ON_AGENDA, S.FINAL_DECISION},
        S.ON_AGENDA: {S.PREPARING, S.ON_AGENDA, S.CLOSED, *TREATED},
        S.TREATED_IN_BODY: {S.PREPARING, S.ON_AGENDA},
        S.POSTPONED: {S.PREPARING, S.CONSULTATION_HA, S.ON_AGENDA},
        S.SENT_BACK: {S.PREPARING, S.CONSULTATION_HA},
        S.WITHDRAWN: {S.CLOSED},
        S.FINAL_DECISION: {S.IMPLEMENTATION, S.CLOSED},
        S.IMPLEMENTATION: {S.CLOSED},
    },
    CaseState,
)


class CheckPoint(enum.StrEnum):
    """A point of the checklist for a properly prepared case (forsvarlig utredet)."""

    FACTS = "facts"
    LAW = "law"
    ALTERNATIVES = "alternatives"
    ECONOMY = "economy"
    CONSULTATION = "consultation"
    COUNCILS_HEARD = "councils_heard"
    DEVELOPMENT_BASIS = "development_basis"


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """The chief executive's checklist: true when the point is done."""

    facts: bool
    law: bool
    alternatives: bool
    economy: bool
    consultation: bool
    councils_heard: bool
    development_basis: bool


class Case(Owned, Base, kw_only=True):
    """A case (sak) in the decision line, with its plan of bodies in order.

    `asks_basis` marks a case that should rest on work of the development line.
    `restricted` is the code word of the exemption (hjemmel), None when it is open.
    `is_budget` is the annual budget or the economic plan.
    """

    __tablename__ = "case_folder"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    title: Mapped[str]
    archive_number: Mapped[str | None] = mapped_column(default=None)
    language: Mapped[str]
    focus: Mapped[FocusArea | None] = mapped_column(codes(FocusArea), default=None)
    plan: Mapped[list[str]] = mapped_column(default_factory=list)
    asks_basis: Mapped[bool] = mapped_column(default=False)
    is_budget: Mapped[bool] = mapped_column(default=False)
    restricted: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[CaseState] = mapped_column(codes(CaseState))
    registered_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class PreparationCheck(Owned, Base, kw_only=True):
    """The chief executive's confirmation that a case is properly prepared (L-01).

    `reasons` says, for each point that is not done, why the case is ready all the same.
    """

    __tablename__ = "preparation_check"
    __table_args__ = (
        refers_to("case_folder", "case_id"),
        refers_to("person", "person_id"),
        IMMUTABLE,
    )

    case_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID | None]
    points: Mapped[dict[str, bool]] = mapped_column(Json)
    reasons: Mapped[dict[str, str]] = mapped_column(Json)
    confirmed_at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case as plain values, with its state at the time asked for."""

    ref: str
    title: str
    archive_number: str | None
    language: str
    focus: FocusArea | None
    plan: tuple[str, ...]
    asks_basis: bool
    restricted: str | None
    state: CaseState
    registered_on: date


def register_case(
    session: Session,
    *,
    ref: str,
    title: str,
    archive_number: str | None = None,
    language: str = "nb",
    focus: FocusArea | None = None,
    plan: list[str] | None = None,
    asks_basis: bool = False,
    is_budget: bool = False,
    restricted: str | None = None,
    exemption_reason: str = "",
    wider_access: str = "",
    opens_on: date | None = None,
    by: Hat,
    at: datetime,
) -> Case:
    """Register a case; `plan` names the bodies in the order they will treat it.

    `opens_on` is the day when deferred access ends by itself, and of nothing else.

    Raises:
        InvalidValueError: the archive number, language or exemption is not one.
        NotFoundError: an unknown body in the plan, or no such exemption in force.
        RuleBrokenError: the reference is taken, or the exemption lacks its reason or
            an assessment of wider access, or is that of internal documents (INV-15);
            or deferred access has no day to come (L-24).
    """
    permit(by, "case.registered", at=at)
    _check_values(archive_number, language)
    grounds = {"reason": exemption_reason, "wider_access": wider_access}
    require_exemption(restricted, **grounds, at=at)
    require_end(restricted, opens_on, at=at)
    case = Case(
        ref=new_reference(session, ref),
        title=title,
        archive_number=archive_number,
        language=language,
        focus=focus,
        plan=[by_ref(session, Body, body).ref for body in plan or []],
        asks_basis=asks_basis,
        is_budget=is_budget,
        restricted=restricted,
        state=S.REGISTERED,
        registered_at=at,
    )
    session.add(case)
    if restricted:
        session.flush()
        exempt(session, case.id, basis=restricted, **grounds, by=by, at=at)
        if opens_on:
            _defer(session, ref, opens_on=opens_on, **grounds, by=by, at=at)
    append(session, "case.registered", case, moved=[case], by=by, at=at)
    return case


def _defer(
    session: Session,
    ref: str,
    *,
    opens_on: date,
    reason: str,
    wider_access: str,
    by: Hat,
    at: datetime,
) -> None:
    """Keep the day as the archive does, so that the case is opened in the same way."""
    row = AccessDecision(
        about=ref,
        access=AccessClass.EXEMPT,
        basis=DEFERRED,
        reason=reason,
        wider_access=wider_access,
        opens_on=opens_on,
        mandate_id=by.mandate_id,
        entry=next_seq(session),
        at=at,
    )
    session.add(row)


def prepare_case(
    session: Session,
    *,
    case: str,
    for_consultation: bool = False,
    by: Hat,
    at: datetime,
) -> Case:
    """Take a case up for preparation, or let it wait for drøfting with the unions."""
    permit(by, "case.prepared", at=at)
    row = by_ref(session, Case, case)
    move(row, S.CONSULTATION_HA if for_consultation else S.PREPARING, ALLOWED)
    append(session, "case.prepared", row, moved=[row], by=by, at=at)
    return row


def confirm_ready(
    session: Session,
    *,
    case: str,
    checklist: Checklist,
    reasons: dict[CheckPoint, str] | None = None,
    by: Hat,
    at: datetime,
) -> PreparationCheck:
    """Confirm that a case is properly prepared; only the chief executive can.

    `reasons` explains each point that is not done, and no other. Source: kommuneloven
    § 13-1 (L-01). Raises `RuleBrokenError` when a reason lacks.
    """
    permit(by, "case.ready", at=at)
    row = by_ref(session, Case, case)
    points = asdict(checklist)
    _require_reasons(points, reasons or {})
    move(row, S.READY, ALLOWED)
    check = PreparationCheck(
        case_id=row.id,
        person_id=by.person_id,
        points=points,
        reasons={point.value: text for point, text in (reasons or {}).items()},
        confirmed_at=at,
    )
    session.add(check)
    facts = {"not_done": [point for point, is_done in points.items() if not is_done]}
    append(session, "case.ready", row, moved=[row], by=by, at=at, facts=facts)
    return check


def put_on_agenda(
    session: Session,
    *,
    case: str,
    meeting: str,
    position: int | None = None,
    by: Hat,
    at: datetime,
) -> AgendaItem:
    """Put a case on a meeting's agenda; only the body's leader and secretary can.

    Without a position it comes last. Source: kommuneloven § 11-3. Raises
    `RuleBrokenError` when it already stands there.
    """
    permit(by, "case.on_agenda", at=at)
    row, place = by_ref(session, Case, case), by_ref(session, BodyMeeting, meeting)
    if is_on_agenda(session, row, place):
        raise RuleBrokenError(f"{case} is on the agenda of {meeting}", rule="SM-6")
    move(row, S.ON_AGENDA, ALLOWED)
    item = AgendaItem(
        case_id=row.id,
        meeting_id=place.id,
        position=position or _last_position(session, place) + 1,
        put_on_at=at,
    )
    session.add(item)
    append(session, "case.on_agenda", row, moved=[row], by=by, at=at, refs=[place.ref])
    return item


def close_case(session: Session, *, case: str, by: Hat, at: datetime) -> Case:
    """Close a case; its follow-ups stay open, visible and due (INV-19)."""
    permit(by, "case.closed", at=at)
    row = by_ref(session, Case, case)
    move(row, S.CLOSED, ALLOWED)
    append(session, "case.closed", row, moved=[row], by=by, at=at)
    return row


def cases(session: Session, *, at: datetime | None = None) -> list[CaseRow]:
    """Return the cases registered up to `at` with their state then, by reference."""
    states = fold(session, at=at)
    return [
        CaseRow(
            ref=case.ref,
            title=case.title,
            archive_number=case.archive_number,
            language=case.language,
            focus=case.focus,
            plan=tuple(case.plan),
            asks_basis=case.asks_basis,
            restricted=case.restricted,
            state=CaseState(states[case.ref]),
            registered_on=norwegian_date(case.registered_at),
        )
        for case in all_of(session, Case, Case.ref)
        if at is None or case.registered_at <= at
    ]


def is_on_agenda(session: Session, case: Case, meeting: BodyMeeting) -> bool:
    """Return whether a case stands on the agenda of a meeting."""
    query = owned(session, AgendaItem).where(
        AgendaItem.case_id == case.id, AgendaItem.meeting_id == meeting.id
    )
    return session.scalars(query).first() is not None


def last_check(session: Session, case: Case) -> PreparationCheck | None:
    """Return the chief executive's latest confirmation of a case, None without one."""
    query = owned(session, PreparationCheck).where(PreparationCheck.case_id == case.id)
    return session.scalars(query.order_by(PreparationCheck.confirmed_at.desc())).first()


def _last_position(session: Session, meeting: BodyMeeting) -> int:
    query = owned(session, AgendaItem).where(AgendaItem.meeting_id == meeting.id)
    return max((item.position for item in session.scalars(query)), default=0)


def _check_values(archive_number: str | None, language: str) -> None:
    if archive_number and not ARCHIVE_NUMBER.fullmatch(archive_number):
        raise InvalidValueError(
            "archive_number", f"{archive_number!r} is not year/number, as «2025/1033»"
        )
    require_language(language)


def _require_reasons(points: dict[str, bool], reasons: dict[CheckPoint, str]) -> None:
    for point in CheckPoint:
        reason = reasons.get(point, "").strip()
        if points[point.value] and reason:
            raise InvalidValueError(f"reasons.{point}", "the point is done")
        if not points[point.value] and not reason:
            raise RuleBrokenError(f"{point} is not done, no reason given", rule="L-01")
