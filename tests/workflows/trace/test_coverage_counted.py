"""Ten outputs, six decisions with fourteen points, eight links, one justification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import open_case, open_hall, record, treat, use
from workflows.trace.basis import basis_links
from workflows.trace.changes import outputs_without_decision
from workflows.trace.coverage import coverage, coverage_totals
from workflows.trace.justifications import Absence, justify_absence
from workflows.trace.link_states import LinkState
from workflows.trace.outcomes import Code
from workflows.trace.policy import policy
from workflows.trace.statuses import Deep, Link, Net, Status, Thing

PARTIES = ("position_a", "position_f", "position_t")
POINTS = {"C01": 3, "C02": 3, "C03": 2, "C04": 2, "C05": 2, "C06": 2}
USED = (("O-1", "C01"), ("O-2", "C01"), ("O-3", "C02"), ("O-4", "C03"), ("O-5", "C04"))
DECIDED = (("O-1", "C01-T1", 1), ("O-3", "C02-T1", 2), ("O-4", "C03-T1", 1))


@pytest.fixture(scope="module")
def hall(at_work: Connection) -> Iterator[Town]:
    """All of it, as people would do it; O-3 is revised after the council decided."""
    with session_on(at_work) as session:
        town = Town(session)
        open_hall(town)
        for number in range(1, 11):
            town.handed_over_output(f"O-{number}")
        for case in POINTS:
            open_case(town, case, asks_basis=True)
        for output, case in USED:
            use(town, output, case, has_read=True)
        for case, points in POINTS.items():
            treat(town, case, items=points)
        for output, treatment, item in DECIDED:
            record(town, treatment, Code.ADOPTED, output=output, item=item)
        town.do(
            justify_absence, by=town.officer, treatment="C05-T1", reason=Absence.URGENT
        )
        town.revised_output("O-3", summary="Nye tall")
        yield town


def test_the_fixture_is_the_one_that_is_meant(hall: Town) -> None:
    assert len(basis_links(hall.session, at=hall.now)) == 8
    assert len(coverage(hall.session, at=hall.now)) == 14


def test_each_point_tells_its_inputs_and_how_they_stand(hall: Town) -> None:
    rows = coverage(hall.session, at=hall.now)

    told = {
        (row["case"], row["item"]): (
            row["valid"],
            row["suspect"],
            row["justified"],
            row["missing"],
            [(each["output"], each["via"]) for each in row["inputs"]],
        )
        for row in rows
    }
    both = [("O-1", "use"), ("O-2", "use")]
    assert told == {
        ("C01", 1): (1, 0, 0, 0, [("O-1", "outcome")]),
        ("C01", 2): (2, 0, 0, 0, both),
        ("C01", 3): (2, 0, 0, 0, both),
        ("C02", 1): (0, 1, 0, 0, [("O-3", "use")]),
        ("C02", 2): (0, 1, 0, 0, [("O-3", "outcome")]),
        ("C02", 3): (0, 1, 0, 0, [("O-3", "use")]),
        ("C03", 1): (1, 0, 0, 0, [("O-4", "outcome")]),
        ("C03", 2): (1, 0, 0, 0, [("O-4", "use")]),
        ("C04", 1): (1, 0, 0, 0, [("O-5", "use")]),
        ("C04", 2): (1, 0, 0, 0, [("O-5", "use")]),
        ("C05", 1): (0, 0, 1, 0, []),
        ("C05", 2): (0, 0, 1, 0, []),
        ("C06", 1): (0, 0, 0, 1, []),
        ("C06", 2): (0, 0, 0, 1, []),
    }


def test_every_number_is_a_count_of_the_rows(hall: Town) -> None:
    rows = coverage(hall.session, at=hall.now)

    assert coverage_totals(rows) == {
        "rows": 14,
        "valid": 9,
        "suspect": 3,
        "justified": 2,
        "missing": 2,
        "by_basis": {"covered": 7, "suspect": 3, "justified": 2, "missing": 2},
        "unanswered": 2,
    }


def test_deep_is_the_same_where_three_parties_stand_behind_every_input(
    hall: Town,
) -> None:
    rows = coverage(hall.session, at=hall.now)

    assert [row["deep"] for row in rows] == [row["basis"] for row in rows]


def test_exactly_the_outputs_that_never_met_a_decision_are_told(hall: Town) -> None:
    rows = outputs_without_decision(hall.session, at=hall.now)

    assert [row["output"] for row in rows] == ["O-10", "O-6", "O-7", "O-8", "O-9"]
    assert all(row["cases"] == [] for row in rows)


def test_a_circle_put_into_it_is_named_and_leaves_the_rest_as_it_was(
    hall: Town,
) -> None:
    """The register itself has no link between outputs, and so no circle."""
    rows = coverage(hall.session, at=hall.now)
    things, links = drawn(rows)
    plain = Net(policy(), things, links)
    circle = [valid("O-1", "O-2"), valid("O-2", "O-1")]
    round_about = Net(policy(), things, [*links, *circle])

    points = [thing.ref for thing in things if thing.kind == "decision_item"]
    assert [plain.deep(ref).status for ref in points] == [row["deep"] for row in rows]
    named = Deep(status=Status.CYCLE, cycle=("O-1", "O-2"))
    assert {
        ref: round_about.deep(ref)
        for ref in points
        if round_about.deep(ref) != plain.deep(ref)
    } == {"C01/1": named, "C01/2": named, "C01/3": named}


def drawn(rows: list[dict[str, Any]]) -> tuple[list[Thing], list[Link]]:
    """The points of a report, its outputs, and the three parties behind each."""
    used = sorted({each["output"] for row in rows for each in row["inputs"]})
    things = [Thing(ref=output, kind="knowledge_base") for output in used]
    things += [Thing(ref=party, kind=party) for party in PARTIES]
    links = [valid(party, output) for output in used for party in PARTIES]
    for row in rows:
        ref, is_justified = f"{row['case']}/{row['item']}", bool(row["justified"])
        things.append(Thing(ref=ref, kind="decision_item", justified=is_justified))
        links += [
            Link(source=each["output"], target=ref, state=LinkState(each["link"]))
            for each in row["inputs"]
        ]
    return things, links


def valid(source: str, target: str) -> Link:
    return Link(source=source, target=target, state=LinkState.VALID)
