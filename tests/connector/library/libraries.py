"""An installation with one agreed document, and a library that people work in."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.bench.desks import Desk
from connector.config import Config
from connector.database.engine import open_database
from connector.installation import Installation
from connector.library.document_library import DocumentLibrary, Item
from connector.library.folder import FolderLibrary
from connector.library.items import LibraryItem, item_of
from connector.stories import read_story
from tests.installations import MASTER_KEY
from tests.journeys.stories import PEOPLE, Json, small_story
from workflows.people.municipalities import only_municipality
from workflows.stories import play

NOON = datetime(2025, 2, 1, 11, tzinfo=UTC)
VERSION = "PA-1@1.0"
# The nurses' member is left without an address on purpose.
WITHOUT_ADDRESS = "P16"
ADDRESSES = {
    person: f"{person.lower()}@testvik.example"
    for person in PEOPLE
    if person != WITHOUT_ADDRESS
}
MEMBERS = {ADDRESSES[person] for person in ("P01", "P06", "P15")}


def read_through(
    library: DocumentLibrary, token: str | None
) -> tuple[dict[str, Item | None], str]:
    """Return what each item has become since a token, and the token to go on by."""
    pages = list(library.changes(token))
    assert [page.token for page in pages[:-1]] == [None] * (len(pages) - 1)
    last = {each.id: each.item for page in pages for each in page.changes}
    return last, str(pages[-1].token)


@dataclass(frozen=True)
class House:
    """An installation, its working copy, and its desk."""

    installation: Installation
    desk: Desk

    @property
    def working(self) -> FolderLibrary:
        return FolderLibrary(self.installation.config.library)

    @property
    def row(self) -> LibraryItem:
        """What is remembered of the one document."""
        with self.installation.reading() as session:
            found = item_of(session, VERSION)
        assert found is not None
        return found

    def later(self, **past: float) -> House:
        config = self.installation.config
        now = config.now() + timedelta(**past)
        config = replace(config, clock_stands_at=now)
        return replace(self, installation=replace(self.installation, config=config))


def play_small_story(folder: Path, url: str) -> None:
    """Play the small story into an empty database, with addresses of its people."""
    path = folder / "story.json"
    path.write_text(json.dumps(_with_addresses(small_story())))
    database = open_database(url, master_key=MASTER_KEY)
    with database.transaction(None) as session:
        play(session, read_story(path))
    database.close()


def _with_addresses(story: Json) -> Json:
    for step in story["steps"]:
        if step["act"] == "register_person":
            step["with"]["email"] = ADDRESSES.get(step["with"]["ref"])
    return story


def installation_at(folder: Path, url: str) -> Installation:
    """Return the installation on a database where the small story was played."""
    database = open_database(url, master_key=MASTER_KEY)
    with database.reading(None) as session:
        found = only_municipality(session)
    assert found is not None
    config = Config(
        data=folder,
        database_url=url,
        clock_stands_at=NOON,
        shared_folder=folder / "felles",
    )
    return Installation(config, database, found.id)
