from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.builders import TownHall
from workflows.base import by_ref
from workflows.decision.bodies import (
    Body,
    BodyFunction,
    BodyKind,
    GroupSeats,
    elect_member,
    groups_of,
    members_on,
    register_body,
)
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import end_mandate, give_mandate

UNTIL = date(2026, 1, 5)


def register(hall: TownHall, **more: Any) -> Body:
    values = {
        "ref": "UOP",
        "name_nb": "Utvalg for oppvekst",
        "name_nn": "Utval for oppvekst",
        "kind": BodyKind.COMMITTEE,
        "seats": 7,
    }
    return hall.do(register_body, by=SYSTEM, **{**values, **more})


def elect(hall: TownHall, **more: Any) -> None:
    values = {"body": "ADM", "person": "P-F", "valid_from": hall.today}
    hall.do(elect_member, by=hall.secretary, **{**values, **more})


def test_a_body_is_registered_with_its_legal_basis_and_groups(hall: TownHall) -> None:
    groups = [GroupSeats(name="Små", seats=2), GroupSeats(name="Store", seats=5)]

    body = register(hall, legal_basis="elected_body", groups=groups)

    assert body.legal_basis == "elected_body"
    assert groups_of(hall.session, body) == {"Store": 5, "Små": 2}


def test_a_legal_basis_that_is_not_in_force_is_refused(hall: TownHall) -> None:
    with pytest.raises(NotFoundError, match="no_such_section"):
        register(hall, legal_basis="no_such_section")


def test_the_seats_of_the_groups_add_up_to_those_of_the_body(hall: TownHall) -> None:
    with pytest.raises(InvalidValueError, match="have 6 seats, the body 7"):
        register(hall, groups=[GroupSeats(name="Alle", seats=6)])


def test_two_bodies_never_share_a_reference(hall: TownHall) -> None:
    with pytest.raises(RuleBrokenError, match="KST is taken"):
        register(hall, ref="KST")


def test_a_case_officer_sets_up_no_bodies(hall: TownHall) -> None:
    with pytest.raises(NotPermittedError, match=r"body\.registered"):
        hall.do(
            register_body,
            by=hall.officer,
            ref="X",
            name_nb="X",
            name_nn="X",
            kind=BodyKind.COMMITTEE,
        )


def test_a_member_sits_from_the_first_day_to_the_last(hall: TownHall) -> None:
    elect(hall, body="KST", group="Bygdelista", valid_to=UNTIL)

    body = by_ref(hall.session, Body, "KST")
    seated = [
        len(members_on(hall.session, body, day))
        for day in (
            hall.today - timedelta(1),
            hall.today,
            UNTIL,
            UNTIL + timedelta(1),
        )
    ]
    assert seated == [0, 1, 1, 0]


def test_a_member_without_a_last_day_sits_on(hall: TownHall) -> None:
    elect(hall, function=BodyFunction.LEADER)

    body = by_ref(hall.session, Body, "ADM")
    found = members_on(hall.session, body, hall.today + timedelta(1000))
    assert [member.function for member in found] == [BodyFunction.LEADER]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param({"body": "XXX"}, NotFoundError, id="unknown body"),
        pytest.param({"person": "P-nobody"}, NotFoundError, id="unknown person"),
        pytest.param({"group": "Ukjentlista"}, NotFoundError, id="group not there"),
        pytest.param(
            {"valid_to": date(2025, 1, 1)},
            InvalidValueError,
            id="ends too early",
        ),
    ],
)
def test_an_election_that_cannot_be_is_refused(
    hall: TownHall, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        elect(hall, **values)


def test_inv_14_the_chief_executive_is_never_elected_to_the_joint_committee(
    hall: TownHall,
) -> None:
    with pytest.raises(RuleBrokenError, match="INV-14"):
        elect(hall, person="P-chief")


def test_inv_14_holds_for_a_term_that_has_one_day_in_common(hall: TownHall) -> None:
    begins = hall.today + timedelta(30)
    hall.do(
        give_mandate,
        by=SYSTEM,
        ref="M-next",
        person="P-F2",
        role=Role.CHIEF_EXECUTIVE,
        valid_from=begins,
    )

    elect(hall, person="P-F2", valid_to=begins - timedelta(1))
    with pytest.raises(RuleBrokenError, match="INV-14"):
        elect(hall, person="P-F2", valid_to=begins)


def test_who_was_chief_executive_before_may_be_elected(hall: TownHall) -> None:
    hall.do(end_mandate, by=SYSTEM, mandate="M-P-chief", last_day=hall.today)

    elect(hall, person="P-chief", valid_from=hall.today + timedelta(1))

    body = by_ref(hall.session, Body, "ADM")
    assert len(members_on(hall.session, body, hall.today + timedelta(1))) == 1


def test_the_chief_executive_may_sit_in_the_work_environment_committee(
    hall: TownHall,
) -> None:
    register(hall, ref="AMU", kind=BodyKind.WORK_ENVIRONMENT_COMMITTEE)

    elect(hall, body="AMU", person="P-chief")

    body = by_ref(hall.session, Body, "AMU")
    assert len(members_on(hall.session, body, hall.today)) == 1
