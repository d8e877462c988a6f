"""Installations with the tables of the queue, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.installation import Installation
from tests.conftest import a_copy
from tests.connector.jobs.houses import a_house, founded
from tests.connector.jobs.workers import at_work


@pytest.fixture(scope="module")
def house(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """An installation for the tests of a module, with a municipality."""
    folder = tmp_path_factory.mktemp("house")
    with (
        a_copy(database_kind, request, folder) as urls,
        a_house(urls, folder) as installation,
    ):
        yield installation


@pytest.fixture(scope="module")
def working(house: Installation) -> Iterator[Installation]:
    """An installation whose jobs are done."""
    with at_work(house):
        yield house


@pytest.fixture
def postgres_house(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Installation]:
    """An installation on PostgreSQL, without the tables of the queue."""
    with a_copy("postgresql", request, tmp_path) as urls:
        installation = founded(urls, tmp_path)
        yield installation
        installation.database.close()
