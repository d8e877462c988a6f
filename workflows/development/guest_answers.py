"""A guest's answer to a round: given by a link that works once, under a mandate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.development.answers import answer_round
from workflows.development.positions import Position
from workflows.development.rounds import Round
from workflows.people.guests import GuestUse, guest_hat, guest_uses, link_of, use_link


def answer_as_guest(
    session: Session,
    *,
    secret: str,
    holder: str,
    position: Position | None = None,
    dissent: str | None = None,
    point: int | None = None,
    remarks: list[str] | None = None,
    at: datetime,
) -> Round:
    """Answer the round that a link is for, for the mandate's holder; it is used up.

    Raises: as `link_of` and `answer_round`; nothing is then kept, nor the link used.
    """
    link = link_of(session, secret=secret, holder=holder, at=at)
    use_link(session, link, at=at)
    return answer_round(
        session,
        review=link.about,
        position=position,
        dissent=dissent,
        point=point,
        remarks=remarks,
        by=guest_hat(session, link),
        at=at,
    )


def by_link(session: Session, review: Round) -> Sequence[GuestUse]:
    """Return which answers of a round came by a link, and how sure that is."""
    return guest_uses(session, review.ref)
