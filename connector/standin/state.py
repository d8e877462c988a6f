"""What the stand-in knows, on disk: an SQLite file, and contents by their SHA-256.

One call holds the state at a time, and all that it does happens or nothing does.
Nothing here has to survive a power cut, so the file is written without waiting.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

Row = sqlite3.Row


class State:
    """The database and the contents in a folder."""

    def __init__(self, folder: Path) -> None:
        self._contents = folder / "contents"
        self._contents.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(
            folder / "state.db", isolation_level=None, check_same_thread=False
        )
        self._database.row_factory = Row
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        schema = files("connector.standin") / "schema.sql"
        self._database.executescript(schema.read_text(encoding="utf-8"))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the state: what is done inside is kept if nothing is raised."""
        with self._lock:
            if self._database.in_transaction:
                yield
                return
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement; return how many rows it touched."""
        with self._lock:
            return self._database.execute(sql, values).rowcount

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row, or None."""
        with self._lock:
            row: Row | None = self._database.execute(sql, values).fetchone()
            return row

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return every row."""
        with self._lock:
            return self._database.execute(sql, values).fetchall()

    def put(self, data: bytes) -> str:
        """Keep contents; return the name to find them by."""
        name = hashlib.sha256(data).hexdigest()
        path = self._contents / name
        if not path.exists():
            path.write_bytes(data)
        return name

    def content(self, name: str) -> bytes:
        """Return contents that were kept."""
        return (self._contents / name).read_bytes()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
