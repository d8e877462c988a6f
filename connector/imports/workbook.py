"""The first sheet of an Excel workbook (.xlsx), one row at a time, as text.

No formula is calculated: the value that the spreadsheet program saved last is read.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from openpyxl import load_workbook

from connector.imports.errors import UnusableFileError
from connector.imports.problems import problem
from connector.imports.rows import Cell, Row

MAX_ROWS = 200_000
MAX_COLUMNS = 64
MAX_UNPACKED_BYTES = 250_000_000
MAX_MEMBERS = 1_000

# openpyxl has no error of its own for a damaged file: it lets out whatever the zip,
# the XML and its own tables run into. ElementTree's ParseError is a SyntaxError.
DAMAGED: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
# A document type is the door to entities that swell; no workbook has one.
_DOCTYPE: Final = tuple(
    "<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_ESCAPED_RETURN: Final = re.compile(r"_x000D_\n?")


def rows_of(data: bytes, *, file: str) -> list[Row]:
    """Return the rows of the first sheet in order, blank ones left out.

    Raises:
        UnusableFileError: it is no workbook, damaged, or unreasonably large inside.
    """
    try:
        refuse_swollen(data, file=file)
        with warnings.catch_warnings():
            # What openpyxl warns about (styles, extensions) is not read here.
            warnings.simplefilter("ignore")
            return _rows(data, file=file)
    except DAMAGED as error:
        raise UnusableFileError(file, problem("not_workbook")) from error


def refuse_swollen(data: bytes, *, file: str) -> None:
    """Raise `UnusableFileError` when a workbook is unreasonably large inside."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        size = sum(member.file_size for member in members)
        if size > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
            raise UnusableFileError(file, problem("swollen_workbook"))
        for member in members:
            _refuse_document_type(package.read(member), file=file)


def _refuse_document_type(content: bytes, *, file: str) -> None:
    if any(mark in content for mark in _DOCTYPE):
        raise UnusableFileError(file, problem("not_workbook"))


def _rows(data: bytes, *, file: str) -> list[Row]:
    rows = list(_sheet(data, saved_values=False, file=file))
    if not any(_is_formula(cell) for _, cells in rows for cell in cells):
        return [Row(line=line, cells=_texts(cells)) for line, cells in rows]
    values = dict(_sheet(data, saved_values=True, file=file))
    return [
        Row(line=line, cells=_calculated(cells, values.get(line, ())))
        for line, cells in rows
    ]


def _sheet(
    data: bytes, *, saved_values: bool, file: str
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=saved_values)
    sheet: Any = workbook.worksheets[0]
    # The size that a file claims for its sheet decides nothing here.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MAX_COLUMNS)
    for line, cells in enumerate(islice(rows, MAX_ROWS + 1), start=1):
        if line > MAX_ROWS:
            raise UnusableFileError(file, problem("too_many_rows", MAX_ROWS))
        if any(cell.value is not None or _is_formula(cell) for cell in cells):
            yield line, cells
    workbook.close()


def _is_formula(cell: Any) -> bool:
    return bool(cell.data_type == "f")


def _texts(cells: tuple[Any, ...]) -> tuple[Cell, ...]:
    return tuple(_text(cell) for cell in cells)


def _calculated(cells: tuple[Any, ...], values: tuple[Any, ...]) -> tuple[Cell, ...]:
    padded = values + (None,) * (len(cells) - len(values))
    return tuple(
        _saved(value) if _is_formula(cell) else _text(cell)
        for cell, value in zip(cells, padded, strict=True)
    )


def _saved(cell: Any) -> Cell:
    if cell is None or cell.value is None:
        return problem("formula_without_value")
    return _text(cell)


def _text(cell: Any) -> Cell:
    if cell.value is None:
        return ""
    if cell.data_type == "e":
        return problem("cell_error")
    return _written(cell.value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _ESCAPED_RETURN.sub("\n", str(value))
