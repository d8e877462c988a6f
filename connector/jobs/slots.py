"""A slot is a worker's name, which no two living workers have at the same time.

By its name a worker finds again what it was doing when it died, and others see that it
is dead: the lock behind the name is free. On PostgreSQL that is an advisory lock of one
connection (https://www.postgresql.org/docs/current/explicit-locking.html), which
needs a connection of its own all the way: no pooler that shares it. On SQLite it is a
lock on a file beside the database: one process works on an installation.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from connector.jobs.lock import FileLock, LockedElsewhereError
from connector.refusals import UnavailableError

SPACE: Final = 0x53616D73  # «Sams»: our advisory locks, apart from those of others
MOST_WORKERS = 64
FILE = "{}.worker"

TAKE = text("SELECT pg_try_advisory_lock(:space, :number)")
LET_GO = text("SELECT pg_advisory_unlock_all()")
TAKE_FOR_NOW = text("SELECT pg_try_advisory_xact_lock(:space, :number)")


class SlotLostError(UnavailableError):
    """The connection that held the slot is gone, and somebody else has the slot."""


class Slot(Protocol):
    """A claim on a name."""

    @property
    def name(self) -> str:
        """The worker's name."""

    def keep(self) -> None:
        """Make sure that the slot is still ours, else raise `SlotLostError`."""

    def dead(self, session: Session, names: Collection[str]) -> set[str]:
        """Return which of some other workers are dead, so until the session ends."""

    def give(self) -> None:
        """Let go of the slot."""


def claim_slot(url: str, engine: Engine) -> Slot:
    """Return a slot of the database that no living worker has.

    Raises:
        UnavailableError: another process works on this SQLite file, or there are too
            many workers.
    """
    if engine.dialect.name == "sqlite":
        return FileSlot(url)
    return AdvisorySlot(engine)


class FileSlot:
    """The only slot of an installation on SQLite."""

    name = "worker-1"

    def __init__(self, url: str) -> None:
        database = Path(make_url(url).database or "")
        self._lock = FileLock(database.with_name(FILE.format(database.name)))
        try:
            self._lock.take()
        except LockedElsewhereError as held:
            raise UnavailableError(
                f"{database}: {held} serves this installation and does its background"
                " work already; stop it first"
            ) from None

    def keep(self) -> None:
        """Do nothing: a process cannot lose a lock on a file."""

    def dead(self, _session: Session, _names: Collection[str]) -> set[str]:
        """Return none: the engine finds again what this worker did before."""
        return set()

    def give(self) -> None:
        """Let another process have the file."""
        self._lock.give()


class AdvisorySlot:
    """One of the numbered slots of a PostgreSQL database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = _connected(engine)
        for number in range(1, MOST_WORKERS + 1):
            if self._take(number):
                self._number = number
                return
        self._connection.close()
        raise UnavailableError(f"{MOST_WORKERS} workers are at this database already")

    @property
    def name(self) -> str:
        """The worker's name."""
        return f"worker-{self._number}"

    def keep(self) -> None:
        """Make sure that the connection lives; else take the slot again by a new one.

        Raises:
            SlotLostError: another worker took it meanwhile.
            DBAPIError: the database is away; ask again later.
        """
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self.give()
            self._connection = _connected(self._engine)
            if not self._take(self._number):
                self.give()
                raise SlotLostError(f"{self.name} is another process now") from None

    def dead(self, session: Session, names: Collection[str]) -> set[str]:
        """Return which of some other workers are dead, so until the session ends."""
        others = {name for name in names if name != self.name}
        return {name for name in others if _is_free(session, name)}

    def give(self) -> None:
        """Let go of the slot with its connection, which is not used again.

        The slot is let go first: the server ends a connection in its own time.
        """
        with suppress(SQLAlchemyError):
            self._connection.execute(LET_GO)
        self._connection.invalidate()
        self._connection.close()

    def _take(self, number: int) -> bool:
        keys = {"space": SPACE, "number": number}
        return bool(self._connection.scalar(TAKE, keys))


def _is_free(session: Session, name: str) -> bool:
    number = int(name.removeprefix("worker-"))
    return bool(session.scalar(TAKE_FOR_NOW, {"space": SPACE, "number": number}))


def _connected(engine: Engine) -> Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
