"""The parties and the capacities (roles) that people act in."""

from __future__ import annotations

import enum


class Party(enum.StrEnum):
    """One of the three equal parties (part). Their neutral order is A, F, T."""

    ADMINISTRATION = "A"
    ELECTED = "F"
    UNION = "T"


PARTIES = tuple(Party)


class Line(enum.StrEnum):
    """The two lines, and what stands in neither."""

    DEVELOPMENT = "development"
    DECISION = "decision"
    NEITHER = "neither"


class Role(enum.StrEnum):
    """An acting capacity (rolle). A person picks one hat at a time."""

    PARTY_CONTACT = "party_contact"
    PARTY_MEMBER = "party_member"
    PROJECT_MANAGER = "project_manager"
    PROJECT_MEMBER = "project_member"
    SAFETY_REP = "safety_rep"
    CASE_OFFICER = "case_officer"
    CHIEF_EXECUTIVE = "chief_executive"
    CE_OFFICE = "ce_office"
    COMMITTEE_SECRETARY = "committee_secretary"
    BODY_MEMBER = "body_member"
    BODY_LEADER = "body_leader"
    RECORDS_MANAGER = "records_manager"
    PROGRAMME_COORDINATOR = "programme_coordinator"
    SYSADMIN = "sysadmin"
    AUDITOR = "auditor"
    SYSTEM = "system"


DEVELOPMENT_ROLES = frozenset(
    {
        Role.PARTY_CONTACT,
        Role.PARTY_MEMBER,
        Role.PROJECT_MANAGER,
        Role.PROJECT_MEMBER,
        Role.SAFETY_REP,
    }
)

DECISION_ROLES = frozenset(
    {
        Role.CASE_OFFICER,
        Role.CHIEF_EXECUTIVE,
        Role.CE_OFFICE,
        Role.COMMITTEE_SECRETARY,
        Role.BODY_MEMBER,
        Role.BODY_LEADER,
    }
)


def line_of(role: Role) -> Line:
    """Return which line a role belongs to."""
    if role in DEVELOPMENT_ROLES:
        return Line.DEVELOPMENT
    return Line.DECISION if role in DECISION_ROLES else Line.NEITHER


class FocusArea(enum.StrEnum):
    """A focus area (satsingsområde) of the programmes."""

    SICK_LEAVE = "sick_leave"
    FULL_TIME = "full_time"
    COMPETENCE = "competence"
    REPUTATION = "reputation"
    OTHER = "other"
