"""Fixtures of the pages: Testvik kommune on a real database, and its visitors."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from connector.config import Config
from connector.database.engine import open_database
from connector.installation import Installation
from tests.connector.web.applications import APPLICATIONS
from tests.connector.web.story import NOW, story
from tests.connector.web.visitors import Visitor
from tests.installations import MASTER_KEY
from workflows.people.municipalities import only_municipality
from workflows.stories import play

Enter = Callable[..., Visitor]


@pytest.fixture(scope="session")
def played(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where the story has been played; to be copied."""
    folder = tmp_path_factory.mktemp("testvik")
    shutil.copy(migrated_sqlite, folder / "samspor.db")
    opened = open_database(f"sqlite:///{folder / 'samspor.db'}", master_key=MASTER_KEY)
    with opened.transaction(None) as session:
        play(session, story())
    opened.close()
    return folder


@pytest.fixture
def house(played: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation of the test's own, at the end of the story."""
    shutil.copy(played / "samspor.db", tmp_path / "samspor.db")
    opened = open_installation_at(tmp_path)
    with APPLICATIONS.for_a_while():
        yield opened
    opened.database.close()


@pytest.fixture
def visitor(house: Installation) -> Callable[..., Visitor]:
    """Make a visitor, with a hat by the mandate's reference or without one."""
    return visitors_of(house)


@pytest.fixture
def visitor_at(house: Installation) -> Iterator[Callable[[datetime], Enter]]:
    """Make what makes visitors of the same house at a later instant."""
    opened: list[Installation] = []

    def at(instant: datetime) -> Enter:
        opened.append(open_installation_at(house.config.data, at=instant))
        return visitors_of(opened[-1])

    yield at
    for later in opened:
        later.database.close()


def visitors_of(house: Installation) -> Enter:
    """Return what makes visitors of a house, by the reference of their mandate."""
    app = APPLICATIONS.lend(house)

    def enter(mandate: str | None = None, *, language: str = "nb") -> Visitor:
        return Visitor(app, house, mandate=mandate, language=language)

    return enter


def open_installation_at(folder: Path, *, at: datetime = NOW) -> Installation:
    """Open the installation in a folder, its clock at the end of the story or later."""
    url = f"sqlite:///{folder / 'samspor.db'}"
    config = Config(data=folder, database_url=url, clock_stands_at=at)
    database = open_database(url, master_key=MASTER_KEY)
    with database.reading(None) as session:
        found = only_municipality(session)
    assert found is not None
    return Installation(config, database, found.id)
