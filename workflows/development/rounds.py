"""Review rounds (partsrunder): the same text, at the same time, with the same deadline.

A round always goes to all three parties (INV-03); silence is never consent (INV-05); a
deadline moves for all or for none (INV-23). See SM-3.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
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
from workflows.clock import at_oslo, norwegian_date, oslo
from workflows.development.conclusions import put_before_parties, take_from_parties
from workflows.development.documents import (
    Document,
    Version,
    document_of,
    freeze,
    latest,
)
from workflows.development.parity import access_to, first_opening, grant_to_all
from workflows.development.readiness import require_ready
from workflows.errors import RuleBrokenError
from workflows.law.deadlines import add_working_days, working_days_between
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append, new_reference
from workflows.record.reasons import give_reason
from workflows.record.states import move, steps

ORDINARY_DAYS = 10
SHORTEST_DAYS = 3


class RoundState(enum.StrEnum):
    """Where a round is."""

    PLANNED = "planned"
    OPEN = "open"
    EXTENDED = "extended"
    CLOSED = "closed"
    SUMMARISED = "summarised"
    CANCELLED = "cancelled"


class Visibility(enum.StrEnum):
    """Whether answers are seen while the round is open."""

    OPEN_ANSWERS = "open_answers"
    SEALED = "sealed_until_deadline"


S = RoundState
ALLOWED = steps(
    {
        S.PLANNED: {S.OPEN, S.CANCELLED},
        S.OPEN: {S.EXTENDED, S.CLOSED, S.CANCELLED},
        S.EXTENDED: {S.EXTENDED, S.CLOSED, S.CANCELLED},
        S.CLOSED: {S.SUMMARISED},
    },
    RoundState,
)
IS_OPEN = frozenset({S.OPEN, S.EXTENDED})


class Round(Owned, Base, kw_only=True):
    """A review round (partsrunde) on one version. `deadline_at` is the same for all."""

    __tablename__ = "review_round"
    __table_args__ = (
        refers_to("version", "version_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("version_id"),
        # Which seals are not open yet is asked at each search.
        Index(None, TENANT, "visibility", "closed_at"),
    )

    ref: Mapped[str]
    version_id: Mapped[uuid.UUID]
    visibility: Mapped[Visibility] = mapped_column(codes(Visibility))
    questions: Mapped[list[str]]
    deadline_at: Mapped[datetime]
    state: Mapped[RoundState] = mapped_column(codes(RoundState))
    made_available_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    short_consents: Mapped[list[str]] = mapped_column(default_factory=list)
    extended_by: Mapped[list[str]] = mapped_column(default_factory=list)
    close_asked_by: Mapped[list[str]] = mapped_column(default_factory=list)
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class Extension(Owned, Base, kw_only=True):
    """An extension (forlenget frist) for all, asked for by one party. Immutable."""

    __tablename__ = "round_extension"
    __table_args__ = (refers_to("review_round", "round_id"), IMMUTABLE)

    round_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    former_deadline_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    reason: Mapped[str]
    at: Mapped[datetime]


def plan_round(
    session: Session,
    *,
    ref: str,
    document: str,
    deadline_at: datetime,
    parties: list[Party] | None = None,
    visibility: Visibility = Visibility.OPEN_ANSWERS,
    questions: list[str] | None = None,
    by: Hat,
    at: datetime,
) -> Round:
    """Plan a round on a document's latest version, for all three parties (INV-03)."""
    paper = by_ref(session, Document, document)
    permit(by, "round.planned", at=at, project=paper.project)
    if set(parties or PARTIES) != set(PARTIES):
        raise RuleBrokenError(
            f"{ref}: a round goes to all three parties, not to {parties}",
            rule="INV-03",
        )
    row = Round(
        ref=new_reference(session, ref),
        version_id=latest(session, document).id,
        visibility=visibility,
        questions=questions or [],
        deadline_at=deadline_at,
        state=S.PLANNED,
    )
    session.add(row)
    append(session, "round.planned", row, moved=[row], by=by, at=at, refs=about(paper))
    return row


def consent_to_short_round(
    session: Session, *, review: str, by: Hat, at: datetime
) -> Round:
    """Consent, for one party, to a deadline shorter than ten working days."""
    permit(by, "round.short_consented", at=at)
    row = by_ref(session, Round, review)
    row.short_consents = with_party(row.short_consents, by.require_party())
    append(session, "round.short_consented", row, by=by, at=at)
    return row


def open_round(session: Session, *, review: str, by: Hat, at: datetime) -> Round:
    """Freeze the text and give it to all three parties in the same instant.

    Raises `RuleBrokenError` when the time is too short or the text is not ready.
    """
    row = by_ref(session, Round, review)
    version, paper = text_of(session, row)
    permit(by, "round.opened", at=at, project=paper.project)
    _require_time(row, at=at)
    require_ready(version, paper)
    freeze(session, version, at=at)
    move(row, S.OPEN, ALLOWED)
    row.made_available_at = at
    grant_to_all(session, row.id, at=at)
    moved = [row, version, *put_before_parties(session, version)]
    facts = {"deadline_at": row.deadline_at.isoformat()}
    notify_parties(session, NoticeKind.ROUND_OPENED, row.ref, at=at, facts=facts)
    append(
        session,
        "round.opened",
        row,
        moved=moved,
        by=by,
        at=at,
        refs=about(paper),
        facts=facts,
    )
    return row


