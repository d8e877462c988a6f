"""Answers in a round, its closing at the deadline, and the conclusion drawn from it.

A party's last answer in time counts; later ones are kept apart; silence is told as
silence (INV-05). See SM-3.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, by_ref, codes, owned, refers_to
from workflows.development.conclusions import Said, conclude
from workflows.development.positions import Position, View
from workflows.development.remarks import (
    Assessment,
    Remark,
    assess,
    remarks_in,
    require_each_once,
    tell_authors,
    unassessed,
)
from workflows.development.rounds import (
    ALLOWED,
    IS_OPEN,
    Round,
    Visibility,
    about,
    text_of,
    with_party,
)
from workflows.development.rounds import RoundState as S
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append
from workflows.record.states import move


class Answer(Owned, Base, kw_only=True):
    """A party's answer (svar). Immutable; the last one before the deadline counts."""

    __tablename__ = "answer"
    __table_args__ = (
        refers_to("review_round", "round_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    round_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    position: Mapped[Position] = mapped_column(codes(Position))
    dissent: Mapped[str | None] = mapped_column(default=None)
    point: Mapped[int | None] = mapped_column(default=None)
    is_late: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


def answer_round(
    session: Session,
    *,
    review: str,
    position: Position | None = None,
    dissent: str | None = None,
    point: int | None = None,
    remarks: list[str] | None = None,
    by: Hat,
    at: datetime,
) -> Round:
    """Answer with the party's position, remarks, or both.

    Only a party's contact gives its position; remarks may come from any member and
    from the safety representative. An answer after the deadline is kept apart as late.
    """
    permit(by, "round.answered", at=at)
    row = by_ref(session, Round, review)
    late = _lateness(row, at=at)
    if position is None and not remarks:
        raise InvalidValueError("position", "neither a position nor a remark")
    if position:
        view = View(party=_speaker(by), position=position, dissent=dissent, point=point)
        session.add(_answer(row, view, by=by, is_late=late, at=at))
    _store_remarks(session, row, remarks or [], by=by, is_late=late, at=at)
    facts = {"position": position.value if position else None, "late": late}
    append(session, "round.answered", row, by=by, at=at, facts=facts)
    session.flush()
    return row


def ask_to_close(session: Session, *, review: str, by: Hat, at: datetime) -> Round:
    """Ask to close early; it happens when all three have answered and all three ask.

    Raises `RuleBrokenError` when the round is not open.
    """
    permit(by, "round.close_asked", at=at)
    row = by_ref(session, Round, review)
    if row.state not in IS_OPEN or at >= row.deadline_at:
        raise RuleBrokenError(f"{review} is not open", rule="SM-3")
    row.close_asked_by = with_party(row.close_asked_by, by.require_party())
    moved: list[object] = []
    answered = {said.view.party for said in counted_answers(session, row)}
    if answered == set(PARTIES) == {Party(code) for code in row.close_asked_by}:
        _close(session, row, at=at)
        moved.append(row)
    append(session, "round.close_asked", row, moved=moved, by=by, at=at)
    return row


def close_round(session: Session, review: Round, *, at: datetime) -> None:
    """Close a round at its deadline; a party without answer has not answered."""
    _close(session, review, at=at)
    answered = {said.view.party for said in counted_answers(session, review)}
    silent = [party.value for party in PARTIES if party not in answered]
    append(
        session,
        "round.closed",
        review,
        moved=[review],
        by=SYSTEM,
        at=at,
        facts={"not_answered": silent},
    )


def summarise_round(
    session: Session,
    *,
    review: str,
    assessments: list[Assessment] | None = None,
    hand_over_disagreement: bool = False,
    by: Hat,
    at: datetime,
) -> Round:
    """Assess every remark, and draw the conclusion if all three have taken a stand.

    Each author is told once what became of its remarks.
    """
    row = by_ref(session, Round, review)
    version, paper = text_of(session, row)
    permit(by, "round.summarised", at=at, project=paper.project)
    own = {remark.ref for remark in remarks_in(session, row.id)}
    require_each_once(review, assessments or [], own)
    assess(session, assessments or [], at=at)
    session.flush()
    if lacking := unassessed(session, row.id):
        raise RuleBrokenError(
            f"{review}: not assessed: {', '.join(lacking)}", rule="SM-3"
        )
    move(row, S.SUMMARISED, ALLOWED)
    tell_authors(session, row.id, review, at=at)
    said = counted_answers(session, row)
    moved = conclude(
        session, version, said, said_in=row.ref, at=at, as_split=hand_over_disagreement
    )
    append(
        session,
        "round.summarised",
        row,
        moved=[row, *moved],
        by=by,
        at=at,
        refs=about(paper),
    )
    return row


def counted_answers(
    session: Session, review: Round, *, at: datetime | None = None
) -> list[Said]:
    """Return each party's last answer in time, in neutral order; silence is absent.

    With `at`, as it was then.
    """
    query = owned(session, Answer).where(
        Answer.round_id == review.id, Answer.is_late.is_(False)
    )
    if at:
        query = query.where(Answer.at <= at)
    last = {row.party: row for row in session.scalars(query.order_by(Answer.at))}
    return [_said(last[party]) for party in PARTIES if party in last]


def late_answers(session: Session, review: Round) -> Sequence[Answer]:
    """Return answers that came after the deadline; they are shown, never counted."""
    query = owned(session, Answer).where(
        Answer.round_id == review.id, Answer.is_late.is_(True)
    )
    return session.scalars(query.order_by(Answer.at)).all()


def _said(answer: Answer) -> Said:
    view = View(
        party=answer.party,
        position=answer.position,
        dissent=answer.dissent,
        point=answer.point,
    )
    return Said(view=view, mandate_id=answer.mandate_id)


def _lateness(review: Round, *, at: datetime) -> bool:
    if review.state in IS_OPEN and at < review.deadline_at:
        return False
    if review.state in IS_OPEN | {S.CLOSED}:
        return True
    raise RuleBrokenError(
        f"{review.ref} is {review.state} and takes no answers", rule="SM-3"
    )


def _speaker(by: Hat) -> Party:
    if by.role is not Role.PARTY_CONTACT:
        raise RuleBrokenError(
            f"{by.person_ref} is not the contact of a party", rule="INV-07"
        )
    return by.require_party()


def _answer(
    review: Round, view: View, *, by: Hat, is_late: bool, at: datetime
) -> Answer:
    if by.mandate_id is None:
        raise RuleBrokenError(f"{by.person_ref} holds no mandate", rule="INV-07")
    return Answer(
        round_id=review.id,
        mandate_id=by.mandate_id,
        party=view.party,
        position=view.position,
        dissent=view.dissent,
        point=view.point,
        is_late=is_late,
        at=at,
    )


def _store_remarks(
    session: Session,
    review: Round,
    texts: Sequence[str],
    *,
    by: Hat,
    is_late: bool,
    at: datetime,
) -> None:
    series, first = _numbered(session, review, by.party)
    session.add_all(
        Remark(
            ref=f"{series}{number}",
            round_id=review.id,
            mandate_id=by.mandate_id,
            party=by.party,
            text=text,
            is_late=is_late,
            at=at,
        )
        for number, text in enumerate(texts, start=first)
    )


def _numbered(session: Session, review: Round, party: Party | None) -> tuple[str, int]:
    """What the references of the next remarks begin with, and the first number.

    In a sealed round each party has numbers of its own: a number in common would tell
    how many remarks the others have made (INV-04).
    """
    given = remarks_in(session, review.id)
    if review.visibility is not Visibility.SEALED:
        return f"{review.ref}-", len(given) + 1
    own = [remark for remark in given if remark.party is party]
    return f"{review.ref}-{party or 'N'}", len(own) + 1


def _close(session: Session, review: Round, *, at: datetime) -> None:
    move(review, S.CLOSED, ALLOWED)
    review.closed_at = at
    notify_parties(session, NoticeKind.ROUND_CLOSED, review.ref, at=at)
