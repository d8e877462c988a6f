"""Faults at the calls of writing operations; the benchmark tries them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.bench.faulty_calls import (
    FAULTS,
    Cell,
    Table,
    a_table,
    wrong_ends,
)
from connector.bench.writing_operations import OPERATIONS

EACH = 31


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with a_table(tmp_path_factory.mktemp("table")) as made:
        yield made


def test_no_fault_leads_to_a_wrong_end(table: Table) -> None:
    cells = table.cells()

    assert wrong_ends(cells[::EACH], table) == []
    assert len(cells) >= 25 * 25
    assert len(FAULTS) >= 25
    assert len(OPERATIONS) >= 12


def test_a_wrong_end_is_told(table: Table) -> None:
    half = replace(OPERATIONS["put"], is_done=lambda _: False)

    told = table.wrong(CELL, half)

    assert told == "it ends well and is not done"


CELL = Cell(operation="put", fault="429", call=1)
