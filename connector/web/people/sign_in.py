"""Signing in with Entra ID, and out again.

What the browser brings back from Entra is taken at one address and answered at once by
another one, so that no code stays in its history's last entry. Nothing is stored of
somebody who is not registered.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import abort, current_app, redirect, render_template, request, session
from flask import url_for as address_of
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from connector.identity.sign_in import (
    TICKET_LASTS,
    Ended,
    NotSignedInError,
    SignIn,
    Why,
)
from connector.web.guards import open_to_all, without_session
from connector.web.headers import LOOPBACK
from connector.web.sign_ins import enter, leave, signs_in
from connector.web.visits import Visit, installation
from workflows.people.accounts import Account, person_with
from workflows.people.mandates import hats_of

pages = APIBlueprint("sign_in", __name__, enable_openapi=False)

LONGEST_PATH = 500
# Nobody is led on to what only changes who one is.
NOWHERE_ON = frozenset({"sign_in", "choice", "static", "openapi"})


@pages.get("/logg-inn")
@without_session
def start() -> Response:
    """Lead the browser to Entra, with a ticket for the way back."""
    signing, now = _signing(), installation().config.wall()
    if _is_beside(signing):
        return redirect(f"{signing.origin}{request.full_path}", 303)
    try:
        begun = signing.begin(
            on=own_page(request.args.get("til", "")),
            at=now,
            with_another="bytt" in request.args,
        )
    except NotSignedInError as stopped:
        return redirect(address_of("sign_in.stopped", why=stopped.why), 303)
    answer = redirect(begun.address, 303)
    answer.set_cookie(
        _ticket_name(),
        begun.ticket,
        max_age=TICKET_LASTS,
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return answer


@pages.get("/logg-inn/svar")
@without_session
def answered() -> Response:
    """Take what Entra let the browser bring back, and sign the person in."""
    answer = redirect(_where_on(), 303)
    answer.delete_cookie(
        _ticket_name(), secure=_is_secure(), httponly=True, samesite="Lax"
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@pages.get("/logg-inn/stoppet/<why>")
@open_to_all
def stopped(visit: Visit, why: str) -> tuple[str, int]:  # noqa: ARG001 - every view is given its visit
    """Tell in plain words why nobody was signed in, and what to do."""
    if why not in set(Why):
        abort(404)
    page = render_template("people/not_signed_in.html", why=Why(why))
    return page, 503 if why == Why.AWAY else 403


@pages.post("/logg-ut")
@without_session
def out() -> Response:
    """Sign out of this browser, or of all of them."""
    leave(everywhere="everywhere" in request.form)
    return redirect(address_of("sign_in.signed_out"), 303)


@pages.get("/logg-ut")
@open_to_all
def signed_out(visit: Visit) -> str:  # noqa: ARG001 - every view is given its visit
    """Tell that one is signed out here, and how to sign out of Microsoft too."""
    return render_template("people/signed_out.html", farewell=_signing().farewell)


def own_page(path: str) -> str:
    """Return the address of a page of ours; anything else leads to the front page.

    It is made anew from the route that it matches, so that nothing of what the browser
    wrote is sent back to it as an address.
    """
    front = address_of("overview.front")
    if len(path) > LONGEST_PATH or not path.startswith("/"):
        return front
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(path, method="GET") if adapter else ("", {})
    except HTTPException:
        return front
    is_led_to = endpoint and endpoint.split(".")[0] not in NOWHERE_ON
    return address_of(endpoint, **values) if is_led_to else front


def _where_on() -> str:
    given = request.args.to_dict(flat=False)
    ticket = request.cookies.get(_ticket_name(), "")
    at = installation().config.wall()
    try:
        return _entered(_signing().end(ticket, given, at=at))
    except NotSignedInError as stopped:
        return address_of("sign_in.stopped", why=stopped.why)


def _entered(ended: Ended) -> str:
    """Sign in the person that the account is; return the page that follows."""
    account = Account(tid=ended.account.tid, oid=ended.account.oid)
    with installation().reading() as reading:
        person = person_with(reading, account)
        hats = (
            hats_of(reading, person=person.ref, at=installation().now())
            if person
            else []
        )
    if person is None:
        raise NotSignedInError(Why.UNKNOWN)
    enter(person)
    if len(hats) == 1:
        session["mandate"] = str(hats[0].mandate_id)
        return ended.on
    session["on"] = ended.on
    return address_of("choice.people")


def _signing() -> SignIn:
    found = signs_in()
    if found is None:
        abort(404)
    return found


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _ticket_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-inn"


def _is_beside(signing: SignIn) -> bool:
    """Whether this machine is asked by its other name, which has other cookies."""
    name = request.host.rsplit(":", maxsplit=1)[0]
    ours = signing.origin.rpartition("/")[2]
    is_near = {name, ours.rsplit(":", maxsplit=1)[0]} <= LOOPBACK
    return is_near and request.host != ours
