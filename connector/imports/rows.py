"""A row of a table, wherever it came from: its place and its cells as text."""

from __future__ import annotations

from dataclasses import dataclass

from connector.imports.problems import Problem

Cell = str | Problem


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its line in the file, from 1, and its cells.

    A cell that cannot be read is its problem instead of its text; `problem` is set,
    and the row has no cells, where the row as a whole cannot be read.
    """

    line: int
    cells: tuple[Cell, ...] = ()
    problem: Problem | None = None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it at all."""
        return self.problem is None and not any(
            isinstance(cell, Problem) or cell.strip() for cell in self.cells
        )
