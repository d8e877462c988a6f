from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from workflows.decision import cases, followups
from workflows.development import (
    agreements,
    documents,
    forums,
    outputs,
    projects,
    rounds,
)
from workflows.errors import TransitionNotAllowedError
from workflows.record.states import Steps, move, steps

MACHINES: dict[str, tuple[type[enum.StrEnum], Steps[Any]]] = {
    "project": (projects.ProjectState, projects.ALLOWED),
    "version": (documents.VersionState, documents.ALLOWED),
    "round": (rounds.RoundState, rounds.ALLOWED),
    "agreement": (agreements.AgreementState, agreements.ALLOWED),
    "output": (outputs.OutputState, outputs.ALLOWED),
    "forum": (forums.ForumState, forums.ALLOWED),
    "case": (cases.CaseState, cases.ALLOWED),
    "follow-up": (followups.FollowUpState, followups.ALLOWED),
}


@dataclass
class Lamp:
    ref: str
    state: enum.StrEnum


@pytest.mark.parametrize("machine", MACHINES)
def test_a_row_moves_by_the_steps_of_its_table_and_by_no_other(machine: str) -> None:
    states, allowed = MACHINES[machine]

    for here, there in product(states, states):
        row = Lamp("X", here)
        if there in allowed[here]:
            move(row, there, allowed)
            assert row.state is there
        else:
            with pytest.raises(TransitionNotAllowedError):
                move(row, there, allowed)
            assert row.state is here


@pytest.mark.parametrize("machine", MACHINES)
def test_each_state_can_be_reached_from_the_first(machine: str) -> None:
    states, allowed = MACHINES[machine]
    born = documents.BORN.values()
    beside = {documents.VersionState.AGREED, *born}  # versions x.0 are born so
    reached = {next(iter(states))} | (beside & set(states))
    for _ in states:
        reached |= {there for here in reached for there in allowed[here]}

    assert reached == set(states)


def test_a_refused_step_tells_what_where_and_whereto() -> None:
    allowed: Steps[forums.ForumState] = forums.ALLOWED

    with pytest.raises(TransitionNotAllowedError) as refused:
        move(Lamp("FM-1", forums.ForumState.HELD), forums.ForumState.CALLED, allowed)

    told = refused.value
    assert (told.reference, told.current, told.wanted) == ("FM-1", "held", "called")


def test_a_state_that_the_table_does_not_name_is_an_end() -> None:
    assert steps({}, forums.ForumState) == {
        forums.ForumState.CALLED: frozenset(),
        forums.ForumState.HELD: frozenset(),
    }
