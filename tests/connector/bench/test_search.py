"""The benchmark of the search asks by the index, and finds something."""

from __future__ import annotations

import json

from click.testing import CliRunner

from connector.bench.searched import SORTS
from connector.cli.bench import bench_command


def test_the_benchmark_asks_every_sort_of_question_of_both_readers() -> None:
    asked = ["search", "--rounds", "1", "--format", "json"]
    result = CliRunner().invoke(bench_command, asked)

    assert result.exit_code in (0, 1), result.output
    told = json.loads(result.stdout)
    bare = [row for row in told["rows"] if "bare" in row["against"]]
    assert len(bare) == 2 * len(SORTS)
    assert all(row["goal"] == "≤ 3" and row["ratio"] > 0 for row in bare)
    assert any("50 hits" in note for note in told["notes"])
