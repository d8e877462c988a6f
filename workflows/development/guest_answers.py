"""A guest's answer to a round: given by a link that works once, under a mandate."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref, owned
from workflows.development.answers import Answer, answer_round
from workflows.development.positions import PartyPosition, Position
from workflows.development.remarks import Remark
from workflows.development.rounds import IS_OPEN, Round, read_round, text_of
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.guests import (
    Assurance,
    GuestLink,
    GuestUse,
    guest_hat,
    guest_uses,
    invite_guest,
    link_of,
    open_link,
    use_link,
)
from workflows.people.hats import Hat
from workflows.people.kinds import Party


def invite_to_round(
    session: Session,
    *,
    review: str,
    mandate: str,
    secret: str,
    expires_at: datetime,
    by: Hat,
    at: datetime,
) -> GuestLink:
    """Make a link to an open round for the holder of a party's mandate.

    Raises: as `invite_guest`; SM-3 when the round no longer takes answers in time.
    """
    row = by_ref(session, Round, review)
    permit(by, "guest.invited", at=at, project=text_of(session, row)[1].project)
    if row.state not in IS_OPEN or at >= row.deadline_at:
        raise RuleBrokenError(f"{review} is not open", rule="SM-3")
    return invite_guest(
        session,
        mandate=mandate,
        about=review,
        secret=secret,
        expires_at=expires_at,
        by=by,
        at=at,
    )


def open_as_guest(session: Session, *, secret: str, holder: str, at: datetime) -> Round:
    """Open a link and the text that it is for, as its party; see `open_link`."""
    hat = open_link(session, secret=secret, holder=holder, at=at)
    link = link_of(session, secret=secret, holder=holder, at=at)
    return read_round(session, review=link.about, by=hat, at=at)


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


def assurance_of(
    session: Session, review: Round, said: Answer | Remark
) -> Assurance | None:
    """Return how sure one is of who gave an answer or a remark, None when signed in.

    The record is written forwards, so that a mandate answers once in an instant.
    """
    return _by_doer(session, review).get((said.mandate_id, said.at))


def assurance_by_party(session: Session, review: Round) -> dict[Party, Assurance]:
    """Return how sure one is of the answers that count, those by a link alone."""
    found = _by_doer(session, review)
    query = owned(session, Answer).where(
        Answer.round_id == review.id, Answer.is_late.is_(False)
    )
    last = {row.party: row for row in session.scalars(query.order_by(Answer.at))}
    return {
        party: found[row.mandate_id, row.at]
        for party, row in last.items()
        if (row.mandate_id, row.at) in found
    }


def assurance_behind(session: Session, position: PartyPosition) -> Assurance | None:
    """Return how sure one is of who took a concluded position, None when signed in."""
    query = owned(session, Round).where(Round.ref == position.said_in)
    review = session.scalars(query).one_or_none()
    if review is None:
        return None
    return assurance_by_party(session, review).get(position.party)


def _by_doer(
    session: Session, review: Round
) -> dict[tuple[uuid.UUID | None, datetime], Assurance]:
    return {(use.mandate_id, use.at): use.assurance for use in by_link(session, review)}
