"""The town hall for the tests of the decision line, made once a database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from tests.workflows.builders import TownHall
from tests.workflows.conftest import Stage
from tests.workflows.development.towns import Town, session_on


@pytest.fixture(scope="session")
def seated(stage: Stage) -> Iterator[Connection]:
    """A connection on which Testvik has its people and its bodies."""
    yield from stage(_seat)


@pytest.fixture
def hall(seated: Connection) -> Iterator[TownHall]:
    """Testvik with its people and its bodies; nothing of the test is kept."""
    with session_on(seated) as session:
        yield TownHall(session)


def _seat(town: Town) -> None:
    TownHall(town.session)
