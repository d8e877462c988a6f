"""A mandate of three pages for the benchmarks: its form, its template, 200 data sets.

25 single values, tables of 12 and 15 rows with 5 columns, 6 rich fields of 5 runs; in
all 190 texts, every one with letters and signs that XML must escape or UTF-8 widens.
The people and the municipality are invented.
"""

from __future__ import annotations

import functools
import hashlib
import io
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import docx
from docx.shared import Cm

from templates_docx.build import standard_template
from templates_docx.compile import compiled
from templates_docx.display import shown
from templates_docx.fill import Template
from templates_docx.look import INK
from templates_docx.package import Package, packed, write
from templates_docx.slots import Slot, slots_of
from workflows.forms.catalogue import form
from workflows.forms.fields import Field, FieldType, Form

LANGUAGE = "nb"
SETS = 200
_STYLES = "word/styles.xml"
_LONG_TABLES = {"m_partners": 12, "m_milestones": 15}
_SINGLE = (
    *("m_municipality", "m_name", "m_no", "m_case", "m_version", "m_status"),
    *("m_access", "m_access_basis", "m_access_reason", "m_access_parts"),
    *("m_access_on", "m_access_until", "m_focus_text", "m_initiator_text"),
    *("m_councils_text", "m_privacy_basis", "m_start", "m_end", "m_report"),
    *("m_report_text", "m_pm_percent", "m_chair_person", "m_pm"),
)
_RICH = (
    *("m_summary", "m_background", "m_experience"),
    *("m_purpose", "m_scope_in", "m_scope_out"),
)
_WORDS = (
    "Ærlig & åpen dialog",
    "færre enn < 16 dager",
    '«Ørliten» og "stor" endring',
    "sykefravær, nærvær og trivsel",
    "hele stillinger på Solsida",
    "avtalt mellom partene",
    "innenfor vedtatt ramme",
)
_LOOKS: tuple[dict[str, bool], ...] = (
    {"bold": True},
    {},
    {"italic": True},
    {},
    {"bold": True, "italic": True},
)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One data set: the values, and the same as people read them.

    `stored` and `single` are by tag, `rows` by table and column, `rich` has the runs.
    """

    values: Mapping[str, Any]
    stored: Mapping[str, str]
    single: Mapping[str, str]
    rows: Mapping[str, Sequence[Mapping[str, str]]]
    rich: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def texts(self) -> list[str]:
        """Return every text that a document must show."""
        cells = [
            text for rows in self.rows.values() for row in rows for text in row.values()
        ]
        runs = [run["text"] for runs in self.rich.values() for run in runs]
        return [*self.single.values(), *cells, *runs]


def samples() -> list[Sample]:
    """Return the data sets, all different, the same in every run."""
    return [_sample(number) for number in range(SETS)]


def small_form() -> Form:
    """Return the mandate with only the fields of the benchmark."""
    whole, wanted = form("mandate"), {*_SINGLE, *_LONG_TABLES, *_RICH}
    sections = (
        replace(
            section,
            fields=tuple(field for field in section.fields if field.key in wanted),
        )
        for section in whole.sections
    )
    return replace(whole, sections=tuple(one for one in sections if one.fields))


@functools.cache
def restyled() -> bytes:
    """Return the template as a municipality would have it: own colour, own logo."""
    package = Package.open(standard_template(small_form(), language=LANGUAGE))
    styles = package.read(_STYLES).replace(INK.encode(), b"7A1F3D")
    coloured = write(
        packed(name, styles if name == _STYLES else package.read(name))
        for name in package.members
    )
    document = docx.Document(io.BytesIO(coloured))
    header = document.sections[0].header
    header.paragraphs[0].add_run().add_picture(io.BytesIO(_logo()), height=Cm(1))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _logo() -> bytes:
    """A picture of 110 by 110 points of colour, 36 kB like many a coat of arms."""
    side = 110
    colours = hashlib.shake_128(b"logo").digest(3 * side * side)
    rows = (colours[at : at + 3 * side] for at in range(0, len(colours), 3 * side))
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    head = struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return (
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    )


def bench_template() -> Template:
    """Return the restyled template, compiled like any file from a municipality."""
    return compiled(small_form(), language=LANGUAGE, data=restyled())


def long_tables() -> tuple[Field, ...]:
    """Return the two tables with many rows."""
    return tuple(form("mandate").field(key) for key in _LONG_TABLES)


def _sample(number: int) -> Sample:
    known = form("mandate")
    words = _words(number)
    values: dict[str, Any] = {
        key: _value(known.field(key), words, number) for key in (*_SINGLE, *_RICH)
    }
    values |= {
        key: [_row(known.field(key), words, row, number) for row in range(rows)]
        for key, rows in _LONG_TABLES.items()
    }
    return Sample(
        values=values,
        stored={slot.tag: _stored(slot, values[slot.field]) for slot in _slots(known)},
        single={slot.tag: _shown(slot, values[slot.field]) for slot in _slots(known)},
        rows={key: _shown_rows(known.field(key), values[key]) for key in _LONG_TABLES},
        rich={key: values[key][0] for key in _RICH},
    )


def _words(number: int) -> Iterator[str]:
    place = number
    while True:
        place += 1
        yield f"{_WORDS[place % len(_WORDS)]} {number}-{place - number}"


def _value(field: Field, words: Iterator[str], number: int) -> Any:
    if field.type is FieldType.RICH:
        return [[{"text": f"{next(words)} "} | look for look in _LOOKS]]
    if field.type is FieldType.PERSON:
        return {"name": next(words), "role": next(words)}
    if field.type is FieldType.CHOICE:
        return field.choices[number % len(field.choices)].key
    if field.type is FieldType.NUMBER:
        return number % 100
    return _day(number) if field.type is FieldType.DATE else next(words)


def _row(field: Field, words: Iterator[str], row: int, number: int) -> dict[str, Any]:
    cells = {
        column.key: _day(number + row)
        if column.type is FieldType.DATE
        else f"{next(words)} i {row + 1}"
        for column in field.columns
    }
    return {"_id": f"{field.key[2:]}-{row + 1}"} | cells


def _day(number: int) -> str:
    return f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"


def _slots(known: Form) -> list[Slot]:
    return [slot for key in _SINGLE for slot in slots_of(known.field(key))]


def _shown_rows(
    field: Field, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    return [{slot.leaf: _shown(slot, row) for slot in slots_of(field)} for row in rows]


def _stored(slot: Slot, value: Any) -> str:
    return str(value[slot.leaf] if slot.leaf else value)


def _shown(slot: Slot, value: Any) -> str:
    return shown(slot, _stored(slot, value), language=LANGUAGE)
