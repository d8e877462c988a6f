"""Meetings of bodies, and the rows that a case's treatment in a meeting consists of.

Rows of a treatment are written once and never changed. Source: kommuneloven § 11-4
(what the minutes hold), Noark 5 M055 (UT postponed, TB sent back).
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    looked_up_by,
    refers_to,
)
from workflows.decision.bodies import Body, BodyKind
from workflows.errors import InvalidValueError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, new_reference


class NumberType(enum.StrEnum):
    """The prefix of a case number in a body (moetesakstype of KS and eInnsyn)."""

    PS = "PS"
    RS = "RS"
    DS = "DS"
    FO = "FO"
    AN = "AN"


class Result(enum.StrEnum):
    """What a body did with a case."""

    FINAL = "final"
    RECOMMENDS = "recommends"
    POSTPONED = "postponed"
    SENT_BACK = "sent_back"
    NOTED = "noted"
    WITHDRAWN = "withdrawn"
    DELEGATED = "delegated"


@dataclass(frozen=True, kw_only=True)
class VoteCount:
    """How a group voted on one subject: an item, or a proposal by name.

    Without a group the numbers are those of the whole body.
    """

    subject: str
    votes_for: int
    votes_against: int
    blank: int = 0
    group: str | None = None

    @property
    def cast(self) -> int:
        """How many votes were cast, blank ones too."""
        return self.votes_for + self.votes_against + self.blank


@dataclass(frozen=True, kw_only=True)
class CaseNumber:
    """The case's number in a body; the year is that of the day when not given.

    Some bodies give information cases no number: then `seq` is None.
    """

    type: NumberType = NumberType.PS
    seq: int | None = None
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Voting:
    """The voting (votering) on a case, one row a subject and group.

    `present` is how many voted according to the minutes, None when they do not say.
    `has_casting_vote`: the vote of whoever led the meeting settled a tie.
    """

    is_unanimous: bool = False
    present: int | None = None
    has_casting_vote: bool = False
    votes: tuple[VoteCount, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportSource:
    """Where an imported treatment comes from: the system and its own key there."""

    system: str
    key: str


@dataclass(frozen=True, kw_only=True)
class ProposalText:
    """A proposal put forward in the meeting, word for word."""

    number: int
    from_whom: str
    text: str


@dataclass(frozen=True, kw_only=True)
class DissentText:
    """A statement entered in the minutes (protokolltilførsel), word for word."""

    on_behalf_of: str
    text: str


def case_number(kind: NumberType, seq: int | None, year: int) -> str | None:
    """Return a case number in a body as people write it, None where it gave none."""
    return None if seq is None else f"{kind} {seq}/{year % 100:02d}"


class BodyMeeting(Owned, Base, kw_only=True):
    """A meeting (møte) of a body."""

    __tablename__ = "body_meeting"
    __table_args__ = (
        refers_to("body", "body_id"),
        UniqueConstraint(TENANT, "ref"),
    )

    ref: Mapped[str]
    body_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(default="")
    number: Mapped[str | None] = mapped_column(default=None)


class AgendaItem(Owned, Base, kw_only=True):
    """A case on the agenda (sakliste) of a meeting; `position` is its order there."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        refers_to("case_folder", "case_id"),
        refers_to("body_meeting", "meeting_id"),
        UniqueConstraint(TENANT, "meeting_id", "case_id"),
        looked_up_by("case_id"),
    )

    case_id: Mapped[uuid.UUID]
    meeting_id: Mapped[uuid.UUID]
    position: Mapped[int]
    put_on_at: Mapped[datetime]


