"""How one is told outside the pages: chosen by each person, for that person alone."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.visits import Visit, installation
from workflows.people.telling import (
    DispatchState,
    Pace,
    choice_of,
    choose_telling,
    dispatches_to,
    notices_in,
)

pages = APIBlueprint("telling", __name__, enable_openapi=False)

SHOWN = 10


@pages.get("/varsling")
@offers("notices.chosen")
def page(visit: Visit) -> str:
    """Show how one is told, and what was sent."""
    return show(visit)


def show(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the page of choices."""
    person = visit.person
    return render_template(
        "people/telling.html",
        is_on=installation().config.tells_outside,
        person=person,
        choice=choice_of(visit.session, person.id) if person else None,
        paces=[(pace.value, visit.say(f"telling.pace_code.{pace}")) for pace in Pace],
        sent=_sent(visit),
        form=form or Submitted(),
    )


@pages.post("/varsling")
@acts("notices.chosen", again=show)
def choose(visit: Visit, form: Submitted) -> Done:
    """Choose how one is told from now on."""
    pace = form.one_of("pace", [each.value for each in Pace])
    form.require_sound()
    choose_telling(
        visit.session,
        pace=Pace(pace),
        by_teams=form.text("by_teams") == "yes",
        language=visit.language,
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("telling.page"), visit.say("telling.is_chosen"))


def _sent(visit: Visit) -> list[dict[str, object]]:
    if visit.person is None:
        return []
    rows = dispatches_to(visit.session, visit.person.id)[:SHOWN]
    return [
        {
            "at": row.begun_at,
            "outlet": row.outlet,
            "count": len(notices_in(visit.session, row)),
            "state": f"refused_{row.outlet}"
            if row.state is DispatchState.REFUSED
            else row.state.value,
        }
        for row in rows
    ]
