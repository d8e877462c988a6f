"""A party's own room (partsrom): drafts that only that party can read.

Every lookup carries the party of the hat in the query itself, so that nobody else, an
administrator included, gets a note, a count or a hint. Nothing here stands in the
record, in a report, in a search or in what is taken out of the system. What a party
answers is given in the round; the drafts stay in the room afterwards.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import Base, Owned, codes, owned, refers_to, tenant
from workflows.errors import InvalidValueError, NotFoundError, NotPermittedError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party


class RoomNote(Owned, Base, kw_only=True):
    """A draft in a party's room (utkast i partsrommet), about a round or a document.

    `about` is the reference of what it concerns.
    """

    __tablename__ = "room_note"
    # Nobody takes a party's drafts out together with the rest.
    __table_args__ = (refers_to("mandate", "mandate_id"), {"info": {"private": True}})

    party: Mapped[Party] = mapped_column(codes(Party))
    about: Mapped[str] = mapped_column(index=True)
    mandate_id: Mapped[uuid.UUID]
    text: Mapped[str]
    at: Mapped[datetime]


def write_in_room(
    session: Session, *, about: str, text: str, by: Hat, at: datetime
) -> RoomNote:
    """Write a draft for one's own party.

    Raises:
        NotPermittedError: the hat is no member of a party.
        InvalidValueError: the text is empty.
    """
    permit(by, "room.used", at=at)
    party, mandate_id = _membership(by)
    if not text.strip():
        raise InvalidValueError("text", "says nothing")
    note = RoomNote(party=party, about=about, mandate_id=mandate_id, text=text, at=at)
    session.add(note)
    session.flush()
    return note


def notes_in_room(
    session: Session, *, about: str, by: Hat, at: datetime
) -> Sequence[RoomNote]:
    """Return the drafts of one's own party about something, oldest first."""
    permit(by, "room.used", at=at)
    party, _ = _membership(by)
    query = owned(session, RoomNote).where(
        RoomNote.party == party, RoomNote.about == about
    )
    return session.scalars(query.order_by(RoomNote.at, RoomNote.id)).all()


def take_out_of_room(
    session: Session, *, note: uuid.UUID, by: Hat, at: datetime
) -> None:
    """Delete a draft of one's own party; there is no trace of it."""
    permit(by, "room.used", at=at)
    party, _ = _membership(by)
    gone = session.execute(
        delete(RoomNote)
        .where(
            RoomNote.municipality_id == tenant(session),
            RoomNote.party == party,
            RoomNote.id == note,
        )
        .returning(RoomNote.id)
    )
    if gone.first() is None:
        raise NotFoundError("draft", note)


def _membership(by: Hat) -> tuple[Party, uuid.UUID]:
    if by.mandate_id is None:
        raise NotPermittedError(by.role.value, "room.used", rule="INV-07")
    return by.require_party(), by.mandate_id
