"""Rows as CSV, XLSX and plain text, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula is kept as text: an apostrophe before
it in CSV, a string cell in XLSX. Source: OWASP, «CSV Injection».
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
WIDEST = 90
LONGEST_CELL = 32_767  # characters; Excel takes no more

Row = Mapping[str, Any]


def csv_text(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the rows as semicolon-separated CSV with a heading row."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def xlsx_bytes(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return the rows as a workbook with one sheet; text is never a formula or link."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        heading = book.add_format({"bold": True})
        sheet.write_row(0, 0, columns, heading)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                _write(sheet, number, place, row.get(column))
        sheet.freeze_panes(1, 0)
        sheet.autofit(300)
    return file.getvalue()


def text_table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the rows as a table for a terminal; long cells are cut with «…»."""
    cells = [[_flat(cell_text(row.get(column))) for column in columns] for row in rows]
    widths = [
        max(len(line[place]) for line in [list(columns), *cells])
        for place in range(len(columns))
    ]
    lines = [_line(columns, widths), _line(["-" * width for width in widths], widths)]
    return "\n".join([*lines, *(_line(line, widths) for line in cells)])


def cell_text(value: Any) -> str:
    """Return a value as the text of a cell: nothing for None, JSON for nested ones."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _harmless(value: Any) -> str:
    text = cell_text(value)
    if _is_number(value) or not text.startswith(FORMULA_SIGNS):
        return text
    return f"'{text}"


def _write(sheet: Any, row: int, place: int, value: Any) -> None:
    if _is_number(value):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, _cut(cell_text(value), LONGEST_CELL))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _flat(text: str) -> str:
    """Return text on one line, without what would steer a terminal."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return _cut(" ".join(seen.split()), WIDEST)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
