"""The rows of a table value to columns of texts.

A table without rows has a line to write on, and a signature table one for each party
that has none yet (house rule H6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from templates_docx.cells import (
    Converter,
    OddValueError,
    converter,
    has_silent,
    number_text,
    said,
)
from templates_docx.filling import Table, nodes_of, party_of, pool_of
from templates_docx.slots import PARTY_COLUMN, is_signing, party_choices, slots_of
from templates_docx.texts import Texts
from workflows.forms.fields import Column, Field, FieldType

_TAG_LIMIT = 64


class TableDraft(NamedTuple):
    """The raw texts of a table, to be escaped with all others.

    `columns` begins with the ids; a line to write on has an empty one. `is_exact` says
    that the rows hold a null.
    """

    columns: list[list[str | None]]
    parties: list[str]
    is_exact: bool

    @property
    def texts(self) -> list[str | None]:
        """All texts, column by column."""
        return list(chain.from_iterable(self.columns))


@dataclass(frozen=True)
class TablePlan:
    """What is known of a table field before any value."""

    field: Field
    columns: tuple[Column, ...]
    allowed: frozenset[str]
    converters: tuple[Converter | None, ...]
    parties: tuple[str, ...]

    @classmethod
    def of(cls, field: Field, *, language: str) -> TablePlan:
        """Return the plan for a table field in `nb` or `nn`."""
        parties = party_choices(field) if is_signing(field) else ()
        return cls(
            field=field,
            columns=field.columns,
            allowed=frozenset({"_id", *(column.key for column in field.columns)}),
            converters=tuple(
                converter(slot, language=language) for slot in slots_of(field)
            ),
            parties=tuple(party.key for party in parties),
        )

    def draft(self, rows: Any) -> TableDraft:
        """Return the texts of rows that may be none.

        Raises:
            OddValueError: these are no rows of the table, or an error of Python's own.
        """
        ids = _ids(rows, self.allowed)
        lines = self.lines(rows)
        every = [*rows, *lines]
        columns = [self._column(column, every) for column in self.columns]
        has_gaps = not all(map(all, columns))
        return TableDraft(
            columns=[[*ids, *("" for _ in lines)], *columns],
            parties=[party_of(row, PARTY_COLUMN) for row in every],
            is_exact=has_gaps and any(map(has_silent, rows)),
        )

    def convert(self, draft: TableDraft, texts: Texts) -> None:
        """Put into the texts what the body shows otherwise."""
        rows = len(draft.parties)
        for place, convert in enumerate(self.converters, start=1):
            if convert:
                raw = draft.columns[place]
                shown = [convert(one) if one else b"" for one in raw]
                texts.shown[place * rows : (place + 1) * rows] = shown

    @property
    def room(self) -> int:
        """How many signs an id may have to stand in a tag of Word."""
        return _TAG_LIMIT - len(self.field.key) - 1

    def table(self, draft: TableDraft, texts: Texts) -> Table:
        """Return the table from its own texts, escaped."""
        stored = _split(texts.stored, len(draft.parties))
        shown = _split(texts.shown, len(draft.parties))
        nodes = list(map(nodes_of, draft.columns[1:], stored[1:]))
        ids = _attributes(stored[0], have_breaks=texts.have_breaks)
        tags = self._tags(draft.columns[0], stored[0])
        return Table(
            columns=pool_of(stored[1:], shown[1:], nodes, ids, tags),
            parties=draft.parties,
        )

    def _column(self, column: Column, rows: Sequence[Any]) -> list[str | None]:
        key = column.key
        cells = [row.get(key) for row in rows]
        if column.type is FieldType.NUMBER:
            return [number_text(column, said(cell)) for cell in cells]
        return cells if all(cells) else [said(cell) for cell in cells]

    def lines(self, rows: Sequence[Any]) -> list[Mapping[str, Any]]:
        """Return the lines to write on, for a table and these rows."""
        if not self.parties:
            return [] if rows else [{}]
        present = {row.get(PARTY_COLUMN) for row in rows}
        return [{PARTY_COLUMN: one} for one in self.parties if one not in present]

    def _tags(self, ids: Sequence[str | None], escaped: list[bytes]) -> list[bytes]:
        """An id too long for a tag of Word lives in the store alone."""
        key = self.field.key
        room = self.room
        named, bare = f"{key}#".encode(), f"{key}.row".encode()
        return [
            named + text if raw and len(raw) <= room else bare
            for raw, text in zip(ids, escaped, strict=True)
        ]


def _ids(rows: Any, allowed: frozenset[str]) -> list[str]:
    if not isinstance(rows, list) or not all(row.keys() <= allowed for row in rows):
        raise OddValueError("no rows of this table")
    ids = [row["_id"] for row in rows]
    if not all(map(str.strip, ids)) or len(set(ids)) != len(ids):
        raise OddValueError("a row has no id of its own")
    return ids


def _attributes(ids: list[bytes], *, have_breaks: bool) -> list[bytes]:
    if have_breaks:
        ids = [one.replace(b"\t", b"&#9;").replace(b"\n", b"&#10;") for one in ids]
    return [b' id="%b"' % one if one else b"" for one in ids]


def _split(texts: list[bytes], rows: int) -> list[list[bytes]]:
    return [texts[at : at + rows] for at in range(0, len(texts), rows)]
