from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.workflows.builders import TownHall
from workflows.base import by_ref
from workflows.decision.bodies import (
    Body,
    BodyFunction,
    BodyKind,
    Side,
    elect_member,
    register_body,
)
from workflows.decision.composition import CompositionFinding, composition_findings
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.persons import register_person

BEGINS, ENDS = date(2025, 10, 15), date(2027, 10, 14)
LEADER = {"function": BodyFunction.LEADER}
DEPUTY = {"function": BodyFunction.DEPUTY_LEADER}
EMPLOYEE = {"side": Side.EMPLOYEES}
LAWFUL: list[dict[str, Any]] = [LEADER, DEPUTY, {}, EMPLOYEE, EMPLOYEE]
F = CompositionFinding


def seat(hall: TownHall, members: list[dict[str, Any]], *, body: str = "ADM") -> None:
    for number, member in enumerate(members):
        ref = f"P-seat{number}"
        hall.do(register_person, by=SYSTEM, ref=ref, name=f"Person {number}")
        term = {"body": body, "person": ref, "valid_from": BEGINS, "valid_to": ENDS}
        hall.do(elect_member, by=hall.secretary, **{**term, **member})


def findings(
    hall: TownHall, *, body: str = "ADM", on: date = BEGINS
) -> list[CompositionFinding]:
    return composition_findings(hall.session, by_ref(hall.session, Body, body), on)


def test_l_08_a_lawful_joint_committee_has_no_findings(hall: TownHall) -> None:
    seat(hall, LAWFUL)

    assert findings(hall) == []


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param(
            [LEADER, DEPUTY, EMPLOYEE, EMPLOYEE],
            [F.NO_MUNICIPAL_MAJORITY],
            id="as many employees as from the municipality",
        ),
        pytest.param(
            [LEADER, DEPUTY, {"function": BodyFunction.SUBSTITUTE}, EMPLOYEE, EMPLOYEE],
            [F.NO_MUNICIPAL_MAJORITY],
            id="a substitute does not count",
        ),
        pytest.param([DEPUTY, {}, EMPLOYEE], [F.NO_LEADER], id="nobody leads"),
        pytest.param([LEADER, {}, EMPLOYEE], [F.NO_DEPUTY_LEADER], id="no deputy"),
        pytest.param(
            [{**LEADER, **EMPLOYEE}, DEPUTY, {}],
            [F.LEADER_NOT_MUNICIPAL],
            id="an employee leads",
        ),
        pytest.param(
            [LEADER, {**DEPUTY, **EMPLOYEE}, {}],
            [F.DEPUTY_LEADER_NOT_MUNICIPAL],
            id="an employee is deputy",
        ),
        pytest.param(
            [*LAWFUL[:4], {**EMPLOYEE, "valid_to": date(2027, 10, 16)}],
            [F.EMPLOYEE_TERM_NOT_TWO_YEARS],
            id="a day longer than two years",
        ),
        pytest.param(
            [*LAWFUL[:4], {**EMPLOYEE, "valid_to": date(2027, 10, 15)}],
            [],
            id="up to the day of the next election",
        ),
        pytest.param(
            [*LAWFUL[:4], {**EMPLOYEE, "valid_to": None}],
            [F.EMPLOYEE_TERM_NOT_TWO_YEARS],
            id="elected until further notice",
        ),
        pytest.param(
            [LEADER, {**DEPUTY, "valid_to": None}, {}, EMPLOYEE],
            [],
            id="the municipality's side may have other terms",
        ),
        pytest.param(
            [LEADER, DEPUTY, *[{}] * 7],
            [F.TOO_MANY_MEMBERS],
            id="more members than seats",
        ),
        pytest.param(
            [],
            [F.NO_MUNICIPAL_MAJORITY, F.NO_LEADER, F.NO_DEPUTY_LEADER],
            id="nobody sits there",
        ),
    ],
)
def test_l_08_what_is_wrong_with_a_joint_committee_is_found(
    hall: TownHall, members: list[dict[str, Any]], expected: list[F]
) -> None:
    seat(hall, members)

    assert findings(hall) == expected


@pytest.mark.parametrize("function", [BodyFunction.MEMBER, BodyFunction.SUBSTITUTE])
def test_l_09_a_member_who_becomes_chief_executive_is_found(
    hall: TownHall, function: BodyFunction
) -> None:
    seat(hall, [LEADER, DEPUTY, {"function": function}, EMPLOYEE])
    begins = date(2026, 3, 1)
    hall.do(
        give_mandate,
        by=SYSTEM,
        ref="M-new",
        person="P-seat2",
        role=Role.CHIEF_EXECUTIVE,
        valid_from=begins,
    )

    assert findings(hall, on=date(2026, 2, 28)) == []
    assert findings(hall, on=begins) == [F.CHIEF_EXECUTIVE_IS_MEMBER]


def test_other_bodies_need_no_balance_between_sides(hall: TownHall) -> None:
    seat(hall, [EMPLOYEE], body="FSK")

    assert findings(hall, body="FSK") == []


def test_a_body_without_a_number_of_seats_is_never_too_large(hall: TownHall) -> None:
    hall.do(
        register_body,
        by=SYSTEM,
        ref="AMU",
        name_nb="AMU",
        name_nn="AMU",
        kind=BodyKind.WORK_ENVIRONMENT_COMMITTEE,
    )

    seat(hall, [{}, {}], body="AMU")

    assert findings(hall, body="AMU") == []
