"""Unions and groups within a party, each with its own deviating remark."""

from __future__ import annotations

import pytest

from tests.workflows.development.towns import A, Town, U
from workflows.base import by_ref
from workflows.development.answers import counted_answers
from workflows.development.deviations import (
    deviate,
    deviations_in,
    deviations_said_in,
)
from workflows.development.positions import Position
from workflows.development.rounds import Round
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.kinds import Role


@pytest.fixture
def open_town(drafted: Town) -> Town:
    """A town with two more unions and an open round on its mandate."""
    for person, union in (("P-lærer", "Lærerlaget"), ("P-pleier", "Pleierlaget")):
        drafted.settle(person, Role.PARTY_MEMBER, party=U, organisation=union)
    drafted.opened_round("R-1", document="PR1-M")
    return drafted


def say(town: Town, person: str, text: str) -> None:
    hat = town.hat(person, Role.PARTY_MEMBER)
    town.do(deviate, by=hat, review="R-1", text=text)


def told(town: Town) -> list[tuple[str, str]]:
    review = by_ref(town.session, Round, "R-1")
    return [(row.organisation, row.text) for row in deviations_in(town.session, review)]


def test_each_union_has_its_own_and_the_last_one_counts(open_town: Town) -> None:
    say(open_town, "P-pleier", "Vi støtter ikke punkt 3.")
    say(open_town, "P-lærer", "Skolen må med.")
    say(open_town, "P-pleier", "Vi støtter ikke punkt 3 og 4.")

    assert told(open_town) == [
        ("Lærerlaget", "Skolen må med."),
        ("Pleierlaget", "Vi støtter ikke punkt 3 og 4."),
    ]


def test_the_party_still_has_one_position(open_town: Town) -> None:
    say(open_town, "P-pleier", "Vi er uenige.")
    open_town.answer("R-1", U, Position.AGREE)

    review = by_ref(open_town.session, Round, "R-1")
    (said,) = counted_answers(open_town.session, review)

    assert (said.view.party, said.view.position) == (U, Position.AGREE)


def test_a_political_group_has_one_too(open_town: Town) -> None:
    open_town.do(
        deviate, by=open_town.contact(A), review="R-1", text="Enheten er delt i dette."
    )

    assert told(open_town) == [("Testvik kommune", "Enheten er delt i dette.")]


def test_it_says_something(open_town: Town) -> None:
    with pytest.raises(InvalidValueError):
        say(open_town, "P-pleier", " ")


def test_it_comes_before_the_deadline(open_town: Town) -> None:
    open_town.wait(days=30)

    with pytest.raises(RuleBrokenError, match="takes no answers"):
        say(open_town, "P-pleier", "For sent")


def test_nobody_outside_the_parties_has_one(open_town: Town) -> None:
    with pytest.raises(NotPermittedError):
        open_town.do(deviate, by=open_town.manager, review="R-1", text="Jeg er uenig")


def test_they_are_found_by_the_round_that_positions_were_given_in(
    open_town: Town,
) -> None:
    say(open_town, "P-pleier", "Vi støtter ikke punkt 3.")

    found = deviations_said_in(open_town.session, ["FM-1/1", "R-1", "R-1"])

    assert [row.text for row in found] == ["Vi støtter ikke punkt 3."]
    assert deviations_said_in(open_town.session, ["FM-1/1"]) == []
