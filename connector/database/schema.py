"""Brings a database to the newest schema, and tells whether it has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from connector.database.engine import UnusableDatabaseError, create_database_engine
from connector.database.models import metadata
from connector.database.statistics import tell_sizes
from connector.database.tenants import BACKUP, ROLES, RUNTIME

MIGRATIONS = Path(__file__).parent / "migrations"

# The tables of the queue of jobs, DBOS 3.4, which migrates them itself. On PostgreSQL
# they are in a schema of their own, on SQLite beside ours.
TABLES_OF_THE_QUEUE = frozenset(
    {
        "application_versions",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)


def upgrade(url: str) -> None:
    """Run the migrations that the database lacks: all of them, or none on any error.

    On PostgreSQL the URL names the role `samspor_owner`, and the three roles are there
    already (`connector.database.tenants.create_roles`).

    Raises:
        UnusableDatabaseError: not reachable, not allowed, or the roles are missing.
    """
    with connected(url) as connection:
        if connection.dialect.name == "postgresql":
            _refuse_missing_roles(connection)
        command.upgrade(configuration(connection), "head")
        if connection.dialect.name == "postgresql":
            readers = f"{RUNTIME}, {BACKUP}"
            connection.execute(text(f"GRANT SELECT ON alembic_version TO {readers}"))
        tell_sizes(connection)


def check(url: str) -> list[str]:
    """Return how the database differs from the models, a line each; none is good.

    Compares tables, columns, keys and indexes, and whether every migration has run.

    Raises:
        UnusableDatabaseError: not reachable.
    """
    with connected(url) as connection:
        migration = MigrationContext.configure(
            connection, opts={"include_name": is_ours}
        )
        missing = missing_migrations(connection)
        differences = compare_metadata(migration, metadata())
    return [*missing, *(f"differs from the models: {found}" for found in differences)]


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Say whether something found in the database is held against the models."""
    return kind != "table" or name not in TABLES_OF_THE_QUEUE


def missing_migrations(connection: Connection) -> list[str]:
    """Return a line when the database is not at this program's newest migration."""
    wanted = set(ScriptDirectory.from_config(configuration(connection)).get_heads())
    found = set(MigrationContext.configure(connection).get_current_heads())
    if found == wanted:
        return []
    return [f"the schema is at {_names(found)}, this program needs {_names(wanted)}"]


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for work on `connection`; there is no ini file."""
    config = Config(attributes={"connection": connection})
    options = {
        "script_location": str(MIGRATIONS).replace("%", "%%"),
        "path_separator": "os",
        "file_template": "%%(rev)s_%%(slug)s",
    }
    for name, value in options.items():
        config.set_main_option(name, value)
    return config


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Open one connection with one transaction around it, for work on the schema.

    On SQLite foreign keys rest while tables are rebuilt, and are proved at the end:
    https://sqlite.org/lang_altertable.html#otheralter
    """
    engine = create_database_engine(url)
    try:
        with engine.connect() as connection:
            _let_foreign_keys_rest(connection)
            with connection.begin():
                yield connection
                _refuse_broken_references(connection)
    except DBAPIError as error:
        raise UnusableDatabaseError(f"the database refuses: {error.orig}") from error
    finally:
        engine.dispose()


def _let_foreign_keys_rest(connection: Connection) -> None:
    # SQLite takes this outside a transaction only, so it goes past SQLAlchemy.
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")


def _refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise UnusableDatabaseError(f"rows refer to nothing in: {tables}")


def _refuse_missing_roles(connection: Connection) -> None:
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    if missing := sorted(ROLES.keys() - known):
        raise UnusableDatabaseError(
            f"the server lacks the roles {', '.join(missing)};"
            " let its administrator create them first, see docs/operations.md"
        )


def _names(revisions: set[str]) -> str:
    return ", ".join(sorted(revisions)) or "nothing"
