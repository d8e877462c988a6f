"""The demo as a user starts it: the real command, a data folder of its own."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.connector.web.applications import APPLICATIONS
from tests.journeys.villages import Village
from tests.shared import made_once
from tests.workflows.conftest import at_work, handed_over, settled, stage

__all__ = ["at_work", "handed_over", "settled", "stage"]

LONGEST = 240  # seconds
CACHING = "PYTHONDONTWRITEBYTECODE"
PREFIX = "PYTHONPYCACHEPREFIX"
# Each command is a process of its own; let them share what the first has compiled.
CACHE = str(Path(tempfile.gettempdir()) / "samspor-compiled")
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if key != CACHING},
    PREFIX: os.environ.get(PREFIX, CACHE),
}


@dataclass(frozen=True)
class Outcome:
    """What a command answered."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class ReadyProcess:
    """`ready_process.py`, which becomes a new process for each command."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.ready_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=ENVIRONMENT,
        )

    def run(self, arguments: list[str]) -> subprocess.CompletedProcess[bytes]:
        """Run one command to its end; `TimeoutError` when that takes too long."""
        asked, told = self.process.stdin, self.process.stdout
        assert asked is not None
        assert told is not None
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            order = {"arguments": arguments, "out": str(out), "err": str(err)}
            asked.write(json.dumps(order).encode() + b"\n")
            asked.flush()
            if not select.select([told], [], [], LONGEST)[0]:
                raise TimeoutError(f"still at work: {arguments}")
            status = int(told.readline())
            return subprocess.CompletedProcess(
                arguments, status, out.read_bytes(), err.read_bytes()
            )

    def end(self) -> None:
        """Let it go: it ends when its input does."""
        self.process.communicate(timeout=LONGEST)


@cache
def ready_process() -> ReadyProcess:
    """The process of this worker; it ends when its input does."""
    return ReadyProcess()


@dataclass(frozen=True)
class Samspor:
    """The command `samspor` on one data folder."""

    data: Path

    def __call__(self, *arguments: str) -> Outcome:
        done = self._run(*arguments)
        return Outcome(
            done.returncode,
            done.stdout.decode("utf-8"),
            done.stderr.decode("utf-8"),
        )

    def started(self, *arguments: str) -> Outcome:
        """Run a command in a process that is started for it, as a shell does."""
        whole = [sys.executable, "-m", "connector.cli.main", *self._whole(*arguments)]
        done = subprocess.run(
            whole, capture_output=True, env=ENVIRONMENT, check=False, timeout=240
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return ready_process().run(self._whole(*arguments))

    def _whole(self, *arguments: str) -> list[str]:
        return ["--data", str(self.data), *map(str, arguments)]

    def raw(self, *arguments: str) -> bytes:
        """Return what a command writes, when that is no text."""
        done = self._run(*arguments)
        assert done.returncode == 0, done.stderr.decode("utf-8")
        return done.stdout

    def report(self, name: str, *, at: str | None = None) -> Any:
        answer = self("report", name, "--format", "json", *(["--at", at] if at else []))
        assert answer.status == 0, answer.err
        return answer.json()


@pytest.fixture(scope="session", autouse=True)
def ended_afterwards() -> Iterator[None]:
    """Nothing that a test has started is at work when the tests are done."""
    yield
    if ready_process.cache_info().currsize:
        ready_process().end()


@pytest.fixture(scope="session")
def elvestrand(tmp_path_factory: pytest.TempPathFactory) -> Samspor:
    """The demo installation as `samspor demo --no-serve` makes it; this worker's own.

    The folder holds an empty database already, as after a demo that was broken off.
    """
    made = made_once(tmp_path_factory, "elvestrand-made", _make_elvestrand)
    own = tmp_path_factory.mktemp("elvestrand") / "var"
    return Samspor(Path(shutil.copytree(made / "var", own)))


def _make_elvestrand(folder: Path) -> None:
    samspor = Samspor(folder / "var")
    assert samspor("db", "upgrade").status == 0
    made = samspor.started("demo", "--no-serve")
    assert made.status == 0, made.err


@pytest.fixture
def empty(tmp_path: Path) -> Samspor:
    """The command on an empty data folder."""
    return Samspor(tmp_path / "var")


@pytest.fixture
def story(tmp_path: Path) -> Callable[[dict[str, Any]], str]:
    """Write a story to a file and return its path."""

    def write(content: dict[str, Any]) -> str:
        path = tmp_path / "story.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def village(at_work: Connection, tmp_path: Path) -> Iterator[Village]:
    """Testvik where the project PR1 runs, with its pages, on both kinds of database."""
    yield from living(at_work, tmp_path)


@pytest.fixture
def handing_village(handed_over: Connection, tmp_path: Path) -> Iterator[Village]:
    """Testvik where the output O-1 has been handed over to the decision line."""
    yield from living(handed_over, tmp_path)


def living(connection: Connection, data: Path) -> Iterator[Village]:
    with connection.begin_nested() as kept_open, APPLICATIONS.for_a_while():
        yield Village(connection, data=data)
        kept_open.rollback()
