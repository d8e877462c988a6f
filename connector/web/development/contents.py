"""What a document says, section by section, with the form's own labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.forms.fields import Choice, Column, Field, FieldType, Form
from workflows.forms.shapes import is_empty

UNSHOWN = frozenset({FieldType.AUTO, FieldType.SIG})


@dataclass(frozen=True, kw_only=True)
class Told:
    """A field that says something; `value` has codes turned into words."""

    key: str
    label: str
    type: str
    value: Any
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A section of a document with the fields that say something."""

    key: str
    label: str
    fields: tuple[Told, ...]


def chapters(form: Form, values: Mapping[str, Any], *, language: str) -> list[Chapter]:
    """Return the sections in the order of the form, in the document's language."""
    found = (
        Chapter(
            key=section.key,
            label=section.label.in_(language),
            fields=tuple(_told(section.fields, values, language)),
        )
        for section in form.sections
    )
    return [chapter for chapter in found if chapter.fields]


def _told(
    fields: tuple[Field, ...], values: Mapping[str, Any], language: str
) -> Iterator[Told]:
    for field in fields:
        value = values.get(field.key)
        if field.type in UNSHOWN or is_empty(value):
            continue
        yield Told(
            key=field.key,
            label=field.label.in_(language),
            type=field.type.value,
            value=field_words(field, value, language),
            headings=tuple(column.label.in_(language) for column in field.columns),
        )


def field_words(field: Field, value: Any, language: str) -> Any:
    """Return a value with codes turned into words; of a table the cells of each row."""
    if field.type is FieldType.TABLE:
        return [[cell_words(c, row, language) for c in field.columns] for row in value]
    if field.type is FieldType.MULTI:
        return ", ".join(_word(field.choices, each, language) for each in value)
    if field.type is FieldType.CHOICE:
        return _word(field.choices, value, language)
    if field.type is FieldType.PERSON:
        return ", ".join(part for part in (value["name"], value.get("role")) if part)
    if field.type is FieldType.REF:
        return " ".join(part for part in (value["ref"], value.get("version")) if part)
    return value


def cell_words(column: Column, row: Mapping[str, Any], language: str) -> Any:
    """Return one cell of a row with codes turned into words, «» for an empty one."""
    value = row.get(column.key, "")
    if column.type is FieldType.CHOICE:
        return _word(column.choices, value, language)
    return value


def _word(choices: tuple[Choice, ...], key: Any, language: str) -> str:
    for choice in choices:
        if choice.key == key:
            return choice.label.in_(language)
    return str(key)
