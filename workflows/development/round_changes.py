"""What the three contacts must agree on in a round: its deadline, and its cancelling.

No party can change alone what was the same for all when the round opened (INV-03,
INV-06, INV-23). The contacts agree one by one; when all three have agreed to the same,
it is done. The project manager can override with a reason in writing, and all three are
told of it in the same instant. No override takes time from a party: a deadline can be
moved later, never earlier, and a round is never closed early by override.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, by_ref, codes, owned, refers_to
from workflows.development.rounds import (
    ALLOWED,
    IS_OPEN,
    Round,
    about,
    call_off,
    text_of,
)
from workflows.development.rounds import RoundState as S
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append, next_seq
from workflows.record.reasons import give_reason
from workflows.record.states import move


class Matter(enum.StrEnum):
    """What a contact agrees to."""

    DEADLINE = "deadline"
    CANCELLING = "cancelling"


class ChangeConsent(Owned, Base, kw_only=True):
    """One contact's yes to change an open round for all (enighet). Immutable."""

    __tablename__ = "round_change_consent"
    __table_args__ = (
        refers_to("review_round", "round_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    round_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    matter: Mapped[Matter] = mapped_column(codes(Matter))
    deadline_at: Mapped[datetime | None] = mapped_column(default=None)
    entry: Mapped[int]
    at: Mapped[datetime]


def agree_to_change(
    session: Session,
    *,
    review: str,
    matter: Matter,
    deadline_at: datetime | None = None,
    by: Hat,
    at: datetime,
) -> Round:
    """Agree, for one party, to another deadline or to cancel; done when all three do.

    Raises:
        RuleBrokenError: the round is not open, or the deadline does not lie ahead.
    """
    row = by_ref(session, Round, review)
    _, paper = text_of(session, row)
    permit(by, "round.change_agreed", at=at, project=paper.project)
    _require_changeable(row, matter, deadline_at, at=at)
    session.add(_consent(session, row, matter, deadline_at, by=by, at=at))
    session.flush()
    agreed = _agreed(session, row, matter, deadline_at)
    moved: list[object] = []
    if len(agreed) == len(PARTIES):
        moved = _change(session, row, matter, deadline_at, at=at)
    facts = _facts(matter, deadline_at) | {"agreed": agreed}
    append(
        session,
        "round.change_agreed",
        row,
        moved=moved,
        by=by,
        at=at,
        refs=about(paper),
        facts=facts,
    )
    return row


def override_round(
    session: Session,
    *,
    review: str,
    matter: Matter,
    reason: str,
    deadline_at: datetime | None = None,
    by: Hat,
    at: datetime,
) -> Round:
    """Change an open round without the three; the reason goes to all of them at once.

    Raises:
        RuleBrokenError: no reason is given, or time would be taken from a party.
    """
    row = by_ref(session, Round, review)
    _, paper = text_of(session, row)
    permit(by, "round.overridden", at=at, project=paper.project)
    _require_changeable(row, matter, deadline_at, at=at)
    if deadline_at and deadline_at < row.deadline_at:
        raise RuleBrokenError(f"{review}: an override takes no time away", rule="SM-3")
    give_reason(session, review, "round.overridden", reason, at=at, rule="SM-3")
    moved = _change(session, row, matter, deadline_at, at=at)
    facts = _facts(matter, deadline_at)
    notify_parties(session, NoticeKind.ROUND_OVERRIDDEN, review, at=at, facts=facts)
    append(
        session,
        "round.overridden",
        row,
        moved=moved,
        by=by,
        at=at,
        refs=about(paper),
        facts=facts,
    )
    return row


def consents_on(session: Session, review: Round) -> Sequence[ChangeConsent]:
    """Return what the contacts have agreed to in a round, oldest first."""
    query = owned(session, ChangeConsent).where(ChangeConsent.round_id == review.id)
    return session.scalars(query.order_by(ChangeConsent.entry)).all()


def _require_changeable(
    review: Round, matter: Matter, deadline_at: datetime | None, *, at: datetime
) -> None:
    if (matter is Matter.DEADLINE) != (deadline_at is not None):
        raise InvalidValueError("deadline_at", f"does not fit the matter {matter}")
    if review.state not in IS_OPEN or at >= review.deadline_at:
        raise RuleBrokenError(f"{review.ref} is not open", rule="SM-3")
    if deadline_at and deadline_at <= at:
        raise RuleBrokenError(f"{review.ref}: the deadline lies ahead", rule="SM-3")


def _consent(
    session: Session,
    review: Round,
    matter: Matter,
    deadline_at: datetime | None,
    *,
    by: Hat,
    at: datetime,
) -> ChangeConsent:
    if by.mandate_id is None:
        raise RuleBrokenError(f"{by.person_ref} holds no mandate", rule="INV-07")
    return ChangeConsent(
        round_id=review.id,
        mandate_id=by.mandate_id,
        party=by.require_party(),
        matter=matter,
        deadline_at=deadline_at,
        entry=next_seq(session),
        at=at,
    )


def _agreed(
    session: Session, review: Round, matter: Matter, deadline_at: datetime | None
) -> list[str]:
    """The parties whose last word on this matter is this very proposal."""
    last = {
        row.party: row for row in consents_on(session, review) if row.matter is matter
    }
    return [
        party.value
        for party in PARTIES
        if party in last and last[party].deadline_at == deadline_at
    ]


def _change(
    session: Session,
    review: Round,
    matter: Matter,
    deadline_at: datetime | None,
    *,
    at: datetime,
) -> list[object]:
    """Do what was agreed or decided, tell all three, and return the rows that moved."""
    if deadline_at is None:
        return call_off(session, review, at=at)
    move(review, S.EXTENDED, ALLOWED)
    review.deadline_at = deadline_at
    facts = _facts(matter, deadline_at)
    notify_parties(session, NoticeKind.ROUND_EXTENDED, review.ref, at=at, facts=facts)
    return [review]


def _facts(matter: Matter, deadline_at: datetime | None) -> dict[str, object]:
    told: dict[str, object] = {"matter": matter.value}
    return told | ({"deadline_at": deadline_at.isoformat()} if deadline_at else {})
