"""The room of one's own party: drafts that nobody outside the party can read."""

from __future__ import annotations

import uuid

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.people.rights import is_available
from connector.web.visits import Visit
from workflows.base import by_ref
from workflows.development.party_rooms import (
    notes_in_room,
    take_out_of_room,
    write_in_room,
)
from workflows.development.rounds import Round, text_of
from workflows.errors import NotFoundError
from workflows.people.mandates import holder_of

pages = APIBlueprint("rooms", __name__, enable_openapi=False)


@pages.get("/min-part/rom/<ref>")
@offers("room.used")
def room(visit: Visit, ref: str) -> str:
    """Show the drafts of one's own party about a round."""
    return show(visit, ref=ref)


def show(
    visit: Visit,
    *,
    ref: str,
    note: uuid.UUID | None = None,  # noqa: ARG001 - the draft that was to be taken out
    form: Submitted | None = None,
) -> str:
    """Return the page of a party's room."""
    review = _round(visit, ref)
    notes = notes_in_room(visit.session, about=ref, by=visit.by, at=visit.at)
    return render_template(
        "people/room.html",
        review=review,
        paper=text_of(visit.session, review)[1],
        notes=[(each, holder_of(visit.session, each.mandate_id)) for each in notes],
        form=form or Submitted(),
    )


@pages.post("/min-part/rom/<ref>")
@acts("room.used", again=show)
def write(visit: Visit, form: Submitted, ref: str) -> Done:
    """Leave a draft in the room."""
    _round(visit, ref)
    text = form.text("text", needed=True)
    form.require_sound()
    write_in_room(visit.session, about=ref, text=text, by=visit.by, at=visit.at)
    return Done(url_for("rooms.room", ref=ref), visit.say("room.is_written"))


@pages.post("/min-part/rom/<ref>/<uuid:note>/ta-ut")
@acts("room.used", again=show)
def take_out(visit: Visit, form: Submitted, ref: str, note: uuid.UUID) -> Done:  # noqa: ARG001 - no fields
    """Take a draft out of the room, for good."""
    take_out_of_room(visit.session, note=note, by=visit.by, at=visit.at)
    return Done(url_for("rooms.room", ref=ref), visit.say("room.is_out"))


def _round(visit: Visit, ref: str) -> Round:
    row = by_ref(visit.session, Round, ref)
    if not is_available(row):
        raise NotFoundError("Round", ref)
    return row
