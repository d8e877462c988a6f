"""Whose work an import from the command line is."""

from __future__ import annotations

from typing import Final

import click
from sqlalchemy.orm import Session

from connector.imports.problems import Language
from connector.installation import Installation
from connector.refusals import InputRefusedError
from workflows.base import get, tenant
from workflows.clock import norwegian_date
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import mandates_given, wear
from workflows.people.municipalities import Municipality
from workflows.people.persons import Person

SECRETARY: Final = Role.COMMITTEE_SECRETARY


def secretary_hat(
    session: Session, person: str | None, installation: Installation
) -> Hat:
    """Return the hat of the person named, else of the only committee secretary."""
    at = installation.now()
    chosen = person or _only_secretary(session, installation)
    return wear(session, person=chosen, role=SECRETARY, at=at)


def _only_secretary(session: Session, installation: Installation) -> str:
    at = installation.now()
    day = norwegian_date(at)
    holders = {
        mandate.person_id
        for mandate in mandates_given(session, at=at)
        if mandate.role is SECRETARY
        and mandate.valid_from <= day
        and (mandate.valid_to is None or mandate.valid_to >= day)
    }
    found = sorted(get(session, Person, holder).ref for holder in holders)
    if not found:
        raise InputRefusedError(
            f"nobody holds a mandate as committee secretary on {day}; only a committee "
            f"secretary imports decisions"
        )
    if len(found) > 1:
        raise click.UsageError(
            f"several are committee secretary: say which with --by ({', '.join(found)})"
        )
    return found[0]


def language_of(session: Session) -> Language:
    """Return the municipality's language."""
    chosen = session.get_one(Municipality, tenant(session)).language
    return "nn" if chosen == "nn" else "nb"
