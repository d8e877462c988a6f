"""The mirror: what a body did with a case is stored as it was.

Nothing is refused because a step is missing; a broken rule becomes a finding. Refused
are the wrong role, unknown references, a number the body has used, and facts without a
source in the minutes (INV-20).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import by_ref, owned
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body, groups_of
from workflows.decision.cases import Case, CaseState, is_on_agenda, last_check
from workflows.decision.decisions import (
    DecisionText,
    checksum,
    write_decision,
)
from workflows.decision.findings import TreatedFacts, findings_of
from workflows.decision.meetings import (
    BodyMeeting,
    CaseNumber,
    CastingVote,
    DissentNote,
    DissentText,
    ImportSource,
    Proposal,
    ProposalText,
    Result,
    Treatment,
    Vote,
    Voting,
)
from workflows.decision.minutes import TreatmentRow, find_imported, treatments_of
from workflows.decision.points import ItemText
from workflows.decision.references import next_number
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append

FINAL_RESULTS = frozenset({Result.FINAL, Result.DELEGATED, Result.NOTED})
MOVES = {
    Result.FINAL: CaseState.FINAL_DECISION,
    Result.DELEGATED: CaseState.FINAL_DECISION,
    Result.RECOMMENDS: CaseState.TREATED_IN_BODY,
    Result.POSTPONED: CaseState.POSTPONED,
    Result.SENT_BACK: CaseState.SENT_BACK,
    Result.NOTED: CaseState.CLOSED,
    Result.WITHDRAWN: CaseState.WITHDRAWN,
}
ENDED = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN})


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
    _check_values(treated_on, minutes, result, is_final, at=at)
    decided = _checked_decision(decision, result)
    _check_voting(voting or Voting())
    _refuse_twice("proposals", [proposal.number for proposal in proposals or []])
    folder, owner = by_ref(session, Case, case), by_ref(session, Body, body)
    place = _meeting_of(session, owner, meeting)
    treatment = Treatment(
        ref=_next_reference(session, folder),
        case_id=folder.id,
        body_id=owner.id,
        meeting_id=place.id if place else None,
        result=result,
        is_final=result in FINAL_RESULTS if is_final is None else is_final,
        recommendation_from=recommendation_from,
        recommendation=recommendation,
        asked=asked,
        treated_on=treated_on,
        minutes=minutes,
        registered_at=at,
        **_columns(number or CaseNumber(), voting or Voting(), source, treated_on),
    )
    _refuse_used_number(session, treatment, owner)
    _refuse_known_source(session, source)
    known = _known(session, treatment, folder, owner, place)
    told = replace(known, voting=voting or Voting(), has_decision=decided is not None)
    treatment.findings = [finding.value for finding in findings_of(told)]
    session.add(treatment)
    session.flush()
    session.add_all(_details(treatment, voting, proposals or [], dissent or []))
    written = write_decision(session, treatment, decided) if decided else []
    append(
        session,
        "case.treated",
        treatment,
        moved=_move(folder, treatment, is_latest=known.is_latest),
        refs=[folder.ref, owner.ref, *([place.ref] if place else []), *written],
        facts=_entry_facts(treatment, decided),
        by=by,
        at=at,
    )
    return treatment


def _check_values(
    treated_on: date,
    minutes: str,
    result: Result,
    is_final: bool | None,  # noqa: FBT001 - passed on as the act was given it
    *,
    at: datetime,
) -> None:
    if not minutes.strip():
        raise InvalidValueError("minutes", "say where it is written down (INV-20)")
    if treated_on > norwegian_date(at):
        raise InvalidValueError("treated_on", f"{treated_on} is still to come")
    is_told = result in FINAL_RESULTS
    if is_final not in (None, is_told) and result is not Result.NOTED:
        raise InvalidValueError("is_final", f"does not fit the result {result}")


def _checked_decision(
    decision: DecisionText | None, result: Result
) -> DecisionText | None:
    if decision is None:
        return None
    if result not in FINAL_RESULTS:
        raise InvalidValueError("decision", f"the result {result} decides nothing")
    if not decision.text.strip():
        raise InvalidValueError("decision.text", "is empty")
    _refuse_twice("decision.items", [item.number for item in decision.items])
    if decision.items or result is Result.NOTED:
        return decision
    return replace(decision, items=(ItemText(number=1, text=decision.text),))


def _check_voting(voting: Voting) -> None:
    """A group votes once on a subject; how the sums compare is for the findings."""
    subjects = [(vote.subject, vote.group) for vote in voting.votes]
    _refuse_twice("voting.votes", subjects, what="subject and group")
    if any(min(v.votes_for, v.votes_against, v.blank) < 0 for v in voting.votes):
        raise InvalidValueError("voting.votes", "are fewer than none")


def _refuse_twice(
    where: str, keys: Sequence[Hashable], *, what: str = "number"
) -> None:
    if len(set(keys)) < len(keys):
        raise InvalidValueError(where, f"have the same {what} twice")


def _columns(
    number: CaseNumber, voting: Voting, source: ImportSource | None, treated_on: date
) -> dict[str, Any]:
    """Return the columns of a treatment that come in groups."""
    return {
        "number_type": number.type,
        "number_seq": number.seq,
        "number_year": number.year or treated_on.year,
        "is_unanimous": voting.is_unanimous,
        "present": voting.present,
        "source_system": source.system if source else None,
        "source_id": source.key if source else None,
    }


def _next_reference(session: Session, case: Case) -> str:
    number = next_number(session, Treatment, Treatment.case_id == case.id)
    return f"{case.ref}-T{number}"


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


def _known(
    session: Session,
    treatment: Treatment,
    case: Case,
    body: Body,
    meeting: BodyMeeting | None,
) -> TreatedFacts:
    """Gather what the findings rest on, as it is before the treatment is stored."""
    earlier = treatments_of(session, case.ref)
    return TreatedFacts(
        kind=body.kind,
        seats=body.seats,
        body=body.ref,
        result=treatment.result,
        number_type=treatment.number_type,
        has_number=treatment.number_seq is not None,
        asked=treatment.asked,
        recommendation=treatment.recommendation,
        treated_on=treatment.treated_on,
        meeting_day=norwegian_date(meeting.starts_at) if meeting else None,
        is_on_agenda=bool(meeting and is_on_agenda(session, case, meeting)),
        is_ready=_is_ready(session, case, earlier),
        awaits_consultation=case.state is CaseState.CONSULTATION_HA,
        was_closed=case.state in ENDED,
        is_latest=all(row.treated_on <= treatment.treated_on for row in earlier),
        plan=case.plan,
        groups=groups_of(session, body),
    )


def _is_ready(session: Session, case: Case, earlier: Sequence[TreatmentRow]) -> bool:
    """A case that was sent back has to be confirmed anew (L-01)."""
    check = last_check(session, case)
    sent_back = [row for row in earlier if row.result is Result.SENT_BACK]
    return check is not None and all(
        row.registered_at <= check.confirmed_at for row in sent_back
    )


def _details(
    treatment: Treatment,
    voting: Voting | None,
    proposals: Sequence[ProposalText],
    dissent: Sequence[DissentText],
) -> Iterable[Vote | CastingVote | Proposal | DissentNote]:
    if voting and voting.has_casting_vote:
        yield CastingVote(treatment_id=treatment.id)
    for vote in voting.votes if voting else ():
        yield Vote(treatment_id=treatment.id, **vars(vote))
    for proposal in proposals:
        yield Proposal(treatment_id=treatment.id, **vars(proposal))
    for position, note in enumerate(dissent, start=1):
        yield DissentNote(treatment_id=treatment.id, position=position, **vars(note))


def _move(case: Case, treatment: Treatment, *, is_latest: bool) -> list[Case]:
    """Move the case as the treatment did, unless a later one is registered already."""
    if not is_latest:
        return []
    goes_on = treatment.result is Result.NOTED and not treatment.is_final
    case.state = CaseState.TREATED_IN_BODY if goes_on else MOVES[treatment.result]
    return [case]


def _entry_facts(treatment: Treatment, decided: DecisionText | None) -> dict[str, Any]:
    """Codes and checksums, no text: what can be checked without the database."""
    facts: dict[str, Any] = {
        "result": treatment.result.value,
        "number": treatment.number,
        "findings": treatment.findings,
    }
    if decided:
        facts["sha256"] = checksum(decided.text)
        facts["items"] = {str(i.number): checksum(i.text) for i in decided.items}
    return facts
