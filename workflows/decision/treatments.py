"""The mirror: what a body did with a case is stored as it was.

Nothing is refused because a step is missing; a broken rule becomes a finding. Refused
are the wrong role, unknown references, a number the body has used, and facts without a
source in the minutes (INV-20).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref, owned
from workflows.decision.bodies import Body, groups_of
from workflows.decision.cases import Case, is_on_agenda, last_check
from workflows.decision.decisions import DecisionText, decision_of
from workflows.decision.meetings import (
    BodyMeeting,
    CaseNumber,
    DissentText,
    ImportSource,
    ProposalText,
    Result,
    Treatment,
    Voting,
)
from workflows.decision.minuted import (
    Minuted,
    Setting,
    checked,
    decision_rows,
    details_of,
    drawn_up,
    entry_of,
    is_ready,
    move_case,
)
from workflows.decision.minutes import find_imported, treatments_of
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append_all


def register_treatment(
    session: Session,
    *,
    case: str,
    body: str,
    treated_on: date,
    result: Result,
    minutes: str,
    meeting: str | None = None,
    number: CaseNumber | None = None,
    is_final: bool | None = None,
    recommendation_from: str = "",
    recommendation: str = "",
    asked: str = "",
    voting: Voting | None = None,
    proposals: list[ProposalText] | None = None,
    dissent: list[DissentText] | None = None,
    decision: DecisionText | None = None,
    source: ImportSource | None = None,
    by: Hat,
    at: datetime,
) -> Treatment:
    """Store how a body treated a case, and its decision in the same act.

    `minutes` says where it is written down. `is_final` is told by the result, but for
    NOTED, where False says that the case goes on to another body. `recommendation_from`
    is whose recommendation lay before the body, `recommendation` what the body itself
    recommends. `asked` says what is asked, and of whom, when the case is sent back. A
    decision without numbered items, that decides something, is stored as one item.

    Raises:
        InvalidValueError: no source in the minutes, a day to come, a meeting of another
            body, a decision where the result is none, or items, proposals or votes of
            a group on a subject that come twice.
        NotFoundError: an unknown reference.
        RuleBrokenError: the body has used the number, or the source is known already.
    """
    permit(by, "case.treated", at=at)
    told = checked(
        Minuted(
            treated_on=treated_on,
            result=result,
            minutes=minutes,
            number=number or CaseNumber(),
            is_final=is_final,
            recommendation_from=recommendation_from,
            recommendation=recommendation,
            asked=asked,
            voting=voting or Voting(),
            proposals=tuple(proposals or ()),
            dissent=tuple(dissent or ()),
            decision=decision,
            source=source,
        ),
        at=at,
    )
    folder, owner = by_ref(session, Case, case), by_ref(session, Body, body)
    where = _setting(session, folder, owner, _meeting_of(session, owner, meeting))
    treatment = drawn_up(told, where, at=at)
    _refuse_used_number(session, treatment, owner)
    _refuse_known_source(session, source)
    session.add(treatment)
    session.flush()
    session.add_all(details_of(treatment, told))
    decided = told.decision
    written = _write_decision(session, treatment, decided) if decided else []
    moved = move_case(told, where)
    entry = entry_of(treatment, told, where, moved=moved, written=written)
    append_all(session, [entry], by=by, at=at)
    return treatment


def _meeting_of(
    session: Session, body: Body, meeting: str | None
) -> BodyMeeting | None:
    if meeting is None:
        return None
    place = by_ref(session, BodyMeeting, meeting)
    if place.body_id != body.id:
        raise InvalidValueError("meeting", f"{meeting} is no meeting of {body.ref}")
    return place


def _refuse_used_number(session: Session, treatment: Treatment, body: Body) -> None:
    """Each body has its own series of numbers a year and type (INV-13)."""
    if treatment.number_seq is None:
        return
    query = owned(session, Treatment).where(
        Treatment.body_id == body.id,
        Treatment.number_type == treatment.number_type,
        Treatment.number_year == treatment.number_year,
        Treatment.number_seq == treatment.number_seq,
    )
    if session.scalars(query).first():
        raise RuleBrokenError(
            f"{body.ref} has used {treatment.number}", rule="one number a body and year"
        )


def _refuse_known_source(session: Session, source: ImportSource | None) -> None:
    if source and find_imported(session, source):
        raise RuleBrokenError(
            f"{source.key} of {source.system} was imported before", rule="imported once"
        )


def _setting(
    session: Session, case: Case, body: Body, meeting: BodyMeeting | None
) -> Setting:
    """Gather what the findings rest on, as it is before the treatment is stored."""
    earlier = treatments_of(session, case.ref)
    return Setting(
        case=case,
        body=body,
        meeting=meeting,
        groups=groups_of(session, body),
        earlier=len(earlier),
        latest=max((row.treated_on for row in earlier), default=None),
        is_on_agenda=bool(meeting and is_on_agenda(session, case, meeting)),
        is_ready=is_ready(
            last_check(session, case),
            [row.registered_at for row in earlier if row.result is Result.SENT_BACK],
        ),
    )


def _write_decision(
    session: Session, treatment: Treatment, decided: DecisionText
) -> list[str]:
    """Store what a treatment decided, and return the references of the new rows.

    Part of the act that registers the treatment, which must be in the database. Raises
    `NotFoundError` when the decision supersedes one that is not there.
    """
    decision, items = decision_rows(treatment, decided)
    decision.supersedes_id = _superseded(session, decided.supersedes)
    session.add(decision)
    session.flush()
    session.add_all(items)
    return [decision.ref, *(item.ref for item in items)]


def _superseded(session: Session, treatment: str | None) -> uuid.UUID | None:
    if treatment is None:
        return None
    return decision_of(session, by_ref(session, Treatment, treatment)).id
