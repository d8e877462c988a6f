"""Guests on the pages: a link for somebody with only e-mail, opened and used by it.

Mail programs follow links by themselves. Looking at the address therefore does nothing:
a button opens the link, to the browser that pressed it, and another sends the answer.
The address is a secret: it stands in no log, is told to no other site, and is shown
once to the one who made it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import (
    abort,
    after_this_request,
    current_app,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from werkzeug.wrappers import Response

from connector.web.development.contents import chapters
from connector.web.development.rounds import answer_in
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers, open_to_all
from connector.web.people.rights import is_available
from connector.web.visits import Visit
from workflows.base import by_ref, get
from workflows.development.guest_answers import (
    answer_as_guest,
    invite_to_round,
    open_as_guest,
)
from workflows.development.positions import Position
from workflows.development.rounds import IS_OPEN, Round, RoundState, text_of
from workflows.development.seals import is_sealed
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.people.guests import (
    LONGEST,
    Assurance,
    GuestLink,
    guest_hat,
    link_of,
    links_about,
)
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import (
    PARTY_ROLES,
    Mandate,
    hat_of,
    holder_of,
    mandates_given,
)
from workflows.people.persons import Person
from workflows.people.reading import holds

pages = APIBlueprint("guests", __name__, enable_openapi=False)

COOKIE = "samspor_gjest"
MADE = "made_link"
USUAL_DAYS = 14
SECRET_BYTES = 32


@pages.get("/runder/<ref>/gjester")
@offers("guest.invited")
def links(visit: Visit, ref: str) -> str:
    """Show the links of a round, and one that was made just now, this once."""
    return show_links(visit, ref=ref)


def show_links(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page where links are made, without the secret of any earlier one."""
    review = _round(visit, ref)
    return render_template(
        "development/guest_links.html",
        review=review,
        paper=text_of(visit.session, review)[1],
        mandates=_mandates(visit),
        links=[each for each in _made(visit, ref) if _is_own(visit, each[1])],
        is_hidden=is_sealed(review, at=visit.at) and visit.by.party is None,
        made=cookie.pop(MADE, None),
        usual=USUAL_DAYS,
        form=form or Submitted(),
    )


@pages.post("/runder/<ref>/gjester")
@acts("guest.invited", again=show_links)
def invite(visit: Visit, form: Submitted, ref: str) -> Done:
    """Make a link for the holder of a mandate."""
    people = {mandate.ref: person for mandate, person in _mandates(visit)}
    mandate = form.one_of("mandate", people)
    days = form.number("days", needed=True)
    if days is not None and not 1 <= days <= LONGEST.days:
        form.fault("days", "guest.fault.days")
    form.require_sound()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invite_to_round(
        visit.session,
        review=_round(visit, ref).ref,
        mandate=mandate,
        secret=secret,
        expires_at=visit.at + timedelta(days=days or 0),
        by=visit.by,
        at=visit.at,
    )
    address = url_for("guests.guest", secret=secret, _external=True)
    cookie[MADE] = {"address": address, "name": people[mandate].name}
    return Done(url_for("guests.links", ref=ref), visit.say("guest.made"))


@pages.get("/gjest/<secret>")
@open_to_all
def guest(visit: Visit, secret: str) -> str:
    """Show what a link is for, and its text to the browser that has opened it."""
    return show(visit, secret=secret)


def show(visit: Visit, *, secret: str, form: Submitted | None = None) -> str:
    """Return the page of a link; looking at it opens and uses nothing."""
    link = _link(visit, secret)
    review = _round(visit, link.about)
    version, paper = text_of(visit.session, review)
    hat = guest_hat(visit.session, link)
    hat.require_valid(visit.at)
    shown = {"review": review, "paper": paper, "guest": hat, "secret": secret}
    if link.sealed_to is None:
        return render_template("development/guest_intro.html", link=link, **shown)
    return render_template(
        "development/guest.html",
        **shown,
        person=holder_of(visit.session, link.mandate_id),
        assurance=Assurance.EMAIL_LINK,
        chapters=chapters(form_of(paper.kind), version.values, language=paper.language),
        is_open=review.state in IS_OPEN and visit.at < review.deadline_at,
        may_answer=review.state in IS_OPEN | {RoundState.CLOSED},
        is_contact=hat.role is Role.PARTY_CONTACT,
        positions=Position,
        form=form or Submitted(),
    )


def _wearing(visit: Visit, secret: str) -> Hat:
    return guest_hat(visit.session, _link(visit, secret))


@pages.post("/gjest/<secret>/apne")
@acts("guest.opened", again=show, by=_wearing)
def opened(visit: Visit, form: Submitted, secret: str) -> Done:  # noqa: ARG001 - no fields
    """Open a link to this browser, and to no other from now on."""
    holder = _holder() or secrets.token_urlsafe(SECRET_BYTES)
    open_as_guest(visit.session, secret=secret, holder=holder, at=visit.at)
    after_this_request(lambda answer: _with_cookie(answer, holder))
    return Done(url_for("guests.guest", secret=secret), visit.say("guest.is_open"))


@pages.post("/gjest/<secret>/svar")
@acts("round.answered", again=show, by=_wearing)
def answer(visit: Visit, form: Submitted, secret: str) -> Done:
    """Answer the round that a link is for, and use it up."""
    said = answer_in(form)
    answer_as_guest(visit.session, secret=secret, holder=_holder(), at=visit.at, **said)
    return Done(url_for("guests.thanks"), visit.say("guest.answered"))


@pages.get("/gjest")
@open_to_all
def thanks(visit: Visit) -> str:  # noqa: ARG001 - the same for everybody
    """Thank for an answer; the page itself tells nothing."""
    return render_template("development/guest_thanks.html")


def _link(visit: Visit, secret: str) -> GuestLink:
    """Return a link that this browser may use now; a wrong one is not asked for long.

    Raises: as `link_of`.
    """
    try:
        return link_of(visit.session, secret=secret, holder=_holder(), at=visit.at)
    except NotFoundError:
        if current_app.extensions["wrong links"].note(now=time.time()):
            abort(429)
        raise


def _holder() -> str:
    return request.cookies.get(COOKIE, "")


def _with_cookie(answer: Response, holder: str) -> Response:
    answer.set_cookie(
        COOKIE,
        holder,
        max_age=LONGEST,
        path=url_for("guests.thanks"),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _round(visit: Visit, ref: str) -> Round:
    row = by_ref(visit.session, Round, ref)
    if not is_available(row):
        raise NotFoundError("Round", ref)
    return row


def _mandates(visit: Visit) -> list[tuple[Mandate, Person]]:
    """Return those that the visitor may make a link for: of its own party, or any."""
    found = (
        (row, holder_of(visit.session, row.id))
        for row in mandates_given(visit.session, at=visit.at)
        if row.role in PARTY_ROLES and _is_own(visit, row)
    )
    return [pair for pair in found if holds(hat_of(*pair), at=visit.at)]


def _made(
    visit: Visit, ref: str
) -> Iterable[tuple[GuestLink, Mandate, Person, dict[str, Any]]]:
    for link in links_about(visit.session, ref):
        mandate = get(visit.session, Mandate, link.mandate_id)
        person = holder_of(visit.session, mandate.id)
        yield link, mandate, person, {"is_over": visit.at >= link.expires_at}


def _is_own(visit: Visit, mandate: Mandate) -> bool:
    party = visit.by.party
    return party is None or party is mandate.party
