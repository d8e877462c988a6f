"""The empty set-up workbook: explained, with drop-downs, and with an example."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from connector.imports.setup_reading import heading, sheet_title
from connector.imports.setup_sheets import SHEETS, Choice, Column, Kind, Sheet
from connector.imports.setup_values import choices, word_of
from connector.web.texts import Say, texts

ROWS = 1_000
# A fixed day, so that the template is the same file whenever it is written.
MADE = datetime(2026, 1, 1, tzinfo=UTC)
WIDTHS = {Kind.DAY: 14, Kind.NUMBER: 10, Kind.YES_NO: 11, Kind.CHOICE: 30}
WIDEST = 34
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class _Making:
    """The book that is made, its language and its formats."""

    book: Any
    say: Say
    formats: Mapping[str, Any]


def setup_template(say: Say) -> bytes:
    """Return the empty workbook in one language: same words, same bytes each time."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"created": MADE})
        making = _Making(book, say, _formats(book))
        _explanation(making)
        # The lists come last in the book, but the drop-downs must know their places.
        places = {choice.words: at for at, choice in enumerate(_all_choices())}
        for sheet in SHEETS:
            _sheet(making, sheet, places)
        _example(making)
        _lists(making)
    return file.getvalue()


def _formats(book: Any) -> Mapping[str, Any]:
    wrapped = {"text_wrap": True, "valign": "top"}
    head = {**wrapped, "bold": True, "bg_color": "#DCE6F1", "bottom": 1}
    return {
        "head": book.add_format(head),
        "needed": book.add_format({**head, "bg_color": "#F8E5B4"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "wrapped": book.add_format(wrapped),
        "text": book.add_format({"num_format": "@"}),
        "day": book.add_format({"num_format": "dd.mm.yyyy"}),
        "number": book.add_format({"num_format": "0"}),
    }


def _explanation(making: _Making) -> None:
    say = making.say
    page = making.book.add_worksheet(sheet_title("readme", say))
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 26)
    page.set_column(2, 2, 90)
    page.write_string(0, 0, say("setup.readme.title"), making.formats["title"])
    line = 2
    for key in sorted(key for key in texts() if key.startswith("setup.readme.line")):
        page.merge_range(line, 0, line, 2, say(key), making.formats["wrapped"])
        page.set_row(line, 34)
        line += 1
    for sheet in SHEETS:
        line = _explained(making, page, sheet, line + 1)


def _explained(making: _Making, page: Any, sheet: Sheet, line: int) -> int:
    """Write what a sheet and its columns are for; return the next free line."""
    say, formats = making.say, making.formats
    page.write_string(line, 0, sheet_title(sheet.key, say), formats["bold"])
    page.write_string(line, 2, say(f"setup.about.{sheet.key}"), formats["wrapped"])
    for at, column in enumerate(sheet.columns, start=line + 1):
        page.write_string(at, 1, heading(column, say), formats["wrapped"])
        page.write_string(at, 2, _help(column, say), formats["wrapped"])
    return line + len(sheet.columns) + 1


def _help(column: Column, say: Say) -> str:
    needed = say("setup.needed" if column.is_required else "setup.optional")
    return f"{needed} {say(f'setup.help.{column.key}')}"


def _sheet(making: _Making, sheet: Sheet, lists: Mapping[str, int]) -> None:
    page = making.book.add_worksheet(sheet_title(sheet.key, making.say))
    for place, column in enumerate(sheet.columns):
        style = "needed" if column.is_required else "head"
        name = heading(column, making.say)
        page.write_string(0, place, name, making.formats[style])
        width = max(WIDTHS.get(column.kind, WIDEST), len(name) + 2)
        page.set_column(place, place, width, making.formats[_format(column)])
        page.data_validation(
            1, place, ROWS, place, _validation(making.say, column, lists)
        )
    page.freeze_panes(1, 0)


def _format(column: Column) -> str:
    return {Kind.DAY: "day", Kind.NUMBER: "number"}.get(column.kind, "text")


def _validation(
    say: Say, column: Column, lists: Mapping[str, int]
) -> dict[str, object]:
    """A drop-down where there is a list; else only the help when a cell is chosen."""
    told = {
        "input_title": heading(column, say)[:32],
        "input_message": _help(column, say)[:255],
    }
    if column.choice:
        source = _range_of(column.choice, lists[column.choice.words], say)
        return {"validate": "list", "source": source, **told}
    if column.kind is Kind.YES_NO:
        return {
            "validate": "list",
            "source": [say("setup.yes"), say("setup.no")],
            **told,
        }
    if column.of and column.kind is Kind.TEXT:
        source = f"='{sheet_title(column.of, say)}'!$A$2:$A${ROWS + 1}"
        return {"validate": "list", "source": source, "error_type": "warning", **told}
    return {"validate": "any", **told}


def _range_of(choice: Choice, place: int, say: Say) -> str:
    letter = xl_col_to_name(place)
    last = len(choices(choice)) + 1
    return f"='{sheet_title('lists', say)}'!${letter}$2:${letter}${last}"


def _all_choices() -> list[Choice]:
    found = {
        column.choice.words: column.choice
        for sheet in SHEETS
        for column in sheet.columns
        if column.choice
    }
    return list(found.values())


def _example(making: _Making) -> None:
    """One filled row of each sheet; this sheet is never read."""
    page = making.book.add_worksheet(sheet_title("example", making.say))
    page.set_column(0, 12, 26)
    line = 0
    for sheet in SHEETS:
        page.write_string(
            line, 0, sheet_title(sheet.key, making.say), making.formats["bold"]
        )
        for place, column in enumerate(sheet.columns):
            name = heading(column, making.say)
            page.write_string(line + 1, place, name, making.formats["head"])
            page.write_string(line + 2, place, _example_of(column, making.say))
        line += 4


def _example_of(column: Column, say: Say) -> str:
    if column.choice:
        return word_of(column.choice, column.choice.codes(column.example), say)
    return column.example


def _lists(making: _Making) -> None:
    page = making.book.add_worksheet(sheet_title("lists", making.say))
    for place, choice in enumerate(_all_choices()):
        page.write_string(0, place, choice.words.rsplit(".", 1)[-1])
        for line, code in enumerate(choices(choice), start=1):
            cell = xl_rowcol_to_cell(line, place)
            page.write_string(cell, word_of(choice, code, making.say))
    page.hide()
