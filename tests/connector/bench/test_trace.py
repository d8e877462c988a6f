"""A made-up municipality hangs together, and is traced by its scope alone."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from sqlalchemy.orm import Session

from connector.bench.bulk import LAST
from connector.bench.municipality import Municipality, Size
from connector.cli.bench import bench_command
from workflows.record.entries import RecordHead, fold, since
from workflows.trace.graph import cut, net_of, trace_of
from workflows.trace.moments import Moment
from workflows.trace.questions import QUESTIONS, answer
from workflows.trace.scope import whole_scope

SMALL = Size(projects=3, outputs=13, cases=10, items=2, used=2)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_trace_is_the_one_cut_from_the_whole(session: Session, seed: int) -> None:
    Municipality(session, SMALL, seed=seed).write()
    everything = Moment(
        session=session, at=LAST, party=None, scope=whole_scope(session)
    )
    whole = net_of(everything)

    assert len(whole.edges) > SMALL.links / 2
    for node in whole.nodes:
        assert trace_of(session, node.ref, at=LAST) == cut(whole, node.ref)


def test_states_of_some_things_are_those_of_all(session: Session) -> None:
    Municipality(session, SMALL).write()
    states, reached = fold(session, at=LAST), since(session, at=LAST)
    some = ["O-3", "C2", "nothing"]

    assert fold(session, at=LAST, refs=some) == {ref: states[ref] for ref in some[:2]}
    assert since(session, refs=some) == {ref: reached[ref] for ref in some[:2]}


def test_states_are_told_also_before_the_record_is_kept_by_reference(
    session: Session,
) -> None:
    Municipality(session, SMALL).write()
    session.execute(update(RecordHead).values(grown=0))

    assert fold(session, at=LAST, refs=["O-3"]) == {"O-3": "handed_over"}


def test_the_reports_find_what_was_written(session: Session) -> None:
    Municipality(session, SMALL).write()

    uncovered = answer(session, "uncovered-decisions", at=LAST).rows

    assert [row["case"] for row in uncovered] == ["C9"]
    assert len(answer(session, "follow-ups", at=LAST).rows) == 10


def test_the_benchmark_answers_in_the_shape_of_the_contract() -> None:
    asked = ["trace", "--rounds", "1", "--format", "json"]
    result = CliRunner().invoke(bench_command, asked)

    assert result.exit_code in (0, 1), result.output
    told = json.loads(result.stdout)
    places = ("SQLite", "PostgreSQL")
    reports = {f"{where}: report {name}" for where in places for name in QUESTIONS}
    assert {row["what"].split(",")[0] for row in told["rows"]} == reports | {
        "SQLite: trace of one case",
        "PostgreSQL: trace of one case",
        "SQLite: page of one case",
        "SQLite: front page",
    }
    assert all(row["ratio"] > 0 for row in told["rows"])
