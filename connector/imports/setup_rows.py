"""What the workbook says, row by row, and every fault by sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.imports.setup_sheets import SHEETS, Sheet


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in one cell, as in «Personer!B4: verdien mangler»."""

    sheet: str
    cell: str
    text: str

    def __str__(self) -> str:
        """Return the line that a person reads."""
        return f"{self.sheet}!{self.cell}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class SetupRow:
    """One filled row; `values` and `cells` by the keys of columns.

    A blank cell is None. `title` is the name of the sheet in this file, and a row with
    a fault is not `is_sound`.
    """

    sheet: Sheet
    title: str
    values: Mapping[str, Any]
    cells: Mapping[str, str]
    is_sound: bool = True

    @property
    def identity(self) -> tuple[Any, ...]:
        """By what the row is known again the next time."""
        return tuple(self.values.get(key) for key in self.sheet.identity)

    @property
    def code(self) -> tuple[str, Any]:
        """The sheet and the code that other rows name."""
        return self.sheet.key, self.values.get("code")

    def named(self) -> Iterator[tuple[str, str, str]]:
        """Return column, sheet and code of everything that the row names elsewhere."""
        for column in self.sheet.columns:
            value = self.values.get(column.key)
            if column.of and value:
                codes = [value] if isinstance(value, str) else value
                yield from ((column.key, column.of, code) for code in codes)

    def fault(self, column: str, text: str) -> Fault:
        """Return a fault in one of the row's cells."""
        return Fault(sheet=self.title, cell=self.cells[column], text=text)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """All rows in the order of the sheets, and what is wrong with them."""

    rows: Sequence[SetupRow]
    faults: Sequence[Fault]

    def of(self, sheet: str) -> list[SetupRow]:
        """Return the rows of one sheet."""
        return [row for row in self.rows if row.sheet.key == sheet]

    @property
    def municipality(self) -> SetupRow | None:
        """The row about the municipality itself, when it can be used."""
        return next((row for row in self.of("municipality") if row.is_sound), None)


def sheet_order(key: str) -> int:
    """Return the place of a sheet in the workbook."""
    return [sheet.key for sheet in SHEETS].index(key)