def read_round(session: Session, *, review: str, by: Hat, at: datetime) -> Round:
    """Open the text as a member of a party; `first_opening` says what is kept of it."""
    permit(by, "round.read", at=at)
    row = by_ref(session, Round, review)
    if row.made_available_at is None:
        raise RuleBrokenError(f"{review} is not open yet", rule="INV-02")
    if by.party and first_opening(session, row.id, by.party, at=at):
        append(session, "round.read", row, by=by, at=at)
    return row


def extend_round(
    session: Session,
    *,
    review: str,
    working_days: int,
    reason: str,
    by: Hat,
    at: datetime,
) -> Round:
    """Move the deadline for everyone; each party may ask for it once (INV-23)."""
    permit(by, "round.extended", at=at)
    row = by_ref(session, Round, review)
    party = by.require_party()
    _require_extendable(row, party, reason=reason, days=working_days, at=at)
    move(row, S.EXTENDED, ALLOWED)
    former = row.deadline_at
    row.deadline_at = _later(former, working_days)
    row.extended_by = with_party(row.extended_by, party)
    session.add(
        Extension(
            round_id=row.id,
            party=party,
            former_deadline_at=former,
            deadline_at=row.deadline_at,
            reason=reason,
            at=at,
        )
    )
    facts = {"deadline_at": row.deadline_at.isoformat()}
    notify_parties(session, NoticeKind.ROUND_EXTENDED, row.ref, at=at, facts=facts)
    append(session, "round.extended", row, moved=[row], by=by, at=at, facts=facts)
    return row


def past_deadline(session: Session, *, at: datetime) -> list[tuple[datetime, Round]]:
    """Return open rounds whose deadline has passed, with the deadline."""
    query = owned(session, Round).where(
        Round.state.in_(IS_OPEN), Round.deadline_at <= at
    )
    return [(row.deadline_at, row) for row in session.scalars(query)]


def cancel_round(
    session: Session, *, review: str, reason: str, by: Hat, at: datetime
) -> Round:
    """Cancel a round; alone only before any party has opened it."""
    row = by_ref(session, Round, review)
    _, paper = text_of(session, row)
    permit(by, "round.cancelled", at=at, project=paper.project)
    if any(access.first_opened_at for access in access_to(session, row.id)):
        raise RuleBrokenError(
            f"{review} has been opened; all three contacts must agree to cancel it",
            rule="SM-3",
        )
    give_reason(session, row.ref, "round.cancelled", reason, at=at, rule="SM-3")
    moved = call_off(session, row, at=at)
    append(session, "round.cancelled", row, moved=moved, by=by, at=at)
    return row


def call_off(session: Session, review: Round, *, at: datetime) -> list[object]:
    """Cancel a round, its text going back to work; return the rows that moved.

    The parties are told, if they had the text. The caller appends the entry.
    """
    was_open = review.state in IS_OPEN
    move(review, S.CANCELLED, ALLOWED)
    if not was_open:
        return [review]
    notify_parties(session, NoticeKind.ROUND_CANCELLED, review.ref, at=at)
    version, _ = text_of(session, review)
    return [review, *take_from_parties(session, version)]


def rounds_on(session: Session, document: str) -> list[Round]:
    """Return the rounds held on a document, oldest first."""
    paper = by_ref(session, Document, document)
    query = (
        owned(session, Round)
        .join(
            Version,
            (Version.id == Round.version_id)
            & (Version.municipality_id == Round.municipality_id),
        )
        .where(Version.document_id == paper.id)
    )
    return list(session.scalars(query.order_by(Round.ref)))


def text_of(session: Session, review: Round) -> tuple[Version, Document]:
    """Return the version that a round is about, and its document."""
    version = get(session, Version, review.version_id)
    return version, document_of(session, version)


def _require_time(review: Round, *, at: datetime) -> None:
    days = working_days_between(norwegian_date(at), norwegian_date(review.deadline_at))
    if days >= ORDINARY_DAYS:
        return
    consented = {Party(code) for code in review.short_consents}
    if days < SHORTEST_DAYS or consented != set(PARTIES):
        raise RuleBrokenError(
            f"{review.ref}: {days} working days; {ORDINARY_DAYS} are due, and "
            f"{SHORTEST_DAYS} at least with the consent of all three contacts",
            rule="SM-3",
        )


def _require_extendable(
    review: Round, party: Party, *, reason: str, days: int, at: datetime
) -> None:
    if review.state not in IS_OPEN or at >= review.deadline_at:
        raise RuleBrokenError(f"{review.ref}: the deadline has passed", rule="SM-3")
    if party.value in review.extended_by:
        raise RuleBrokenError(f"{party} has extended {review.ref} once", rule="SM-3")
    if not reason.strip() or days < 1:
        raise RuleBrokenError(
            f"{review.ref}: an extension needs a reason and at least one day",
            rule="SM-3",
        )


def _later(deadline_at: datetime, working_days: int) -> datetime:
    """The clock time stays the same in Norway, also across a change of summer time."""
    local = oslo(deadline_at)
    day = add_working_days(local.date(), working_days)
    return at_oslo(day, local.time())


def with_party(codes_: Sequence[str], party: Party) -> list[str]:
    """Return the party codes with one more, sorted, each once."""
    return sorted({*codes_, party.value})


def about(paper: Document) -> list[str]:
    """Return the references that an entry about this document also concerns."""
    return [paper.ref, *([paper.project] if paper.project else [])]
