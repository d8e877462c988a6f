"""Follow-ups: who carries out which item of a decision by when, and what became of it.

State machine SM-8. A follow-up is closed only when the body that decided has taken note
of it, and neither a closed case nor a closed project hides it (INV-19). Source:
kommuneloven § 13-1: decisions are carried out without undue delay, and the body is told
when factual or legal obstacles stand in the way.
"""

from __future__ import annotations

import enum
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

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
from workflows.clock import at_oslo, norwegian_date
from workflows.decision.cases import ALLOWED as CASE_ALLOWED
from workflows.decision.cases import Case, CaseState
from workflows.decision.decisions import DecisionItem
from workflows.decision.grounds import (
    decided_in,
    require_case_number,
    require_deciding_body,
    require_decision,
    require_evidence,
    require_notice,
)
from workflows.decision.meetings import Treatment
from workflows.decision.references import next_number, next_reference
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.persons import Person
from workflows.record.entries import append, new_reference
from workflows.record.states import move, steps


class FollowUpState(enum.StrEnum):
    """How far the carrying out of a decision item has come."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    IMPLEMENTED = "implemented"
    NOTED_BY_BODY = "noted_by_body"
    DELAYED = "delayed"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    NOT_TO_BE_IMPLEMENTED = "not_to_be_implemented"


S = FollowUpState
ENDS = {S.IMPLEMENTED, S.BLOCKED, S.REPLACED, S.NOT_TO_BE_IMPLEMENTED}
ALLOWED = steps(
    {
        S.NOT_STARTED: {S.IN_PROGRESS, S.DELAYED, *ENDS},
        S.IN_PROGRESS: {S.IN_PROGRESS, S.DELAYED, *ENDS},
        S.DELAYED: {S.DELAYED, S.NOT_STARTED, S.IN_PROGRESS, *ENDS},
        S.BLOCKED: {S.IN_PROGRESS, S.DELAYED, *ENDS},
        S.IMPLEMENTED: {S.IN_PROGRESS, S.DELAYED, S.NOTED_BY_BODY},
    },
    FollowUpState,
)
REPORTABLE = frozenset({S.IN_PROGRESS, *ENDS})
RUNNING = frozenset({S.NOT_STARTED, S.IN_PROGRESS})
EXTENDABLE = RUNNING | {S.DELAYED, S.BLOCKED}
BY_DECISION = frozenset({S.REPLACED, S.NOT_TO_BE_IMPLEMENTED})


class FollowUp(Owned, Base, kw_only=True):
    """A follow-up (oppfølging) of one decision item. Its deadline is a day.

    Responsible is a person, or a unit where no person is named. `deadline_set_at` is
    when the present deadline was set: before that, nothing is late.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        refers_to("decision_item", "item_id"),
        refers_to("person", "person_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("item_id"),
    )

    ref: Mapped[str]
    item_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    unit: Mapped[str] = mapped_column(default="")
    deadline: Mapped[date]
    deadline_set_at: Mapped[datetime]
    next_report: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[FollowUpState] = mapped_column(codes(FollowUpState))
    assigned_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class FollowUpReport(Owned, Base, kw_only=True):
    """One report (rapport) on a follow-up. Written once; the latest one counts.

    `state` is what was reported; a follow-up in progress may be delayed all the same.
    `treatment_id` is where the body was told, noted it or decided anew; `notice` is how
    the body was told otherwise. `deadline` is the one that holds after the report.
    """

    __tablename__ = "follow_up_report"
    __table_args__ = (
        refers_to("follow_up", "follow_up_id"),
        refers_to("treatment", "treatment_id"),
        refers_to("person", "person_id"),
        looked_up_by("follow_up_id"),
        IMMUTABLE,
    )

    follow_up_id: Mapped[uuid.UUID]
    number: Mapped[int]
    state: Mapped[FollowUpState] = mapped_column(codes(FollowUpState))
    text: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    notice: Mapped[str] = mapped_column(default="")
    treatment_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    deadline: Mapped[date]
    next_report: Mapped[date | None] = mapped_column(default=None)
    person_id: Mapped[uuid.UUID | None]
    reported_at: Mapped[datetime]


