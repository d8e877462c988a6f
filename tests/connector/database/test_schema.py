"""The migrated schema: equal to the models, and walled in every table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from connector.database.engine import UnusableDatabaseError, create_database_engine
from connector.database.models import metadata
from connector.database.schema import check, connected, upgrade
from tests.installations import Installation, PostgresServer, sqlite_installation

# Needed before the municipality is known, or not ours.
WITHOUT_WALL = {
    "municipality",
    "session",
    "alembic_version",
}

APPEND_ONLY = {
    table.name for table in metadata().tables.values() if table.info.get("append_only")
}


@pytest.fixture
def owner(postgres: PostgresServer, migrated_postgres: str) -> Iterator[Connection]:
    """The migrated PostgreSQL template, as its owner; for looking only."""
    engine = create_engine(postgres.installation(migrated_postgres).owner_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def migrated_sqlite_engine(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy of the migrated SQLite file."""
    shutil.copy(migrated_sqlite, tmp_path / "copy.db")
    engine = create_database_engine(f"sqlite:///{tmp_path}/copy.db")
    yield engine
    engine.dispose()


def names(connection: Connection, query: str) -> set[str]:
    return set(connection.scalars(text(query)))


def test_the_migrations_give_the_schema_of_the_models(
    installation: Installation,
) -> None:
    assert check(installation.owner_url) == []


def test_upgrading_again_changes_nothing(installation: Installation) -> None:
    upgrade(installation.owner_url)

    assert check(installation.owner_url) == []


def test_a_table_that_no_model_knows_is_reported(installation: Installation) -> None:
    with connected(installation.owner_url) as connection:
        connection.execute(text("CREATE TABLE stray (id integer)"))

    assert "stray" in " ".join(check(installation.owner_url))


def test_a_database_without_migrations_is_reported(tmp_path: Path) -> None:
    lines = check(sqlite_installation(tmp_path / "empty.db").url)

    assert lines[0].startswith("the schema is at nothing")


def test_the_services_role_cannot_run_migrations(postgres: PostgresServer) -> None:
    name = postgres.create()

    with pytest.raises(UnusableDatabaseError, match="permission denied"):
        upgrade(postgres.installation(name).url)

    postgres.drop(name)


def test_a_server_without_the_roles_is_told_so(postgres: PostgresServer) -> None:
    name = postgres.create()
    with postgres.administrator() as administrator:
        administrator.execute(text("ALTER ROLE samspor_backup RENAME TO elsewhere"))

        with pytest.raises(UnusableDatabaseError, match="lacks the roles"):
            upgrade(postgres.installation(name).owner_url)

        administrator.execute(text("ALTER ROLE elsewhere RENAME TO samspor_backup"))
    postgres.drop(name)


def test_every_table_of_a_municipality_is_behind_the_forced_wall(
    owner: Connection,
) -> None:
    tables = names(
        owner,
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace",
    )
    walled = names(
        owner,
        "SELECT relname FROM pg_class JOIN pg_policies ON tablename = relname"
        " WHERE relrowsecurity AND relforcerowsecurity"
        " AND policyname = 'own_rows' AND cmd = 'ALL'"
        " AND qual LIKE '%municipality_id = %app.municipality%'"
        " AND with_check = qual",
    )

    assert tables - WITHOUT_WALL == walled
    assert len(walled) > 10


def test_every_reference_between_rows_carries_the_municipality(
    owner: Connection,
) -> None:
    without = owner.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid <> 'municipality'::regclass"
            " AND NOT EXISTS (SELECT FROM unnest(conkey, confkey) AS pair(mine, theirs)"
            "  JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = mine"
            "  JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = theirs"
            "  WHERE a.attname = 'municipality_id' AND b.attname = 'municipality_id')"
        )
    ).all()
    references = owner.scalar(
        text("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
    )

    assert without == []
    assert references


def test_every_key_begins_with_the_municipality(owner: Connection) -> None:
    without = names(
        owner,
        "SELECT indrelid::regclass::text FROM pg_index"
        " JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]"
        " JOIN pg_class ON pg_class.oid = indrelid"
        " WHERE indisunique AND attname <> 'municipality_id'"
        " AND relnamespace = 'public'::regnamespace",
    )

    assert without <= WITHOUT_WALL


def test_the_services_role_owns_nothing_in_the_schema(owner: Connection) -> None:
    owners = names(
        owner,
        "SELECT relowner::regrole::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace",
    )

    assert owners == {"samspor_owner"}


def test_the_same_tables_are_append_only_on_both_and_in_the_models(
    owner: Connection, migrated_sqlite_engine: Engine
) -> None:
    fixed = names(
        owner,
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
        " AND NOT has_table_privilege('samspor_runtime', oid, 'UPDATE')"
        " AND NOT has_table_privilege('samspor_runtime', oid, 'DELETE')"
        " AND NOT has_table_privilege('samspor_runtime', oid, 'TRUNCATE')"
        " AND EXISTS (SELECT FROM pg_trigger"
        "  WHERE tgrelid = pg_class.oid AND tgname = 'append_only')",
    )
    with migrated_sqlite_engine.connect() as connection:
        triggers = names(
            connection, "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )

    assert fixed == APPEND_ONLY
    assert triggers == {"municipality_refuse_one"} | {
        f"{table}_refuse_{act}"
        for table in APPEND_ONLY
        for act in ("update", "delete", "insert")
    }
    assert "entry" in APPEND_ONLY


def test_sqlite_takes_one_municipality(migrated_sqlite_engine: Engine) -> None:
    found = text(
        "INSERT INTO municipality (id, name, number, language)"
        " VALUES (:id, 'Testvik kommune', '9999', 'nb')"
    )

    with migrated_sqlite_engine.begin() as connection:
        connection.execute(found, {"id": uuid4().hex})
        with pytest.raises(IntegrityError, match="holds one municipality"):
            connection.execute(found, {"id": uuid4().hex})
