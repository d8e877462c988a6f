"""What people wrote in a form, as plain text: no choices, numbers, dates or codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.forms.catalogue import form
from workflows.forms.fields import Field, FieldType
from workflows.forms.rich import rich_text


def plain_text(kind: str, values: Mapping[str, Any]) -> str:
    """Return the words that people wrote in a document of a kind, field by field."""
    parts = (_words(field, values.get(field.key)) for field in form(kind).fields)
    return "\n".join(filter(None, parts))


def _words(field: Field, value: Any) -> str:
    if not value:
        return ""
    if field.type is FieldType.RICH:
        return rich_text(value)
    if field.type is FieldType.TEXT:
        return str(value)
    return _cells(field, value) if field.type is FieldType.TABLE else ""


def _cells(field: Field, table: Sequence[Mapping[str, Any]]) -> str:
    written = [column.key for column in field.columns if not column.choices]
    cells = (row.get(key) for row in table for key in written)
    return "\n".join(cell for cell in cells if isinstance(cell, str))
