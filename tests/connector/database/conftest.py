"""Fixtures for the tests of the database layer: small tables instead of the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.database.engine import Database, open_database
from tests.connector.database.houses import build
from tests.installations import Installation, PostgresServer, sqlite_installation


@pytest.fixture
def sqlite_house(tmp_path: Path) -> Installation:
    """An SQLite file with the small tables."""
    installation = sqlite_installation(tmp_path / "house.db")
    build(installation)
    return installation


@pytest.fixture(scope="module")
def postgres_house(postgres: PostgresServer) -> Iterator[Installation]:
    """A PostgreSQL database with the small tables; each test founds its own in it."""
    name = postgres.create()
    build(postgres.installation(name))
    yield postgres.installation(name)
    postgres.drop(name)


@pytest.fixture
def house(database_kind: str, request: pytest.FixtureRequest) -> Installation:
    """The small tables, on each kind of database."""
    kinds = {"sqlite": "sqlite_house", "postgresql": "postgres_house"}
    chosen: Installation = request.getfixturevalue(kinds[database_kind])
    return chosen


@pytest.fixture
def opened(house: Installation) -> Iterator[Database]:
    """The small tables, opened as the service opens its database."""
    database = open_database(house.url)
    yield database
    database.close()


@pytest.fixture
def walled(postgres_house: Installation) -> Iterator[Database]:
    """The small tables on PostgreSQL, opened as the service opens its database."""
    database = open_database(postgres_house.url)
    yield database
    database.close()