class Treatment(Owned, Base, kw_only=True):
    """The treatment (behandling) of a case in one body, as the minutes tell it.

    `present` is how many voted according to the minutes, None when they do not say.
    `asked` says what is asked, and of whom, when the case was sent back or postponed.
    `findings` are the rules that the decision line broke; see `findings.py`.
    """

    __tablename__ = "treatment"
    __table_args__ = (
        refers_to("case_folder", "case_id"),
        refers_to("body", "body_id"),
        refers_to("body_meeting", "meeting_id"),
        UniqueConstraint(TENANT, "ref"),
        UniqueConstraint(TENANT, "body_id", "number_type", "number_year", "number_seq"),
        UniqueConstraint(TENANT, "source_system", "source_id"),
        looked_up_by("case_id"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    case_id: Mapped[uuid.UUID]
    body_id: Mapped[uuid.UUID]
    meeting_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    number_type: Mapped[NumberType] = mapped_column(codes(NumberType))
    number_seq: Mapped[int | None] = mapped_column(default=None)
    number_year: Mapped[int]
    result: Mapped[Result] = mapped_column(codes(Result))
    is_final: Mapped[bool]
    is_unanimous: Mapped[bool] = mapped_column(default=False)
    present: Mapped[int | None] = mapped_column(default=None)
    recommendation_from: Mapped[str] = mapped_column(default="")
    recommendation: Mapped[str] = mapped_column(default="")
    asked: Mapped[str] = mapped_column(default="")
    treated_on: Mapped[date]
    minutes: Mapped[str]
    findings: Mapped[list[str]] = mapped_column(default_factory=list)
    source_system: Mapped[str | None] = mapped_column(default=None)
    source_id: Mapped[str | None] = mapped_column(default=None)
    registered_at: Mapped[datetime]

    @property
    def number(self) -> str | None:
        """The case number in the body, as people write it: «PS 19/25»."""
        return case_number(self.number_type, self.number_seq, self.number_year)


class TreatmentCorrection(Owned, Base, kw_only=True):
    """A correction (retting av resultat) of what a body was said to have done."""

    __tablename__ = "treatment_correction"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "treatment_id", "number"),
        IMMUTABLE,
    )

    treatment_id: Mapped[uuid.UUID]
    number: Mapped[int]
    mandate_id: Mapped[uuid.UUID | None]
    result: Mapped[Result] = mapped_column(codes(Result))
    is_final: Mapped[bool]
    reason: Mapped[str]
    source: Mapped[str]
    corrected_at: Mapped[datetime]


class CastingVote(Owned, Base, kw_only=True):
    """That a tie was settled by whoever led the meeting (dobbeltstemme). Immutable.

    Source: kommuneloven § 11-9.
    """

    __tablename__ = "casting_vote"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        UniqueConstraint(TENANT, "treatment_id"),
        IMMUTABLE,
    )

    treatment_id: Mapped[uuid.UUID]


class Vote(Owned, Base, kw_only=True):
    """How a group voted (votering) on one subject; no group means the whole body."""

    __tablename__ = "vote"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        UniqueConstraint(TENANT, "treatment_id", "subject", "group_name"),
        IMMUTABLE,
    )

    treatment_id: Mapped[uuid.UUID]
    subject: Mapped[str]
    group: Mapped[str | None] = mapped_column("group_name", default=None)
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    blank: Mapped[int] = mapped_column(default=0)


class Proposal(Owned, Base, kw_only=True):
    """A proposal (forslag) put forward in the meeting, word for word."""

    __tablename__ = "proposal"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        UniqueConstraint(TENANT, "treatment_id", "number"),
        IMMUTABLE,
    )

    treatment_id: Mapped[uuid.UUID]
    number: Mapped[int]
    from_whom: Mapped[str]
    text: Mapped[str]


class DissentNote(Owned, Base, kw_only=True):
    """A statement entered in the minutes (protokolltilførsel), word for word."""

    __tablename__ = "dissent_note"
    __table_args__ = (
        refers_to("treatment", "treatment_id"),
        looked_up_by("treatment_id"),
        IMMUTABLE,
    )

    treatment_id: Mapped[uuid.UUID]
    position: Mapped[int]
    on_behalf_of: Mapped[str]
    text: Mapped[str]


def schedule_meeting(
    session: Session,
    *,
    ref: str,
    body: str,
    starts_at: datetime,
    place: str = "",
    number: str | None = None,
    by: Hat,
    at: datetime,
) -> BodyMeeting:
    """Schedule a meeting of a body; `number` is the meeting system's own."""
    permit(by, "meeting.scheduled", at=at)
    owner = by_ref(session, Body, body)
    if owner.kind is BodyKind.DELEGATED:
        raise InvalidValueError("body", f"{body} decides without meetings")
    meeting = BodyMeeting(
        ref=new_reference(session, ref),
        body_id=owner.id,
        starts_at=starts_at,
        place=place,
        number=number,
    )
    session.add(meeting)
    append(session, "meeting.scheduled", meeting, by=by, at=at, refs=[owner.ref])
    return meeting
