"""The columns and the two bands of a trace, from left to right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflows.trace.links import KINDS, LINES, Line, Node

WIDTH = 1280.0
MARGIN = 12.0
BAND_PADDING = 12.0
GAP = 25.0
BORDER_GAP = 52.0
NARROWEST, WIDEST = 108.0, 180.0
EMPTY_BAND = 200.0

# A report of the development line stands among the parties' work, one of the decision
# line last.
COLUMN = {
    "project": 0,
    "remark": 0,
    "mandate": 1,
    "agreement": 1,
    "round": 1,
    "hearing_remark": 0,
    "hearing": 1,
    "forum": 1,
    "output": 2,
    "handover": 3,
    "case": 4,
    "treatment": 5,
    "decision_item": 6,
    "outcome": 7,
    "followup": 8,
    "comment": 4,
    "report": 9,
}
EARLY_REPORT = 1

Place = tuple[Line, int]


@dataclass(frozen=True)
class Sheet:
    """The columns in use with their left edges; `border` stands between the lines."""

    places: tuple[Place, ...]
    lefts: tuple[float, ...]
    box: float
    border: float
    width: float

    def column(self, node: Node) -> int:
        """Return the number of the column that `node` stands in."""
        return self.places.index(place(node))


def place(node: Node) -> Place:
    """Return the line and the rank of the column that `node` belongs in."""
    is_early = node.kind == "report" and node.line == "development"
    return node.line, EARLY_REPORT if is_early else COLUMN[node.kind]


def sheet(nodes: Sequence[Node]) -> Sheet:
    """Return the sheet for `nodes`: 1280 wide at most, unless over nine columns."""
    places = sorted({place(node) for node in nodes}, key=_left_to_right)
    counts = [sum(found[0] == line for found in places) for line in LINES]
    box = _box_width(counts)
    early, late = (_band_width(count, box) for count in counts)
    start = MARGIN + BAND_PADDING
    restart = start + early + BORDER_GAP
    starts = (start, restart)
    lefts = [
        left + number * (box + GAP)
        for left, count in zip(starts, counts, strict=True)
        for number in range(count)
    ]
    return Sheet(
        places=tuple(places),
        lefts=tuple(lefts),
        box=box,
        border=start + early + BORDER_GAP / 2,
        width=restart + late + BAND_PADDING + MARGIN,
    )


def natural(node: Node) -> tuple[int, date, list[tuple[int, str]]]:
    """Return the order of nodes before crossings count: kind, day, F-2 before F-12."""
    parts = re.findall(r"[0-9]+|[^0-9]+", node.ref)
    ranked = [(len(part) if part.isdecimal() else 0, part) for part in parts]
    return KINDS.index(node.kind), node.on or date.max, ranked


def _left_to_right(found: Place) -> tuple[int, int]:
    return LINES.index(found[0]), found[1]


def _band_width(count: int, box: float) -> float:
    return max(count * (box + GAP) - GAP, EMPTY_BAND)


def _box_width(counts: Sequence[int]) -> float:
    gaps = sum(max(count - 1, 0) for count in counts) * GAP + BORDER_GAP
    empty = sum(EMPTY_BAND for count in counts if not count)
    free = WIDTH - 2 * (MARGIN + BAND_PADDING) - gaps - empty
    return min(max(free / max(sum(counts), 1), NARROWEST), WIDEST)
