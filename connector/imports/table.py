"""Decisions from a table that a person fills in: CSV or Excel, one row a treatment.

The template is our own; `docs/imports.md` explains it column by column.
"""

from __future__ import annotations

import codecs
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from openpyxl import Workbook

from connector.imports import delimited, workbook
from connector.imports.errors import (
    UnusableFileError,
    ValueRefusedError,
    WrongColumnsError,
)
from connector.imports.files import read_bytes, text_of
from connector.imports.outcomes import outcome_of
from connector.imports.problems import Problem, problem, without_facts
from connector.imports.records import (
    RESTRICTED_TITLE,
    Batch,
    BodyName,
    CaseNumber,
    MeetingDay,
    OtherCase,
    OutcomeSource,
    Refused,
    Restriction,
    Source,
    TreatmentRecord,
    batch,
    sealed,
)
from connector.imports.rows import Row
from connector.imports.values import (
    case_number,
    clean_text,
    day_of,
    legal_basis,
    one_line,
    other_case,
    web_link,
    yes_no,
)

SYSTEM = "table"

COLUMNS: Final = (
    "organ",
    "moetedato",
    "saksnr",
    "arkivsaksnr",
    "tittel",
    "vedtak",
    "utfall",
    "endelig",
    "lenke",
    "unntatt_hjemmel",
)
# These may be left out; a file without them is read as it always was.
OPTIONAL: Final = ("erstattet_av", "erstatter")

_NYNORSK_HEADINGS: Final = {
    "endeleg": "endelig",
    "lenkje": "lenke",
    "unntattheimel": "unntatt_hjemmel",
    "unntekeheimel": "unntatt_hjemmel",
    "unnatekenheimel": "unntatt_hjemmel",
    "unnatekeheimel": "unntatt_hjemmel",
    "erstattaav": "erstattet_av",
    "erstattar": "erstatter",
}
_EXCEL: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

T = TypeVar("T")
Headings = Mapping[str, int]


def read_table(path: Path, *, number_type: str = "PS") -> Batch:
    """Return the treatments of a CSV or Excel file, and the rows that were refused.

    CSV: semicolon, comma or tab; UTF-8, UTF-16 with a mark, or Windows-1252. Excel:
    the first sheet. Which of them it is, the content decides and not the name.
    A case number without a type gets `number_type`. Every fault of a row is listed.

    Raises:
        UnusableFileError: the file is not there, empty, too big, damaged or no table.
        WrongColumnsError: a heading is missing or stands twice.
    """
    rows = [row for row in _rows(path) if not row.is_blank]
    if not rows:
        raise UnusableFileError(path.name, problem("empty"))
    heading, *body = rows
    headings = _headings(heading, file=path.name)
    table = _Table(path.name, headings, len(heading.cells), number_type)
    return batch(_without_repeats(table, body), source=path.name)


def template(kind: Literal["csv", "xlsx"]) -> bytes:
    """Return the empty template: the headings, and nothing else.

    In the Excel template the numbers of cases are text cells, because a spreadsheet
    otherwise takes 12/26 for a date.
    """
    return _csv_template() if kind == "csv" else _xlsx_template()


@dataclass(frozen=True)
class _Table:
    """What a row must be read with: the file's name, its headings and their number."""

    file: str
    headings: Headings
    width: int
    number_type: str

    def other(self, raw: str) -> OtherCase | None:
        """Return the other treatment that a cell names, by default of the same type."""
        return other_case(raw, default_type=self.number_type)


class _Cells:
    """The cells of one row by heading; a cell with a problem raises it when read."""

    def __init__(self, row: Row, headings: Headings) -> None:
        self._row = row
        self._headings = headings

    def read(self, column: str, parse: Callable[[str], T]) -> T:
        if column not in self._headings:
            return parse("")
        cell = self._row.cells[self._headings[column]]
        if isinstance(cell, Problem):
            raise ValueRefusedError(cell)
        return parse(cell)

    def says_exempt(self) -> bool:
        """Whether the row may be exempt: a basis that cannot be read counts too."""
        try:
            return self.read("unntatt_hjemmel", legal_basis) is not None
        except ValueRefusedError:
            return True


def _rows(path: Path) -> Iterable[Row]:
    data = read_bytes(path)
    if data.startswith(_OLD_EXCEL):
        raise UnusableFileError(path.name, problem("old_excel"))
    if data.startswith(_EXCEL):
        return workbook.rows_of(data, file=path.name)
    text = text_of(data)
    if text is None:
        raise UnusableFileError(path.name, problem("not_text"))
    return delimited.rows_of(text, separator=_separator(text))


def _separator(text: str) -> str:
    """Return the separator that gives the most known headings."""
    lines = text.lstrip().splitlines() or [""]
    declared = delimited.declared_separator(text)
    known = {_folded(column) for column in COLUMNS}
    first = lines[1] if declared and len(lines) > 1 else lines[0]
    return declared or max(
        delimited.SEPARATORS,
        key=lambda mark: sum(
            _folded(heading.strip('"')) in known for heading in first.split(mark)
        ),
    )


def _headings(row: Row, *, file: str) -> Headings:
    named = [_column(cell) for cell in row.cells]
    missing = [column for column in COLUMNS if column not in named]
    if missing:
        what = problem("missing_columns", ", ".join(missing))
        raise WrongColumnsError(file, what, line=row.line)
    for column in (*COLUMNS, *OPTIONAL):
        if named.count(column) > 1:
            what = problem("repeated_column", column)
            raise WrongColumnsError(file, what, line=row.line)
    told = [column for column in (*COLUMNS, *OPTIONAL) if column in named]
    return {column: named.index(column) for column in told}


