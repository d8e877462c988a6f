"""What a section says, in plain words, and how two wordings differ word by word.

For people who must see what has changed since they answered. Only fields marked
`content` are told, in the order on paper, as fingerprints count them.
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.forms.fields import Choice, Column, Field, FieldType, Form
from workflows.forms.rich import paragraph_text
from workflows.forms.values import Values, normal

_WORD = re.compile(r"\s+|[^\s]+")


class Change(enum.StrEnum):
    """What became of a stretch of words."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Some words in a row that share their fate."""

    change: Change
    text: str


def section_words(form: Form, section_key: str, values: Values, language: str) -> str:
    """Return what a section says, one line a paragraph, row or short field.

    Raises:
        KeyError: the form has no such section.
    """
    shaped = normal(form, values)
    return "\n".join(
        line
        for field in form.section(section_key).fields
        if field.content and field.key in shaped
        for line in _lines(field, shaped[field.key], language)
    )


def word_diff(before: str, after: str) -> tuple[Stretch, ...]:
    """Return the words of both texts in order: what is the same, gone and new.

    Joining the stretches that are not inserted gives `before`, those that are not
    deleted gives `after`.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    return tuple(
        stretch
        for step in matcher.get_opcodes()
        for stretch in _stretches(step, old, new)
    )


def _stretches(
    step: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str]
) -> Iterator[Stretch]:
    kind, from_old, to_old, from_new, to_new = step
    if kind == "equal":
        yield Stretch(change=Change.SAME, text="".join(old[from_old:to_old]))
        return
    if from_old < to_old:
        yield Stretch(change=Change.DELETED, text="".join(old[from_old:to_old]))
    if from_new < to_new:
        yield Stretch(change=Change.INSERTED, text="".join(new[from_new:to_new]))


def _lines(field: Field, value: Any, language: str) -> Iterator[str]:
    label = field.label.in_(language)
    if field.type is FieldType.RICH:
        yield from (paragraph_text(paragraph) for paragraph in value)
    elif field.type is FieldType.TABLE:
        yield from (_row(field.columns, row, language) for row in value)
    elif field.type is FieldType.MULTI:
        yield f"{label}: {', '.join(_label(field.choices, k, language) for k in value)}"
    else:
        yield f"{label}: {_plain(field, value, language)}"


def _row(columns: Sequence[Column], row: Mapping[str, Any], language: str) -> str:
    cells = ((column, row.get(column.key)) for column in columns)
    return " · ".join(
        _plain(column, cell, language) for column, cell in cells if cell is not None
    )


def _plain(part: Field | Column, value: Any, language: str) -> str:
    if part.type is FieldType.CHOICE:
        return _label(part.choices, value, language)
    if isinstance(value, Mapping):
        return ", ".join(str(piece) for piece in value.values())
    return str(value)


def _label(choices: Sequence[Choice], key: str, language: str) -> str:
    labels = (one.label.in_(language) for one in choices if one.key == key)
    return next(labels, key)
