"""Where something is measured: a municipality in a database, large or small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from connector.bench.municipality import Size
from connector.database.engine import Database


@dataclass(frozen=True)
class Place:
    """A database, and the municipality in it that is measured."""

    database: Database
    municipality: UUID

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for the municipality that cannot write, as pages do."""
        with self.database.reading(self.municipality) as session:
            yield session


@dataclass(frozen=True)
class Both:
    """The same asked of little and of much, and how large what is asked about is."""

    few: Place
    many: Place
    small: Size
    size: Size
