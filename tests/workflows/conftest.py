"""The test town at some stages: each made once a database, and then only borrowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection

from connector.database.engine import open_database
from tests.conftest import a_copy
from tests.installations import MASTER_KEY
from tests.workflows.development.towns import Town, town_connection

Stage = Callable[[Callable[[Town], object]], Iterator[Connection]]


@pytest.fixture(scope="session")
def stage(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stage:
    """How a stage is made: a database of its own, with the town brought to it."""

    def made(bring: Callable[[Town], object]) -> Iterator[Connection]:
        folder = tmp_path_factory.mktemp("town")
        with a_copy(database_kind, request, folder) as copied:
            database = open_database(copied.url, master_key=MASTER_KEY)
            with town_connection(database, bring) as connection:
                yield connection
            database.close()

    return made


@pytest.fixture(scope="session")
def settled(stage: Stage) -> Iterator[Connection]:
    """A connection on which Testvik has its people; nothing of it is ever kept."""
    yield from stage(lambda _: None)


@pytest.fixture(scope="session")
def at_work(stage: Stage) -> Iterator[Connection]:
    """A connection on which the project PR1 runs."""
    yield from stage(Town.running_project)


@pytest.fixture(scope="session")
def handed_over(stage: Stage) -> Iterator[Connection]:
    """A connection on which PR1 has handed the output O-1 over, all agreeing."""
    yield from stage(_hand_over)


def _hand_over(town: Town) -> None:
    town.running_project()
    town.handed_over_output()
