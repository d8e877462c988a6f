"""Values into a compiled template: body and custom XML part always say the same.

The same values give the same bytes: no clock, numbers in order, fixed zip times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from templates_docx.controls import Numbers
from templates_docx.entries import Entry, Row, entry_of, standing
from templates_docx.errors import UnusableTemplateError, ValueRefusedError
from templates_docx.origin import Shell
from templates_docx.package import Member, packed, write
from templates_docx.relevance import is_settled
from templates_docx.segments import Segments, Source, rendered
from templates_docx.slots import PARTY_COLUMN, is_signing, party_choices
from templates_docx.store import Identity, Stored, origin_bytes, store_bytes
from workflows.forms.fields import Field, FieldType, Form
from workflows.forms.values import faults

# A longer text than any field needs would only make the file slow to open in Word.
MAX_TEXT = 100_000


@dataclass(frozen=True, kw_only=True)
class Template:
    """A compiled template. `members` are constant parts, or names of those to fill."""

    form: Form
    language: str
    members: tuple[Member | str, ...]
    segments: Mapping[str, Segments]
    store: str
    properties: str
    shell: Shell
    first_number: int
    placed: frozenset[str]

    def fill(
        self, values: Mapping[str, Any], *, identity: Identity | None = None
    ) -> bytes:
        """Return a .docx that holds the values; fields without one show a placeholder.

        Raises:
            ValueRefusedError: a key the form does not have, or a value of wrong shape.
            UnusableTemplateError: the template has no place for a field that is given.
        """
        self._check(values)
        entries = dict(self._entries(values))
        content = dict(self._parts(entries))
        stored = Stored(
            kind=self.form.kind,
            language=self.language,
            identity=identity or Identity(),
            entries=entries,
        )
        content[self.store] = store_bytes(self.form, stored)
        origin = origin_bytes(self.form, stored)
        content[self.properties] = self.shell.with_origin(origin)
        return write(
            packed(member, content[member]) if isinstance(member, str) else member
            for member in self.members
        )

    def _check(self, values: Mapping[str, Any]) -> None:
        for fault in faults(self.form, values):
            raise ValueRefusedError(fault.where, fault.message.in_(self.language))
        for key in values:
            if key not in self.placed:
                text = "the template has no place for this field"
                raise UnusableTemplateError(text, where=key)

    def _entries(self, values: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
        for field in self.form.fields:
            if field.key in values:
                entry = entry_of(field, values[field.key])
            else:
                entry = standing(field, language=self.language)
            _check_length(field, entry)
            yield field.key, with_blank_rows(field, entry)

    def _parts(self, entries: Mapping[str, Entry]) -> Iterator[tuple[str, bytes]]:
        """Controls in rows are numbered on from the last of the template."""
        source = Source(
            entries=entries,
            language=self.language,
            numbers=Numbers(self.first_number),
            is_settled=is_settled(self.form, entries),
        )
        for name, segments in self.segments.items():
            yield name, rendered(segments, source).encode()


def with_blank_rows(field: Field, entry: Entry) -> Entry:
    """Return the entry with a line to write on where a table would have none.

    A signature table has one for each party without a row (house rule H6).
    """
    if field.type is not FieldType.TABLE:
        return entry
    blank = _blank_signatures(field, entry) if is_signing(field) else _blank(entry)
    return Entry(given=entry.given, rows=entry.rows + blank, exact=entry.exact)


def _blank(entry: Entry) -> tuple[Row, ...]:
    return () if entry.rows else (Row(id="", leaves={}),)


def _blank_signatures(field: Field, entry: Entry) -> tuple[Row, ...]:
    present = {row.leaves.get(PARTY_COLUMN) for row in entry.rows}
    return tuple(
        Row(id="", leaves={PARTY_COLUMN: party.key})
        for party in party_choices(field)
        if party.key not in present
    )


def _check_length(field: Field, entry: Entry) -> None:
    texts = [*entry.leaves.values()]
    texts += [text for row in entry.rows for text in row.leaves.values()]
    texts += [run.text for part in entry.paragraphs for run in part.runs]
    if any(len(text or "") > MAX_TEXT for text in texts):
        raise ValueRefusedError(field.key, f"a text is over {MAX_TEXT} characters")
