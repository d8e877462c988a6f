"""Whom a change concerns: nearest first, circles are safe, «no effect» ends the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import assign, open_case, open_hall, record, treat, use
from workflows.errors import NotFoundError
from workflows.people.kinds import Role
from workflows.trace.acknowledgements import acknowledge_change
from workflows.trace.impact import Way, impact_of, reach
from workflows.trace.outcomes import Code
from workflows.trace.status_only import NOTHING, Hidden, exempt_cases

GROUNDS = {"exemption_reason": "Forhandlinger.", "wider_access": "Vurdert."}


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where O-1 is handed over."""
    with session_on(handed_over) as session:
        yield session


@pytest.fixture
def hall(session: Session) -> Town:
    """C01 uses O-1, and has decided two items, of which one is followed up."""
    town = Town(session)
    open_hall(town)
    open_case(town)
    use(town)
    treatment = treat(town)
    record(town, treatment.ref, Code.ADOPTED, item=1)
    assign(town, "C01-T1/1")
    return town


def test_all_that_rests_on_an_output_is_told_with_the_way_there(hall: Town) -> None:
    rows = impact_of(hall.session, "O-1", at=hall.now)

    assert [(row["ref"], row["kind"], row["depth"]) for row in rows] == [
        ("C01", "case", 1),
        ("C01-T1/1", "decision_item", 1),
        ("C01-T1/2", "decision_item", 2),
        ("F-01", "followup", 2),
    ]
    assert rows[2]["path"] == ["O-1", "C01", "C01-T1/2"]
    assert all(row["who"] == ["Person P-officer"] for row in rows)


def test_where_a_change_has_no_effect_the_way_ends(hall: Town) -> None:
    hall.revised_output(summary="Nye tall")
    hall.do(
        acknowledge_change,
        by=hall.office(Role.CHIEF_EXECUTIVE),
        output="O-1",
        case="C01",
        reason="Tallene er de samme.",
    )

    rows = impact_of(hall.session, "O-1", at=hall.now)
    assert [(row["ref"], row["who"]) for row in rows] == [("C01", []), ("C01-T1/1", [])]


def test_what_is_hidden_is_not_reached_and_nor_is_what_lies_behind(hall: Town) -> None:
    open_case(hall, "C02", restricted="exemption_negotiation", **GROUNDS)
    use(hall, case="C02")
    treat(hall, "C02")

    def reached(hidden: Hidden) -> set[str]:
        rows = impact_of(hall.session, "O-1", at=hall.now, hidden=hidden)
        return {row["ref"] for row in rows}

    before = {"C01", "C01-T1/1", "C01-T1/2", "F-01"}
    assert reached(exempt_cases(hall.session)) == before
    assert reached(NOTHING) == before | {"C02", "C02-T1/1", "C02-T1/2"}


def test_nothing_rests_on_what_nobody_uses(hall: Town) -> None:
    hall.handed_over_output("O-2")

    assert impact_of(hall.session, "O-2", at=hall.now) == []
    with pytest.raises(NotFoundError, match="O-9"):
        impact_of(hall.session, "O-9", at=hall.now)


@settings(max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE"), st.booleans()),
        max_size=14,
    )
)
def test_each_is_reached_once_by_a_shortest_way(
    steps: list[tuple[str, str, bool]],
) -> None:
    ways: dict[str, list[Way]] = {}
    for start, end, ends in steps:
        ways.setdefault(start, []).append(Way(end, "case", ends=ends))

    found = reach("A", ways)

    refs = [each.way.ref for each in found]
    assert len(set(refs)) == len(refs)
    assert "A" not in refs
    assert [each.depth for each in found] == sorted(each.depth for each in found)
    taken = {(start, end) for start, end, _ in steps}
    for each in found:
        assert set(zip(each.path, each.path[1:], strict=False)) <= taken
