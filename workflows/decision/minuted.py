"""A treatment as the minutes tell it: its rows and its entry, drawn up and not stored.

Pure functions over plain values and rows in no session, so that one treatment that a
person registers and a thousand that are imported are drawn up by the same rules.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from workflows.clock import norwegian_date
from workflows.decision.bodies import Body
from workflows.decision.cases import Case, CaseState, PreparationCheck
from workflows.decision.decisions import (
    Decision,
    DecisionItem,
    DecisionText,
    checksum,
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
from workflows.decision.points import ItemText
from workflows.errors import InvalidValueError
from workflows.record.drafts import Draft, drafted

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


@dataclass(frozen=True, kw_only=True)
class Minuted:
    """What the minutes tell of a treatment; see `treatments.register_treatment`."""

    treated_on: date
    result: Result
    minutes: str
    number: CaseNumber
    is_final: bool | None = None
    recommendation_from: str = ""
    recommendation: str = ""
    asked: str = ""
    voting: Voting = field(default_factory=Voting)
    proposals: tuple[ProposalText, ...] = ()
    dissent: tuple[DissentText, ...] = ()
    decision: DecisionText | None = None
    source: ImportSource | None = None


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where a treatment takes place, and the case as it is before it.

    `earlier` is how many treatments the case has, `latest` the day of the last one.
    """

    case: Case
    body: Body
    meeting: BodyMeeting | None
    groups: Mapping[str, int]
    earlier: int
    latest: date | None
    is_on_agenda: bool
    is_ready: bool

    def is_latest(self, day: date) -> bool:
        """Whether no treatment of the case on a later day is registered."""
        return self.latest is None or self.latest <= day


def checked(told: Minuted, *, at: datetime) -> Minuted:
    """Return what the minutes tell, a decision that is whole as one item.

    Raises `InvalidValueError`; see `treatments.register_treatment`.
    """
    _check_values(told, at=at)
    decided = _checked_decision(told.decision, told.result)
    _check_voting(told.voting)
    _refuse_twice("proposals", [proposal.number for proposal in told.proposals])
    return replace(told, decision=decided)


def drawn_up(told: Minuted, where: Setting, *, at: datetime) -> Treatment:
    """Return the treatment that the minutes tell of, with what was broken (findings).

    It is in no session yet, and nothing else is changed.
    """
    treatment = Treatment(
        ref=f"{where.case.ref}-T{where.earlier + 1}",
        case_id=where.case.id,
        body_id=where.body.id,
        meeting_id=where.meeting.id if where.meeting else None,
        result=told.result,
        is_final=_is_final(told),
        recommendation_from=told.recommendation_from,
        recommendation=told.recommendation,
        asked=told.asked,
        treated_on=told.treated_on,
        minutes=told.minutes,
        registered_at=at,
        **_columns(told),
    )
    found = findings_of(_facts(told, where))
    treatment.findings = [finding.value for finding in found]
    return treatment


def details_of(
    treatment: Treatment, told: Minuted
) -> Iterator[Vote | CastingVote | Proposal | DissentNote]:
    """Yield the rows below a treatment: votes, proposals and dissent."""
    if told.voting.has_casting_vote:
        yield CastingVote(treatment_id=treatment.id)
    for vote in told.voting.votes:
        yield Vote(treatment_id=treatment.id, **vars(vote))
    for proposal in told.proposals:
        yield Proposal(treatment_id=treatment.id, **vars(proposal))
    for position, note in enumerate(told.dissent, start=1):
        yield DissentNote(treatment_id=treatment.id, position=position, **vars(note))


def decision_rows(
    treatment: Treatment, decided: DecisionText
) -> tuple[Decision, list[DecisionItem]]:
    """Return the rows of what a treatment decided, but for what it supersedes."""
    decision = Decision(
        ref=f"{treatment.ref}/V",
        treatment_id=treatment.id,
        decided_on=treatment.treated_on,
        text=decided.text,
        checksum=checksum(decided.text),
        minutes=treatment.minutes,
        registered_at=treatment.registered_at,
    )
    return decision, [_item(treatment, decision, item) for item in decided.items]


def move_case(told: Minuted, where: Setting) -> list[Case]:
    """Move the case as the treatment did, unless a later one is registered already."""
    if not where.is_latest(told.treated_on):
        return []
    goes_on = told.result is Result.NOTED and not _is_final(told)
    where.case.state = CaseState.TREATED_IN_BODY if goes_on else MOVES[told.result]
    return [where.case]


def entry_of(
    treatment: Treatment,
    told: Minuted,
    where: Setting,
    *,
    moved: Sequence[Case],
    written: Sequence[str],
) -> Draft:
    """Return the entry of the act; `written` are the references of the decision."""
    meeting = [where.meeting.ref] if where.meeting else []
    return drafted(
        "case.treated",
        treatment,
        moved=moved,
        refs=[where.case.ref, where.body.ref, *meeting, *written],
        facts=_entry_facts(treatment, told.decision),
    )


def is_ready(check: PreparationCheck | None, sent_back: Iterable[datetime]) -> bool:
    """Say whether a case is prepared: one that was sent back is confirmed anew (L-01).

    `sent_back` are the instants when that was registered.
    """
    return check is not None and all(at <= check.confirmed_at for at in sent_back)


def _check_values(told: Minuted, *, at: datetime) -> None:
    if not told.minutes.strip():
        raise InvalidValueError("minutes", "say where it is written down (INV-20)")
    if told.treated_on > norwegian_date(at):
        raise InvalidValueError("treated_on", f"{told.treated_on} is still to come")
    is_told = told.result in FINAL_RESULTS
    if told.is_final not in (None, is_told) and told.result is not Result.NOTED:
        raise InvalidValueError("is_final", f"does not fit the result {told.result}")


def _is_final(told: Minuted) -> bool:
    return told.result in FINAL_RESULTS if told.is_final is None else told.is_final


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


def _columns(told: Minuted) -> dict[str, Any]:
    """Return the columns of a treatment that come in groups."""
    number, source = told.number, told.source
    return {
        "number_type": number.type,
        "number_seq": number.seq,
        "number_year": number.year or told.treated_on.year,
        "is_unanimous": told.voting.is_unanimous,
        "present": told.voting.present,
        "source_system": source.system if source else None,
        "source_id": source.key if source else None,
    }


def _facts(told: Minuted, where: Setting) -> TreatedFacts:
    case, body, meeting = where.case, where.body, where.meeting
    return TreatedFacts(
        kind=body.kind,
        seats=body.seats,
        body=body.ref,
        result=told.result,
        number_type=told.number.type,
        has_number=told.number.seq is not None,
        has_decision=told.decision is not None,
        asked=told.asked,
        recommendation=told.recommendation,
        treated_on=told.treated_on,
        meeting_day=norwegian_date(meeting.starts_at) if meeting else None,
        is_on_agenda=where.is_on_agenda,
        is_ready=where.is_ready,
        awaits_consultation=case.state is CaseState.CONSULTATION_HA,
        was_closed=case.state in ENDED,
        is_latest=where.is_latest(told.treated_on),
        plan=case.plan,
        voting=told.voting,
        groups=where.groups,
    )


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


def _item(treatment: Treatment, decision: Decision, item: ItemText) -> DecisionItem:
    return DecisionItem(
        ref=f"{treatment.ref}/{item.number}",
        decision_id=decision.id,
        number=item.number,
        text=item.text,
        needs_follow_up=item.needs_follow_up,
    )