def _column(cell: object) -> str | None:
    folded = _folded(str(cell))
    columns = {_folded(column): column for column in (*COLUMNS, *OPTIONAL)}
    known = columns | _NYNORSK_HEADINGS
    return known.get(folded)


def _folded(heading: str) -> str:
    composed = unicodedata.normalize("NFC", heading).casefold().translate(_LETTERS)
    return "".join(character for character in composed if character.isalnum())


def _without_repeats(
    table: _Table, rows: Iterable[Row]
) -> list[TreatmentRecord | Refused]:
    read: list[TreatmentRecord | Refused] = []
    lines: dict[str, int] = {}
    for row in rows:
        found = _read(table, row)
        read.extend(_first_of_its_kind(table, row, one, lines) for one in found)
    return read


def _first_of_its_kind(
    table: _Table, row: Row, one: TreatmentRecord | Refused, lines: dict[str, int]
) -> TreatmentRecord | Refused:
    if isinstance(one, Refused):
        return one
    first = lines.setdefault(one.source.source_id, row.line)
    if first == row.line:
        return one
    return _refused(table, row, "", problem("repeated_row", first))


def _read(table: _Table, row: Row) -> list[TreatmentRecord | Refused]:
    whole = row.problem or _wrong_width(table, row)
    if whole:
        return [_refused(table, row, "", whole)]
    cells = _Cells(row, table.headings)
    faults = list(_faults(table, row, cells))
    return [*faults] if faults else [_record(table, cells)]


def _wrong_width(table: _Table, row: Row) -> Problem | None:
    """A row of another width has its text in the wrong columns: nothing is sure."""
    is_whole = len(row.cells) > max(table.headings.values())
    beyond = Row(line=row.line, cells=row.cells[table.width :])
    if is_whole and beyond.is_blank:
        return None
    return problem("cell_count", len(row.cells), table.width)


def _faults(table: _Table, row: Row, cells: _Cells) -> Iterable[Refused]:
    is_exempt = cells.says_exempt()
    for column, parse in _parsers(table, is_exempt=is_exempt).items():
        try:
            cells.read(column, parse)
        except ValueRefusedError as error:
            what = without_facts(error.problem) if is_exempt else error.problem
            yield _refused(table, row, column, what)


def _parsers(
    table: _Table, *, is_exempt: bool
) -> Mapping[str, Callable[[str], object]]:
    always: dict[str, Callable[[str], object]] = {
        "organ": one_line,
        "moetedato": day_of,
        "saksnr": lambda raw: case_number(raw, default_type=table.number_type),
        "arkivsaksnr": clean_text,
        "utfall": clean_text,
        "endelig": yes_no,
        "unntatt_hjemmel": legal_basis,
        **dict.fromkeys(OPTIONAL, table.other),
    }
    public: dict[str, Callable[[str], object]] = {
        "tittel": one_line,
        "vedtak": clean_text,
        "lenke": web_link,
    }
    return always if is_exempt else always | public


def _record(table: _Table, cells: _Cells) -> TreatmentRecord:
    body = BodyName(name=cells.read("organ", one_line))
    meeting = MeetingDay(day=cells.read("moetedato", day_of))
    number = cells.read(
        "saksnr", lambda raw: case_number(raw, default_type=table.number_type)
    )
    basis = cells.read("unntatt_hjemmel", legal_basis)
    is_public = basis is None
    words = " ".join(cells.read("utfall", clean_text).split())
    return sealed(
        TreatmentRecord(
            body=body,
            meeting=meeting,
            number=number,
            source=Source(system=SYSTEM, source_id=_source_id(body, meeting, number)),
            title=cells.read("tittel", one_line) if is_public else RESTRICTED_TITLE,
            decision_text=cells.read("vedtak", clean_text) if is_public else "",
            link=cells.read("lenke", web_link) if is_public else None,
            restriction=None if is_public else Restriction(legal_basis=basis),
            archive_number=cells.read("arkivsaksnr", clean_text) or None,
            outcome=outcome_of(words) if words else None,
            outcome_raw=words if words and is_public else None,
            outcome_source=OutcomeSource.SOURCE if words else None,
            is_final=cells.read("endelig", yes_no),
            decided_on=meeting.day,
            replaced_by=cells.read("erstattet_av", table.other),
            replaces=cells.read("erstatter", table.other),
        )
    )


def _source_id(body: BodyName, meeting: MeetingDay, number: CaseNumber) -> str:
    """Return a key that survives another spelling of case and space in the body."""
    name = unicodedata.normalize("NFC", body.name).casefold()
    return f"{name}|{meeting.day}|{number}"


def _refused(table: _Table, row: Row, column: str, what: Problem) -> Refused:
    return Refused(file=table.file, row=row.line, where=column, problem=what)


def _csv_template() -> bytes:
    # Norwegian Excel opens a CSV file rightly with this mark and semicolons.
    return codecs.BOM_UTF8 + (";".join(COLUMNS) + "\r\n").encode("ascii")


def _xlsx_template() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "vedtak"
    sheet.append(COLUMNS)
    sheet.freeze_panes = "A2"
    for letter in "CD":
        sheet.column_dimensions[letter].number_format = "@"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
