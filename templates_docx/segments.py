"""A template cut into constant text and holes, and what each hole becomes.

A compiled part is a tuple of strings and holes. A hole renders itself from the `Source`
of one control: what the store holds, in which row, and the next free control number.
In an agreed document (`is_settled`) nothing calls on anybody to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from templates_docx.controls import PLACEHOLDER_LOOK, Numbers
from templates_docx.display import FIRST_PARTS, NOT_FILLED, NOT_RELEVANT, shown
from templates_docx.entries import Entry, Row
from templates_docx.relevance import is_irrelevant, is_left_out
from templates_docx.rich import Paragraph, Run
from templates_docx.slots import NO_PARTY, PARTY_COLUMN, Slot
from templates_docx.wordml import escape, run
from workflows.forms.fields import Field, FieldType

_TAG_LIMIT = 64


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a part is filled from; `row` counts from 1 inside a table."""

    entries: Mapping[str, Entry]
    language: str
    numbers: Numbers
    row: int = 0
    row_id: str = ""
    leaves: Mapping[str, str | None] = field(default_factory=dict)
    is_settled: bool = False

    def text(self, slot: Slot) -> str:
        """Return what the store holds for a control; empty when nobody filled it."""
        if slot.in_table:
            return self.leaves.get(slot.leaf) or ""
        entry = self.entries.get(slot.field, Entry())
        return entry.leaves.get(slot.leaf) or ""


class Hole(Protocol):
    """A place in a template that values go into."""

    def render(self, source: Source) -> str:
        """Return the text that stands here."""


Segments: TypeAlias = tuple["str | Hole", ...]


def rendered(segments: Segments, source: Source) -> str:
    """Return the segments with every hole filled."""
    return "".join(
        part if isinstance(part, str) else part.render(source) for part in segments
    )


@dataclass(frozen=True, kw_only=True)
class ContentHole:
    """The runs of a control: its value in the template's look, or the placeholder."""

    slot: Slot
    look: str
    empty: str

    def render(self, source: Source) -> str:
        """Return the runs."""
        text = source.text(self.slot)
        if not text and self.slot.type is not FieldType.MULTI:
            return _quiet_run(self.slot, source) or self.empty
        words = shown(self.slot, text, language=source.language)
        return run(words, properties=self.look)


@dataclass(frozen=True)
class PlaceholderHole:
    """The mark that a control shows its placeholder."""

    slot: Slot

    def render(self, source: Source) -> str:
        """Return the mark when the control is empty."""
        return "" if source.text(self.slot) else "<w:showingPlcHdr/>"


@dataclass(frozen=True)
class DateHole:
    """The machine-readable date of a date control, as an attribute."""

    slot: Slot

    def render(self, source: Source) -> str:
        """Return `w:fullDate`, or nothing when there is no date."""
        day = source.text(self.slot)
        return f' w:fullDate="{day}T00:00:00Z"' if day else ""


@dataclass(frozen=True)
class TickHole:
    """The state of a tick box."""

    slot: Slot

    def render(self, source: Source) -> str:
        """Return 1 or 0."""
        return "1" if source.text(self.slot) else "0"


@dataclass(frozen=True)
class NumberHole:
    """The `w:id` of a control inside a row."""

    def render(self, source: Source) -> str:
        """Return a number that no other control of the file has."""
        return str(source.numbers.take())


@dataclass(frozen=True)
class RowNumberHole:
    """The place of a row in the store, inside an xpath."""

    def render(self, source: Source) -> str:
        """Return the number, from 1."""
        return str(source.row)


@dataclass(frozen=True)
class RowTagHole:
    """The tag of the control around a row, which carries the row's id."""

    field: str

    def render(self, source: Source) -> str:
        """Return `<field>#<id>`; an id too long for Word lives in the store alone."""
        tag = f"{self.field}#{source.row_id}"
        is_named = source.row_id and len(tag) <= _TAG_LIMIT
        return escape(tag) if is_named else f"{self.field}.row"


@dataclass(frozen=True, kw_only=True)
class RowsHole:
    """The rows of a table, or of one party in a signature table."""

    field: str
    party: str
    pattern: Segments

    def render(self, source: Source) -> str:
        """Return every row, in the order of the store."""
        entry = source.entries.get(self.field, Entry())
        return "".join(
            rendered(self.pattern, _in_row(source, number, row))
            for number, row in enumerate(entry.rows, start=1)
            if not self.party
            or (row.leaves.get(PARTY_COLUMN) or NO_PARTY) == self.party
        )


