"""Personal data on the pages: one's own, and erasing and restricting others'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.installation import Installation
from connector.library.folder import FolderLibrary
from templates_docx.compile import template
from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor, plain
from workflows.base import all_of
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.persons import Person, register_person
from workflows.trace.standing import follow_ups

Enter = Callable[..., Visitor]
NAME = "Turi Glemt"


@pytest.fixture
def office(house: Installation, visitor: Enter) -> Visitor:
    """Somebody of the chief executive's office, in a house with a new person."""
    with house.transaction() as session:
        register_person(session, ref="X1", name=NAME, by=SYSTEM, at=NOW)
        mandate: Any = {"ref": "M-KD", "person": "P13", "valid_from": NOW.date()}
        give_mandate(session, role=Role.CE_OFFICE, by=SYSTEM, at=NOW, **mandate)
    return visitor("M-KD")


def test_who_is_erased_is_told_when_backups_are_gone_and_which_files_to_look_at(
    house: Installation, office: Visitor
) -> None:
    made = template("agreement", "nb").fill({"a_name": f"Avtale med {NAME}"})
    FolderLibrary(house.config.library).deliver("felles/avtale_nb.docx", made)

    page = office.done("/personopplysninger/X1/slett", basis="not_needed")

    assert "02.10.2026" in page
    assert "felles/avtale_nb.docx" in page
    assert "slettet person" in page
    assert NAME not in plain(office.get("/personopplysninger"))
    folder = house.config.data
    held = b"".join(path.read_bytes() for path in folder.glob("samspor.db*"))
    assert NAME.encode() not in held


def test_the_nameless_are_told_in_the_language_of_the_page(
    office: Visitor, visitor: Enter
) -> None:
    office.done("/personopplysninger/X1/sperr", restriction="contested")

    in_nynorsk = visitor("M-KD", language="nn").get("/personopplysninger")

    assert "sperra person" in plain(in_nynorsk)
    assert NAME not in plain(in_nynorsk)
    office.done("/personopplysninger/X1/opphev")
    assert NAME in plain(office.get("/personopplysninger"))


@pytest.mark.parametrize("shape", ["csv", "json"])
def test_a_file_tells_of_the_nameless_in_the_language_it_is_asked_for_in(
    house: Installation, office: Visitor, visitor: Enter, shape: str
) -> None:
    assert office.get("/sporsmal").status_code == 200
    with house.unrecorded() as session:
        responsible = {each["responsible"] for each in follow_ups(session, at=NOW)}
        for person in all_of(session, Person):
            if person.name in responsible and person.key:
                person.key.restricted_at = NOW

    told = visitor("M-KD", language="nn").get(f"/sporsmal/follow-ups.{shape}")

    text = told.get_data(as_text=True)
    assert "sperra person" in text
    assert "sperret person" not in text


def test_whoever_may_act_is_not_erased_and_the_page_says_why(office: Visitor) -> None:
    answer = office.send("/personopplysninger/P15/slett", basis="not_needed")

    assert answer.status_code == 409
    assert "Avslutt vervet først" in plain(answer)


def test_l_36_each_sees_all_that_is_stored_about_oneself_and_nothing_of_others(
    visitor: Enter,
) -> None:
    page, data = visitor("M-15").get("/om-meg"), visitor("M-15").get("/om-meg.json")

    told = data.get_json()
    assert "Rita Solgløtt" in plain(page)
    assert told["person"]["name"] == "Rita Solgløtt"
    assert "M-15" in {row["ref"] for row in told["rows"]["mandate"]}
    assert {act["role"] for act in told["acts"]} == {"party_contact"}
    assert told["rows"]["signature"]
    assert not [name for name in ("Åsta", "Brekkvoll") if name in data.text]


def test_without_a_hat_nothing_is_stored_about_oneself(visitor: Enter) -> None:
    assert "Velg først hvem du er" in plain(visitor().get("/om-meg"))
    assert visitor().get("/om-meg.json").status_code == 404
