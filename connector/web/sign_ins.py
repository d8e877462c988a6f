"""Who is signed in, by the secret in the session cookie; asked anew at every request.

The cookie holds no token and no name. What it opens is a row that ends by itself, or by
the person, or by whoever runs the system.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import current_app, g
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from connector.identity.sign_in import SignIn
from connector.installation import Installation
from workflows.people.persons import Person
from workflows.people.sign_ins import (
    Lifetime,
    begin_sign_in,
    end_sign_in,
    end_sign_ins,
    find_sign_in,
    note_request,
    signed_in,
)

NAMED = "sign-in"
SECRET_BYTES = 32
STAYS = ("language",)


def signs_in() -> SignIn | None:
    """Return how people sign in here, None where they do not."""
    found: SignIn | None = current_app.extensions["sign in"]
    return found


def who_is_signed_in(session: Session, *, at: datetime) -> Person | None:
    """Return who is signed in in this browser, None when nobody is (any more)."""
    secret = cookie.get(NAMED)
    if not isinstance(secret, str):
        return None
    found = find_sign_in(session, secret, lasts=_lasts(), at=at)
    if found is None:
        return None
    if found.is_to_be_noted(at=at):
        g.sign_in_to_note = found.id
    return signed_in(session, found)


def note_requests(answer: Response) -> Response:
    """Note, once the page is made, that the sign-in is in use."""
    sign_in = g.pop("sign_in_to_note", None)
    if sign_in is not None:
        house = _installation()
        with house.unrecorded() as session:
            note_request(session, sign_in, at=house.config.wall())
    return answer


def enter(person: Person) -> None:
    """Sign a person in, in this browser: with a new secret and an empty cookie."""
    house, secret = _installation(), secrets.token_urlsafe(SECRET_BYTES)
    with house.unrecorded() as session:
        end_sign_in(session, str(cookie.get(NAMED, "")))
        begin_sign_in(
            session, person, secret=secret, lasts=_lasts(), at=house.config.wall()
        )
    _empty()
    cookie[NAMED] = secret


def leave(*, everywhere: bool) -> None:
    """Sign out of this browser, or of every one."""
    house = _installation()
    with house.unrecorded() as session:
        person = who_is_signed_in(session, at=house.config.wall())
        if person is not None and everywhere:
            end_sign_ins(session, person.id)
        end_sign_in(session, str(cookie.get(NAMED, "")))
    g.pop("sign_in_to_note", None)
    _empty()


def _empty() -> None:
    """Let nothing of before stand in the cookie but the language."""
    kept = {name: cookie[name] for name in STAYS if name in cookie}
    cookie.clear()
    cookie.update(kept)


def _lasts() -> Lifetime:
    settings = _installation().config.sign_in
    if settings is None:
        raise RuntimeError("people sign in here, and for how long is not set")
    return Lifetime(idle=settings.idle, longest=settings.longest)


def _installation() -> Installation:
    found: Installation = current_app.extensions["installation"]
    return found
