"""Who may read what: the reading half of the permission matrix, as data.

One row a matter. Beside the roles stands the public (innbygger), who wears no hat: what
the public may read, everybody may. What is not public is told as not there to those
without a hat, and as not theirs to those with another. A mandate that no longer holds
reads as the public does. See `access.py` for the acts.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime

from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.hats import Hat
from workflows.people.kinds import Role

R = Role
PUBLIC = None
_PARTIES = frozenset({R.PARTY_CONTACT, R.PARTY_MEMBER})
_LEADS = frozenset({R.PROJECT_MANAGER, R.PROJECT_MEMBER})
_DEVELOPMENT = _PARTIES | _LEADS | {R.SAFETY_REP}
_OFFICE = frozenset({R.CASE_OFFICER, R.CE_OFFICE, R.CHIEF_EXECUTIVE})
_DECISION = _OFFICE | {R.COMMITTEE_SECRETARY, R.BODY_MEMBER, R.BODY_LEADER}
_ARCHIVE = frozenset({R.RECORDS_MANAGER})
_PROGRAMME = frozenset({R.PROGRAMME_COORDINATOR})

Readers = frozenset[Role | None]


class Matter(enum.StrEnum):
    """A kind of information that the matrix has a row for."""

    IDEA = "idea"
    DRAFT = "draft"
    MANDATE_DRAFT = "mandate_draft"
    ROUND = "round"
    FORUM = "forum"
    CONSULTATION = "consultation"
    PROJECT = "project"
    MANDATE = "mandate"
    AGREEMENT = "agreement"
    UNSIGNED_AGREEMENT = "unsigned_agreement"
    REPORT = "report"
    DELIVERED_OUTPUT = "delivered_output"
    HANDED_OVER_OUTPUT = "handed_over_output"
    PUBLISHED_OUTPUT = "published_output"
    DISSENT = "dissent"
    CASE = "case"
    CASE_DRAFT = "case_draft"
    RESTRICTED_CASE = "restricted_case"
    DECISION = "decision"
    OUTCOME = "outcome"
    FOLLOW_UP = "follow_up"
    ACCESS_CLASS = "access_class"
    ACCESS_REQUEST = "access_request"
    BREAK_GLASS = "break_glass"
    AUDIT = "audit"
    PEOPLE = "people"
    PARITY = "parity"
    MISSING = "missing"
    ARCHIVE = "archive"
    BACKGROUND = "background"


_ALL_HATS = _DEVELOPMENT | _DECISION | _ARCHIVE | _PROGRAMME
# Whoever runs the house, or looks into it, reads what the public reads; what an auditor
# is let into is in `workflows.trace.audits`, with its bounds.
_OUTSIDE = frozenset({R.SYSADMIN, R.AUDITOR})
_EVERYBODY: Readers = frozenset({*_ALL_HATS, *_OUTSIDE, PUBLIC})

READERS: Mapping[Matter, Readers] = {
    Matter.IDEA: _DEVELOPMENT | _OFFICE | _ARCHIVE,
    Matter.DRAFT: _LEADS,
    Matter.MANDATE_DRAFT: _LEADS,
    Matter.ROUND: _DEVELOPMENT | _ARCHIVE,
    Matter.FORUM: _DEVELOPMENT | _ARCHIVE,
    # The elected and others see a drøfting once it is recorded (INV-12).
    Matter.CONSULTATION: _PARTIES | {R.SAFETY_REP} | _DECISION | _ARCHIVE,
    Matter.PROJECT: _EVERYBODY,
    Matter.MANDATE: _EVERYBODY,
    Matter.AGREEMENT: _EVERYBODY,
    Matter.UNSIGNED_AGREEMENT: _DEVELOPMENT | _DECISION | _ARCHIVE,
    Matter.REPORT: _ALL_HATS - {R.COMMITTEE_SECRETARY},
    Matter.DELIVERED_OUTPUT: _DEVELOPMENT | _ARCHIVE,
    Matter.HANDED_OVER_OUTPUT: _DEVELOPMENT | _DECISION | _ARCHIVE,
    Matter.PUBLISHED_OUTPUT: _EVERYBODY,
    Matter.DISSENT: _DEVELOPMENT | _DECISION | _ARCHIVE,
    Matter.CASE: _EVERYBODY,
    # Of the administration as a party nobody: its case officers wear another hat.
    Matter.CASE_DRAFT: _OFFICE | {R.COMMITTEE_SECRETARY} | _ARCHIVE,
    Matter.RESTRICTED_CASE: _DECISION | _ARCHIVE,
    Matter.DECISION: _EVERYBODY,
    Matter.OUTCOME: _EVERYBODY,
    Matter.FOLLOW_UP: _EVERYBODY,
    Matter.ACCESS_CLASS: frozenset({R.PROJECT_MANAGER}) | _OFFICE | _ARCHIVE,
    Matter.ACCESS_REQUEST: _ARCHIVE | {R.COMMITTEE_SECRETARY, R.CHIEF_EXECUTIVE},
    Matter.BREAK_GLASS: _ALL_HATS | _OUTSIDE,
    Matter.AUDIT: _ALL_HATS | _OUTSIDE,
    # Who speaks for a union is told to nobody outside the municipality (INV-21).
    Matter.PEOPLE: _ALL_HATS - _PROGRAMME,
    Matter.PARITY: _DEVELOPMENT | _ARCHIVE,
    Matter.MISSING: _ALL_HATS,
    Matter.ARCHIVE: _ARCHIVE,
    # What waits, and what failed: references, no text.
    Matter.BACKGROUND: frozenset({R.SYSADMIN, R.CE_OFFICE, R.CHIEF_EXECUTIVE}),
}

# Who reads a matter besides, when named to it: here the drafting group of a mandate.
NAMED: Mapping[Matter, Readers] = {
    Matter.MANDATE_DRAFT: _PARTIES | {R.SAFETY_REP},
}


def may_read(hat: Hat | None, matter: Matter, *, at: datetime) -> bool:
    """Return whether a hat, or the public (None), may read a matter that day."""
    return _role(hat, at) in READERS[matter] or PUBLIC in READERS[matter]


def may_read_when_named(hat: Hat | None, matter: Matter, *, at: datetime) -> bool:
    """Return whether a hat may read a matter that day if it has been named to it."""
    return _role(hat, at) in NAMED.get(matter, frozenset())


def require_reading(hat: Hat | None, matter: Matter, *, at: datetime) -> None:
    """Raise `NotPermittedError` unless a hat, or the public, may read the matter."""
    if not may_read(hat, matter, at=at):
        role = hat.role.value if hat else "public"
        raise NotPermittedError(role, f"read {matter}", rule="the permission matrix")


def holds(hat: Hat, *, at: datetime) -> bool:
    """Return whether the mandate behind a hat holds on that day."""
    try:
        hat.require_valid(at)
    except RuleBrokenError:
        return False
    return True


def _role(hat: Hat | None, at: datetime) -> Role | None:
    return hat.role if hat and holds(hat, at=at) else PUBLIC
