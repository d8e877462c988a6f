"""Reads the set-up workbook: every sheet that is known, every cell that cannot be used.

Headings and sheets are found by their words in bokmål or nynorsk, whatever the case.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from connector.imports.errors import UnusableFileError
from connector.imports.files import read_bytes
from connector.imports.problems import printable, problem, shortened
from connector.imports.setup_rows import Fault, Setup, SetupRow
from connector.imports.setup_sheets import OTHER_SHEETS, SHEETS, Column, Sheet
from connector.imports.setup_values import CellRefusedError, folded, value_of
from connector.imports.workbook import DAMAGED, refuse_swollen
from connector.refusals import InputRefusedError
from connector.web.texts import Say, texts

MAX_MEGABYTES = 5
MAX_ROWS = 5_000
MAX_COLUMNS = 40
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class _Cell:
    value: Any
    type: str

    @property
    def is_blank(self) -> bool:
        return self.value is None or (
            isinstance(self.value, str) and not self.value.strip()
        )


_Lines = Sequence[tuple[int, Sequence[_Cell]]]


@dataclass(frozen=True)
class _Reading:
    """What one sheet is read with, and the faults found so far."""

    sheet: Sheet
    title: str
    say: Say
    faults: list[Fault] = field(default_factory=list)

    def blame(self, cell: str, text: str) -> None:
        self.faults.append(Fault(sheet=self.title, cell=cell, text=text))


def read_setup(path: Path, say: Say) -> Setup:
    """Return the rows of a filled workbook, at most 5 MB, with all that is wrong.

    Raises:
        InputRefusedError: the file is not there, too big, damaged or no workbook.
    """
    data = read_bytes(path)
    if len(data) > MAX_MEGABYTES * 1_000_000:
        raise InputRefusedError(f"{path.name}: {say('setup.file.too_big')}")
    if data.startswith(OLD_EXCEL):
        raise UnusableFileError(path.name, problem("old_excel"))
    rows: list[SetupRow] = []
    faults: list[Fault] = []
    for title, lines in _titled(_content(data, file=path.name)).items():
        found = _known_sheet(title)
        if found is None:
            faults += _unknown_sheet(title, say)
            continue
        reading = _Reading(found, printable(title), say)
        rows += _rows(reading, lines)
        faults += reading.faults
    return Setup(rows=rows, faults=faults)


def heading(column: Column, say: Say) -> str:
    """Return what stands over a column."""
    return say(f"setup.heading.{column.key}")


def sheet_title(key: str, say: Say) -> str:
    """Return the name of a sheet."""
    return say(f"setup.sheet.{key}")


def _content(data: bytes, *, file: str) -> list[tuple[str, _Lines]]:
    try:
        refuse_swollen(data, file=file)
        with warnings.catch_warnings():
            # What openpyxl warns about (styles, extensions) is not read here.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True)
            return [(sheet.title, list(_lines(sheet))) for sheet in book.worksheets]
    except DAMAGED as error:
        raise UnusableFileError(file, problem("not_workbook")) from error


def _lines(sheet: Any) -> Iterator[tuple[int, Sequence[_Cell]]]:
    # The size that a file claims for its sheet decides nothing here.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MAX_COLUMNS)
    for line, cells in enumerate(islice(rows, MAX_ROWS + 2), start=1):
        kept = [_Cell(cell.value, cell.data_type) for cell in cells]
        if not all(cell.is_blank for cell in kept):
            yield line, kept


def _titled(content: list[tuple[str, _Lines]]) -> Mapping[str, _Lines]:
    others = {folded(word) for key in OTHER_SHEETS for word in _both(f"sheet.{key}")}
    return {title: lines for title, lines in content if folded(title) not in others}


def _both(key: str) -> tuple[str, str]:
    words = texts()[f"setup.{key}"]
    return words.nb, words.nn


def _known_sheet(title: str) -> Sheet | None:
    for sheet in SHEETS:
        if folded(title) in {folded(word) for word in _both(f"sheet.{sheet.key}")}:
            return sheet
    return None


def _unknown_sheet(title: str, say: Say) -> list[Fault]:
    known = ", ".join(sheet_title(sheet.key, say) for sheet in SHEETS)
    text = say("setup.fault.sheet", sheets=known)
    return [Fault(sheet=printable(title), cell="A1", text=text)]


def _rows(reading: _Reading, lines: _Lines) -> Iterator[SetupRow]:
    if not lines:
        return
    (first, headings), *body = lines
    places = _places(reading, headings, line=first)
    if body and body[-1][0] > MAX_ROWS:
        reading.blame(
            f"A{MAX_ROWS + 1}", reading.say("setup.fault.rows", most=MAX_ROWS)
        )
        return
    for line, cells in body:
        yield _row(reading, places, line, cells)


def _places(
    reading: _Reading, headings: Sequence[_Cell], *, line: int
) -> Mapping[str, int]:
    """Return the place of each column, from 0; tell of headings that are not ours."""
    found: dict[str, int] = {}
    for place, cell in enumerate(headings):
        column = _column(reading.sheet, str(cell.value or ""))
        if column and column.key not in found:
            found[column.key] = place
        elif not cell.is_blank:
            text = reading.say("setup.fault.heading", value=shortened(str(cell.value)))
            reading.blame(_address(place, line), text)
    for column in reading.sheet.columns:
        if column.is_required and column.key not in found:
            name = heading(column, reading.say)
            text = reading.say("setup.fault.no_heading", heading=name)
            reading.blame(f"A{line}", text)
    return found


def _column(sheet: Sheet, text: str) -> Column | None:
    for column in sheet.columns:
        if folded(text) in {folded(word) for word in _both(f"heading.{column.key}")}:
            return column
    return None


def _address(place: int, line: int) -> str:
    return f"{get_column_letter(place + 1)}{line}"


def _row(
    reading: _Reading, places: Mapping[str, int], line: int, cells: Sequence[_Cell]
) -> SetupRow:
    before = len(reading.faults)
    addresses = {
        column.key: _address(places.get(column.key, 0), line)
        for column in reading.sheet.columns
    }
    values = {
        column.key: _value(reading, column, addresses[column.key], _at(cells, place))
        for column in reading.sheet.columns
        if (place := places.get(column.key)) is not None
    }
    complete = {column.key: column.default for column in reading.sheet.columns} | values
    return SetupRow(
        sheet=reading.sheet,
        title=reading.title,
        values=complete,
        cells=addresses,
        is_sound=len(reading.faults) == before and _is_whole(reading.sheet, places),
    )


def _is_whole(sheet: Sheet, places: Mapping[str, int]) -> bool:
    return all(column.key in places for column in sheet.columns if column.is_required)


def _at(cells: Sequence[_Cell], place: int) -> _Cell:
    return cells[place] if place < len(cells) else _Cell(None, "n")


def _value(reading: _Reading, column: Column, address: str, cell: _Cell) -> Any:
    try:
        return value_of(column, _written(cell, reading.say), reading.say)
    except CellRefusedError as refusal:
        reading.blame(address, str(refusal))
        return None


def _written(cell: _Cell, say: Say) -> str:
    """Return a cell as text; a formula is refused, whatever it last came to."""
    if cell.type == "f":
        raise CellRefusedError(say("setup.fault.formula"))
    if cell.type == "e":
        raise CellRefusedError(problem("cell_error").text(say.language))
    return _plain(cell.value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
