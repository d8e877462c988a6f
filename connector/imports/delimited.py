"""Text with cells between separators (RFC 4180), one row at a time.

The standard `csv` module either swallows the rest of the file after an unclosed
quotation mark or gives up altogether. Here such a row is reported with its line, and
reading goes on at the next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from connector.imports.problems import problem
from connector.imports.rows import Row

SEPARATORS: Final = (";", ",", "\t")

# Possessive, so that a long damaged cell is tried once and not once a character.
_CELL: Final = {
    separator: re.compile(
        rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"[ ]*'
        rf'|(?P<plain>(?!")[^{separator}\r\n]*+))'
        rf"(?P<end>{separator}|\r\n|\n|\r|\Z)"
    )
    for separator in SEPARATORS
}
_LINE_END: Final = re.compile(r"\r\n|\n|\r|\Z")


@dataclass(frozen=True)
class _Read:
    """A row, where the next one begins, and on which line that is."""

    row: Row
    position: int
    line: int


def rows_of(text: str, *, separator: str) -> Iterator[Row]:
    """Yield the rows in order; the line is the one where the row begins.

    A first line `sep=;`, which Excel writes and obeys, is not a row.
    """
    position, line = (0, 1)
    if declared_separator(text):
        position, line = (_line_end(text, 0), 2)
    while position < len(text):
        read = _row(text, position, line, separator)
        yield read.row
        position, line = (read.position, read.line)


def declared_separator(text: str) -> str | None:
    """Return what a first line `sep=;` says, or `None` where there is none."""
    first = text[:5].casefold()
    return first[4] if first[:4] == "sep=" and first[4:] in SEPARATORS else None


def _row(text: str, start: int, line: int, separator: str) -> _Read:
    cells: list[str] = []
    position, end = (start, separator)
    while end == separator:
        found = _CELL[separator].match(text, position)
        if found is None:
            return _damaged(text, start, line)
        cells.append(_value(found))
        position, end = (found.end(), found["end"])
    row = Row(line=line, cells=tuple(cells))
    return _Read(row, position, line + _lines_in(text[start:position]))


def _damaged(text: str, start: int, line: int) -> _Read:
    row = Row(line=line, problem=problem("stray_quote"))
    return _Read(row, _line_end(text, start), line + 1)


def _value(found: re.Match[str]) -> str:
    quoted = found["quoted"]
    return found["plain"] if quoted is None else str(quoted).replace('""', '"')


def _line_end(text: str, start: int) -> int:
    found = _LINE_END.search(text, start)
    return found.end() if found else len(text)


def _lines_in(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
