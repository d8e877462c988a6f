from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from connector.bench.measurements import Measurement, Row, at_least, at_most
from connector.bench.rounds import PIECES, Side, medians
from connector.bench.word_reading import measured
from connector.cli.bench import bench_command


@pytest.mark.parametrize(
    ("row", "is_met"),
    [
        pytest.param(Row(what="a", against="b", ratio=2, goal=at_least(2)), True),
        pytest.param(Row(what="a", against="b", ratio=1.9, goal=at_least(2)), False),
        pytest.param(Row(what="a", against="b", ratio=2, goal=at_most(2)), True),
        pytest.param(Row(what="a", against="b", ratio=2.1, goal=at_most(2)), False),
        pytest.param(Row(what="a", against="b", ratio=9), True),
    ],
)
def test_a_goal_is_kept_or_not(row: Row, is_met: bool) -> None:
    measurement = Measurement(bench="x", rows=(row,))

    assert (row.met, measurement.met) == (is_met, is_met)


def test_every_side_works_in_every_round_and_once_before() -> None:
    worked: list[tuple[str, int]] = []

    def side(name: str) -> Side:
        return Side(name, lambda turn: worked.append((name, turn)))

    sides = [side("a"), side("b")]

    times = medians(sides, rounds=2)

    turns = [range(1), range(PIECES), range(PIECES, 2 * PIECES)]
    assert worked == [(name, n) for turn in turns for name in "ab" for n in turn]
    assert set(times) == {"a", "b"}


def test_the_word_benchmark_answers_in_the_shape_of_the_contract() -> None:
    result = CliRunner().invoke(
        bench_command, ["docx", "--rounds", "1", "--format", "json"]
    )

    assert result.exit_code in (0, 1), result.output
    answer = json.loads(result.stdout)
    assert (answer["bench"], bool(answer["machine"])) == ("docx", True)
    assert {"what", "against", "ratio", "goal", "met"} == set(answer["rows"][0])
    assert {row["against"] for row in answer["rows"]} >= {"docxtpl", "limit, zlib 6"}


def test_a_benchmark_nobody_has_heard_of_is_wrong_usage() -> None:
    assert CliRunner().invoke(bench_command, ["poetry"]).exit_code == 2


def test_the_reading_benchmark_times_only_sides_that_find_the_same() -> None:
    measurement = measured(rounds=1, count=16)

    assert measurement.bench == "read"
    assert {row.against for row in measurement.rows} >= {"python-docx", "limit, zlib"}
    assert "python-docx: found 12 of 12 citations in 16 files" in measurement.notes
