"""What holds for every merge, whatever the three sides say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from templates_docx.merge import Plan, merge
from templates_docx.three_way import Side
from tests.templates_docx.three_sides import MANDATE, read_as, values
from workflows.forms.values import normal

Values = Mapping[str, Any]


def merging(base: Values, record: Values, word: Values) -> Plan:
    return merge(MANDATE, base=base, record=record, word=read_as(word))


def plain(side: Values) -> dict[str, Any]:
    """Return the normal form; the order of ticks says nothing."""
    shaped = normal(MANDATE, side)
    return shaped | {"m_focus": sorted(shaped.get("m_focus", []))}


def places(side: Values) -> dict[str, Any]:
    """Return each value by its field, each cell by its field, row and column."""
    found = plain(side)
    rows = found.pop("m_result", [])
    cells = {
        f"m_result[{row['_id']}].{column}": cell
        for row in rows
        for column, cell in row.items()
    }
    return found | cells


@given(values, values)
def test_a_file_against_an_untouched_record_is_the_file(
    base: Values, word: Values
) -> None:
    plan = merging(base, base, word)

    assert plan.conflicts == ()
    assert plain(plan.merged({})) == plain(word)


@given(values, values)
def test_an_untouched_file_leaves_the_record_as_it_is(
    base: Values, record: Values
) -> None:
    plan = merging(base, record, base)

    assert plan.brings_nothing
    assert plan.merged({}) == record


@given(values, values, values)
def test_the_sides_collide_in_the_same_places_whichever_is_which(
    base: Values, record: Values, word: Values
) -> None:
    there = merging(base, record, word).conflicts
    back = merging(base, word, record).conflicts

    assert {each.key: (each.record, each.word) for each in there} == {
        each.key: (each.word, each.record) for each in back
    }


@given(values, values, values, st.sampled_from(Side))
def test_no_value_is_lost_and_none_is_invented(
    base: Values, record: Values, word: Values, side: Side
) -> None:
    plan = merging(base, record, word)
    decided = {each.key: side for each in plan.conflicts}

    merged = places(plan.merged(decided))

    was, now, said = places(base), places(record), places(word)
    for place in {*was, *now, *said, *merged}:
        three = was.get(place), now.get(place), said.get(place)
        assert merged.get(place) in three
        row = place.partition("]")[0] + "]"
        is_open = any(each.key in (place, row) for each in plan.conflicts)
        if not is_open and three[1] == three[0]:
            assert merged.get(place) == three[2]
        if not is_open and three[2] == three[0]:
            assert merged.get(place) == three[1]


@given(values, values, values, st.sampled_from(Side))
def test_a_file_that_has_been_taken_in_brings_nothing_more(
    base: Values, record: Values, word: Values, side: Side
) -> None:
    plan = merging(base, record, word)
    merged = plan.merged({each.key: side for each in plan.conflicts})

    again = merging(word, merged, word)
    without_conflicts = merging(base, merged, word) if not plan.conflicts else again

    assert again.brings_nothing
    assert without_conflicts.brings_nothing


@given(values, values, values)
def test_rows_keep_the_order_of_the_side_that_moved_them(
    base: Values, record: Values, word: Values
) -> None:
    plan = merging(base, record, word)
    merged = plan.merged({each.key: Side.WORD for each in plan.conflicts})

    def ids(side: Values) -> list[str]:
        return [row["_id"] for row in normal(MANDATE, side).get("m_result", [])]

    shared = set(ids(base)) & set(ids(record)) & set(ids(word)) & set(ids(merged))
    orders = [[each for each in ids(side) if each in shared] for side in (base, record)]
    kept, moved = orders
    said = [each for each in ids(word) if each in shared]
    result = [each for each in ids(merged) if each in shared]
    assert result == (moved if said == kept else said)
