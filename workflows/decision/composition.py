"""Is a party-composed committee composed as the law says? Findings, never refusals."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from workflows.decision.bodies import (
    Body,
    BodyFunction,
    BodyKind,
    BodyMember,
    Side,
    holds_chief_executive_mandate,
    members_on,
)

_TERM_YEARS = 2
_LEADERS = {
    BodyFunction.LEADER: "leader",
    BodyFunction.DEPUTY_LEADER: "deputy_leader",
}


class CompositionFinding(enum.StrEnum):
    """What is not as it should be in a body's membership."""

    TOO_MANY_MEMBERS = "too_many_members"
    NO_MUNICIPAL_MAJORITY = "no_municipal_majority"
    NO_LEADER = "no_leader"
    NO_DEPUTY_LEADER = "no_deputy_leader"
    LEADER_NOT_MUNICIPAL = "leader_not_municipal"
    DEPUTY_LEADER_NOT_MUNICIPAL = "deputy_leader_not_municipal"
    EMPLOYEE_TERM_NOT_TWO_YEARS = "employee_term_not_two_years"
    CHIEF_EXECUTIVE_IS_MEMBER = "chief_executive_is_member"


F = CompositionFinding


def composition_findings(
    session: Session, body: Body, on: date
) -> list[CompositionFinding]:
    """Return what is wrong with a body's membership on a day, in the order of the enum.

    A party-composed committee (kommuneloven § 5-11) has its majority from the
    municipality, leader and deputy leader among them, and employees' representatives
    elected for two years; the chief executive is neither member nor substitute (L-08,
    L-09, INV-14).
    """
    members = members_on(session, body, on)
    seated = [row for row in members if row.function is not BodyFunction.SUBSTITUTE]
    found = {F.TOO_MANY_MEMBERS} if body.seats and len(seated) > body.seats else set()
    if body.kind is BodyKind.JOINT_COMMITTEE_511:
        found.update(_majority(seated), _leadership(seated), _terms(seated))
        found.update(_chief_executives(session, members, on))
    return [finding for finding in CompositionFinding if finding in found]


def _majority(seated: Sequence[BodyMember]) -> Iterable[CompositionFinding]:
    sides = Counter(member.side for member in seated)
    if sides[Side.MUNICIPALITY] <= sides[Side.EMPLOYEES]:
        yield F.NO_MUNICIPAL_MAJORITY


def _leadership(seated: Sequence[BodyMember]) -> Iterable[CompositionFinding]:
    for function, name in _LEADERS.items():
        sides = {member.side for member in seated if member.function is function}
        if not sides:
            yield CompositionFinding(f"no_{name}")
        elif Side.EMPLOYEES in sides:
            yield CompositionFinding(f"{name}_not_municipal")


def _terms(seated: Sequence[BodyMember]) -> Iterable[CompositionFinding]:
    for member in seated:
        if member.side is Side.EMPLOYEES and not _is_two_years(member):
            yield F.EMPLOYEE_TERM_NOT_TWO_YEARS


def _is_two_years(member: BodyMember) -> bool:
    """A term may be cut short or begin late, but never runs past two years.

    A term from 15 October 2025 ends at the latest on 15 October 2027, so that the day
    of the next election may belong to both.
    """
    if member.valid_to is None:
        return False
    first, last = member.valid_from, member.valid_to
    latest = (first.year + _TERM_YEARS, first.month, first.day)
    return (last.year, last.month, last.day) <= latest


def _chief_executives(
    session: Session, members: Sequence[BodyMember], on: date
) -> Iterable[CompositionFinding]:
    for member in members:
        if holds_chief_executive_mandate(session, member.person_id, first=on, last=on):
            yield F.CHIEF_EXECUTIVE_IS_MEMBER
