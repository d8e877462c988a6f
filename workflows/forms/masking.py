"""Values with what is exempt taken out, and words in its place that say why.

A passage is taken out wherever it stands, however it is spaced and in any letter case:
one that is left in a heading or a dissent would give away the others. Of a field that
is taken out as a whole, the longer texts count as passages too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.forms.fields import Column, Field, FieldType, Form
from workflows.forms.rich import list_kind, paragraph_text
from workflows.forms.shapes import is_empty

SHORTEST = 8
_PLAIN = frozenset({FieldType.TEXT, FieldType.AUTO})
_PEOPLE = frozenset({FieldType.PERSON, FieldType.SIG})
# What stands in a record as a name in words; the rest are codes, days and checksums.
_NAMED = ("name", "role", "mandate")

Take = Callable[[str], str]


@dataclass(frozen=True)
class Mask:
    """What is taken out: a whole field, or a passage; `words` stand in its place."""

    field: str
    passage: str
    words: str


def masked(form: Form, values: Mapping[str, Any], masks: Sequence[Mask]) -> Any:
    """Return the values without what the masks take out.

    A text field says the words instead; any other that is taken out says nothing.
    """
    whole = {mask.field: mask.words for mask in masks if mask.field}
    patterns = list(_patterns(form, values, masks))

    def take(text: str) -> str:
        for pattern, words in patterns:
            text = words.join(pattern.split(text))
        return text

    found = {}
    for key, value in values.items():
        field = form.by_key[key]
        told = (
            _instead(field, whole[key]) if key in whole else _taken(field, value, take)
        )
        if not is_empty(told):
            found[key] = told
    return found


def passages(
    form: Form, values: Mapping[str, Any], masks: Sequence[Mask]
) -> Iterator[str]:
    """Yield every text that must not be found in a copy."""
    for mask in masks:
        if mask.passage:
            yield from (line for line in mask.passage.splitlines() if line.strip())
        field = form.by_key.get(mask.field)
        for text in texts(field, values.get(mask.field)) if field else ():
            yield from (x for x in text.splitlines() if len(x.strip()) >= SHORTEST)


def pattern_of(passage: str) -> re.Pattern[str]:
    """Return what finds a passage in any spacing and letter case."""
    words = (re.escape(word) for word in passage.split())
    return re.compile(r"\s+".join(words), re.IGNORECASE)


def texts(field: Field | Column, value: Any) -> Iterator[str]:
    """Yield the texts that a value says, paragraph by paragraph and cell by cell."""
    if is_empty(value):
        return
    if field.type in _PLAIN:
        yield value
    elif field.type is FieldType.RICH:
        yield from map(paragraph_text, value)
    elif field.type in _PEOPLE:
        yield from (value[name] for name in _NAMED if value.get(name))
    elif isinstance(field, Field):
        yield from _cells(field, value)


def _cells(field: Field, value: Any) -> Iterator[str]:
    """The texts of a table; a field of another type has no columns."""
    for column in field.columns:
        for row in value:
            yield from texts(column, row.get(column.key))


def _patterns(
    form: Form, values: Mapping[str, Any], masks: Sequence[Mask]
) -> Iterator[tuple[re.Pattern[str], str]]:
    """Longest first, so that a shorter one inside it does not leave the rest."""
    pairs = [
        (passage, mask.words)
        for mask in masks
        for passage in passages(form, values, [mask])
    ]
    for passage, words in sorted(pairs, key=lambda pair: -len(pair[0])):
        yield pattern_of(passage), words


def _taken(field: Field | Column, value: Any, take: Take) -> Any:
    if is_empty(value):
        return value
    if field.type in _PLAIN:
        return take(value)
    if field.type is FieldType.RICH:
        return [_paragraph(each, take) for each in value]
    if field.type in _PEOPLE:
        return {
            name: take(text) if name in _NAMED else text for name, text in value.items()
        }
    if isinstance(field, Field) and field.type is FieldType.TABLE:
        return [_row(field, row, take) for row in value]
    return value


def _row(field: Field, row: Mapping[str, Any], take: Take) -> dict[str, Any]:
    kinds = {column.key: column for column in field.columns}
    return {
        key: _taken(kinds[key], cell, take) if key in kinds else cell
        for key, cell in row.items()
    }


def _paragraph(paragraph: Any, take: Take) -> Any:
    """A paragraph loses bold and italic only where something is taken out of it."""
    text = paragraph_text(paragraph)
    left = take(text)
    if left == text:
        return paragraph
    kind = list_kind(paragraph)
    return {"list": kind, "text": left} if kind else left


def _instead(field: Field, words: str) -> Any:
    if field.type in _PLAIN:
        return words
    return [words] if field.type is FieldType.RICH else None
