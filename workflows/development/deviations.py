"""Remarks of one union or one political group that differ from their party's position.

A party has one position in a round. An organisation within it may say what it does not
stand behind; that is told beside the position, word for word, and changes it in no way.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, by_ref, codes, owned, refers_to
from workflows.development.rounds import IS_OPEN, Round
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party
from workflows.record.entries import append, next_seq


class Deviation(Owned, Base, kw_only=True):
    """What one organisation of a party does not stand behind (avvikende merknad).

    Immutable; the organisation's last one before the deadline counts.
    """

    __tablename__ = "deviation"
    __table_args__ = (
        refers_to("review_round", "round_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    round_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    organisation: Mapped[str]
    text: Mapped[str]
    entry: Mapped[int]
    at: Mapped[datetime]


def deviate(
    session: Session, *, review: str, text: str, by: Hat, at: datetime
) -> Deviation:
    """Say, for one's own organisation, what it does not stand behind.

    Raises:
        RuleBrokenError: the round takes no answers, or the hat has no organisation.
        InvalidValueError: the text is empty.
    """
    permit(by, "round.deviated", at=at)
    row = by_ref(session, Round, review)
    party = by.require_party()
    if row.state not in IS_OPEN or at >= row.deadline_at:
        raise RuleBrokenError(f"{review} takes no answers", rule="SM-3")
    if by.organisation is None or by.mandate_id is None:
        raise RuleBrokenError(f"{by.person_ref} has no organisation", rule="INV-07")
    if not text.strip():
        raise InvalidValueError("text", "says nothing")
    said = Deviation(
        round_id=row.id,
        mandate_id=by.mandate_id,
        party=party,
        organisation=by.organisation,
        text=text,
        entry=next_seq(session),
        at=at,
    )
    session.add(said)
    append(session, "round.deviated", row, by=by, at=at)
    return said


def deviations_in(session: Session, review: Round) -> list[Deviation]:
    """Return the last one of each organisation, parties in neutral order, then names.

    None of them changes the position of its party.
    """
    query = owned(session, Deviation).where(Deviation.round_id == review.id)
    last = {
        (row.party, row.organisation): row
        for row in session.scalars(query.order_by(Deviation.entry))
    }
    return sorted(
        last.values(), key=lambda row: (PARTIES.index(row.party), row.organisation)
    )


def deviations_said_in(session: Session, places: Iterable[str]) -> list[Deviation]:
    """Return those of the rounds among `places`, where positions were given.

    They follow a text wherever the positions on it do; a meeting has none. A round on
    which positions stand is closed, so that its deviations change no more.
    """
    query = owned(session, Round).where(Round.ref.in_(set(places)))
    rounds = session.scalars(query.order_by(Round.ref))
    return [row for review in rounds for row in deviations_in(session, review)]
