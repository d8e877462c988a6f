"""What a single value becomes: its text in the store, and what the body shows for it.

Each function here also refuses a value of the wrong shape, by an error that a careful
check then explains.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from templates_docx.display import TICKED, shown_date, written_number
from templates_docx.slots import Slot
from templates_docx.wordml import escape
from workflows.forms.fields import Column, Field, FieldType
from workflows.forms.shapes import is_day, is_number_of

# From the text of the store to what the body shows, fit for XML; refuses other texts.
Converter: TypeAlias = Callable[[str], bytes]


class OddValueError(ValueError):
    """A value that is not of the plain shape that its field has."""


def converter(slot: Slot, *, language: str) -> Converter | None:
    """Return how the body shows the texts of a slot, `None` where it shows them bare.

    A converter raises `OddValueError` or `KeyError` for what is no value of the slot.
    """
    if slot.type is FieldType.DATE:
        return _short_day if slot.in_table else _long_day
    if slot.type is FieldType.MULTI:
        return {"true": TICKED.encode()}.__getitem__
    if slot.type is FieldType.CHOICE:
        labels = {one.key: one.label.in_(language) for one in slot.choices}
        return {key: escape(said).encode() for key, said in labels.items()}.__getitem__
    return None


def number_text(part: Field | Column, value: Any) -> str | None:
    """Return a number as people write it; nothing for nothing."""
    if value is None or value == "":
        return None if value is None else ""
    if not is_number_of(part, value):
        raise OddValueError("no number, or out of bounds")
    return written_number(value)


def record_texts(value: Any, leaves: tuple[str, ...]) -> list[str | None]:
    """Return the texts of a person, reference or signature; the first is filled."""
    if not isinstance(value, dict) or not value.keys() <= set(leaves):
        raise OddValueError("no record of these parts")
    texts = [said(value.get(leaf)) for leaf in leaves]
    if not texts[0] or not texts[0].strip():
        raise OddValueError("the first part is empty")
    return texts


def ticks(value: Any, choices: tuple[str, ...]) -> list[str | None]:
    """Return `true` for each choice that a list holds, in the order of the choices."""
    chosen = set(value)
    texts = ["true" if key in chosen else None for key in choices]
    if not isinstance(value, list) or len(value) != texts.count("true"):
        raise OddValueError("no list of choices, each once")
    return texts


def said(value: Any) -> Any:
    """Return the value of a part or cell; an empty list says as little as a null."""
    return None if value == [] else value


def has_silent(parts: Mapping[str, Any]) -> bool:
    """Say whether a record or row holds a null, which no text gives back."""
    return any(part is None or part == [] for part in parts.values())


@functools.lru_cache(maxsize=4096)
def _long_day(day: str) -> bytes:
    return _day(day, short=False)


@functools.lru_cache(maxsize=4096)
def _short_day(day: str) -> bytes:
    return _day(day, short=True)


def _day(day: str, *, short: bool) -> bytes:
    if not is_day(day):
        raise OddValueError("no day")
    return shown_date(day, short=short).encode()
