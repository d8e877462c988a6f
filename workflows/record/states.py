"""A state machine is a table: from each state, the states that may follow."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, TypeVar

from workflows.errors import TransitionNotAllowedError

S = TypeVar("S", bound=enum.StrEnum)

Steps = Mapping[S, frozenset[S]]


def steps(table: Mapping[S, set[S]], states: type[S]) -> Steps[S]:
    """Return the table with every state of `states`; one not named ends there."""
    return {state: frozenset(table.get(state, set())) for state in states}


def move(row: Any, wanted: S, allowed: Steps[S]) -> None:
    """Set `row.state` to `wanted`, or raise when the table has no such step."""
    if wanted not in allowed[row.state]:
        raise TransitionNotAllowedError(row.ref, row.state.value, wanted.value)
    row.state = wanted
