"""An administrator links an account on a person's page, and unlinks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from connector.installation import Installation
from connector.standin.running import Standin
from tests.connector.web.signing.browsers import (
    MAYOR,
    Person,
    link,
    oid_of,
    served,
)
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.persons import register_person

TORGRIM = "Torgrim Nesvåg"
PAGE = "/personopplysninger/P16"


@pytest.fixture
def admin(town: Installation, standin: Standin) -> Iterator[Person]:
    """Somebody who runs the system, signed in."""
    with town.transaction() as session:
        at = town.now()
        register_person(session, ref="P-ADM", name=TORGRIM, by=SYSTEM, at=at)
        give_mandate(
            session,
            ref="M-ADM",
            person="P-ADM",
            role=Role.SYSADMIN,
            valid_from=date(2026, 1, 1),
            by=SYSTEM,
            at=at,
        )
    link(town, standin, "P-ADM", TORGRIM)
    with served(town) as origin:
        person = Person(origin, standin)
        person.sign_in(TORGRIM)
        yield person
        person.session.close()


def test_a_person_is_linked_on_their_page_and_unlinked_again(
    admin: Person, standin: Standin
) -> None:
    oid = oid_of(standin, "Lars Petter Ekrehagen")
    wrong = admin.send(f"{PAGE}/konto", oid="lars@elvestrand.example")
    taken = admin.send(f"{PAGE}/konto", oid=oid_of(standin, MAYOR))
    linked = admin.send(f"{PAGE}/konto", oid=oid.upper())
    page = admin.get(PAGE).text
    lars = Person(admin.origin, standin)
    led = lars.sign_in("Lars Petter Ekrehagen")
    unlinked = admin.send(f"{PAGE}/konto/fjern")
    lars_page = lars.get("/").text
    lars.session.close()

    assert (wrong.status_code, taken.status_code) == (422, 409)
    assert "slik den står i Entra" in wrong.content.decode()
    assert (linked.status_code, unlinked.status_code) == (303, 303)
    assert "Personen logger inn med en konto" in page
    assert oid not in page
    assert led == "/"
    assert "Logg ut" not in lars_page
