"""One stand-in for each module of tests, whose clock stands until it is moved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.standin.keys import keys
from connector.standin.running import Standin, running
from connector.standin.tls import certificates
from tests.connector.standin.callers import Caller, as_app

BEGINS = datetime(2026, 9, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Gives empty folders with keys and certificates, which take long to make."""
    made = tmp_path_factory.mktemp("made")
    certificates(made / "tls")
    keys(made / "keys")

    def copied() -> Path:
        folder = tmp_path_factory.mktemp("standin")
        shutil.copytree(made, folder, dirs_exist_ok=True)
        return folder

    return copied


@pytest.fixture(scope="module")
def standin(furnished: Callable[[], Path]) -> Iterator[Standin]:
    """A stand-in, which has kept its own contract when the tests are done."""
    folder = furnished()
    with running(folder, clock=BEGINS, page_size=3) as started:
        yield started
        own = [each for each in started.broken if each.startswith("answer")]
        assert own == []


@pytest.fixture
def app(standin: Standin) -> Iterator[Caller]:
    """The app that calls for itself, with a new token."""
    caller = as_app(standin)
    yield caller
    caller.session.close()


@pytest.fixture
def drive(app: Caller) -> str:
    """The path of the library that is used."""
    return app.drive()
