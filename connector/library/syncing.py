"""What people have done in the document library, read and written down.

The changes since the last time are asked for, on a timer; a notification only makes the
next time come sooner. They come in pages, and what a page says is written down in one
transaction before the next is asked for: of all contents one is held at a time, and a
reading that breaks off need not read again what it wrote down. How far they were read
is kept when the last page is, so that reading the same again changes nothing. When that
is lost, everything is looked through, and what is right stays.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from connector.installation import Installation
from connector.library.document_library import (
    Changes,
    DocumentLibrary,
    Item,
    LibraryError,
    TokenLostError,
)
from connector.library.folder import FolderLibrary
from connector.library.items import (
    LibraryItem,
    LibraryNotification,
    cursor_of,
    find_cursor,
    items_lying_as,
    items_to_look_for,
    note,
    notifications,
)
from connector.library.looking import Finding, Look, Seen
from workflows.base import get
from workflows.errors import StaleVersionError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What a reading of the changes gave: the files that have become something else.

    `is_full` tells that everything was looked through.
    """

    seen: tuple[Seen, ...]
    is_full: bool


def sync(
    installation: Installation,
    library: DocumentLibrary,
    *,
    alive: Callable[[], None] = lambda: None,
) -> Synced:
    """Read what has changed since the last time, and write it down.

    `alive` is called after each page, and may raise to stop there.

    Raises:
        LibraryUnavailableError: what was read before that is written down, and that it
            did not answer; try again later.
        StaleVersionError: a file was written meanwhile; the next time reads it again.
    """
    try:
        return _synced(installation, library, alive)
    except LibraryError as trouble:
        with installation.unrecorded() as session:
            cursor = cursor_of(session, library.key)
            cursor.tried_at, cursor.fault = installation.now(), trouble.code
        raise


def _synced(
    installation: Installation,
    library: DocumentLibrary,
    alive: Callable[[], None],
) -> Synced:
    with installation.reading() as session:
        cursor = find_cursor(session, library.key)
        token = cursor.token if cursor else None
        waiting = notifications(session, library.key)
        heard = [each.id for each in waiting if each.lifecycle is None]
    try:
        done, here = _read(installation, library, alive, token=token)
    except TokenLostError:
        logger.warning("the changes are no longer known; all is looked through")
        done, here = _read(installation, library, alive, token=None)
    with installation.unrecorded() as session:
        _go_on_from(session, library, here, heard, at=installation.now())
    return done


def _read(
    installation: Installation,
    library: DocumentLibrary,
    alive: Callable[[], None],
    *,
    token: str | None,
) -> tuple[Synced, str | None]:
    """Read every page; return what it gave, and the token to go on by."""
    reading = _Reading(installation, library, is_full=token is None)
    here = token
    for page in library.changes(token):
        reading.take(page)
        alive()
        here = page.token or here
    reading.end()
    return Synced(seen=tuple(reading.seen), is_full=reading.is_full), here


@dataclass
class _Reading:
    """One reading of the changes, from its first page to its last.

    `named` are the items of known files that are there, `gone` those that are not, and
    `unknown` the Word files that are none of ours. Who is gone is told last: an item
    may come again, and a file may lie there anew.
    """

    installation: Installation
    library: DocumentLibrary
    is_full: bool
    named: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    unknown: dict[str, Item] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    @property
    def look(self) -> Look:
        """What looks at files of this library."""
        return Look(self.library, FolderLibrary(self.installation.config.library))

    def take(self, page: Changes) -> None:
        """Write down what a page says of the known files that are there."""
        changes = {each.id: each.item for each in page.changes}
        with self.installation.reading() as session:
            rows = items_lying_as(session, changes)
        there = {key: item for key, item in changes.items() if item}
        self._sort(ours={str(row.item_id) for row in rows}, changes=changes)
        known = [(row, there[row.item_id]) for row in rows if row.item_id in there]
        self._write_down(self.look.at(known))

    def end(self) -> None:
        """Write down what has become of those that no page says are there."""
        with self.installation.reading() as session:
            rows = items_to_look_for(
                session, named=self.named, gone=self.gone, is_full=self.is_full
            )
        found = self.look.for_missing(
            rows, list(self.unknown.values()), gone=self.gone, is_full=self.is_full
        )
        self._write_down(found)

    def _sort(self, *, ours: set[str], changes: dict[str, Item | None]) -> None:
        for key, item in changes.items():
            self.unknown.pop(key, None)
            self.gone.discard(key)
            if key in ours:
                (self.named if item else self.gone).add(key)
            elif item and item.name.endswith(".docx"):
                self.unknown[key] = item
        self.named -= self.gone

    def _write_down(self, findings: Iterable[Finding]) -> None:
        found = list(findings)
        with self.installation.unrecorded() as session:
            _write_down(session, found, at=self.installation.now())
        self.seen += (each.seen for each in found)


def _write_down(session: Session, findings: Iterable[Finding], *, at: datetime) -> None:
    for each in findings:
        row = get(session, LibraryItem, each.row)
        if row.row_version != each.row_version:
            raise StaleVersionError(f"{each.version} was written meanwhile")
        if (row.state, row.reason) != (each.state, each.reason):
            row.state, row.reason, row.changed_at = each.state, each.reason, at
        if each.item:
            note(row, each.item)


def _go_on_from(
    session: Session,
    library: DocumentLibrary,
    token: str | None,
    heard: Iterable[uuid.UUID],
    *,
    at: datetime,
) -> None:
    cursor = cursor_of(session, library.key)
    cursor.token, cursor.read_at, cursor.tried_at = token, at, at
    cursor.fault = ""
    for identifier in heard:
        session.delete(get(session, LibraryNotification, identifier))
