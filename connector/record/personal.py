"""Personal data at rest: put behind keys at the first start, and gone when erased."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from connector.database.engine import Database
from connector.refusals import UnavailableError
from workflows.people.municipalities import Municipality
from workflows.people.persons import open_names, seal_open_names
from workflows.people.subject_keys import any_key, master_key


def has_keys(database: Database) -> bool:
    """Return whether any municipality here has names behind keys.

    Raises:
        UnavailableError: they are under another master key than this one.
    """
    with database.reading(None) as session:
        municipalities = session.scalars(select(Municipality.id)).all()
    return any(_has_keys(database, each) for each in municipalities)


def seal_names(database: Database, municipality: uuid.UUID) -> int:
    """Put names that stand open behind keys; return how many. Again, it does nothing.

    A database from before there were keys has them open. Without the master key they
    stay so, and nobody can be registered.
    """
    with database.reading(municipality) as session:
        is_done = not open_names(session) or master_key(session) is None
    if is_done:
        return 0
    with database.transaction(municipality) as session:
        sealed = seal_open_names(session)
    forget_on_disk(database)
    return sealed


def forget_on_disk(database: Database) -> None:
    """Let SQLite's log go, where what was overwritten still stands; else do nothing.

    Pages in the file are overwritten already (`secure_delete`). PostgreSQL forgets when
    the table is vacuumed. Source: https://sqlite.org/pragma.html#pragma_secure_delete
    """
    if database.engine.dialect.name != "sqlite":
        return
    with database.engine.connect() as connection:
        # Outside a transaction only, so it goes past SQLAlchemy.
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _has_keys(database: Database, municipality: uuid.UUID) -> bool:
    with database.reading(municipality) as session:
        key, master = any_key(session), master_key(session)
        if key and master and not key.is_under(master):
            raise UnavailableError(
                "persons.key is not the key of this database; lay the right one back"
            )
    return key is not None
