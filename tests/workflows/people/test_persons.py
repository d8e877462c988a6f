from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from workflows.base import by_ref
from workflows.errors import RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.persons import (
    ALPHABET,
    Person,
    persons_in_order,
    register_person,
    sort_key,
)
from workflows.record.entries import Entry, history

IN_ORDER = ["Anne", "Ove", "Zoe", "Ærlend", "Ødegård", "Åse"]


def test_names_sort_as_norwegians_sort_them() -> None:
    assert sorted(sorted(IN_ORDER, reverse=True), key=sort_key) == IN_ORDER


def test_double_a_sorts_as_å() -> None:
    assert sort_key("Aase") == sort_key("Åse")


@pytest.mark.parametrize(
    ("foreign", "norwegian"),
    [("André", "Andre"), ("Böll", "Bøll"), ("Hägg", "Hægg"), ("Müller", "Muller")],
)
def test_letters_with_other_marks_sort_as_the_letter_they_look_like(
    foreign: str, norwegian: str
) -> None:
    assert sort_key(foreign) == sort_key(norwegian)


@given(st.text(ALPHABET, min_size=1), st.text(ALPHABET, min_size=1))
def test_the_order_of_keys_is_the_order_of_the_alphabet(one: str, other: str) -> None:
    places = [
        [ALPHABET.index(letter) for letter in name.replace("aa", "å")]
        for name in (one, other)
    ]

    assert (sort_key(one) < sort_key(other)) == (places[0] < places[1])


def test_both_databases_sort_people_by_the_key(session: Session, town: Town) -> None:
    for number, name in enumerate(reversed(IN_ORDER)):
        town.do(register_person, by=SYSTEM, ref=f"X{number}", name=name)

    listed = [person.name for person in persons_in_order(session)]

    assert [name for name in listed if name in IN_ORDER] == IN_ORDER


def test_the_record_tells_that_a_person_was_registered_and_not_who(
    session: Session, town: Town
) -> None:
    town.do(
        register_person, by=SYSTEM, ref="X1", name="Hemmelig Navn", email="h@n.example"
    )

    assert [entry.type for entry in history(session, "X1")] == ["person.registered"]
    told = [
        [entry.refs, entry.by, entry.payload]
        for entry in session.scalars(select(Entry))
    ]
    assert "Hemmelig" not in json.dumps(told)
    assert "example" not in json.dumps(told)


def test_a_reference_is_used_once(session: Session, town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="P-pm"):
        town.do(register_person, by=SYSTEM, ref="P-pm", name="En annen")

    assert by_ref(session, Person, "P-pm").name == "Person P-pm"
