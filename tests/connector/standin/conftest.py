"""One stand-in for each module of tests, whose clock stands until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connector.standin.running import Standin, running
from tests.connector.standin.callers import Caller, as_app

BEGINS = datetime(2026, 9, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    """A stand-in, which has kept its own contract when the tests are done."""
    folder = tmp_path_factory.mktemp("standin")
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
