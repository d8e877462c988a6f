"""Whose eyes a command looks through: a person in a hat, the public, or the house."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import click
from sqlalchemy.orm import Session

from connector.pictures.words import Language
from connector.web.visits import Visit
from workflows.base import by_ref, tenant
from workflows.people.hats import Hat
from workflows.people.mandates import hats_of
from workflows.people.municipalities import Municipality
from workflows.people.persons import Person

EVERYBODY: Final = "public"

AS = click.option(
    "--as",
    "viewer",
    metavar="PERSON[:VERV]",
    help="Slik denne personen får se det i dag; «public» er hvem som helst.",
)


def visit_as(
    session: Session, viewer: str, *, now: datetime, at: datetime, language: Language
) -> Visit:
    """Return the view of a person in a hat worn `now`, of how things were `at`.

    `viewer` is a reference, with the role after a colon where there are several hats;
    or «public».

    Raises:
        NotFoundError: there is no such person.
        click.UsageError: the person has no such hat today, or several.
    """
    person, hat = None, None
    if viewer != EVERYBODY:
        ref, _, role = viewer.partition(":")
        person = by_ref(session, Person, ref)
        hat = _hat(hats_of(session, person=ref, at=now), viewer, role)
    return Visit(
        session=session,
        at=at,
        language=language,
        municipality=session.get_one(Municipality, tenant(session)),
        person=person,
        hat=hat,
    )


def _hat(worn: list[Hat], viewer: str, role: str) -> Hat:
    fitting = [hat for hat in worn if not role or hat.role == role]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(sorted({hat.role.value for hat in worn})) or "none"
    raise click.UsageError(f"{viewer}: say one hat, as PERSON:ROLE; today: {known}")
