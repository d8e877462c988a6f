"""Opens the database, SQLite or PostgreSQL, and hands out sessions.

A session belongs to one request or job and to one municipality; it is never shared
between threads. Outside this module nobody begins, commits or rolls back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pysqlite3
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    TextClause,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from connector.refusals import UnavailableError
from workflows.base import TENANT
from workflows.errors import StaleVersionError, WorkflowError
from workflows.people.subject_keys import MASTER_KEY

# Versions before this can corrupt a file in WAL mode when two connections write and
# checkpoint at the same time: https://sqlite.org/wal.html#walresetbug
OLDEST_SQLITE = (3, 51, 3)

PRAGMAS = (
    "busy_timeout = 30000",  # first: the ones below may have to wait for a writer
    "foreign_keys = ON",
    "synchronous = FULL",  # in WAL mode the only level at which «saved» is on the disk
    "secure_delete = ON",  # what is erased is overwritten, and not only forgotten
    "recursive_triggers = ON",  # else INSERT OR REPLACE passes the triggers on DELETE
)

# As many as the threads that answer pages, and some for the work behind them: those
# beyond are opened and closed again each time, which costs more than most requests.
CONNECTIONS = 10

TOLD = "municipality_told"

SET_MUNICIPALITY = text("SELECT set_config('app.municipality', :municipality, true)")

MAY_PASS_ROW_SECURITY = text(
    "SELECT rolsuper OR rolbypassrls OR EXISTS"
    " (SELECT FROM pg_class WHERE relowner = role.oid AND relkind = 'r')"
    " FROM pg_roles role WHERE rolname = current_user"
)


class UnusableDatabaseError(UnavailableError):
    """The database, its version or its role is not what the service may run on."""


@dataclass(frozen=True)
class Database:
    """An open database; hands out sessions and holds nothing else."""

    engine: Engine

    @contextmanager
    def transaction(self, municipality: UUID | None) -> Iterator[Session]:
        """Open a session that commits when the block ends and rolls back on any error.

        `None` is for the moment before the municipality is known or founded: only the
        tables without a municipality can then be used, until `bind` is called or the
        domain has founded one in this session.

        Raises:
            StaleVersionError: someone else changed a row since it was read.
        """
        try:
            with (
                Session(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                if municipality is not None:
                    bind(session, municipality)
                yield session
        except StaleDataError as error:
            raise StaleVersionError(str(error)) from error

    @contextmanager
    def reading(self, municipality: UUID | None) -> Iterator[Session]:
        """Open a session that sees one moment of the database and cannot write.

        Any number may be open at the same time; none waits for a writer.
        """
        engine = self.engine.execution_options(**_reading_options(self.engine))
        with Session(engine, expire_on_commit=False) as session:
            if municipality is not None:
                bind(session, municipality)
            yield session

    @contextmanager
    def adding(self, municipality: UUID) -> Iterator[Connection]:
        """Open a connection that commits when the block ends, and has no session.

        For rows beside the record that come often and must cost little.
        """
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(*_telling(municipality))
            yield connection

    def close(self) -> None:
        """Close all connections; the object is not used afterwards."""
        self.engine.dispose()


def open_database(url: str, *, master_key: bytes | None = None) -> Database:
    """Open `sqlite:///FILE` or `postgresql://ROLE@HOST/NAME` for the service.

    Connects once, so that what is wrong is said at the start. Makes an empty SQLite
    file where there is none; tables come from `connector.database.schema.upgrade`.
    Without the master key nobody's name is read or written.

    Raises:
        UnusableDatabaseError: not reachable, another kind of database, a version of
            SQLite or a file system that is not safe, or a PostgreSQL role that
            row-level security does not hold for.
    """
    engine = create_database_engine(url)
    engine.update_execution_options(**{MASTER_KEY: master_key})
    try:
        _prove(engine)
    except UnusableDatabaseError:
        engine.dispose()
        raise
    return Database(engine)


def create_database_engine(url: str) -> Engine:
    """Return an engine with our settings, for whatever role the URL names.

    Raises:
        UnusableDatabaseError: neither SQLite nor PostgreSQL, or SQLite is too old.
    """
    target = _parsed(url)
    if target.get_backend_name() == "postgresql":
        return create_engine(
            target.set(drivername="postgresql+psycopg"), pool_size=CONNECTIONS
        )
    return _sqlite_engine(target)


def bind(session: Session, municipality: UUID) -> None:
    """Make `session` work for `municipality`, for the rest of the transaction.

    Raises:
        WorkflowError: the session already works for another municipality.
    """
    if session.info.setdefault(TENANT, municipality) != municipality:
        raise WorkflowError("this session already works for another municipality")
    session.info[TOLD] = True
    _give_master_key(session, None, session.get_bind())
    if session.get_bind().dialect.name == "postgresql":
        session.execute(*_telling(municipality))


def _telling(municipality: UUID) -> tuple[TextClause, dict[str, str]]:
    """Return what lets the wall of PostgreSQL know whose a transaction's rows are."""
    return SET_MUNICIPALITY, {"municipality": str(municipality)}


