"""Which rules a treatment broke, as codes. A mirror stores the fact and says so.

Pure functions over plain values, so that an importer can show the findings before
anything is stored.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflows.decision.bodies import ELECTED_KINDS, BodyKind
from workflows.decision.meetings import NumberType, Result, Voting


class Finding(enum.StrEnum):
    """A rule that the decision line broke, or something the minutes lack."""

    CASE_WAS_CLOSED = "case_was_closed"
    NOT_READY = "not_ready"
    CONSULTATION_PENDING = "consultation_pending"
    NO_MEETING = "no_meeting"
    NOT_ON_AGENDA = "not_on_agenda"
    NOT_ON_MEETING_DAY = "not_on_meeting_day"
    NOT_IN_PLAN = "not_in_plan"
    REGISTERED_OUT_OF_ORDER = "registered_out_of_order"
    NO_NUMBER = "no_number"
    NO_MINUTES_TEXT = "no_minutes_text"
    NOTHING_ASKED = "nothing_asked"
    MISSING_VOTE = "missing_vote"
    VOTES_WITHOUT_GROUPS = "votes_without_groups"
    UNKNOWN_GROUP = "unknown_group"
    VOTE_SUM_MISMATCH = "vote_sum_mismatch"
    TIE_WITHOUT_CASTING_VOTE = "tie_without_casting_vote"
    UNANIMOUS_WITH_VOTES_AGAINST = "unanimous_with_votes_against"
    DECIDED_BY_ADVISORY_BODY = "decided_by_advisory_body"


F = Finding
DECIDES = frozenset({Result.FINAL, Result.RECOMMENDS})
_SPEAKS = DECIDES | {Result.DELEGATED}
_ADVISORY = frozenset({BodyKind.ADVISORY_COUNCIL, BodyKind.WORK_ENVIRONMENT_COMMITTEE})


@dataclass(frozen=True, kw_only=True)
class TreatedFacts:
    """What is known of a treatment and of the case when it is registered."""

    kind: BodyKind
    seats: int
    body: str
    result: Result
    number_type: NumberType
    has_number: bool = True
    has_decision: bool = False
    recommendation: str = ""
    asked: str = ""
    treated_on: date
    meeting_day: date | None
    is_on_agenda: bool = True
    is_ready: bool = True
    awaits_consultation: bool = False
    was_closed: bool = False
    is_latest: bool = True
    plan: Sequence[str] = ()
    voting: Voting = field(default_factory=Voting)
    groups: Mapping[str, int] = field(default_factory=dict)


def findings_of(facts: TreatedFacts) -> list[Finding]:
    """Return the broken rules in the order of `Finding`, each once.

    Sources: kommuneloven § 13-1 (prepared), § 11-3 (agenda), § 11-4 (what the minutes
    hold: all proposals, and which parties voted for what, L-04).
    """
    found = {*_steps(facts), *_place(facts), *_minutes(facts), *_votes(facts)}
    if facts.result in DECIDES and _is_tied(facts.voting):
        found.add(F.TIE_WITHOUT_CASTING_VOTE)
    return [finding for finding in Finding if finding in found]


def _steps(facts: TreatedFacts) -> Iterable[Finding]:
    if facts.was_closed:
        yield F.CASE_WAS_CLOSED
    if not facts.is_latest:
        yield F.REGISTERED_OUT_OF_ORDER
    if facts.awaits_consultation:
        yield F.CONSULTATION_PENDING
    # The duty concerns cases that are put before elected bodies for a decision.
    if not facts.is_ready and _is_put_before_body(facts):
        yield F.NOT_READY


def _place(facts: TreatedFacts) -> Iterable[Finding]:
    if facts.plan and facts.body not in facts.plan:
        yield F.NOT_IN_PLAN
    if facts.kind is BodyKind.DELEGATED:
        return
    if facts.meeting_day is None:
        yield F.NO_MEETING
        return
    if facts.meeting_day != facts.treated_on:
        yield F.NOT_ON_MEETING_DAY
    if not facts.is_on_agenda:
        yield F.NOT_ON_AGENDA


def _minutes(facts: TreatedFacts) -> Iterable[Finding]:
    if not facts.has_number:
        yield F.NO_NUMBER
    if facts.result in _SPEAKS and not (facts.has_decision or facts.recommendation):
        yield F.NO_MINUTES_TEXT
    if facts.result is Result.SENT_BACK and not facts.asked.strip():
        yield F.NOTHING_ASKED
    if facts.result is Result.FINAL and facts.kind in _ADVISORY:
        yield F.DECIDED_BY_ADVISORY_BODY


def _votes(facts: TreatedFacts) -> Iterable[Finding]:
    votes, is_unanimous = facts.voting.votes, facts.voting.is_unanimous
    if not (votes or is_unanimous) and _is_put_before_body(facts):
        yield F.MISSING_VOTE
    if is_unanimous and any(vote.votes_against for vote in votes):
        yield F.UNANIMOUS_WITH_VOTES_AGAINST
    if facts.groups and any(vote.group is None for vote in votes):
        yield F.VOTES_WITHOUT_GROUPS
    if any(vote.group and vote.group not in facts.groups for vote in votes):
        yield F.UNKNOWN_GROUP
    if not _sums_agree(facts):
        yield F.VOTE_SUM_MISMATCH


def _is_put_before_body(facts: TreatedFacts) -> bool:
    return (
        facts.result in DECIDES
        and facts.kind in ELECTED_KINDS
        and facts.number_type is NumberType.PS
    )


def _is_tied(voting: Voting) -> bool:
    """A tie that nothing in the minutes settles (kommuneloven § 11-9)."""
    balance: Counter[str] = Counter()
    for vote in voting.votes:
        balance[vote.subject] += vote.votes_for - vote.votes_against
    told = {vote.subject for vote in voting.votes if vote.cast > vote.blank}
    is_tied = any(balance[subject] == 0 for subject in told)
    return is_tied and not voting.has_casting_vote


def _sums_agree(facts: TreatedFacts) -> bool:
    """Each subject has as many votes as were present, no group more than its seats."""
    present = facts.voting.present
    expected = facts.seats if present is None else present
    cast: Counter[str] = Counter()
    for vote in facts.voting.votes:
        cast[vote.subject] += vote.cast
    return _groups_fit(facts) and (
        not expected or all(total == expected for total in cast.values())
    )


def _groups_fit(facts: TreatedFacts) -> bool:
    return all(
        vote.cast <= facts.groups.get(vote.group or "", vote.cast)
        for vote in facts.voting.votes
    )
