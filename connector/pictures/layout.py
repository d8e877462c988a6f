"""Where things stand in a layered picture: order within columns, then heights.

The method is that of Sugiyama, Tagawa and Toda (1981), with columns that are given:
order by barycentres and keep the order with the fewest crossings; then move everything
as near to its neighbours as room allows (least squares within a column, by pooling
adjacent violators). The result depends on the contents only, never on hashes or time.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 12


@dataclass(frozen=True)
class Item:
    """Something that takes room in a column; `height` holds the space around it."""

    key: str
    column: int
    height: float


@dataclass(frozen=True)
class Segment:
    """A link between items of two columns side by side, the left one first."""

    left: str
    right: str


Columns = tuple[tuple[str, ...], ...]
Neighbours = Mapping[str, Sequence[str]]


def arrange(items: Sequence[Item], segments: Sequence[Segment]) -> Mapping[str, float]:
    """Return the centre of every item, in units from the upper edge of the picture.

    No two items of a column overlap, and the topmost item starts at 0. Items without
    links keep the order in which they are given.
    """
    if not items:
        return {}
    heights = {item.key: item.height for item in items}
    columns = ordered(items, segments)
    centres = _stacked(columns, heights)
    beside = _neighbours(segments, both=True)
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 else columns[::-1]:
            wanted = [
                _mean(beside.get(key, ()), centres, centres[key]) for key in column
            ]
            centres |= _settled(column, wanted, heights)
    top = min(centre - heights[key] / 2 for key, centre in centres.items())
    return {key: centre - top for key, centre in centres.items()}


def ordered(items: Sequence[Item], segments: Sequence[Segment]) -> Columns:
    """Return the keys of each column from top to bottom, with few crossings."""
    last = max(item.column for item in items)
    best = columns = tuple(
        tuple(item.key for item in items if item.column == column)
        for column in range(last + 1)
    )
    from_left, from_right = _sides(segments)
    for sweep in range(SWEEPS):
        columns = (
            _swept(columns[::-1], from_right)[::-1]
            if sweep % 2
            else _swept(columns, from_left)
        )
        best = min(best, columns, key=lambda tried: crossings(tried, segments))
    return best


def crossings(columns: Columns, segments: Sequence[Segment]) -> int:
    """Return how many pairs of segments cross when the columns stand in this order."""
    place = {key: row for column in columns for row, key in enumerate(column)}
    at = {key: number for number, column in enumerate(columns) for key in column}
    between: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for segment in segments:
        between[at[segment.left]].append((place[segment.left], place[segment.right]))
    return sum(_inversions(sorted(pairs)) for pairs in between.values())


def _inversions(pairs: Sequence[tuple[int, int]]) -> int:
    seen: list[int] = []
    count = 0
    for _, right in pairs:
        count += len(seen) - bisect_right(seen, right)
        insort(seen, right)
    return count


def _sides(segments: Sequence[Segment]) -> tuple[Neighbours, Neighbours]:
    mirrored = [Segment(segment.right, segment.left) for segment in segments]
    return _neighbours(segments), _neighbours(mirrored)


def _neighbours(segments: Sequence[Segment], *, both: bool = False) -> Neighbours:
    """Return for each right end its left ends, or for each end all it is linked to."""
    found: dict[str, list[str]] = defaultdict(list)
    for segment in segments:
        found[segment.right].append(segment.left)
        if both:
            found[segment.left].append(segment.right)
    return found


def _swept(columns: Columns, neighbours: Neighbours) -> Columns:
    done: list[tuple[str, ...]] = []
    above: dict[str, float] = {}
    for column in columns:
        weight = {
            key: _mean(neighbours.get(key, ()), above, (row + 0.5) / len(column))
            for row, key in enumerate(column)
        }
        done.append(tuple(sorted(column, key=weight.__getitem__)))
        above = {key: (row + 0.5) / len(column) for row, key in enumerate(done[-1])}
    return tuple(done)


def _mean(keys: Sequence[str], values: Mapping[str, float], otherwise: float) -> float:
    return sum(values[key] for key in keys) / len(keys) if keys else otherwise


def _stacked(columns: Columns, heights: Mapping[str, float]) -> dict[str, float]:
    centres: dict[str, float] = {}
    for column in columns:
        top = -sum(heights[key] for key in column) / 2
        for key in column:
            centres[key] = top + heights[key] / 2
            top += heights[key]
    return centres


def _settled(
    column: Sequence[str], wanted: Sequence[float], heights: Mapping[str, float]
) -> dict[str, float]:
    """Return centres as near as can be to `wanted`, in order and without overlap.

    With the space that lies above each item taken off, the task is isotonic regression.
    """
    offsets, below = [], 0.0
    for key in column:
        offsets.append(below + heights[key] / 2)
        below += heights[key]
    level = _isotonic([want - off for want, off in zip(wanted, offsets, strict=True)])
    return {
        key: value + off for key, value, off in zip(column, level, offsets, strict=True)
    }


def _isotonic(values: Sequence[float]) -> list[float]:
    """Return the non-decreasing values nearest to `values` by least squares."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, size = pools.pop()
            total, count = total + before, count + size
        pools.append((total, count))
    return [total / count for total, count in pools for _ in range(count)]
