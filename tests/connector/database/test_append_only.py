"""The tables that only grow."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from connector.database.engine import Database
from connector.database.schema import connected
from tests.connector.database.houses import Line, Municipality, Room, found, furnish
from tests.installations import Installation
from workflows.base import TENANT, all_of


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE line SET seq = 2",
        "UPDATE line SET seq = seq WHERE seq = 1",
        "DELETE FROM line",
    ],
)
def test_a_row_of_an_append_only_table_stays(opened: Database, statement: str) -> None:
    municipality = found(opened)
    furnish(opened, municipality)

    with opened.transaction(municipality) as session, pytest.raises(DBAPIError):
        session.execute(text(statement))

    with opened.reading(municipality) as session:
        assert [line.seq for line in all_of(session, Line)] == [1]


def test_more_rows_can_be_added_to_an_append_only_table(opened: Database) -> None:
    municipality = found(opened)
    room, _ = furnish(opened, municipality)

    with opened.transaction(municipality) as session:
        session.add(Line(room_id=room, seq=2))

    with opened.reading(municipality) as session:
        assert {line.seq for line in all_of(session, Line)} == {1, 2}


@pytest.mark.parametrize("same", ["id", "seq"])
def test_sqlite_does_not_replace_a_row_of_an_append_only_table(
    sqlite_house: Installation, same: str
) -> None:
    with connected(sqlite_house.url) as connection:
        row = {TENANT: uuid4(), "id": uuid4(), "room_id": uuid4(), "seq": 1}
        connection.execute(insert(Municipality).values(id=row[TENANT], name="A"))
        connection.execute(
            insert(Room).values(
                {TENANT: row[TENANT], "id": row["room_id"], "name": "A", "version": 1}
            )
        )
        connection.execute(insert(Line).values(row))
        other = {**row, "id": uuid4(), "seq": 2, same: row[same]}

        with pytest.raises(IntegrityError, match="append-only"):
            connection.execute(insert(Line).prefix_with("OR REPLACE").values(other))


@pytest.mark.parametrize("statement", ["UPDATE line SET seq = 2", "TRUNCATE line"])
def test_the_owner_does_not_change_an_append_only_table_by_accident(
    postgres_house: Installation, statement: str
) -> None:
    engine = create_engine(postgres_house.owner_url)
    with (
        engine.connect() as connection,
        pytest.raises(DBAPIError, match="append-only"),
    ):
        connection.execute(text(statement))
    engine.dispose()
