"""The start page of the demo: who are you, and which hat do you have on?

There is no sign-in in a demo; it runs on loopback with invented people.
"""

from __future__ import annotations

import uuid

from apiflask import APIBlueprint
from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from connector.web.guards import open_to_all
from connector.web.visits import Visit
from workflows.base import by_ref, owned
from workflows.errors import NotFoundError
from workflows.people.hats import Hat
from workflows.people.mandates import Mandate, hats_of
from workflows.people.persons import Person, persons_in_order

pages = APIBlueprint("choice", __name__, enable_openapi=False)


@pages.get("/hvem")
@open_to_all
def people(visit: Visit) -> str:
    """Show the people of the municipality with the hats that each has today."""
    persons = persons_in_order(visit.session)
    hats = {each.ref: _hats(visit, each) for each in persons}
    return render_template(
        "people/choice.html",
        persons=[each for each in persons if hats[each.ref]],
        without=[each for each in persons if not hats[each.ref]],
        hats=hats,
        ended={each.ref: _ended(visit, each) for each in persons},
    )


@pages.post("/hatt")
@open_to_all
def put_on(visit: Visit) -> Response:
    """Put on a hat that the person has today, and only that one."""
    person = by_ref(visit.session, Person, request.form.get("person", ""))
    wanted = request.form.get("mandate", "")
    hat = next((h for h in _hats(visit, person) if str(h.mandate_id) == wanted), None)
    if hat is None:
        raise NotFoundError("mandate", wanted)
    session["mandate"] = str(uuid.UUID(wanted))
    return redirect(url_for("overview.front"), 303)


@pages.post("/hatt/av")
@open_to_all
def take_off(visit: Visit) -> Response:  # noqa: ARG001 - every view is given its visit
    """Take the hat off and see what everybody sees."""
    session.pop("mandate", None)
    return redirect(url_for("choice.people"), 303)


def _hats(visit: Visit, person: Person) -> list[Hat]:
    return hats_of(visit.session, person=person.ref, at=visit.at)


def _ended(visit: Visit, person: Person) -> list[Mandate]:
    query = owned(visit.session, Mandate).where(
        Mandate.person_id == person.id, Mandate.valid_to < visit.today
    )
    return list(visit.session.scalars(query.order_by(Mandate.ref)))
