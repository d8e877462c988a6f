from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from connector.exports.sheets import (
    LONGEST_CELL,
    WIDEST,
    cell_text,
    csv_text,
    text_table,
    xlsx_bytes,
)

COLUMNS = ("sak", "merknad")
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
STARTS = st.sampled_from(
    ["", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
)
TEXTS = st.builds(str.__add__, STARTS, PLAIN)
ROWS = st.lists(st.fixed_dictionaries({"sak": TEXTS, "merknad": TEXTS}), max_size=5)


def csv_rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def xlsx_cells(data: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows()]


@given(ROWS)
def test_no_cell_of_a_csv_file_can_be_taken_for_a_formula(
    rows: list[dict[str, str]],
) -> None:
    for line in csv_rows(csv_text(COLUMNS, rows))[1:]:
        for cell in line:
            assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))


@given(ROWS)
def test_a_csv_file_gives_the_same_texts_back(rows: list[dict[str, str]]) -> None:
    found = csv_rows(csv_text(COLUMNS, rows))

    assert found[0] == list(COLUMNS)
    assert [[cell.removeprefix("'") for cell in line] for line in found[1:]] == [
        [row[column].removeprefix("'") for column in COLUMNS] for row in rows
    ]


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_a_workbook_holds_the_same_texts_and_no_formula_or_link(
    rows: list[dict[str, str]],
) -> None:
    found = xlsx_cells(xlsx_bytes(COLUMNS, rows))

    assert [cell.value for cell in found[0]] == list(COLUMNS)
    for line, row in zip(found[1:], rows, strict=True):
        for cell, column in zip(line, COLUMNS, strict=True):
            assert cell.data_type != "f"
            assert cell.hyperlink is None
            assert unescape(cell.value or "") == row[column]


@pytest.mark.parametrize("link", ["https://example.com/", "mailto:x@y.example"])
def test_an_address_stays_plain_text_in_a_workbook(link: str) -> None:
    cell = xlsx_cells(xlsx_bytes(("lenke",), [{"lenke": link}]))[1][0]

    assert (cell.value, cell.hyperlink) == (link, None)


def test_numbers_stay_numbers_also_below_zero() -> None:
    rows = [{"dager": -3, "andel": 0.5}]

    assert csv_text(("dager", "andel"), rows) == "dager;andel\r\n-3;0.5\r\n"
    found = xlsx_cells(xlsx_bytes(("dager", "andel"), rows))[1]
    assert [cell.value for cell in found] == [-3, 0.5]


def test_a_text_longer_than_a_cell_is_cut_and_not_lost() -> None:
    rows = [{"tekst": "x" * 40_000}]

    (cell,) = xlsx_cells(xlsx_bytes(("tekst",), rows))[1]
    assert len(cell.value) == LONGEST_CELL
    assert cell.value.endswith("…")


def test_rows_without_a_value_have_an_empty_cell() -> None:
    assert csv_text(COLUMNS, [{"sak": None}]) == "sak;merknad\r\n;\r\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "ja"),
        (False, "nei"),
        (67.5, "67.5"),
        ([{"item": 1}], '[{"item": 1}]'),
        ({"A": "å"}, '{"A": "å"}'),
        (("PS", 1), '["PS", 1]'),
    ],
)
def test_a_value_is_told_as_the_text_of_a_cell(value: Any, text: str) -> None:
    assert cell_text(value) == text


@given(ROWS)
def test_a_table_for_a_terminal_has_one_line_a_row(rows: list[dict[str, str]]) -> None:
    lines = text_table(COLUMNS, rows).split("\n")

    assert len(lines) == len(rows) + 2
    assert all(len(line) <= 2 * WIDEST + 2 for line in lines)
    assert all(line.isprintable() for line in lines)


def test_columns_of_a_table_stand_under_their_headings() -> None:
    rows = [{"sak": "C01", "merknad": "kort"}, {"sak": "C", "merknad": "x" * 100}]

    lines = text_table(COLUMNS, rows).split("\n")

    place = lines[0].index("merknad")
    assert lines[1][:place].rstrip() == "---"
    assert lines[2][place:] == "kort"
    assert lines[3][place:] == "x" * (WIDEST - 1) + "…"
