"""Fixtures of the document library: the small story, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.library.publishing import publish
from connector.library.syncing import sync
from tests.connector.library.libraries import (
    FolderDesk,
    House,
    installation_at,
    play_small_story,
)
from tests.installations import PostgresServer


@pytest.fixture(scope="session")
def small_file(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file where the small story has been played; to be copied."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(migrated_sqlite, folder / "samspor.db")
    play_small_story(folder, f"sqlite:///{folder / 'samspor.db'}")
    return folder / "samspor.db"


@pytest.fixture(scope="session")
def small_postgres(
    postgres: PostgresServer,
    migrated_postgres: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """A PostgreSQL database where the small story has been played; to be copied."""
    name = postgres.create(migrated_postgres)
    folder = tmp_path_factory.mktemp("small")
    play_small_story(folder, postgres.installation(name).url)
    return name


@pytest.fixture
def house(small_file: Path, tmp_path: Path) -> Iterator[House]:
    """Testvik on SQLite, with its one agreed document out at a shared folder."""
    shutil.copy(small_file, tmp_path / "samspor.db")
    with house_at(tmp_path, f"sqlite:///{tmp_path / 'samspor.db'}") as found:
        yield found


@pytest.fixture
def each_house(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[House]:
    """Testvik on each kind of database, as `house`."""
    if database_kind == "sqlite":
        yield request.getfixturevalue("house")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("small_postgres"))
    with house_at(tmp_path, server.installation(name).url) as found:
        yield found
    server.drop(name)


@contextmanager
def house_at(folder: Path, url: str) -> Iterator[House]:
    """Open the installation, and lay its document in a shared folder."""
    opened = installation_at(folder, url)
    found = House(opened, FolderDesk(folder / "felles"))
    publish(opened, found.desk.library)
    sync(opened, found.desk.library)
    yield found
    opened.database.close()
