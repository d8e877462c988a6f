"""How many requests a reading of the document library takes beside the least there is.

Microsoft 365 is the stand-in (docs/standin.md); requests are counted where they leave
the client, the sign-in once an hour left out. Of 200 rounds the library has 10,000
documents, of which 100 change afterwards.

The least: what has changed comes in pages of 200, which is the stand-in's size of a
page; Graph gives no other way to hear of it. Each content is a request of its own, for
a batch cannot carry one, and where it lies is asked for in batches of at most 20, as
https://learn.microsoft.com/graph/json-batching allows. The first time every content is
one that was never read. The outermost folder and the one that the documents lie in
come in the pages like documents.

Beyond that the client looks up the site, its library and, where the pages do not name
them, those two folders: two or four requests. What it does not do here is wait for its
turn: 1,000 resource units a minute are what it otherwise allows itself.

Each document is of 20,000 bytes that are unlike those of the others. Of memory is told
how much more Python holds at most than when the reading began; what the stand-in holds
for its answers is among it, for it runs in the same process.

The same command measures how soon a notification of a change is answered.
"""

from __future__ import annotations

import math
import os
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from connector.bench.measurements import Measurement, Row, at_most
from connector.bench.standins import settings_of
from connector.bench.webhook import told
from connector.config import Config
from connector.database.engine import open_database
from connector.database.schema import upgrade
from connector.graph.client import Graph
from connector.graph.opening import opened
from connector.graph.pace import Clock, Pace
from connector.installation import Installation
from connector.library.items import ItemState, LibraryItem
from connector.library.opening import library_in
from connector.library.syncing import sync
from connector.microsoft365 import Microsoft365
from connector.standin.contents import write
from connector.standin.items import by_id, make
from connector.standin.running import Standin, running
from workflows.people.municipalities import found_municipality

BEGIN = datetime(2020, 1, 1, 8, tzinfo=UTC)
DOCUMENTS, CHANGES = 50, 0.5
FOLDERS = 2
PAGE, BATCH = 200, 20
WHO = "person:"
MOST = 1.05
AT_ONCE = 1e9
SIZE = 20_000
MOST_MB = 32.0


@dataclass
class Counted:
    """A wire that counts what is asked over it."""

    wire: Any
    asked: int = 0

    def ask(self, question: Any) -> Any:
        """Return the answer of the wire."""
        self.asked += 1
        return self.wire.ask(question)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One reading of changes: of so many files, in so many requests and seconds.

    `held` are the bytes of memory at most beyond those at its beginning.
    """

    files: int
    asked: int
    least: int
    seconds: float
    held: int

    def row(self, what: str) -> Row:
        """Return it beside the least there is."""
        return Row(
            what=f"{what}, {self.files} documents: requests",
            against=f"the least, {self.least}",
            ratio=self.asked / self.least,
            goal=at_most(MOST),
        )

    def memory(self, what: str) -> Row:
        """Return the megabytes that were held at most."""
        return Row(
            what=f"{what}, {self.files} documents: megabytes at most",
            against="the beginning",
            ratio=self.held / 1e6,
            goal=at_most(MOST_MB),
        )

    def note(self, what: str) -> str:
        """Return its absolute numbers."""
        return f"{what}: {self.asked} requests, {self.seconds:.1f} s"


def measured(*, rounds: int) -> Measurement:
    """Return the measurement; of 200 rounds it is 10,000 documents and 100 changes."""
    documents, changes = DOCUMENTS * rounds, math.ceil(CHANGES * rounds)
    with tempfile.TemporaryDirectory() as folder:
        first, after = _readings(Path(folder), documents=documents, changes=changes)
    webhook = told(rounds=rounds)
    return Measurement(
        bench="sync",
        rows=(
            first.row("first time"),
            after.row("changed since"),
            first.memory("first time"),
            *webhook.rows,
        ),
        notes=(first.note("first time"), after.note("changed since"), *webhook.notes),
    )


def least(files: int, *, told_of: int) -> int:
    """Return the fewest requests that read `files` contents of `told_of` changes."""
    return math.ceil(told_of / PAGE) + math.ceil(files / BATCH) + files


def _readings(folder: Path, *, documents: int, changes: int) -> tuple[Reading, Reading]:
    with (
        running(
            folder / "m365", check_every=0, page_size=PAGE, rewrites=False
        ) as standin,
        _installation(folder) as house,
        opened(settings_of(standin)) as tenant,
    ):
        settings = settings_of(standin)
        graph = replace(tenant.graph, pace=Pace(Clock(), units_per_min=AT_ONCE))
        ids = _documents(standin, library_in(graph, settings).drive, documents)
        with house.unrecorded() as session:
            session.add_all(_row(number, each) for number, each in enumerate(ids))
        read = partial(_read, house, graph, settings)
        first = read(files=documents, told_of=documents + FOLDERS)
        _change(standin, ids[:changes])
        return first, read(files=changes, told_of=changes)


def _read(
    house: Installation,
    graph: Graph,
    settings: Microsoft365,
    *,
    files: int,
    told_of: int,
) -> Reading:
    """Read the changes as a service does that has just been started."""
    counted = Counted(graph.wire)
    library = library_in(replace(graph, wire=cast(Any, counted)), settings)
    began = time.perf_counter()
    tracemalloc.start()
    found = sync(house, library)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    seconds = time.perf_counter() - began
    if len(found.seen) != files:
        raise AssertionError(f"{len(found.seen)} files were read, not {files}")
    return Reading(
        files=files,
        asked=counted.asked,
        least=least(files, told_of=told_of),
        seconds=seconds,
        held=held,
    )


def _documents(standin: Standin, drive: str, count: int) -> Sequence[str]:
    """Lay documents in a folder of the library, and return their ids."""
    world = standin.app.world
    with world.state.held():
        query = "SELECT * FROM item WHERE drive = ? AND parent IS NULL"
        (outermost,) = world.state.all(query, drive)
        folder = make(world, WHO, outermost, "Dokumenter", is_folder=True)
        ids = []
        for number in range(count):
            file = make(world, WHO, folder, f"{number}.docx", is_folder=False)
            write(world, WHO, file, f"document {number}".encode() + os.urandom(SIZE))
            ids.append(str(file["id"]))
        return ids


def _change(standin: Standin, ids: Sequence[str]) -> None:
    world = standin.app.world
    with world.state.held():
        for each in ids:
            write(world, WHO, by_id(world, each), f"changed {each}".encode())


def _row(number: int, item_id: str) -> LibraryItem:
    """A file that is ours, of whose content nothing has been read."""
    return LibraryItem(
        version=f"D-{number}@1.0",
        name=f"Dokumenter/{number}.docx",
        state=ItemState.IN_PLACE,
        item_id=item_id,
        changed_at=BEGIN,
    )


@contextmanager
def _installation(folder: Path) -> Iterator[Installation]:
    config = Config(
        data=folder,
        database_url=f"sqlite:///{folder / 'samspor.db'}",
        clock_stands_at=BEGIN,
    )
    upgrade(config.database_url)
    database = open_database(config.database_url)
    with database.transaction(None) as session:
        town = found_municipality(session, name="Måling", number="9999", at=BEGIN)
    yield Installation(config, database, town.id)
    database.close()
