from __future__ import annotations

from workflows.people.kinds import (
    DECISION_ROLES,
    DEVELOPMENT_ROLES,
    PARTIES,
    Line,
    Role,
    line_of,
)


def test_the_neutral_order_of_the_parties_is_a_f_t() -> None:
    assert [party.value for party in PARTIES] == ["A", "F", "T"]


def test_no_role_stands_in_both_lines() -> None:
    assert not DEVELOPMENT_ROLES & DECISION_ROLES


def test_each_role_belongs_to_one_line_or_to_neither() -> None:
    lines = {role: line_of(role) for role in Role}

    assert {role for role in Role if lines[role] is Line.DEVELOPMENT} == (
        DEVELOPMENT_ROLES
    )
    assert {role for role in Role if lines[role] is Line.DECISION} == DECISION_ROLES
    assert lines[Role.RECORDS_MANAGER] is Line.NEITHER
