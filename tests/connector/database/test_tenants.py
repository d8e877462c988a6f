"""The wall between municipalities.

The ways across are those that a filter in the ORM does not stop (from_statement, Core,
text, bulk operations, refresh, detached objects); here the database stops each.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import DetachedInstanceError

from connector.database import tenants
from connector.database.engine import Database
from connector.database.schema import connected
from tests.connector.database.houses import (
    Line,
    Municipality,
    Room,
    found,
    furnish,
)
from tests.installations import Installation, PostgresServer
from workflows.base import TENANT, all_of
from workflows.errors import WorkflowError

WAYS_TO_SEE: dict[str, Callable[[Session, UUID], object]] = {
    "ORM select": lambda session, _: session.scalar(select(Room)),
    "ORM get": lambda session, theirs: session.get(
        Room, (session.info["theirs"], theirs)
    ),
    "from_statement": lambda session, _: session.scalar(
        select(Room).from_statement(text('SELECT * FROM "case"'))
    ),
    "Core select": lambda session, _: session.scalar(select(Room.__table__.c.name)),
    "text": lambda session, _: session.scalar(text('SELECT name FROM "case"')),
    "count": lambda session, _: session.scalar(text('SELECT count(*) FROM "case"')),
    "join": lambda session, _: session.scalar(
        select(Room.name).join(Line, Line.room_id == Room.id)
    ),
    "lock": lambda session, _: session.scalar(select(Room).with_for_update()),
}

WAYS_TO_CHANGE: dict[str, Callable[[Session, UUID], object]] = {
    "Core update": lambda session, _: session.execute(
        update(Room.__table__).values(name="X")  # type: ignore[arg-type]  # a Table
    ),
    "ORM update": lambda session, theirs: session.execute(
        update(Room).where(Room.id == theirs).values(name="X")
    ),
    "text update": lambda session, _: session.execute(
        text("UPDATE \"case\" SET name = 'X'")
    ),
    "Core delete": lambda session, _: session.execute(delete(Room)),
    "text delete": lambda session, _: session.execute(text('DELETE FROM "case"')),
}


@pytest.fixture
def theirs(walled: Database) -> tuple[UUID, UUID]:
    """Another municipality and its one room, with one line in it."""
    municipality = found(walled)
    room, _ = furnish(walled, municipality)
    return municipality, room


@pytest.fixture
def ours(walled: Database) -> UUID:
    """A municipality without rows."""
    return found(walled)


def their_room(walled: Database, theirs: tuple[UUID, UUID]) -> Room:
    with walled.reading(theirs[0]) as session:
        return all_of(session, Room)[0]


@pytest.mark.parametrize("way", WAYS_TO_SEE.values(), ids=WAYS_TO_SEE.keys())
def test_no_query_sees_another_municipality(
    walled: Database,
    theirs: tuple[UUID, UUID],
    ours: UUID,
    way: Callable[[Session, UUID], object],
) -> None:
    with walled.transaction(ours) as session:
        session.info["theirs"] = theirs[0]
        seen = way(session, theirs[1])

    assert not seen


@pytest.mark.parametrize("way", WAYS_TO_SEE.values(), ids=WAYS_TO_SEE.keys())
def test_the_same_query_sees_the_municipalitys_own_rows(
    walled: Database,
    theirs: tuple[UUID, UUID],
    way: Callable[[Session, UUID], object],
) -> None:
    with walled.transaction(theirs[0]) as session:
        session.info["theirs"] = theirs[0]
        seen = way(session, theirs[1])

    assert seen


@pytest.mark.parametrize("way", WAYS_TO_CHANGE.values(), ids=WAYS_TO_CHANGE.keys())
def test_no_statement_changes_another_municipality(
    walled: Database,
    theirs: tuple[UUID, UUID],
    ours: UUID,
    way: Callable[[Session, UUID], object],
) -> None:
    with walled.transaction(ours) as session:
        way(session, theirs[1])

    assert their_room(walled, theirs).name == "A"


def test_a_bulk_update_by_key_changes_no_row_of_another_municipality(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID
) -> None:
    row = {TENANT: theirs[0], "id": theirs[1], "name": "X", "version": 1}

    def change() -> None:
        with walled.transaction(ours) as session:
            session.execute(update(Room), [row])

    with pytest.raises(WorkflowError):
        change()

    assert their_room(walled, theirs).name == "A"


@pytest.mark.parametrize("rows", [1, 3], ids=["one", "in bulk"])
def test_a_row_cannot_be_put_into_another_municipality(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID, rows: int
) -> None:
    new = [
        {TENANT: theirs[0], "id": uuid4(), "name": "X", "version": 1}
        for _ in range(rows)
    ]

    with (
        walled.transaction(ours) as session,
        pytest.raises(DBAPIError, match="row-level security"),
    ):
        session.execute(insert(Room), new)
    assert their_room(walled, theirs).name == "A"


def test_a_row_cannot_be_moved_to_another_municipality(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID
) -> None:
    with walled.transaction(ours) as session:
        session.add(Room())

    with (
        walled.transaction(ours) as session,
        pytest.raises(DBAPIError, match="row-level security"),
    ):
        session.execute(update(Room).values({TENANT: theirs[0]}))


def test_a_row_cannot_refer_to_a_row_of_another_municipality(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID
) -> None:
    with (
        walled.transaction(ours) as session,
        pytest.raises(IntegrityError, match="foreign key"),
    ):
        session.execute(
            insert(Line).values(
                {TENANT: ours, "id": uuid4(), "room_id": theirs[1], "seq": 1}
            )
        )


def test_a_key_in_use_elsewhere_is_free_here(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID
) -> None:
    with walled.transaction(ours) as session:
        session.add(Room(id=theirs[1], name="ours"))

    assert their_room(walled, theirs).name == "A"


def test_an_object_of_another_municipality_cannot_join_a_session(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID
) -> None:
    room = their_room(walled, theirs)

    with (
        walled.transaction(ours) as session,
        pytest.raises(WorkflowError, match="another municipality"),
    ):
        session.delete(room)


def test_an_expired_object_of_another_municipality_is_not_read_again(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID
) -> None:
    with walled.reading(theirs[0]) as session:
        room = all_of(session, Room)[0]
        session.expire(room)
        session.expunge(room)

    with walled.transaction(ours) as session, pytest.raises(DetachedInstanceError):
        session.add(room)


def test_without_a_municipality_no_row_is_seen(
    walled: Database, theirs: tuple[UUID, UUID]
) -> None:
    with walled.reading(None) as session:
        rooms = session.scalars(select(Room)).all()
        municipalities = session.scalars(select(Municipality.id)).all()

    assert rooms == []
    assert theirs[0] in municipalities


def test_a_used_connection_does_not_remember_its_municipality(
    walled: Database, theirs: tuple[UUID, UUID]
) -> None:
    for _ in range(20):
        their_room(walled, theirs)

        with walled.engine.connect() as connection:
            assert connection.execute(select(Room.__table__)).all() == []


def test_a_municipality_changes_no_other_and_founds_no_other(
    walled: Database, theirs: tuple[UUID, UUID], ours: UUID
) -> None:
    with walled.transaction(ours) as session:
        session.execute(update(Municipality).values(name="X"))
    with (
        walled.transaction(ours) as session,
        pytest.raises(DBAPIError, match="row-level security"),
    ):
        session.execute(insert(Municipality).values(id=uuid4(), name="X"))

    with walled.reading(None) as session:
        names = dict(session.execute(select(Municipality.id, Municipality.name)).all())
    assert (names[ours], names[theirs[0]]) == ("X", "Testvik kommune")


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "case" DISABLE ROW LEVEL SECURITY',
        'ALTER TABLE "case" NO FORCE ROW LEVEL SECURITY',
        'DROP POLICY own_rows ON "case"',
        'TRUNCATE "case"',
        'DROP TABLE "case"',
        "CREATE TABLE mine (id int)",
        "ALTER ROLE samspor_runtime BYPASSRLS",
        "SET ROLE samspor_owner",
        "DELETE FROM municipality",
    ],
)
def test_the_service_cannot_take_the_wall_down(
    walled: Database, ours: UUID, statement: str
) -> None:
    with walled.transaction(ours) as session, pytest.raises(DBAPIError) as refused:
        session.execute(text(statement))

    assert any(
        word in str(refused.value) for word in ("must be owner", "permission denied")
    )


def test_the_services_role_owns_nothing_and_cannot_pass(
    postgres: PostgresServer, postgres_house: Installation
) -> None:
    engine = create_engine(postgres_house.owner_url)
    with engine.connect() as connection:
        runtime = connection.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
                " (SELECT count(*) FROM pg_class WHERE relowner = r.oid),"
                " (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)"
                " FROM pg_roles r WHERE rolname = 'samspor_runtime'"
            )
        ).one()
    engine.dispose()

    assert tuple(runtime) == (False, False, False, False, 0, 0)


def test_backup_reads_every_municipality_and_writes_nothing(
    walled: Database, postgres_house: Installation, theirs: tuple[UUID, UUID]
) -> None:
    engine = create_engine(postgres_house.backup_url)
    with engine.connect() as connection:
        rooms = connection.execute(select(Room.__table__)).all()
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(delete(Room))
    engine.dispose()

    assert theirs[1] in {room.id for room in rooms}


def test_a_data_migration_reaches_rows_only_where_the_force_is_lifted(
    walled: Database, postgres_house: Installation, theirs: tuple[UUID, UUID]
) -> None:
    with connected(postgres_house.owner_url) as connection:
        op = Operations(MigrationContext.configure(connection))
        before = renamed(connection)
        with tenants.without_force(op, ["case"]):
            inside = renamed(connection)
        after = renamed(connection)

    assert (before, after) == (0, 0)
    assert inside > 0


def renamed(connection: Connection) -> int:
    return connection.execute(text("UPDATE \"case\" SET name = 'moved'")).rowcount


def test_making_the_roles_again_changes_nothing(postgres: PostgresServer) -> None:
    with postgres.administrator() as connection:
        tenants.create_roles(connection)

        roles = connection.scalars(
            text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'samspor%'")
        ).all()

    assert sorted(roles) == ["samspor_backup", "samspor_owner", "samspor_runtime"]


def test_sqlite_refuses_a_second_municipality(sqlite_house: Installation) -> None:
    with connected(sqlite_house.url) as connection:
        connection.execute(insert(Municipality).values(id=uuid4(), name="A"))

        with pytest.raises(IntegrityError, match="holds one municipality"):
            connection.execute(insert(Municipality).values(id=uuid4(), name="B"))
