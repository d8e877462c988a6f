"""The rows of a table, from a pattern whose constants are ready for every row.

The number of the row and the `w:id` of its controls are baked into the constants of
each row, once; a document takes the constants of as many rows as it has and sets whole
columns of texts in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from templates_docx.filling import Filling, Table
from templates_docx.steps import Step

# Constants of further rows are made for the one document that has them, not kept.
_KEPT = 500


@dataclass(frozen=True)
class Number:
    """A number in a constant: `first` in the first row, `step` more in each further."""

    first: int
    step: int = 1

    def in_row(self, row: int) -> str:
        """Return the number as text; rows count from 0."""
        return str(self.first + row * self.step)


Constant: TypeAlias = "tuple[str | Number, ...]"


@dataclass(kw_only=True)
class RowBlock:
    """Rows of one table; with a `party`, only the rows of that party.

    There is one constant more than there are steps. `blank` is the table without a
    value: nearly all tables of a long form are, so its text is made once.
    """

    table: str
    party: str
    constants: Sequence[Constant]
    steps: Sequence[Step]
    blank: Table
    _ready: list[bytes] = field(default_factory=list)
    _when_blank: bytes | None = None

    def render(self, filling: Filling) -> bytes:
        """Return the rows, in the order of the store."""
        table = filling.tables.get(self.table)
        if table is not None:
            return self._rows(table)
        if self._when_blank is None:
            self._when_blank = self._rows(self.blank)
        return self._when_blank

    def _rows(self, table: Table) -> bytes:
        if self.party:
            return self._some_rows(table, table.rows_of(self.party))
        pieces = self._constants(len(table.parties))
        for place, step in enumerate(self.steps):
            pieces[2 * place + 1 :: self._stride] = step.column(table.columns)
        return b"".join(pieces)

    def _some_rows(self, table: Table, rows: Sequence[int]) -> bytes:
        constants = self._constants(max(rows, default=-1) + 1)
        pieces: list[bytes] = []
        for row in rows:
            pieces += constants[row * self._stride : (row + 1) * self._stride]
        for place, step in enumerate(self.steps):
            column = step.column(table.columns)
            pieces[2 * place + 1 :: self._stride] = [column[row] for row in rows]
        return b"".join(pieces)

    @property
    def _stride(self) -> int:
        return 2 * len(self.steps) + 1

    def _constants(self, rows: int) -> list[bytes]:
        """Return constants and empty holes of the first rows, as a list of one's own.

        Another thread may do the same at once: the longer list is set whole.
        """
        ready = self._ready
        known = len(ready) // self._stride
        if rows > known:
            more = (one for row in range(known, rows) for one in self._row(row))
            ready = [*ready, *more]
            if rows <= _KEPT:
                self._ready = ready
        return ready[: rows * self._stride]

    def _row(self, row: int) -> list[bytes]:
        pieces = [b""] * self._stride
        pieces[::2] = [_baked(constant, row) for constant in self.constants]
        return pieces


def _baked(constant: Constant, row: int) -> bytes:
    return "".join(
        part if isinstance(part, str) else part.in_row(row) for part in constant
    ).encode()
