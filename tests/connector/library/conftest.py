"""Fixtures of the document library: the small story, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.bench.desks import Desk, FolderDesk, SharePointDesk
from connector.bench.standins import settings_of
from connector.graph.opening import opened
from connector.library.opening import library_in
from connector.library.publishing import publish
from connector.library.setting_up import make_ready
from connector.library.syncing import sync
from connector.standin.running import Standin, running
from tests.connector.library.libraries import (
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


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    """Microsoft 365 of Elvestrand on this machine, which nobody misuses."""
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started
        assert started.broken == []


@pytest.fixture(scope="session")
def sharepoint(standin: Standin) -> Iterator[SharePointDesk]:
    """The site's library, made ready, for all tests; emptied by those who use it."""
    settings = settings_of(standin)
    with opened(settings) as tenant:
        make_ready(tenant.graph, settings)
        library = library_in(tenant.graph, settings)
        yield SharePointDesk(standin, library)


@pytest.fixture
def sharepoint_house(
    small_file: Path, tmp_path: Path, sharepoint: SharePointDesk
) -> Iterator[House]:
    """Testvik on SQLite, with its one agreed document out at SharePoint."""
    sharepoint.clear()
    shutil.copy(small_file, tmp_path / "samspor.db")
    url = f"sqlite:///{tmp_path / 'samspor.db'}"
    with house_at(tmp_path, url, desk=sharepoint) as found:
        yield found


@pytest.fixture
def house(folder_house: House) -> House:
    """Testvik with a shared folder; a module may have others as well."""
    return folder_house


@pytest.fixture
def folder_house(small_file: Path, tmp_path: Path) -> Iterator[House]:
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
        yield request.getfixturevalue("folder_house")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("small_postgres"))
    with house_at(tmp_path, server.installation(name).url) as found:
        yield found
    server.drop(name)


@contextmanager
def house_at(folder: Path, url: str, *, desk: Desk | None = None) -> Iterator[House]:
    """Open the installation, and lay its document in its library, else in a folder."""
    house = installation_at(folder, url)
    found = House(house, desk or FolderDesk(folder / "felles"))
    publish(house, found.desk.library)
    sync(house, found.desk.library)
    yield found
    house.database.close()
