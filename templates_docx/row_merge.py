"""A table three times: rows by their ids, cells by their columns, and the order.

Rows that both sides still have are merged cell by cell. A row that one side has put in
or taken out is one thing to decide, with what the other side did to it. A row that has
only moved is the same row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from templates_docx.three_way import Choices, Triple
from workflows.forms.shapes import is_empty

Row: TypeAlias = Mapping[str, Any]
_ID = "_id"


@dataclass(frozen=True)
class TableMerge:
    """The rows of one table on the three sides; each row has an id of its own."""

    field: str
    base: Mapping[str, Row]
    record: Mapping[str, Row]
    word: Mapping[str, Row]

    @classmethod
    def of(
        cls,
        field: str,
        *,
        base: Sequence[Row],
        record: Sequence[Row],
        word: Sequence[Row],
    ) -> TableMerge:
        """Return the merge of three tables in normal form."""
        return cls(field, _by_id(base), _by_id(record), _by_id(word))

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """What there is to decide: rows and cells as they come, then the order."""
        ids = dict.fromkeys((*self.record, *self.word))
        return (*(each for row in ids for each in self._of_row(row)), self.order)

    @cached_property
    def order(self) -> Triple:
        """The order of the rows that all three sides have."""
        shared = self.base.keys() & self.record.keys() & self.word.keys()
        sides = (
            [row for row in side if row in shared]
            for side in (self.base, self.record, self.word)
        )
        base, record, word = sides
        return Triple(key=f"{self.field}.order", base=base, record=record, word=word)

    def result(self, choices: Choices) -> list[dict[str, Any]]:
        """Return the merged rows in their order; rows that became empty are gone."""
        kept = dict(self._kept(choices))
        ids = [row for row in self.order.decided(choices) if row in kept]
        for side in (self.record, self.word):
            _place(ids, side, kept)
        return [kept[row] for row in ids]

    def _of_row(self, row: str) -> Iterator[Triple]:
        if row not in self.record or row not in self.word:
            yield self._whole(row)
            return
        base, record = self.base.get(row, {}), self.record[row]
        word = self.word[row]
        for column in dict.fromkeys((*base, *record, *word)):
            if column != _ID:
                yield Triple(
                    key=f"{self.field}[{row}].{column}",
                    base=base.get(column),
                    record=record.get(column),
                    word=word.get(column),
                )

    def _whole(self, row: str) -> Triple:
        return Triple(
            key=f"{self.field}[{row}]",
            base=self.base.get(row),
            record=self.record.get(row),
            word=self.word.get(row),
        )

    def _kept(self, choices: Choices) -> Iterator[tuple[str, dict[str, Any]]]:
        for row in dict.fromkeys((*self.record, *self.word)):
            merged = self._merged(row, choices)
            if merged is not None and not is_empty(merged):
                yield row, merged

    def _merged(self, row: str, choices: Choices) -> dict[str, Any] | None:
        if row not in self.record or row not in self.word:
            whole = self._whole(row).decided(choices)
            return None if whole is None else dict(whole)
        cells = (
            (each.key.rpartition("].")[2], each.decided(choices))
            for each in self._of_row(row)
        )
        filled = {column: value for column, value in cells if value is not None}
        return {_ID: row} | filled


def _by_id(rows: Iterable[Row]) -> dict[str, Row]:
    return {str(row[_ID]): row for row in rows}


def _place(ids: list[str], side: Iterable[str], kept: Mapping[str, Row]) -> None:
    """Set rows that are not placed yet behind the row they follow on their own side.

    Where both sides put rows in at one place, those placed first come first.
    """
    own, at = set(side), 0
    for row in side:
        if row in ids:
            at = ids.index(row) + 1
        elif row in kept:
            at = next((n for n in range(at, len(ids)) if ids[n] in own), len(ids))
            ids.insert(at, row)
            at += 1
