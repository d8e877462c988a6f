"""What has replaced what: told by one side or both, linked all the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.trace.supersessions import OutputSupersession, supersessions

_REFS = st.sampled_from("ABCD")


def told(ref: str, **more: str) -> dict[str, Any]:
    return {"ref": ref, **more}


@pytest.mark.parametrize(
    ("facts", "silent"),
    [
        ([told("A", superseded_by="B"), told("B")], "B"),
        ([told("A"), told("B", supersedes="A")], "A"),
        ([told("A", superseded_by="B"), told("B", supersedes="A")], None),
        ([told("A", superseded_by="B")], "B"),
    ],
)
def test_one_side_is_enough_to_link_both_and_the_silent_one_is_named(
    facts: list[dict[str, Any]], silent: str | None
) -> None:
    assert supersessions(facts) == [
        OutputSupersession(newer="B", older="A", silent=silent)
    ]


def test_where_nobody_says_so_nothing_is_replaced() -> None:
    assert supersessions([told("A"), told("B")]) == []


@settings(max_examples=40)
@given(pairs=st.lists(st.tuples(_REFS, _REFS), unique_by=lambda pair: pair[0]))
def test_it_does_not_matter_which_side_tells(pairs: list[tuple[str, str]]) -> None:
    by_older = [told(older, superseded_by=newer) for older, newer in pairs]
    by_newer = [told(newer, supersedes=older) for older, newer in pairs]

    def linked(facts: list[dict[str, Any]]) -> set[tuple[str, str]]:
        return {(each.newer, each.older) for each in supersessions(facts)}

    assert linked(by_older) == linked(by_newer)
    assert not [each for each in supersessions(by_older + by_newer) if each.silent]
