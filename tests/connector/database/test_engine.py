"""Sessions: what they keep, what they refuse, and who waits for whom."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import uuid4

import pysqlite3
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from connector.database.engine import (
    Database,
    UnusableDatabaseError,
    bind,
    create_database_engine,
    open_database,
    refuse_old_sqlite,
)
from tests.connector.database.houses import Municipality, Room, found, furnish
from tests.installations import Installation
from workflows.base import TENANT, all_of, get
from workflows.errors import StaleVersionError, WorkflowError


def test_what_a_transaction_stores_is_there_afterwards(opened: Database) -> None:
    municipality = found(opened)

    room, _ = furnish(opened, municipality)

    with opened.reading(municipality) as session:
        assert get(session, Room, room).name == "A"


def test_a_transaction_that_fails_stores_nothing(opened: Database) -> None:
    municipality = found(opened)

    def fail() -> None:
        with opened.transaction(municipality) as session:
            session.add(Room())
            session.flush()
            raise WorkflowError("no")

    with pytest.raises(WorkflowError):
        fail()

    with opened.reading(municipality) as session:
        assert all_of(session, Room) == []


def test_a_reading_session_cannot_write(opened: Database) -> None:
    municipality = found(opened)

    row = {TENANT: municipality, "id": uuid4(), "name": "A", "version": 1}

    with opened.reading(municipality) as session, pytest.raises(DBAPIError):
        session.execute(insert(Room).values(row))


def test_a_connection_that_has_read_can_write_again(opened: Database) -> None:
    municipality = found(opened)
    with opened.reading(municipality) as session:
        all_of(session, Room)

    furnish(opened, municipality)

    with opened.reading(municipality) as session:
        assert len(all_of(session, Room)) == 1


def test_a_reading_session_sees_one_moment(opened: Database) -> None:
    municipality = found(opened)

    with opened.reading(municipality) as session:
        before = len(all_of(session, Room))
        furnish(opened, municipality)
        after = len(all_of(session, Room))

    assert (before, after) == (0, 0)


def test_two_who_change_the_same_row_are_told_apart(opened: Database) -> None:
    municipality = found(opened)
    identifier, _ = furnish(opened, municipality)
    with opened.reading(municipality) as session:
        read_first = get(session, Room, identifier)
    with opened.transaction(municipality) as session:
        get(session, Room, identifier).name = "B"

    def change(room: Room) -> None:
        with opened.transaction(municipality) as session:
            session.add(room)
            room.name = "C"

    with pytest.raises(StaleVersionError):
        change(read_first)


def test_two_writers_at_once_cannot_break_a_rule_on_sqlite(
    sqlite_house: Installation,
) -> None:
    database = open_database(sqlite_house.url)
    municipality = found(database)
    ready = threading.Barrier(2)

    def add_the_only_room() -> None:
        ready.wait()
        with database.transaction(municipality) as session:
            count = session.scalar(select(func.count()).select_from(Room))
            if count == 0:
                session.add(Room())

    for _ in range(10):
        writers = [threading.Thread(target=add_the_only_room) for _ in range(2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        with database.transaction(municipality) as session:
            assert len(all_of(session, Room)) == 1
            session.execute(text('DELETE FROM "case"'))
    database.close()


def test_a_page_reads_while_another_session_writes(sqlite_house: Installation) -> None:
    database = open_database(sqlite_house.url)
    municipality = found(database)

    with database.transaction(municipality) as writing:
        writing.add(Room())
        writing.flush()
        with database.reading(municipality) as reading:
            seen = all_of(reading, Room)

    assert seen == []
    database.close()


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [
        pytest.param("journal_mode", "wal", id="write-ahead log"),
        pytest.param("synchronous", 2, id="saved means on the disk (FULL)"),
        pytest.param("foreign_keys", 1, id="references are checked"),
        pytest.param("busy_timeout", 30000, id="a writer waits 30 s for its turn"),
        pytest.param("recursive_triggers", 1, id="replacing a row fires triggers"),
    ],
)
def test_every_sqlite_connection_is_set_up(
    sqlite_house: Installation, pragma: str, wanted: object
) -> None:
    database = open_database(sqlite_house.url)

    with database.engine.connect() as first, database.engine.connect() as second:
        first_answer = first.connection.cursor().execute(f"PRAGMA {pragma}")
        second_answer = second.connection.cursor().execute(f"PRAGMA {pragma}")
        answers = [first_answer.fetchone()[0], second_answer.fetchone()[0]]

    assert answers == [wanted, wanted]
    database.close()


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (2, 99, 9)])
def test_an_sqlite_that_can_damage_the_file_is_refused(
    version: tuple[int, int, int],
) -> None:
    with pytest.raises(UnusableDatabaseError, match=r"3\.51\.3 or newer"):
        refuse_old_sqlite(version)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 4), (4, 0, 0)])
def test_an_sqlite_without_the_fault_is_accepted(version: tuple[int, int, int]) -> None:
    refuse_old_sqlite(version)


def test_the_sqlite_that_is_installed_is_accepted() -> None:
    refuse_old_sqlite(pysqlite3.sqlite_version_info)


def test_sqlite_in_memory_is_refused() -> None:
    with pytest.raises(UnusableDatabaseError, match="file on a local disk"):
        open_database("sqlite://")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("mysql://host/name", "SQLite or PostgreSQL", id="another kind"),
        pytest.param("samspor.db", "no database URL", id="a bare file name"),
    ],
)
def test_a_url_that_cannot_be_used_is_named(url: str, said: str) -> None:
    with pytest.raises(UnusableDatabaseError, match=said):
        open_database(url)


def test_a_folder_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(UnusableDatabaseError, match="does not open"):
        open_database(f"sqlite:///{tmp_path}/missing/samspor.db")


@pytest.mark.parametrize("role", ["owner_url", "backup_url"])
def test_the_service_refuses_a_role_that_can_pass_the_wall(
    postgres_house: Installation, role: str
) -> None:
    with pytest.raises(UnusableDatabaseError, match="samspor_runtime"):
        open_database(getattr(postgres_house, role))


def test_a_session_works_for_one_municipality_only(opened: Database) -> None:
    municipality = found(opened)

    with (
        opened.transaction(municipality) as session,
        pytest.raises(WorkflowError, match="another municipality"),
    ):
        bind(session, Municipality().id)


def test_a_municipality_not_yet_founded_holds_nothing(opened: Database) -> None:
    with (
        pytest.raises(SQLAlchemyError),
        opened.transaction(Municipality().id) as session,
    ):
        session.add(Room())


def test_a_session_without_a_municipality_stores_no_row_of_one(
    opened: Database,
) -> None:
    with (
        opened.transaction(None) as session,
        pytest.raises(WorkflowError, match="no municipality"),
    ):
        session.add(Room())


def test_an_engine_of_the_owner_can_be_made(postgres_house: Installation) -> None:
    engine = create_database_engine(postgres_house.owner_url)

    with engine.connect() as connection:
        user = connection.scalar(text("SELECT current_user"))

    assert user == "samspor_owner"
    engine.dispose()


def test_the_municipality_that_was_founded_is_the_one_worked_for(
    opened: Database,
) -> None:
    with opened.transaction(None) as session:
        municipality = Municipality()
        session.add(municipality)
        session.flush()
        session.info[TENANT] = municipality.id
        session.add(Room())

    with opened.reading(municipality.id) as session:
        assert len(all_of(session, Room)) == 1
