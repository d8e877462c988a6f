"""Forum meetings of the steering group: agenda, attendance, and minuted positions."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.development.standpoints import Standpoint
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.trace.history import entries_for
from connector.web.visits import Visit
from workflows.base import all_of, by_ref, get
from workflows.clock import norwegian_date
from workflows.development.documents import Version, document_of
from workflows.development.forums import (
    ForumItem,
    ForumMeeting,
    ForumState,
    attendance,
    find_party_hat,
    hold_forum,
    items_of,
)
from workflows.development.minutes import (
    MinutedPosition,
    MinutedView,
    minute_of,
    minute_point,
    minuted_positions,
)
from workflows.development.positions import NEEDS_REASON, Position
from workflows.people.kinds import PARTIES, Party
from workflows.people.mandates import Mandate, holder_of
from workflows.people.persons import persons_in_order
from workflows.people.reading import Matter

pages = APIBlueprint("forums", __name__, enable_openapi=False)


@pages.get("/forum")
@reads(Matter.FORUM)
def listing(visit: Visit) -> str:
    """Show the forum meetings, the newest first."""
    rows = list(all_of(visit.session, ForumMeeting, ForumMeeting.starts_at.desc()))
    points = {row.ref: items_of(visit.session, row) for row in rows}
    return render_template("development/forums.html", rows=rows, points=points)


@pages.get("/forum/<ref>")
@reads(Matter.FORUM)
def forum(visit: Visit, ref: str) -> str:
    """Show a meeting with its agenda and minutes."""
    return show(visit, ref=ref)


def show(
    visit: Visit, *, ref: str, form: Submitted | None = None, point: int | None = None
) -> str:
    """Return the page of a meeting; `point` is the one whose form has faults."""
    row = by_ref(visit.session, ForumMeeting, ref)
    return render_template(
        "development/forum.html",
        meeting=row,
        points=[_point(visit, item) for item in items_of(visit.session, row)],
        attendance=attendance(visit.session, row),
        is_held=row.state is ForumState.HELD,
        may_hold=visit.may("forum.held") and _has_begun(visit, row),
        may_minute=visit.may("forum.minuted") and row.state is ForumState.HELD,
        speakers=_speakers(visit, row),
        positions=Position,
        history=entries_for(visit, ref),
        form=form or Submitted(),
        at_point=point,
    )


@pages.post("/forum/<ref>/mote")
@acts("forum.held", again=show)
def hold(visit: Visit, form: Submitted, ref: str) -> Done:
    """Minute who was present."""
    present = form.fields.getlist("present")
    if not present:
        form.fault("present", "forum.fault.present")
    form.require_sound()
    hold_forum(visit.session, meeting=ref, present=present, by=visit.by, at=visit.at)
    return Done(url_for("forums.forum", ref=ref), visit.say("forum.is_held"))


@pages.post("/forum/<ref>/punkt/<int:point>")
@acts("forum.minuted", again=show)
def minute(visit: Visit, form: Submitted, ref: str, point: int) -> Done:
    """Minute the conclusion of a point with the positions of the parties."""
    conclusion = form.text("conclusion", needed=True)
    found = [_view(form, party) for party in PARTIES]
    form.require_sound()
    minute_point(
        visit.session,
        meeting=ref,
        point=point,
        conclusion=conclusion,
        positions=[view for view in found if view],
        hand_over_disagreement=form.ticked("split"),
        by=visit.by,
        at=visit.at,
    )
    message = visit.say("forum.minuted", number=point)
    return Done(url_for("forums.forum", ref=ref), message)


def _view(form: Submitted, party: Party) -> MinutedView | None:
    """Return what a party said; None where nothing was, which is never consent."""
    position = form.choice(f"position-{party}", Position, needed=False)
    if position is None:
        return None
    dissent = form.text(f"dissent-{party}")
    if position in NEEDS_REASON and not dissent:
        form.fault(f"dissent-{party}", "round.fault.dissent")
    speaker = form.text(f"speaker-{party}", needed=True)
    point = form.number(f"point-{party}")
    if form.faults:
        return None
    return MinutedView(
        party=party,
        position=position,
        spoken_by=speaker,
        dissent=dissent or None,
        point=point,
    )


def _point(visit: Visit, item: ForumItem) -> dict[str, Any]:
    version = get(visit.session, Version, item.version_id) if item.version_id else None
    minute = minute_of(visit.session, item)
    said = {row.party: row for row in minuted_positions(visit.session, item)}
    return {
        "item": item,
        "version": version,
        "paper": document_of(visit.session, version) if version else None,
        "project": item.project_id is not None,
        "minute": minute,
        "columns": [_column(visit, party, said.get(party)) for party in PARTIES],
    }


def _column(visit: Visit, party: Party, row: MinutedPosition | None) -> Standpoint:
    if row is None:
        return Standpoint(party=party)
    mandate = get(visit.session, Mandate, row.mandate_id)
    return Standpoint(
        party=party,
        position=row.position,
        dissent=row.dissent,
        point=row.point,
        spoken_by=holder_of(visit.session, mandate.id).name,
        organisation=mandate.organisation or "",
    )


def _has_begun(visit: Visit, row: ForumMeeting) -> bool:
    is_called = row.state is ForumState.CALLED
    return is_called and norwegian_date(row.starts_at) <= visit.today


def _speakers(visit: Visit, row: ForumMeeting) -> dict[Party, list[tuple[str, str]]]:
    """Return who could speak for each party on the day of the meeting."""
    found: dict[Party, list[tuple[str, str]]] = {party: [] for party in PARTIES}
    for person in persons_in_order(visit.session):
        hat = find_party_hat(visit.session, person.ref, at=row.starts_at)
        if hat and hat.party:
            found[hat.party].append((person.ref, person.name))
    return found
