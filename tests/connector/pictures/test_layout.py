from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pictures.layout import Item, Segment, arrange, crossings, ordered


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[Item], list[Segment]]:
    columns = draw(st.lists(st.integers(1, 8), min_size=1, max_size=6))
    items = [
        Item(f"{column}.{row}", column, draw(st.floats(5, 90)))
        for column, count in enumerate(columns)
        for row in range(count)
    ]
    between = [
        Segment(left.key, right.key)
        for left in items
        for right in items
        if right.column == left.column + 1
    ]
    chosen = draw(st.lists(st.sampled_from(between), max_size=30)) if between else []
    return items, list(dict.fromkeys(chosen))


@given(drawing=drawings())
def test_items_of_a_column_never_overlap_and_begin_at_nought(
    drawing: tuple[list[Item], list[Segment]],
) -> None:
    items, segments = drawing

    centres = arrange(items, segments)

    for column in {item.column for item in items}:
        standing = sorted(
            (item for item in items if item.column == column),
            key=lambda item: centres[item.key],
        )
        for above, below in pairwise(standing):
            room = (above.height + below.height) / 2
            assert centres[below.key] - centres[above.key] >= room - 1e-6
    tops = [centres[item.key] - item.height / 2 for item in items]
    assert min(tops) == pytest.approx(0, abs=1e-6)


@given(drawing=drawings())
def test_ordering_never_makes_more_crossings(
    drawing: tuple[list[Item], list[Segment]],
) -> None:
    items, segments = drawing
    last = max(item.column for item in items)
    first = tuple(
        tuple(item.key for item in items if item.column == column)
        for column in range(last + 1)
    )

    found = ordered(items, segments)

    assert crossings(found, segments) <= crossings(first, segments)
    assert [sorted(column) for column in found] == [sorted(column) for column in first]


def _items(*columns: Sequence[str]) -> list[Item]:
    return [
        Item(key, column, 10) for column, keys in enumerate(columns) for key in keys
    ]


def test_a_crossing_that_can_be_undone_is_undone() -> None:
    items = _items("ab", "cd")
    segments = [Segment("a", "d"), Segment("b", "c")]

    assert crossings((("a", "b"), ("c", "d")), segments) == 1
    assert crossings(ordered(items, segments), segments) == 0


def test_a_lone_box_stands_level_with_what_it_is_linked_to() -> None:
    items = _items("a", "bcd")
    segments = [Segment("a", key) for key in "bcd"]

    centres = arrange(items, segments)

    assert centres["a"] == pytest.approx(centres["c"])


def test_nothing_is_arranged_to_nothing() -> None:
    assert arrange([], []) == {}
