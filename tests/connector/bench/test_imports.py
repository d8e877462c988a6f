"""The benchmark of importing decisions writes the same rows on both sides."""

from __future__ import annotations

import json

from click.testing import CliRunner

from connector.cli.bench import bench_command


def test_the_benchmark_reads_decisions_in_on_both_kinds_of_database() -> None:
    asked = ["imports", "--rounds", "1", "--format", "json"]
    result = CliRunner().invoke(bench_command, asked)

    assert result.exit_code in (0, 1), result.output
    told = json.loads(result.stdout)
    assert [row["what"].split(", ")[1] for row in told["rows"]] == [
        "SQLite",
        "PostgreSQL",
    ]
    counted = {row["against"] for row in told["rows"]}
    assert len(counted) == 1, "both databases are written the same rows"
    assert all(row["ratio"] > 0 for row in told["rows"])
