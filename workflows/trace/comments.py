"""The parties' own words on what was decided and how it is carried out.

A comment belongs to the development line. It stands beside the outcome or the
follow-up, word for word and for ever, and changes nothing of it (INV-01).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    among,
    by_ref,
    codes,
    get,
    looked_up_by,
    owned,
    points_at,
    refers_to,
)
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.followups import FollowUp
from workflows.decision.meetings import Treatment
from workflows.development.outputs import Output
from workflows.errors import InvalidValueError, NotFoundError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party
from workflows.people.reading import Matter, may_read
from workflows.record.entries import append, next_seq
from workflows.trace.outcomes import Outcome


class PartyComment(Owned, Base, kw_only=True):
    """A party's comment (partens kommentar) on an outcome or a follow-up. Immutable.

    `about` is what the trace calls it: `O-1/3 C01-T1` for the outcome of point 3 of
    O-1 in that treatment, or the reference of the follow-up. `case_id` is its case.
    """

    __tablename__ = "party_comment"
    __table_args__ = (
        refers_to("case_folder", "case_id"),
        refers_to("mandate", "mandate_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("case_id"),
        IMMUTABLE,
    )

    ref: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    case_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    text: Mapped[str]
    entry: Mapped[int]
    at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What is commented on, and the case it belongs to."""

    about: str
    case: Case


def comment_on_outcome(
    session: Session,
    *,
    output: str,
    treatment: str,
    text: str,
    point: int | None = None,
    by: Hat,
    at: datetime,
) -> PartyComment:
    """Say, for one's party, what it thinks of an outcome; the outcome stands as it is.

    Raises:
        InvalidValueError: the text is empty.
        NotFoundError: there is no such outcome, or the party may not read the case.
    """
    permit(by, "comment.outcome", at=at)
    row = by_ref(session, Output, output)
    treated = by_ref(session, Treatment, treatment)
    _require_outcome(session, row, treated, point)
    what = f"{output}/{point}" if point else output
    case = get(session, Case, treated.case_id)
    said = _Said(about=f"{what} {treatment}", case=case)
    comment = _keep(session, said, text, by=by, at=at)
    refs = [treatment, case.ref]
    append(session, "comment.outcome", row, by=by, at=at, refs=refs)
    return comment


def remark_on_follow_up(
    session: Session, *, followup: str, text: str, by: Hat, at: datetime
) -> PartyComment:
    """Say, for one's party, what it thinks of how a decision is carried out.

    Raises:
        InvalidValueError: the text is empty.
        NotFoundError: there is no such follow-up that the party may read.
    """
    permit(by, "comment.followup", at=at)
    row = by_ref(session, FollowUp, followup)
    said = _Said(about=row.ref, case=_case_of(session, row))
    comment = _keep(session, said, text, by=by, at=at)
    append(session, "comment.followup", row, by=by, at=at, refs=[said.case.ref])
    return comment


def comments(
    session: Session,
    *,
    cases: Collection[str] | None = None,
    at: datetime | None = None,
) -> list[PartyComment]:
    """Return the comments given up to `at`: by what they are about, then as given.

    Those in some `cases`, without them in all.
    """
    query = owned(session, PartyComment)
    if cases is not None:
        query = query.join(Case, points_at(PartyComment.case_id, Case))
        query = query.where(among(Case.ref, cases))
    if at:
        query = query.where(PartyComment.at <= at)
    order = PartyComment.about, PartyComment.party, PartyComment.entry
    return list(session.scalars(query.order_by(*order)))


def comments_in(session: Session, case: Case, *, at: datetime) -> list[PartyComment]:
    """Return the comments on the outcomes and follow-ups of a case."""
    return comments(session, cases=[case.ref], at=at)


def _keep(
    session: Session, said: _Said, text: str, *, by: Hat, at: datetime
) -> PartyComment:
    if said.case.restricted and not may_read(by, Matter.RESTRICTED_CASE, at=at):
        raise NotFoundError("case of", said.about)
    if not text.strip():
        raise InvalidValueError("text", "says nothing")
    party = by.require_party()
    row = PartyComment(
        ref=f"{said.about} {party}-{_count(session, said.about, party) + 1}",
        about=said.about,
        case_id=said.case.id,
        mandate_id=by.require_mandate(),
        party=party,
        text=text,
        entry=next_seq(session),
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def _count(session: Session, about: str, party: Party) -> int:
    query = owned(session, PartyComment).where(
        PartyComment.about == about, PartyComment.party == party
    )
    return len(session.scalars(query).all())


def _require_outcome(
    session: Session, output: Output, treatment: Treatment, point: int | None
) -> None:
    query = owned(session, Outcome).where(
        Outcome.output_id == output.id,
        Outcome.treatment_id == treatment.id,
        Outcome.point.is_(None) if point is None else Outcome.point == point,
    )
    if session.scalars(query).first() is None:
        raise NotFoundError("outcome", f"{output.ref} {treatment.ref}")


def _case_of(session: Session, row: FollowUp) -> Case:
    item = get(session, DecisionItem, row.item_id)
    decision = get(session, Decision, item.decision_id)
    return get(session, Case, get(session, Treatment, decision.treatment_id).case_id)
