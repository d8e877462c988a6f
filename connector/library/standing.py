"""How it stands with the document library: in words, and as red, yellow or green.

Red: its changes cannot be read. Yellow: something waits for a person or for the
library. Green: neither. What is read is only what is remembered; nothing is asked.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from connector.library.folder import FolderLibrary
from connector.library.incoming import incoming
from connector.library.items import (
    ItemState,
    LibraryCursor,
    LibraryItem,
    find_cursor,
    items,
)

# Changes are read every quarter of an hour; twice missed is too late.
LATEST = timedelta(minutes=31)


class Light(enum.StrEnum):
    """The state of a library at a glance."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Trouble(enum.StrEnum):
    """What is not as it should be, the gravest first."""

    NEVER_READ = "never_read"
    NOT_ANSWERING = "not_answering"
    LATE = "late"
    WAITING = "waiting"
    TO_CONFIRM = "to_confirm"
    GONE = "gone"
    DRIFT = "drift"


GRAVE = frozenset({Trouble.NEVER_READ, Trouble.NOT_ANSWERING, Trouble.LATE})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a library stands: its files, and what is not as it should be.

    `to_confirm` are the names of files whose work waits for a person.
    """

    items: Sequence[LibraryItem]
    to_confirm: frozenset[str]
    troubles: tuple[Trouble, ...]
    read_at: datetime | None

    @property
    def light(self) -> Light:
        """Red, yellow or green."""
        if GRAVE & set(self.troubles):
            return Light.RED
        return Light.YELLOW if self.troubles else Light.GREEN

    @property
    def counts(self) -> Counter[ItemState]:
        """How many files are in each state."""
        return Counter(item.state for item in self.items)


def standing(
    session: Session, library: str, *, working: FolderLibrary, at: datetime
) -> Standing:
    """Return how the library of a key stands."""
    rows = items(session)
    cursor = find_cursor(session, library)
    waiting = frozenset(each.name for each in incoming(session, working))
    to_confirm = waiting & {row.name for row in rows}
    return Standing(
        items=rows,
        to_confirm=to_confirm,
        troubles=(*_of_reading(cursor, at=at), *_of_items(rows, to_confirm)),
        read_at=cursor.read_at if cursor else None,
    )


def _of_reading(cursor: LibraryCursor | None, *, at: datetime) -> list[Trouble]:
    if cursor is None:
        return [Trouble.NEVER_READ]
    if cursor.fault:
        return [Trouble.NOT_ANSWERING]
    is_late = cursor.read_at is None or at - cursor.read_at > LATEST
    return [Trouble.LATE] if is_late else []


def _of_items(rows: Sequence[LibraryItem], to_confirm: frozenset[str]) -> list[Trouble]:
    found = {
        Trouble.WAITING: any(row.state is ItemState.WAITING for row in rows),
        Trouble.TO_CONFIRM: bool(to_confirm),
        Trouble.GONE: any(row.state is ItemState.GONE for row in rows),
        Trouble.DRIFT: any(
            row.drift for row in rows if row.state is not ItemState.GONE
        ),
    }
    return [trouble for trouble, is_there in found.items() if is_there]
