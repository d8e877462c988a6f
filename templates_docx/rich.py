"""Rich text: paragraphs of runs with bold, italic and lists, and their plain values."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workflows.forms import rich as forms_rich


@dataclass(frozen=True)
class Run:
    """A stretch of text in one formatting."""

    text: str
    bold: bool = False
    italic: bool = False

    @property
    def look(self) -> tuple[bool, bool]:
        """Bold and italic, to compare runs by."""
        return self.bold, self.italic


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `list` is `bullet`, `number` or empty."""

    runs: tuple[Run, ...]
    list: str = ""


def paragraphs_of(value: Sequence[Any]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a rich value, see `workflows.forms.rich`."""
    return tuple(
        Paragraph(_runs(forms_rich.runs(part)), forms_rich.list_kind(part) or "")
        for part in value
    )


def value_of(paragraphs: Iterable[Paragraph]) -> list[Any]:
    """Return the value in its normal form."""
    return [forms_rich.normal_paragraph(_plain(part)) for part in paragraphs]


def as_in_word(paragraphs: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """Return the paragraphs as Word can show them, to compare by.

    Neighbouring runs of one look are one run, empty runs are gone.
    """
    return tuple(
        replace(paragraph, runs=_joined(paragraph.runs)) for paragraph in paragraphs
    )


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    filled = (run for run in runs if run.text)
    groups = itertools.groupby(filled, key=lambda run: run.look)
    return tuple(
        Run("".join(run.text for run in group), *look) for look, group in groups
    )


def _runs(parts: Iterable[Mapping[str, Any]]) -> tuple[Run, ...]:
    return tuple(
        Run(part["text"], bool(part.get("bold")), bool(part.get("italic")))
        for part in parts
    )


def _plain(paragraph: Paragraph) -> Any:
    runs = [
        {"text": run.text, "bold": run.bold, "italic": run.italic}
        for run in paragraph.runs
    ]
    return {"list": paragraph.list, "runs": runs} if paragraph.list else runs
