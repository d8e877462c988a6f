"""Which hat do you have on? In a demo also: who are you?

Where people sign in, everybody is shown the own hats of the day and no others. In a
demo there is no sign-in; it runs on loopback with invented people.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from apiflask import APIBlueprint
from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from connector.web.guards import open_to_all
from connector.web.sign_ins import signs_in
from connector.web.visits import Visit
from workflows.base import owned
from workflows.errors import NotFoundError
from workflows.people.hats import Hat
from workflows.people.mandates import Mandate, hats_of
from workflows.people.persons import Person, persons_in_order

pages = APIBlueprint("choice", __name__, enable_openapi=False)


@pages.get("/hvem")
@open_to_all
def people(visit: Visit) -> str | Response:
    """Show the hats that one may choose between today."""
    if signs_in() and visit.person is None:
        return redirect(url_for("sign_in.start"), 303)
    persons = _choosable(visit)
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
    wanted = request.form.get("mandate", "")
    ref = request.form.get("person", "")
    person = next((each for each in _choosable(visit) if each.ref == ref), None)
    hats = _hats(visit, person) if person else []
    if not any(str(hat.mandate_id) == wanted for hat in hats):
        raise NotFoundError("mandate", wanted)
    session["mandate"] = str(uuid.UUID(wanted))
    return redirect(session.pop("on", None) or url_for("overview.front"), 303)


@pages.post("/hatt/av")
@open_to_all
def take_off(visit: Visit) -> Response:  # noqa: ARG001 - every view is given its visit
    """Take the hat off and see what everybody sees."""
    session.pop("mandate", None)
    return redirect(url_for("choice.people"), 303)


def _choosable(visit: Visit) -> Sequence[Person]:
    """Return who one may be: everybody in a demo, oneself elsewhere."""
    if not signs_in():
        return persons_in_order(visit.session)
    return [visit.person] if visit.person else []


def _hats(visit: Visit, person: Person) -> list[Hat]:
    return hats_of(visit.session, person=person.ref, at=visit.at)


def _ended(visit: Visit, person: Person) -> list[Mandate]:
    query = owned(visit.session, Mandate).where(
        Mandate.person_id == person.id, Mandate.valid_to < visit.today
    )
    return list(visit.session.scalars(query.order_by(Mandate.ref)))
