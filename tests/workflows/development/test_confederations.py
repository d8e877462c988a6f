"""A confederation with representatives here should have a seat; a hint, no refusal."""

from __future__ import annotations

from tests.workflows.development.towns import A, Town, U
from workflows.development.confederations import unseated_confederations
from workflows.development.projects import Group, name_member
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Party, Role
from workflows.people.mandates import end_mandate
from workflows.people.parties import Confederation, register_union

TEACHERS = "Lærerlaget"


def seat(town: Town, person: str, party: Party, group: Group = Group.STEERING) -> None:
    town.do(
        name_member,
        by=town.manager,
        project="PR1",
        person=person,
        group=group,
        party=party,
        valid_from=town.today,
    )


def with_teachers(town: Town) -> Town:
    """A project, the union of the town in its steering group, and a second union."""
    town.propose()
    union = {"ref": "U-2", "name": TEACHERS, "confederation": Confederation.UNIO}
    town.do(register_union, by=SYSTEM, **union)
    town.settle("P-lærer", Role.PARTY_MEMBER, party=U, organisation=TEACHERS)
    seat(town, f"P-{U}", U)
    return town


def unseated(town: Town) -> list[Confederation]:
    return unseated_confederations(town.session, "PR1", at=town.now)


def test_l_39_a_confederation_without_a_seat_is_told_of(town: Town) -> None:
    with_teachers(town)
    assert unseated(town) == [Confederation.UNIO]

    seat(town, "P-lærer", U)
    assert unseated(town) == []


def test_a_seat_in_another_group_is_none_in_the_steering_group(town: Town) -> None:
    with_teachers(town)
    seat(town, "P-lærer", U, Group.PROJECT)

    assert unseated(town) == [Confederation.UNIO]


def test_a_confederation_whose_last_mandate_ended_is_not_asked_for(town: Town) -> None:
    with_teachers(town)
    mandate = {"mandate": "M-P-lærer", "last_day": town.today}
    town.do(end_mandate, by=SYSTEM, **mandate)
    town.wait(days=1)

    assert unseated(town) == []


def test_nothing_is_told_while_no_union_sits_there(town: Town) -> None:
    town.propose()
    seat(town, f"P-{A}", A)

    assert unseated(town) == []