@dataclass(frozen=True, kw_only=True)
class RichHole:
    """The paragraphs of a rich control; `list_number` is a numbered list of its own."""

    field: str
    style: str
    empty: str
    list_number: int
    list_styles: Mapping[str, str]

    def render(self, source: Source) -> str:
        """Return the paragraphs, or those of the empty control."""
        entry = source.entries.get(self.field, Entry())
        if not entry.paragraphs:
            return self._not_filled(source) if source.is_settled else self.empty
        return "".join(self._paragraph(part) for part in entry.paragraphs)

    def _not_filled(self, source: Source) -> str:
        said = run(NOT_FILLED[source.language], properties=PLACEHOLDER_LOOK)
        held = f"<w:pPr>{self.style}</w:pPr>" if self.style else ""
        return f"<w:p>{held}{said}</w:p>"

    def _paragraph(self, paragraph: Paragraph) -> str:
        runs = "".join(_rich_run(part) for part in paragraph.runs if part.text)
        return f"<w:p>{self._properties(paragraph)}{runs}</w:p>"

    def _properties(self, paragraph: Paragraph) -> str:
        if not paragraph.list:
            return self.style
        style = f'<w:pStyle w:val="{self.list_styles[paragraph.list]}"/>'
        if paragraph.list == "number":
            style += (
                '<w:numPr><w:ilvl w:val="0"/>'
                f'<w:numId w:val="{self.list_number}"/></w:numPr>'
            )
        return f"<w:pPr>{style}</w:pPr>"


@dataclass(frozen=True)
class RichPlaceholderHole:
    """The mark that a rich control shows its placeholder."""

    field: str

    def render(self, source: Source) -> str:
        """Return the mark when the control is empty."""
        entry = source.entries.get(self.field, Entry())
        return "" if entry.paragraphs else "<w:showingPlcHdr/>"


@dataclass(frozen=True, kw_only=True)
class OptionalHole:
    """A place that an agreed document does without when nobody needed its fields."""

    fields: tuple[Field, ...]
    pattern: Segments = ()

    def render(self, source: Source) -> str:
        """Return the place, or nothing."""
        is_out = source.is_settled and all(
            is_left_out(one, source.entries) for one in self.fields
        )
        return "" if is_out else rendered(self.pattern, source)


@dataclass(frozen=True, kw_only=True)
class PairHole:
    """A control with the words that join it to what stands before."""

    slot: Slot
    pattern: Segments = ()

    def render(self, source: Source) -> str:
        """Return the words and the control; nothing where it would say nothing."""
        is_idle = source.is_settled or is_irrelevant(
            self.slot.needed_if, source.entries
        )
        is_out = is_idle and not source.text(self.slot)
        return "" if is_out else rendered(self.pattern, source)


def _quiet_run(slot: Slot, source: Source) -> str:
    """What an empty control says when nobody is to write in it."""
    if slot.in_table or slot.leaf not in FIRST_PARTS:
        return ""
    if is_irrelevant(slot.needed_if, source.entries):
        return run(NOT_RELEVANT[source.language], properties=PLACEHOLDER_LOOK)
    text = NOT_FILLED[source.language] if source.is_settled else ""
    return run(text, properties=PLACEHOLDER_LOOK) if text else ""


def _in_row(source: Source, number: int, row: Row) -> Source:
    return Source(
        entries=source.entries,
        language=source.language,
        numbers=source.numbers,
        row=number,
        row_id=row.id,
        leaves=row.leaves,
        is_settled=source.is_settled,
    )


def _rich_run(part: Run) -> str:
    marks = ("<w:b/>" if part.bold else "") + ("<w:i/>" if part.italic else "")
    return run(part.text, properties=f"<w:rPr>{marks}</w:rPr>" if marks else "")


def all_holes(segments: Iterable[str | Hole]) -> list[Hole]:
    """Return the holes, with those inside the patterns of rows."""
    found: list[Hole] = []
    for part in segments:
        if not isinstance(part, str):
            found.append(part)
        if isinstance(part, RowsHole | OptionalHole | PairHole):
            found += all_holes(part.pattern)
    return found


def field_of(hole: Hole) -> str:
    """Return the field whose value a hole shows, empty for the other holes."""
    if isinstance(hole, ContentHole):
        return hole.slot.field
    return hole.field if isinstance(hole, RichHole | RowsHole) else ""
