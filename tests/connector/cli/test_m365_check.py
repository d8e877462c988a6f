from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connector.cli.library import m365_command
from connector.config import load_config
from connector.refusals import InputRefusedError, UnavailableError
from connector.standin.running import Standin, running
from tests.connector.graph.standins import environment


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started


def check(data: Path, environ: dict[str, str]) -> Result:
    return CliRunner().invoke(m365_command, ["check"], obj=load_config(data, environ))


def test_each_step_on_the_way_in_is_a_line(standin: Standin, tmp_path: Path) -> None:
    told = check(tmp_path, environment(standin))

    steps = [line.split()[0] for line in told.stdout.splitlines()]
    assert steps == ["token", "site", "library", "certificate"]
    assert told.exit_code == 0


def test_what_is_shut_is_told_by_its_step_and_what_to_do(
    standin: Standin, tmp_path: Path
) -> None:
    closed = environment(standin) | {"SAMSPOR_M365_SITE": f"{standin.site}-annet"}

    told = check(tmp_path, closed)

    assert isinstance(told.exception, UnavailableError)
    assert str(told.exception).startswith("site: ")
    assert "request-id" in str(told.exception)
    assert told.stdout.split() == ["token", "given"]


def test_an_installation_without_microsoft_365_says_what_to_set(tmp_path: Path) -> None:
    told = check(tmp_path, {})

    assert isinstance(told.exception, InputRefusedError)
    assert "SAMSPOR_M365_TENANT" in str(told.exception)
