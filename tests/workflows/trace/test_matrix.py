"""Any two kinds against each other: the same both ways, and what is empty is seen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import assign, open_case, open_hall, record, treat, use
from workflows.errors import InvalidValueError
from workflows.trace.matrix import KINDS, THROUGH, matrix
from workflows.trace.outcomes import Code


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where O-1 is handed over."""
    with session_on(handed_over) as session:
        yield session


@pytest.fixture
def hall(session: Session) -> Town:
    """C01 uses O-1 and decides two items; C02 and O-2 meet nothing."""
    town = Town(session)
    town.handed_over_output("O-2")
    open_hall(town)
    open_case(town)
    use(town)
    treatment = treat(town)
    record(town, treatment.ref, Code.ADOPTED, item=1)
    assign(town, "C01-T1/1")
    open_case(town, "C02")
    return town


def test_a_cell_tells_how_the_link_stands_and_empty_ones_stay(hall: Town) -> None:
    found = matrix(hall.session, rows="output", columns="case", at=hall.now)

    assert (found.rows, found.columns) == (("O-1", "O-2"), ("C01", "C02"))
    assert found.cells == {("O-1", "C01"): "valid"}
    assert found.empty_rows == ("O-2",)


def test_what_hangs_together_through_something_else_is_told_so(hall: Town) -> None:
    found = matrix(hall.session, rows="followup", columns="output", at=hall.now)
    items = matrix(hall.session, rows="output", columns="decision_item", at=hall.now)

    assert found.cells == {("F-01", "O-1"): THROUGH}
    assert items.cells == {
        ("O-1", "C01-T1/1"): "valid",
        ("O-1", "C01-T1/2"): THROUGH,
    }


def test_it_is_the_same_both_ways_round(hall: Town) -> None:
    for one, other in product(KINDS, KINDS):
        there = matrix(hall.session, rows=one, columns=other, at=hall.now)
        back = matrix(hall.session, rows=other, columns=one, at=hall.now)

        assert there.cells == {(a, b): said for (b, a), said in back.cells.items()}


def test_what_is_hidden_takes_all_that_is_its_own_along(hall: Town) -> None:
    hidden = frozenset({"C01"})

    for kind in KINDS[1:]:
        found = matrix(
            hall.session, rows="output", columns=kind, hidden=hidden, at=hall.now
        )
        assert not found.cells
        assert not [ref for ref in found.columns if ref.startswith(("C01", "F"))]


def test_what_a_case_has_replaced_by_a_newer_one_is_still_seen(hall: Town) -> None:
    hall.handed_over_output("O-3", supersedes="O-1")
    use(hall, "O-3")

    found = matrix(hall.session, rows="output", columns="case", at=hall.now)

    assert found.cells == {
        ("O-1", "C01"): "source_superseded",
        ("O-3", "C01"): "valid",
    }


def test_another_kind_is_refused_by_name(hall: Town) -> None:
    with pytest.raises(InvalidValueError, match="columns: 'dog'"):
        matrix(hall.session, rows="case", columns="dog", at=hall.now)
