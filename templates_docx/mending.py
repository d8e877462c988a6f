"""Hold the body against the store and return entries that both would agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from templates_docx.body import Body, BodyRow
from templates_docx.display import UnreadableError, is_sound, shown, stored_from
from templates_docx.entries import Entry, Row
from templates_docx.findings import Finding, finding
from templates_docx.relevance import is_empty, may_be_absent
from templates_docx.rich import as_in_word
from templates_docx.slots import Slot, is_signing, slots_of
from templates_docx.store import Stored
from workflows.forms.fields import Field, FieldType, Form


@dataclass(frozen=True, kw_only=True)
class Mended:
    """The entries of the fields that the body has, and what was found on the way."""

    entries: Mapping[str, Entry]
    findings: tuple[Finding, ...]


def mend(
    form: Form, stored: Stored, body: Body, *, is_rebuilt: bool, is_lost: bool
) -> Mended:
    """Return entries as the body says, exact where the store says the same.

    `is_rebuilt` tells that the store is known to be broken: differences are no faults.
    """
    mender = _Mender(language=stored.language, is_rebuilt=is_rebuilt)
    entries = {
        field.key: mender.entry(field, stored.entries.get(field.key, Entry()), body)
        for field in form.fields
        if field.key in body.fields
    }
    for form_field in form.fields:
        if form_field.key not in body.fields:
            entry = stored.entries.get(form_field.key, Entry())
            if not _may_be_missing(form_field, entry):
                mender.tell("missing-control", form_field.key)
    if is_rebuilt:
        mender.tell("store-lost" if is_lost else "store-rebuilt", "")
    return Mended(entries=entries, findings=tuple(mender.findings))


@dataclass(kw_only=True)
class _Mender:
    language: str
    is_rebuilt: bool
    findings: list[Finding] = field(default_factory=list)

    def tell(self, code: str, where: str, told: str = "") -> None:
        self.findings.append(finding(code, where, language=self.language, told=told))

    def entry(self, form_field: Field, entry: Entry, body: Body) -> Entry:
        if form_field.type is FieldType.RICH:
            return _with_rich(entry, body, form_field.key)
        if form_field.type is FieldType.TABLE:
            rows = self._rows(form_field, entry, body.rows[form_field.key])
            return replace(entry, rows=rows)
        said = body.leaves[form_field.key]
        leaves = self._leaves(form_field, entry.leaves, said, where=form_field.key)
        return replace(entry, leaves=leaves)

    def _rows(
        self, form_field: Field, entry: Entry, said: list[BodyRow]
    ) -> tuple[Row, ...]:
        in_order = sorted(said, key=_by_store) if is_signing(form_field) else said
        return tuple(self._row(form_field, entry, row) for row in in_order)

    def _row(self, form_field: Field, entry: Entry, said: BodyRow) -> Row:
        kept = Row(id="", leaves={})
        if 0 < said.number <= len(entry.rows):
            kept = entry.rows[said.number - 1]
        row_id = kept.id or said.id
        where = f"{form_field.key}[{row_id or said.number}]"
        leaves = self._leaves(form_field, kept.leaves, said.leaves, where=where)
        return Row(id=row_id, leaves=leaves)

    def _leaves(
        self,
        form_field: Field,
        kept: Mapping[str, str | None],
        said: Mapping[str, str],
        *,
        where: str,
    ) -> dict[str, str | None]:
        leaves: dict[str, str | None] = {}
        for slot in slots_of(form_field):
            place = f"{where}.{slot.leaf}" if slot.leaf else where
            stored = kept.get(slot.leaf)
            if slot.leaf in said:
                leaves[slot.leaf] = self._leaf(slot, stored, said[slot.leaf], place)
            elif stored:
                # Its control is gone: nobody knows what it says now.
                self.tell("missing-control", place)
        return leaves

    def _leaf(self, slot: Slot, kept: str | None, said: str, where: str) -> str | None:
        expected = shown(slot, kept or "", language=self.language)
        if said != expected and not self.is_rebuilt:
            self.tell("body-and-store-differ", where, said)
        if said == expected and (not said or is_sound(slot, kept or "")):
            return kept
        return self._stored(slot, said, where)

    def _stored(self, slot: Slot, said: str, where: str) -> str | None:
        if not said:
            return None if self.is_rebuilt else ""
        try:
            return stored_from(slot, said, language=self.language)
        except UnreadableError as problem:
            self.tell(problem.code, where, said)
            return said


def _may_be_missing(form_field: Field, entry: Entry) -> bool:
    """An agreed document has no place for what nobody needed."""
    return may_be_absent(form_field) and not entry.given and is_empty(entry)


def _with_rich(entry: Entry, body: Body, key: str) -> Entry:
    """Word keeps no copy of rich text, so a difference only means it was edited."""
    said = body.rich[key]
    if said == as_in_word(entry.paragraphs):
        return entry
    return replace(entry, paragraphs=said)


def _by_store(row: BodyRow) -> tuple[bool, int]:
    return row.number == 0, row.number
