"""What a template is cut into: constant text, and holes that say what goes there.

The same holes make up the body, the title property and the store: a hole names a text,
never a value. `weaving` turns them into a plan that is run for every document.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from templates_docx.plotting import Charted
from templates_docx.slots import Slot
from workflows.forms.fields import Field


class Source(enum.Enum):
    """Which of a control's texts: as shown, as stored, or its whole node."""

    SHOWN = enum.auto()
    STORED = enum.auto()
    NODE = enum.auto()


@dataclass(frozen=True, kw_only=True)
class TextHole:
    """A text of a control between two constants, or `empty` when it has none.

    Instead of `empty` stands `settled` in an agreed document, and `irrelevant` where
    the field waits for an answer that was another. Neither calls on anybody to write.
    """

    slot: Slot
    source: Source = Source.SHOWN
    before: str = ""
    after: str = ""
    empty: str = ""
    settled: str = ""
    irrelevant: str = ""


@dataclass(frozen=True, kw_only=True)
class StateHole:
    """One of two constants, by whether a control holds a text."""

    slot: Slot
    filled: str
    empty: str


@dataclass(frozen=True)
class HeadHole:
    """The end of the start tag of a field that consists of several nodes."""

    field: str


@dataclass(frozen=True)
class IdentityHole:
    """Document and version, as attributes of the store, and its proof."""


@dataclass(frozen=True)
class RecordHole:
    """The run that says at the foot of a page where the record tells of the file."""


@dataclass(frozen=True)
class NumberHole:
    """The `w:id` of a control inside a row, which no other control of the file has."""


@dataclass(frozen=True)
class RowNumberHole:
    """The place of a row in the store, from 1, inside an xpath."""


@dataclass(frozen=True)
class RowTagHole:
    """The tag of the control around a row, which carries the row's id."""


@dataclass(frozen=True)
class RowIdHole:
    """The id of a row, as an attribute in the store."""


@dataclass(frozen=True, kw_only=True)
class RowsHole:
    """The rows of a table, or of one party in a signature table."""

    field: str
    party: str = ""
    pattern: Segments = ()


@dataclass(frozen=True, kw_only=True)
class OptionalHole:
    """A place that an agreed document does without when nobody needed its fields."""

    fields: tuple[Field, ...]
    pattern: Segments = ()


@dataclass(frozen=True, kw_only=True)
class PairHole:
    """A control with the words that join it to what stands before.

    `is_repeated` tells that it only repeats what the body says, in a header or footer.
    """

    slot: Slot
    is_repeated: bool = False
    pattern: Segments = ()


class ChartText(enum.Enum):
    """Which text of a chart: what it tells, how high it is, and what it is drawn of."""

    TOLD = enum.auto()
    HEIGHT = enum.auto()
    NUMBER_FORMAT = enum.auto()
    NAMES = enum.auto()
    NUMBERS = enum.auto()


@dataclass(frozen=True, kw_only=True)
class ChartHole:
    """The paragraph with a chart, which goes when there is nothing to draw."""

    charted: Charted
    pattern: Segments = ()


@dataclass(frozen=True, kw_only=True)
class ChartTextHole:
    """A text that comes of all rows of a table; `series` is that of the numbers."""

    charted: Charted
    text: ChartText
    series: int = 0


@dataclass(frozen=True, kw_only=True)
class RichHole:
    """The paragraphs of a rich control; `list_number` is a numbered list of its own.

    An empty one shows `empty`, or `settled` in an agreed document.
    """

    field: str
    style: str
    empty: str
    settled: str
    list_number: int
    list_styles: Mapping[str, str]


@dataclass(frozen=True)
class RichStateHole:
    """The mark that a rich control shows its placeholder."""

    field: str


Hole: TypeAlias = (
    TextHole
    | StateHole
    | HeadHole
    | IdentityHole
    | RecordHole
    | NumberHole
    | RowNumberHole
    | RowTagHole
    | RowIdHole
    | RowsHole
    | OptionalHole
    | PairHole
    | ChartHole
    | ChartTextHole
    | RichHole
    | RichStateHole
)
Segments: TypeAlias = "tuple[str | Hole, ...]"


def all_holes(segments: Iterable[str | Hole]) -> list[Hole]:
    """Return the holes, with those inside the patterns of rows."""
    found: list[Hole] = []
    for part in segments:
        if not isinstance(part, str):
            found.append(part)
        if isinstance(part, RowsHole | OptionalHole | PairHole | ChartHole):
            found += all_holes(part.pattern)
    return found


def field_of(hole: Hole) -> str:
    """Return the field whose value a hole shows, empty for the other holes.

    A cell shows nothing on its own: what places a table is its rows.
    """
    if isinstance(hole, TextHole):
        is_whole = hole.source is Source.SHOWN and not hole.slot.in_table
        return hole.slot.field if is_whole else ""
    return hole.field if isinstance(hole, RichHole | RowsHole) else ""
