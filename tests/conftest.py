"""Fixtures for all tests: real databases of both kinds, at the newest schema.

A test that asks for `session` or `database` runs twice, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.orm import Session

from connector.database.engine import Database, open_database
from connector.database.schema import upgrade
from tests.installations import (
    MASTER_KEY,
    Installation,
    PostgresServer,
    sqlite_installation,
)
from workflows.people.municipalities import found_municipality

# The same examples each time, so that a run says something of the change it runs for.
# Others are tried with `pytest --hypothesis-profile default`.
settings.register_profile("samspor", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("samspor")

FOUNDED_AT = datetime(2020, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> PostgresServer:
    """The PostgreSQL server of this process, without any database of ours."""
    return PostgresServer()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """The name of a migrated, empty database, to be copied and never connected to."""
    name = postgres.create()
    upgrade(postgres.installation(name).owner_url)
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file, to be copied and never opened."""
    file = tmp_path_factory.mktemp("migrated") / "samspor.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; what asks for it runs once for each."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def installation(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Installation]:
    """A migrated, empty database of the test's own, with the URL for each role."""
    with a_copy(database_kind, request, tmp_path) as copied:
        yield copied


@pytest.fixture
def database(installation: Installation) -> Iterator[Database]:
    """A migrated, empty database of the test's own, opened as the service opens it."""
    opened = open_database(installation.url, master_key=MASTER_KEY)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared_database(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Database]:
    """The database under `session`; stays empty, for nothing is committed to it."""
    folder = tmp_path_factory.mktemp("shared")
    with a_copy(database_kind, request, folder) as copied:
        opened = open_database(copied.url, master_key=MASTER_KEY)
        yield opened
        opened.close()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A session of the newly founded Testvik kommune; nothing of it is kept."""
    with shared_database.engine.connect() as connection:
        with Session(connection, expire_on_commit=False) as session:
            found_municipality(
                session, name="Testvik kommune", number="9999", at=FOUNDED_AT
            )
            yield session
        connection.rollback()


@contextmanager
def a_copy(
    kind: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[Installation]:
    """Copy the migrated template of this kind, and take the copy away afterwards."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "samspor.db")
        yield sqlite_installation(folder / "samspor.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("migrated_postgres"))
    yield server.installation(name)
    server.drop(name)