def assign_follow_up(
    session: Session,
    *,
    item: str,
    deadline: date,
    person: str | None = None,
    unit: str = "",
    ref: str | None = None,
    next_report: date | None = None,
    by: Hat,
    at: datetime,
) -> FollowUp:
    """Make a person or a unit responsible for a decision item by a day.

    Without a reference the next free number is given, «F-15». The first follow-up takes
    its case from final decision to implementation.

    Raises:
        InvalidValueError: neither person nor unit is named.
        NotFoundError: there is no such item or person.
        RuleBrokenError: the reference is taken, or the item asks for no follow-up.
    """
    permit(by, "followup.assigned", at=at)
    if not (person or unit.strip()):
        raise InvalidValueError("person", "a person or a unit must be responsible")
    point = by_ref(session, DecisionItem, item)
    if not point.needs_follow_up:
        raise RuleBrokenError(f"{item} is registered as needing none", rule="L-02")
    row = FollowUp(
        ref=new_reference(session, ref or next_reference(session, FollowUp, "F-")),
        item_id=point.id,
        person_id=by_ref(session, Person, person).id if person else None,
        unit=unit,
        deadline=deadline,
        deadline_set_at=at,
        next_report=next_report,
        state=S.NOT_STARTED,
        assigned_at=at,
    )
    session.add(row)
    session.flush()
    _add_report(session, row, S.NOT_STARTED, by=by, at=at)
    case = get(session, Case, decided_in(session, point.id).case_id)
    moved = [row, case] if _begins(case) else [row]
    refs = [case.ref, item, *([person] if person else [])]
    facts = {"deadline": deadline.isoformat()}
    told: dict[str, Any] = {"moved": moved, "refs": refs, "facts": facts}
    append(session, "followup.assigned", row, **told, by=by, at=at)
    return row


def report_follow_up(
    session: Session,
    *,
    followup: str,
    state: FollowUpState,
    text: str = "",
    evidence: str = "",
    notice: str = "",
    treatment: str | None = None,
    next_report: date | None = None,
    by: Hat,
    at: datetime,
) -> FollowUp:
    """Report how a follow-up goes. In progress after its deadline is still delayed.

    BLOCKED needs a notice to the body that decided: a treatment there, or in `notice`
    where and when it was told (L-03). REPLACED and NOT_TO_BE_IMPLEMENTED need the
    treatment that decided so, IMPLEMENTED the evidence.

    Raises:
        InvalidValueError: this state is not for reporting.
        RuleBrokenError: one of these lacks, or the body is another.
        TransitionNotAllowedError: SM-8 has no such step.
    """
    permit(by, "followup.reported", at=at)
    if state not in REPORTABLE:
        raise InvalidValueError("state", f"{state} is not for reporting")
    row = by_ref(session, FollowUp, followup)
    place = by_ref(session, Treatment, treatment) if treatment else None
    decided = decided_in(session, row.item_id)
    if state is S.BLOCKED:
        require_notice(session, decided, place, notice)
    if state in BY_DECISION:
        require_decision(session, decided, place)
    if state is S.IMPLEMENTED:
        require_evidence(followup, evidence)
    move(row, _state_at(row, state, at), ALLOWED)
    row.next_report = next_report
    _add_report(
        session,
        row,
        state,
        by=by,
        at=at,
        text=text,
        evidence=evidence,
        notice=notice,
        treatment_id=place.id if place else None,
    )
    refs = [place.ref] if place else []
    append(session, "followup.reported", row, moved=[row], refs=refs, by=by, at=at)
    return row


def extend_follow_up(
    session: Session,
    *,
    followup: str,
    deadline: date,
    reason: str,
    by: Hat,
    at: datetime,
) -> FollowUp:
    """Set a new deadline, with a reason; a delayed follow-up is then under way again.

    Raises `InvalidValueError` when the reason is empty or the deadline not later, and
    `RuleBrokenError` when the follow-up is carried out or ended.
    """
    permit(by, "followup.extended", at=at)
    row = by_ref(session, FollowUp, followup)
    _check_extension(row, deadline, reason)
    if row.state is S.DELAYED and deadline >= norwegian_date(at):
        move(row, _state_before_delay(session, row), ALLOWED)
    row.deadline, row.deadline_set_at = deadline, at
    _add_report(session, row, row.state, by=by, at=at, text=reason)
    facts = {"deadline": deadline.isoformat()}
    append(session, "followup.extended", row, moved=[row], facts=facts, by=by, at=at)
    return row


