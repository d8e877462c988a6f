"""What is too large to be read again, refused before it is made.

The limits are those of `guard` and `markup`: a file that Samspor makes is one that it
takes back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from templates_docx.errors import ValueRefusedError
from templates_docx.guard import MAX_XML_PART
from templates_docx.markup import MAX_CONTROLS
from templates_docx.segments import (
    ChartHole,
    Hole,
    OptionalHole,
    PairHole,
    RowsHole,
    Segments,
    all_holes,
)
from workflows.forms.fields import Label

_CONTROL = re.compile(r"<(?:[\w.-]+:)?sdt[\s/>]")
_TOO_MANY = Label(
    nb="Tabellen har for mange rader: dokumentet får mer enn 20 000 felt, og en så stor"
    " fil kan ikke leses inn igjen. Del den i flere dokumenter.",
    nn="Tabellen har for mange rader: dokumentet får meir enn 20 000 felt, og ei så"
    " stor fil kan ikkje lesast inn att. Del den i fleire dokument.",
)
_TOO_LARGE = Label(
    nb="Her står det for mye: dokumentet blir over 32 MB, og en så stor fil kan ikke"
    " leses inn igjen. Del det i flere dokumenter.",
    nn="Her står det for mykje: dokumentet blir over 32 MB, og ei så stor fil kan ikkje"
    " lesast inn att. Del det i fleire dokument.",
)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How many controls a part has outside of rows, and in each row of each table.

    `lines` is how many rows a table has without a value.
    """

    outside: int
    in_row: Mapping[str, int]
    lines: Mapping[str, int]

    @classmethod
    def of(cls, segments: Segments, *, lines: Mapping[str, int]) -> Bounds:
        """Return the bounds of one part of a template."""
        in_row: Counter[str] = Counter()
        for hole in all_holes(segments):
            if isinstance(hole, RowsHole):
                in_row[hole.field] = max(in_row[hole.field], _controls(hole.pattern))
        return cls(outside=_controls(segments), in_row=in_row, lines=lines)

    def check(self, rows: Mapping[str, int], *, language: str) -> None:
        """Refuse so many rows that the file could not be read again.

        Raises:
            ValueRefusedError: names the table that has most of the controls.
        """
        rows = {**self.lines, **rows}
        counts = {key: one * rows[key] for key, one in self.in_row.items()}
        if self.outside + sum(counts.values()) > MAX_CONTROLS:
            key = max(counts, key=counts.__getitem__, default="")
            raise ValueRefusedError(key, _TOO_MANY.in_(language))


def check_sizes(
    parts: Iterable[bytes], values: Mapping[str, Any], *, language: str
) -> None:
    """Refuse a document with a part that is too large to be read again.

    Raises:
        ValueRefusedError: names the field that holds most.
    """
    if any(len(part) > MAX_XML_PART for part in parts):
        key = max(values, key=lambda key: len(str(values[key])), default="")
        raise ValueRefusedError(key, _TOO_LARGE.in_(language))


def _controls(segments: Segments) -> int:
    """Controls in constants; rows are counted by themselves."""
    return sum(_in(part) for part in segments)


def _in(part: str | Hole) -> int:
    if isinstance(part, str):
        return len(_CONTROL.findall(part))
    if isinstance(part, OptionalHole | PairHole | ChartHole):
        return _controls(part.pattern)
    return 0
