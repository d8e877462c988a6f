"""A visit: who looks at a page or does an act, in which hat and language, and when.

The session cookie keeps the mandate's id and the language, and where people sign in the
secret of the sign-in. The hat is read from the mandate anew at every request, so that
one that has run out is worth nothing the same day; where people sign in, it must be a
hat of the person's own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import current_app, g, request
from flask import session as cookie
from sqlalchemy.orm import Session

from connector.installation import Installation
from connector.pictures.words import Language
from connector.web.languages import chosen, negotiated
from connector.web.sign_ins import signs_in, who_is_signed_in
from connector.web.texts import Say
from workflows.base import get, tenant
from workflows.clock import norwegian_date
from workflows.errors import NotFoundError, NotPermittedError
from workflows.people.access import PERMITTED
from workflows.people.break_glass import opened_for
from workflows.people.hats import Hat
from workflows.people.kinds import Line, line_of
from workflows.people.mandates import Mandate, hat_of, is_in_function
from workflows.people.municipalities import Municipality
from workflows.people.persons import Person
from workflows.people.reading import Matter, holds, may_read, require_reading
from workflows.trace.audits import engagement_of, record_look


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request's view of the house. `hat` may have run out; see `holds`."""

    session: Session
    at: datetime
    language: Language
    municipality: Municipality
    person: Person | None = None
    hat: Hat | None = None

    @property
    def say(self) -> Say:
        """The texts in the visitor's language."""
        return Say(self.language)

    @property
    def today(self) -> date:
        """The day in Norway."""
        return norwegian_date(self.at)

    @property
    def holds(self) -> bool:
        """Whether a hat is on and its mandate holds today."""
        return self.hat is not None and holds(self.hat, at=self.at)

    @property
    def line(self) -> Line | None:
        """The line that the hat belongs to, None without one."""
        return line_of(self.hat.role) if self.hat else None

    @property
    def by(self) -> Hat:
        """The hat that acts; raises `NotPermittedError` when none is on."""
        if self.hat is None:
            raise NotPermittedError("public", "act", rule="the permission matrix")
        return self.hat

    def reads(self, matter: Matter) -> bool:
        """Return whether this visitor may read a matter today."""
        if matter in self.emergency:
            return True
        return may_read(self.hat, Matter(matter), at=self.at)

    def require(self, matter: Matter) -> None:
        """Raise `NotPermittedError` unless this visitor may read a matter today."""
        if matter not in self.emergency:
            require_reading(self.hat, matter, at=self.at)

    @cached_property
    def emergency(self) -> frozenset[Matter]:
        """What an administrator reads now beside the matrix, announced to all three."""
        return opened_for(self.session, self.hat, at=self.at)

    def may(self, act: str, *, project: str | None = None) -> bool:
        """Return whether to offer an act; the domain decides anew when it is done."""
        if self.hat is None or not self.holds:
            return False
        elsewhere = project and self.hat.project and self.hat.project != project
        return self.hat.role in PERMITTED[act] and not elsewhere


def installation() -> Installation:
    """Return the installation that this application serves."""
    found: Installation = current_app.extensions["installation"]
    return found


@contextmanager
def looking() -> Iterator[Visit]:
    """Open a visit that only reads, for the length of a page.

    That an auditor looks is entered first; what cannot be entered is not shown.
    """
    with installation().reading() as session, _on_page(_visit(session)) as visit:
        if engagement_of(session, visit.hat, at=visit.at):
            _enter_look(visit)
        yield visit


@contextmanager
def acting() -> Iterator[Visit]:
    """Open a visit that writes: one transaction, kept whole or not at all."""
    with installation().transaction() as session, _on_page(_visit(session)) as visit:
        yield visit


def language_asked(otherwise: Language) -> Language:
    """Return the language chosen earlier, else the browser's, else `otherwise`."""
    accepted = [tag for tag, _ in request.accept_languages]
    return chosen(cookie.get("language")) or negotiated(accepted, otherwise=otherwise)


def now_speaking() -> Say:
    """Return the texts in the language of this request, also where no visit is open."""
    visit: Any = g.get("visit")
    return visit.say if visit else Say(language_asked("nb"))


def _enter_look(visit: Visit) -> None:
    about = (request.view_args or {}).get("ref", "")
    with installation().transaction() as session:
        mine = engagement_of(session, visit.hat, at=visit.at)
        if mine:
            record_look(
                session,
                mine,
                page=request.endpoint or "",
                about=str(about),
                by=visit.by,
                at=visit.at,
            )


@contextmanager
def _on_page(visit: Visit) -> Iterator[Visit]:
    """Let templates speak for this visit, and for the one around it afterwards."""
    around = g.get("visit")
    g.visit = visit
    try:
        yield visit
    finally:
        g.visit = around


def _visit(session: Session) -> Visit:
    municipality = session.get_one(Municipality, tenant(session))
    person, hat = _wearer(session)
    return Visit(
        session=session,
        at=installation().now(),
        language=language_asked(chosen(municipality.language) or "nb"),
        municipality=municipality,
        person=person,
        hat=hat,
    )


def _wearer(session: Session) -> tuple[Person | None, Hat | None]:
    """Return who it is and in which hat; who is signed in may wear none.

    In a demo it is whoever the cookie says. Who comes with a token is told by that
    alone; whatever cookie comes along is passed over.
    """
    if "bearer" in g:
        found: tuple[Person | None, Hat | None] = g.bearer.wearer(session)
        return found
    mandate = _mandate(session)
    if not signs_in():
        person = get(session, Person, mandate.person_id) if mandate else None
    else:
        person = who_is_signed_in(session, at=installation().config.wall())
    if person is None or mandate is None or mandate.person_id != person.id:
        return person, None
    return person, hat_of(mandate, person)


def _mandate(session: Session) -> Mandate | None:
    """Return the mandate that the cookie names; one that is not there is none.

    Nor is that of a deputy any more when the one that is stood in for is back.
    """
    if "mandate" not in cookie:
        return None
    try:
        mandate = get(session, Mandate, uuid.UUID(cookie["mandate"]))
    except (NotFoundError, ValueError):
        return None
    if not is_in_function(session, mandate, at=installation().now()):
        return None
    return mandate
