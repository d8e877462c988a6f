"""The shape of what a document holds: `values: {field key: value}` as JSON.

| Type     | Value                                                                  |
|----------|------------------------------------------------------------------------|
| text     | string of one line                                                     |
| auto     | string of one line, written by the system                              |
| rich     | list of paragraphs, see `rich.py`                                      |
| date     | `YYYY-MM-DD`                                                           |
| choice   | key of one of the field's choices                                      |
| multi    | list of such keys, none twice                                          |
| number   | int or float, finite, never a bool, within `least` and `most`          |
| person   | `{"name", "role"?}`                                                    |
| ref      | `{"ref", "version"?, "fingerprint"?}`                                  |
| sig      | `{"name", "role"?, "mandate"?, "signed_on"?, "level"?}`                |
| table    | list of rows; a row is `{"_id": unique string, column key: cell, …}`    |

A cell has the shape of its column's type, but a text cell may have several lines.
A value is empty when the key is absent or holds null, an empty text or an empty list.
Texts hold the characters of XML 1.0 (section 2.2, Char), except U+000D, which every
XML reader turns into a line break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from workflows.forms.fields import Field, FieldType, Form, Label, Required, Writer
from workflows.forms.rich import normal_paragraph, paragraph_text
from workflows.forms.shapes import Told, is_empty, shape_faults

_UNKNOWN_FIELD = Label(
    nb="Skjemaet har ikke dette feltet.", nn="Skjemaet har ikkje dette feltet."
)
_LEVELS = tuple(Required)

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A value of the wrong shape; `where` is `key`, `key[row].column` or deeper.

    Rows, paragraphs and runs are counted from 1.
    """

    key: str
    where: str
    message: Label


def faults(form: Form, values: Values) -> tuple[Fault, ...]:
    """Return every fault in the shape of the values, in the order they come."""
    return tuple(
        Fault(key=key, where=where, message=message)
        for key, value in values.items()
        for where, message in _field_faults(form, key, value)
    )


def missing(form: Form, values: Values, *, level: Required) -> tuple[str, ...]:
    """Return keys that are empty though required at this level or an earlier one.

    The values have no faults. A table lacks something when it has fewer filled rows
    than it must. A fixed clause is never lacking, for it stands when nothing is said,
    nor is a table that the system writes: an empty one says that there were none.
    """
    levels = _LEVELS[: _LEVELS.index(level) + 1]
    return tuple(
        field.key
        for field in form.fields
        if field.required in levels and _is_lacking(field, values)
    )


def normal(form: Form, values: Values) -> dict[str, Any]:
    """Return the values in the one form that equal documents share.

    Order of the form, nothing empty, rich text in its normal form, rows that hold
    nothing left out, fixed clauses filled in. The values have no faults.
    """
    filled = fixed_clauses(form, language=language_of(form, values)) | dict(values)
    shaped = {
        field.key: _normal_value(field, filled[field.key])
        for field in form.fields
        if not is_empty(filled.get(field.key))
    }
    return {key: value for key, value in shaped.items() if not is_empty(value)}


def language_of(form: Form, values: Values) -> str:
    """Return the written standard of the document, `nb` when it does not say."""
    return values.get(f"{form.prefix}language") or "nb"


def fixed_clauses(form: Form, *, language: str) -> dict[str, Any]:
    """Return the value of every fixed clause of the form, in `nb` or `nn`."""
    return {
        field.key: _as_value(field, field.fixed.in_(language))
        for field in form.fields
        if field.fixed is not None
    }


def filled_rows(values: Values, key: str) -> list[Mapping[str, Any]]:
    """Return the rows of a table that say something, in order."""
    return [row for row in values.get(key) or () if not is_empty(row)]


def _field_faults(form: Form, key: str, value: Any) -> Told:
    field = form.by_key.get(key)
    if field is not None:
        return shape_faults(field, value, key)
    return iter([(key, _UNKNOWN_FIELD)])


def _is_lacking(field: Field, values: Values) -> bool:
    if _is_given(field) or not _is_needed(field, values):
        return False
    if field.unless is not None and not is_empty(values.get(field.unless)):
        return False
    if field.type is FieldType.TABLE:
        return len(filled_rows(values, field.key)) < max(1, field.min_rows)
    return is_empty(values.get(field.key))


def _is_given(field: Field) -> bool:
    by_the_system = field.writer is Writer.SYSTEM and field.type is FieldType.TABLE
    return field.fixed is not None or by_the_system


def _is_needed(field: Field, values: Values) -> bool:
    if field.needed_if is None:
        return True
    held = values.get(field.needed_if.field) or []
    chosen = [held] if isinstance(held, str) else held
    return any(key in field.needed_if.any_of for key in chosen)


def _as_value(field: Field, text: str) -> Any:
    return [text] if field.type is FieldType.RICH else text


def _normal_value(field: Field, value: Any) -> Any:
    if field.type is FieldType.RICH:
        return [normal_paragraph(paragraph) for paragraph in _trimmed(value)]
    if field.type is FieldType.TABLE:
        return [_filled(row) for row in value if not is_empty(row)]
    return _filled(value) if isinstance(value, Mapping) else value


def _trimmed(paragraphs: Sequence[Any]) -> Sequence[Any]:
    """Blank paragraphs at the end are where a writer pressed Enter once too often."""
    end = len(paragraphs)
    while end and is_empty(paragraph_text(paragraphs[end - 1])):
        end -= 1
    return paragraphs[:end]


def _filled(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in parts.items() if not is_empty(part)}