@event.listens_for(Session, "after_begin")
def _give_master_key(
    session: Session, _transaction: object, opened: Connection | Engine
) -> None:
    # The domain knows no files: it finds the key where it finds its municipality.
    options = opened.get_execution_options()
    session.info.setdefault(MASTER_KEY, options.get(MASTER_KEY))


@event.listens_for(Session, "before_flush")
def _bind_to_founded(session: Session, _context: object, _rows: object) -> None:
    # The domain founds a municipality without knowing of PostgreSQL's setting.
    if TENANT in session.info and TOLD not in session.info:
        bind(session, session.info[TENANT])


def refuse_old_sqlite(version: tuple[int, int, int]) -> None:
    """Do nothing for a version that is safe in WAL mode.

    Raises:
        UnusableDatabaseError: the version is older than 3.51.3.
    """
    if version < OLDEST_SQLITE:
        raise UnusableDatabaseError(
            f"SQLite {'.'.join(map(str, version))} can damage a file in WAL mode;"
            f" {'.'.join(map(str, OLDEST_SQLITE))} or newer is needed:"
            " install a newer pysqlite3"
        )


def _parsed(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise UnusableDatabaseError("this is no database URL") from error
    if target.get_backend_name() not in {"sqlite", "postgresql"}:
        raise UnusableDatabaseError(
            f"the database is SQLite or PostgreSQL, not {target.get_backend_name()}"
        )
    return target


def _sqlite_engine(target: URL) -> Engine:
    refuse_old_sqlite(pysqlite3.sqlite_version_info)
    engine = create_engine(target.set(drivername="sqlite"), module=pysqlite3)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: object) -> None:
    # The driver's own transactions start too late, after the first read; ours are
    # begun by `_begin`.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise UnusableDatabaseError(
            "SQLite needs a file on a local disk, where write-ahead logging works;"
            f" here it answers «{mode}»"
        )


def _begin(connection: Connection) -> None:
    # What writes takes the lock before its first read, so that what it read still
    # holds when it writes. What only reads begins plain, else pages wait in line.
    reading = connection.get_execution_options().get("samspor_reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _reading_options(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {"samspor_reading": True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _prove(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                _refuse_a_role_that_sees_all(connection)
    except DBAPIError as error:
        raise UnusableDatabaseError(
            f"the database does not open: {error.orig}"
        ) from error


def _refuse_a_role_that_sees_all(connection: Connection) -> None:
    if connection.scalar(MAY_PASS_ROW_SECURITY):
        raise UnusableDatabaseError(
            f"the role {connection.engine.url.username} owns tables or may pass"
            " row-level security; let the service run as samspor_runtime"
        )
