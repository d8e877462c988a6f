"""Emergency readings: shown to all with a hat, and opened by the administrator."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.visits import Visit
from workflows.people.break_glass import (
    LONGEST_HOURS,
    BreakGlass,
    Scope,
    break_glass,
    glasses,
)
from workflows.people.mandates import holder_of
from workflows.people.reading import Matter
from workflows.record.reasons import reasons_for

pages = APIBlueprint("break_glass", __name__, enable_openapi=False)


@pages.get("/nodlesing")
@reads(Matter.BREAK_GLASS)
def listing(visit: Visit) -> str:
    """Show every emergency reading there has been."""
    return show(visit)


def show(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the list, with the form for whoever may open one."""
    return render_template(
        "people/break_glass.html",
        rows=[_told(visit, row) for row in glasses(visit.session)],
        scopes=Scope,
        longest=LONGEST_HOURS,
        form=form or Submitted(),
    )


@pages.post("/nodlesing")
@acts("glass.broken", again=show)
def break_it(visit: Visit, form: Submitted) -> Done:
    """Open an emergency reading; all three parties are told at once."""
    scopes = [scope for scope in Scope if form.has("scopes", scope)]
    if not scopes:
        form.fault("scopes", "break_glass.fault.scopes")
    hours = form.number("hours", needed=True)
    if hours is not None and not 1 <= hours <= LONGEST_HOURS:
        form.fault("hours", "break_glass.fault.hours")
    reason = form.text("reason", needed=True)
    form.require_sound()
    break_glass(
        visit.session,
        ref=f"NL-{len(glasses(visit.session)) + 1}",
        scopes=scopes,
        hours=hours or 1,
        reason=reason,
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("break_glass.listing"), visit.say("break_glass.done"))


def _told(visit: Visit, row: BreakGlass) -> dict[str, Any]:
    said = reasons_for(visit.session, row.ref)
    return {
        "row": row,
        "name": holder_of(visit.session, row.mandate_id).name,
        "scopes": [Scope(code) for code in row.scopes],
        "reason": said[0].text if said else "",
        "is_open": row.opened_at <= visit.at < row.ends_at,
    }
