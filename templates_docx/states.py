"""What of a template depends on whether people still write in the document.

While they do, every field has its place and calls on somebody to fill it. An agreed
document has no calls, and does without the places that nobody needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from templates_docx.filling import Filling
from templates_docx.relevance import is_irrelevant, is_left_out
from templates_docx.segments import (
    Hole,
    OptionalHole,
    PairHole,
    RichHole,
    Segments,
    TextHole,
)
from templates_docx.steps import Wrap
from workflows.forms.fields import Condition, Field


class Content(Protocol):
    """What a part or a place in it holds."""

    def render(self, filling: Filling) -> bytes:
        """Return it for one document."""


@dataclass(frozen=True, kw_only=True)
class StatedPart:
    """A part in two plans: while people write, and once the document is settled."""

    name: str
    written: Content
    settled: Content

    def render(self, filling: Filling) -> bytes:
        """Return the part for the state of the document."""
        content = self.settled if filling.is_settled else self.written
        return content.render(filling)


@dataclass(frozen=True, kw_only=True)
class OptionalBlock:
    """A place of a settled document, which is gone when nobody needed its fields."""

    fields: Sequence[Field]
    content: Content

    def render(self, filling: Filling) -> bytes:
        """Return the place, or nothing."""
        is_out = all(
            field.key not in filling.given and is_left_out(field, filling.said)
            for field in self.fields
        )
        return b"" if is_out else self.content.render(filling)


@dataclass(frozen=True, kw_only=True)
class PairBlock:
    """Words and a control, which are gone when the control is empty and idle.

    It is idle in a settled document, or when its condition is answered otherwise. Where
    it only repeats what the body says, it is then gone with its text: no page that is
    public names a ground for exemption at its top.
    """

    place: int
    is_settled: bool
    is_repeated: bool
    condition: Condition | None
    content: Content

    def render(self, filling: Filling) -> bytes:
        """Return words and control, or nothing."""
        is_out = is_irrelevant(self.condition, filling.said)
        if filling.pool[self.place]:
            is_gone = is_out and self.is_repeated
        else:
            is_gone = is_out or self.is_settled
        return b"" if is_gone else self.content.render(filling)


@dataclass(frozen=True, kw_only=True)
class WaitingBlock:
    """A text whose field waits for an answer; `irrelevant` when that was another."""

    wrap: Wrap
    condition: Condition | None
    irrelevant: bytes

    def render(self, filling: Filling) -> bytes:
        """Return the text, or what stands in its place."""
        wrap = self.wrap
        text = filling.pool[wrap.place]
        if text:
            return wrap.before + text + wrap.after
        is_out = is_irrelevant(self.condition, filling.said)
        return self.irrelevant if is_out else wrap.empty


def in_state(segments: Segments, *, is_settled: bool) -> Segments:
    """Return the segments with only those conditions that depend on the values."""
    return tuple(_resolved(segments, is_settled=is_settled))


def _resolved(segments: Segments, *, is_settled: bool) -> Iterator[str | Hole]:
    for part in segments:
        if isinstance(part, OptionalHole | PairHole):
            inner = in_state(part.pattern, is_settled=is_settled)
            waits = isinstance(part, PairHole) and part.slot.needed_if is not None
            yield from (replace(part, pattern=inner),) if is_settled or waits else inner
        elif isinstance(part, TextHole | RichHole) and is_settled:
            yield replace(part, empty=part.settled or part.empty)
        else:
            yield part