def note_follow_ups(
    session: Session,
    *,
    followups: list[str],
    treatment: str,
    by: Hat,
    at: datetime,
) -> list[FollowUp]:
    """Register that the body that decided has taken note of what is carried out.

    For a delegated decision any elected body may do so. One entry for them all.

    Raises:
        InvalidValueError: no follow-up is named.
        RuleBrokenError: the treatment is of another body, not a later one, or has no
            case number.
        TransitionNotAllowedError: one of them is not implemented.
    """
    permit(by, "followup.noted", at=at)
    if not followups:
        raise InvalidValueError("followups", "name at least one")
    place = by_ref(session, Treatment, treatment)
    require_case_number(place)
    rows = [by_ref(session, FollowUp, ref) for ref in followups]
    for row in rows:
        require_deciding_body(session, decided_in(session, row.item_id), place)
        move(row, S.NOTED_BY_BODY, ALLOWED)
        _add_report(session, row, S.NOTED_BY_BODY, by=by, at=at, treatment_id=place.id)
    append(session, "followup.noted", place, moved=rows, by=by, at=at)
    return rows


def overdue(session: Session, at: datetime) -> list[tuple[datetime, FollowUp]]:
    """Return the follow-ups that are late at `at`, with the instant each became so.

    That is the first instant after the deadline day in Norway, or when the deadline was
    set, if that was later. The oldest comes first.
    """
    query = owned(session, FollowUp).where(
        FollowUp.state.in_(RUNNING), FollowUp.deadline < norwegian_date(at)
    )
    late = [(_late_from(row), row) for row in session.scalars(query)]
    return sorted(late, key=lambda pair: (pair[0], pair[1].ref))


def delay(session: Session, followup: FollowUp, *, at: datetime) -> FollowUp:
    """Mark a follow-up as delayed from `at`; done by the system alone.

    Raises `RuleBrokenError` when its deadline has not passed.
    """
    permit(SYSTEM, "followup.delayed", at=at)
    if norwegian_date(at) <= followup.deadline:
        raise RuleBrokenError(f"{followup.ref} is not late yet", rule="SM-8")
    move(followup, S.DELAYED, ALLOWED)
    _add_report(session, followup, S.DELAYED, by=SYSTEM, at=at)
    append(session, "followup.delayed", followup, moved=[followup], by=SYSTEM, at=at)
    return followup


def _begins(case: Case) -> bool:
    """Take the case to implementation when this is the first thing carried out."""
    if case.state is not CaseState.FINAL_DECISION:
        return False
    move(case, CaseState.IMPLEMENTATION, CASE_ALLOWED)
    return True


def _state_at(row: FollowUp, wanted: FollowUpState, at: datetime) -> FollowUpState:
    """What is in progress after its deadline is delayed until a new one is set."""
    is_late = norwegian_date(at) > row.deadline
    return S.DELAYED if wanted is S.IN_PROGRESS and is_late else wanted


def _check_extension(row: FollowUp, deadline: date, reason: str) -> None:
    if row.state not in EXTENDABLE:
        raise RuleBrokenError(f"{row.ref} is {row.state}", rule="SM-8")
    if not reason.strip():
        raise InvalidValueError("reason", "a new deadline needs a reason")
    if deadline <= row.deadline:
        raise InvalidValueError("deadline", f"{deadline} is not after {row.deadline}")


def _state_before_delay(session: Session, row: FollowUp) -> FollowUpState:
    """Return what was last reported but for the delay itself."""
    query = owned(session, FollowUpReport).where(
        FollowUpReport.follow_up_id == row.id, FollowUpReport.state.in_(RUNNING)
    )
    query = query.order_by(FollowUpReport.number.desc()).limit(1)
    return session.scalars(query).one().state


def _late_from(row: FollowUp) -> datetime:
    midnight = at_oslo(row.deadline + timedelta(days=1), time.min)
    return max(midnight, row.deadline_set_at)


def _add_report(
    session: Session,
    row: FollowUp,
    state: FollowUpState,
    *,
    by: Hat,
    at: datetime,
    text: str = "",
    evidence: str = "",
    notice: str = "",
    treatment_id: uuid.UUID | None = None,
) -> None:
    number = next_number(session, FollowUpReport, FollowUpReport.follow_up_id == row.id)
    session.add(
        FollowUpReport(
            follow_up_id=row.id,
            number=number,
            state=state,
            text=text,
            evidence=evidence,
            notice=notice,
            treatment_id=treatment_id,
            deadline=row.deadline,
            next_report=row.next_report,
            person_id=by.person_id,
            reported_at=at,
        )
    )
