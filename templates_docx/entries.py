"""What the store of a file holds for each field, and the plain value of it.

An entry holds the texts of a field's controls as the store has them: ISO dates, choice
keys, `true` for a tick. `None` is a control that nobody has given a value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from templates_docx.display import UnreadableError, read_number, written_number
from templates_docx.rich import Paragraph, as_in_word, paragraphs_of, value_of
from templates_docx.slots import Slot, slots_of, tick_of
from workflows.forms.fields import Field, FieldType

Leaves = Mapping[str, str | None]
_SINGLE = FieldType.TEXT, FieldType.AUTO, FieldType.DATE, FieldType.CHOICE


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table. A row without an id is an empty line to write on."""

    id: str
    leaves: Leaves


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the store holds for one field; `given` tells empty from not there.

    `exact` is the value itself, as JSON, where the rest would give it back in another
    form: runs split in two, ticks in another order, a null.
    """

    given: bool = False
    leaves: Leaves = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    exact: str | None = None


def entry_of(form_field: Field, value: Any) -> Entry:
    """Return the texts of a value that has the shape of its field."""
    if not value and value != 0:
        is_empty_text = value == "" and _is_single(form_field)
        return Entry(given=True, leaves={"": ""} if is_empty_text else {})
    if form_field.type is FieldType.RICH:
        return Entry(given=True, paragraphs=paragraphs_of(value))
    if form_field.type is FieldType.TABLE:
        return Entry(given=True, rows=tuple(_row(form_field, row) for row in value))
    if form_field.type is FieldType.MULTI:
        return Entry(given=True, leaves={tick_of(key): "true" for key in value})
    return Entry(given=True, leaves=_leaves(form_field, value))


def value_from(form_field: Field, entry: Entry) -> Any:
    """Return the plain value of an entry; `has_value` tells whether there is one."""
    if entry.exact is not None:
        value = json.loads(entry.exact)
        if same_content(entry_of(form_field, value), entry):
            return value
    return _regular_value(form_field, entry)


def same_content(one: Entry, other: Entry) -> bool:
    """Say whether two entries look the same in Word."""
    return _content(one) == _content(other)


def has_value(form_field: Field, entry: Entry, *, language: str) -> bool:
    """Say whether somebody has given the field a value, be it an empty one.

    What stands by itself, such as a fixed clause, is not given.
    """
    said = _content(entry)
    silent = _content(standing(form_field, language=language)), _content(Entry())
    return entry.given or said not in silent


def standing(form_field: Field, *, language: str) -> Entry:
    """Return the entry of a field that nobody has given a value."""
    value = standing_value(form_field, language=language)
    return (
        Entry() if value is None else replace(entry_of(form_field, value), given=False)
    )


def standing_value(form_field: Field, *, language: str) -> Any:
    """Return what stands in a field without a value, `None` when nothing does.

    That is its fixed clause, or a row for each choice of its `rows_of`.
    """
    if form_field.rows_of is not None:
        return _rows_of(form_field, form_field.rows_of)
    if form_field.fixed is None:
        return None
    said = form_field.fixed.in_(language)
    return [said] if form_field.type is FieldType.RICH else said


def _rows_of(form_field: Field, key: str) -> list[dict[str, str]]:
    """The key of the choice is the id of its row."""
    (column,) = (column for column in form_field.columns if column.key == key)
    return [{"_id": choice.key, key: choice.key} for choice in column.choices]


def _regular_value(form_field: Field, entry: Entry) -> Any:
    if form_field.type is FieldType.RICH:
        return value_of(entry.paragraphs)
    if form_field.type is FieldType.TABLE:
        return [_row_value(form_field, row) for row in _named(entry.rows)]
    if form_field.type is FieldType.MULTI:
        return _ticked(form_field, entry)
    plain = _plain(slots_of(form_field), entry.leaves)
    return plain.get("", "") if _is_single(form_field) else plain


def _content(entry: Entry) -> tuple[Any, ...]:
    rows = [(row.id, _filled(row.leaves)) for row in _named(entry.rows)]
    return _filled(entry.leaves), rows, as_in_word(entry.paragraphs)


def _filled(leaves: Leaves) -> dict[str, str]:
    return {leaf: text for leaf, text in leaves.items() if text}


def _ticked(form_field: Field, entry: Entry) -> list[str]:
    return [
        choice.key
        for choice in form_field.choices
        if entry.leaves.get(tick_of(choice.key))
    ]


def _leaves(form_field: Field, value: Any) -> Leaves:
    parts = {"": value} if _is_single(form_field) else value
    return {slot.leaf: _text(slot, parts) for slot in slots_of(form_field)}


def _row(form_field: Field, value: Mapping[str, Any]) -> Row:
    leaves = {slot.leaf: _text(slot, value) for slot in slots_of(form_field)}
    return Row(id=str(value["_id"]), leaves=leaves)


def _text(slot: Slot, parts: Mapping[str, Any]) -> str | None:
    given = parts.get(slot.leaf)
    if given is None:
        return None
    is_number = isinstance(given, int | float)
    return written_number(given) if is_number else str(given)


def _row_value(form_field: Field, row: Row) -> dict[str, Any]:
    return {"_id": row.id} | _plain(slots_of(form_field), row.leaves)


def _plain(slots: tuple[Slot, ...], leaves: Leaves) -> dict[str, Any]:
    texts = ((slot, leaves.get(slot.leaf)) for slot in slots)
    return {slot.leaf: _value(slot, text) for slot, text in texts if text is not None}


def _value(slot: Slot, text: str) -> Any:
    if slot.type is not FieldType.NUMBER:
        return text
    try:
        return read_number(text)
    except UnreadableError:
        return text


def _named(rows: tuple[Row, ...]) -> list[Row]:
    """Rows with an id each; a line written in Word gets one made from its content."""
    taken: set[str] = set()
    named = []
    for row in filter(_is_filled, rows):
        is_new = not row.id or row.id in taken
        row_id = _new_id(row, taken) if is_new else row.id
        taken.add(row_id)
        named.append(replace(row, id=row_id))
    return named


def _is_filled(row: Row) -> bool:
    """An empty line of a signature table already says which party it belongs to."""
    return bool(row.id) or any(
        text for leaf, text in row.leaves.items() if leaf != "part"
    )


def _new_id(row: Row, taken: set[str]) -> str:
    content = repr(sorted(row.leaves.items()))
    for attempt in range(len(taken) + 1):
        digest = hashlib.sha256(f"{attempt}{content}".encode()).hexdigest()
        if f"w-{digest[:12]}" not in taken:
            break
    return f"w-{digest[:12]}"


def _is_single(form_field: Field) -> bool:
    return form_field.type in (*_SINGLE, FieldType.NUMBER)
