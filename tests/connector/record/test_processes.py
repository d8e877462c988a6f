"""Several processes find in the record what one finds, and none goes missing unseen."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from connector.bench.record_alterations import disarm
from connector.database.engine import bind, create_database_engine, open_database
from connector.record.processes import verify_whole
from connector.refusals import UnavailableError
from tests.conftest import a_copy
from tests.installations import MASTER_KEY, Installation
from tests.workflows.development.towns import NINE, Town
from workflows.base import tenant
from workflows.people.municipalities import found_municipality
from workflows.record.entries import Entry, record_head
from workflows.record.leaves import EntrySalt, RecordLeaf, RecordNode
from workflows.record.verification import verify


@pytest.fixture(scope="module")
def altered(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Installation, Session]]:
    """A town whose record was altered in four places, and a session that reads it."""
    folder = tmp_path_factory.mktemp("altered")
    with a_copy(database_kind, request, folder) as copied:
        database = open_database(copied.url, master_key=MASTER_KEY)
        with database.transaction(None) as session:
            found_municipality(session, name="Testvik", number="9999", at=NINE)
            Town(session).propose()
            municipality = tenant(session)
        engine = create_database_engine(copied.owner_url)
        with engine.begin() as connection, Session(connection) as session:
            bind(session, municipality)
            _alter(connection)
        engine.dispose()
        with database.reading(municipality) as session:
            yield copied, session
        database.close()


def _alter(connection: Connection) -> None:
    disarm(connection)
    node = (RecordNode.level == 3) & (RecordNode.place == 1)
    body = update(RecordLeaf).where(RecordLeaf.seq == 6)
    connection.execute(update(Entry).where(Entry.seq == 2).values(type="x"))
    connection.execute(body.values(body="{}"))
    connection.execute(update(RecordNode).where(node).values(hash=bytes(32)))
    connection.execute(update(EntrySalt).where(EntrySalt.seq == 20).values(by=None))


def test_two_processes_find_what_one_finds(
    altered: tuple[Installation, Session],
) -> None:
    copied, session = altered
    size, told = record_head(session).size, list[int]()
    sizes = (1, 5, 16, size)

    found = verify_whole(
        session, copied.url, sizes=sizes, processes=2, advance=told.append, level=2
    )

    assert found == verify(session, sizes=sizes)
    assert {2, 6, 15, 20} <= {flaw.seq for flaw in found.flaws}
    assert told[-1] == size
    assert told == sorted(told)


def test_one_process_tells_how_far_it_has_come(
    altered: tuple[Installation, Session],
) -> None:
    copied, session = altered
    told: list[int] = []

    verify_whole(session, copied.url, advance=told.append, level=4)

    assert told == [*range(16, told[-1], 16), record_head(session).size]


def test_a_process_that_is_ended_leaves_no_verdict(
    altered: tuple[Installation, Session],
) -> None:
    copied, session = altered

    def end_them(_: int) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(UnavailableError, match="ended before it was done"):
        verify_whole(session, copied.url, processes=2, advance=end_them, level=0)
