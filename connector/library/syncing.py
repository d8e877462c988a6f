"""What people have done in the document library, read and written down.

The changes since the last time are asked for, on a timer; a notification only makes the
next time come sooner. What they say is written down in one transaction together with
how far they were read, so that reading the same again changes nothing. When how far is
lost, everything is looked through, and what is right stays.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from connector.installation import Installation
from connector.library.document_library import (
    Change,
    Changes,
    DocumentLibrary,
    Item,
    ItemGoneError,
    LibraryError,
    LibraryUnavailableError,
    TokenLostError,
)
from connector.library.folder import FolderLibrary
from connector.library.items import (
    ItemState,
    LibraryItem,
    LibraryNotification,
    cursor_of,
    find_cursor,
    items,
    note,
    notifications,
)
from connector.library.same_text import is_file_of
from connector.library.taking_up import state_again, take_up
from workflows.base import get
from workflows.errors import StaleVersionError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a known file has become; `read_at_version` is that of its row when looked.

    `reason` is the code of why its new content could not be had.
    """

    row: uuid.UUID
    row_version: int
    version: str
    state: ItemState
    item: Item | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What a reading of the changes gave: the files that have become something else.

    `is_full` tells that everything was looked through.
    """

    seen: tuple[Seen, ...]
    is_full: bool


def sync(installation: Installation, library: DocumentLibrary) -> Synced:
    """Read what has changed since the last time, and write it down.

    Raises:
        LibraryUnavailableError: nothing was written down but that; try again later.
        StaleVersionError: a file was written meanwhile; the next time reads it again.
    """
    try:
        return _synced(installation, library)
    except LibraryError as trouble:
        with installation.unrecorded() as session:
            cursor = cursor_of(session, library.key)
            cursor.tried_at, cursor.fault = installation.now(), trouble.code
        raise


def _synced(installation: Installation, library: DocumentLibrary) -> Synced:
    with installation.reading() as session:
        cursor = find_cursor(session, library.key)
        token = cursor.token if cursor else None
        rows = list(items(session))
        heard = [each.id for each in notifications(session, library.key)]
    found = _changes(library, token)
    looking = _Look(library, FolderLibrary(installation.config.library))
    seen = tuple(looking.over(rows, found))
    with installation.unrecorded() as session:
        _write_down(session, seen, at=installation.now())
        _go_on_from(session, library, found, heard, at=installation.now())
    return Synced(seen=seen, is_full=found.is_full)


def _changes(library: DocumentLibrary, token: str | None) -> Changes:
    try:
        return library.changes(token)
    except TokenLostError:
        logger.warning("the changes are no longer known; all is looked through")
        return library.changes(None)


@dataclass(frozen=True)
class _Look:
    """Looks at changes of known files, and fetches those that have a new content."""

    library: DocumentLibrary
    working: FolderLibrary

    def over(self, rows: Iterable[LibraryItem], found: Changes) -> Iterator[Seen]:
        """Yield what each known file has become, if it has become anything else."""
        rows = list(rows)
        changes = {change.id: change for change in found.changes}
        found_again = _found_again(rows, changes)
        for row in rows:
            change = found_again.get(row.version) or changes.get(row.item_id or "")
            if change is None and row.item_id and (found.is_full or _was_unread(row)):
                change = self._asked(row.item_id)
            if change and (seen := self._seen(row, change)):
                yield seen

    def _asked(self, item_id: str) -> Change:
        """An item that a full reading does not name is asked for before it is gone."""
        try:
            return Change(id=item_id, item=self.library.get(item_id))
        except ItemGoneError:
            return Change(id=item_id, item=None)

    def _seen(self, row: LibraryItem, change: Change) -> Seen | None:
        if change.item is None:
            is_news = row.state is not ItemState.GONE
            return _become(row, ItemState.GONE, None) if is_news else None
        if change.item.id != row.item_id:
            return self._another(row, change.item)
        if not _has_same_content(row, change.item):
            return self._read(row, change.item)
        state = self._state_of(row)
        is_same = (state, change.item.etag) == (row.state, row.etag)
        return None if is_same else _become(row, state, change.item)

    def _state_of(self, row: LibraryItem) -> ItemState:
        if row.state is ItemState.GONE:
            return state_again(self.working, row.name)
        return row.state

    def _read(self, row: LibraryItem, item: Item) -> Seen | None:
        """Fetch a new content; one that cannot be had is tried again the next time."""
        try:
            data = self.library.content(item)
        except LibraryUnavailableError:
            raise
        except ItemGoneError:
            return _become(row, ItemState.GONE, None)
        except LibraryError as trouble:
            return _become(row, row.state, None, reason=trouble.code)
        return self._taken_up(row, item, data)

    def _another(self, row: LibraryItem, item: Item) -> Seen | None:
        """A file that was deleted, and laid there again by hand, is the same work."""
        try:
            data = self.library.content(item)
        except LibraryUnavailableError:
            raise
        except LibraryError:
            return _become(row, ItemState.GONE, None)
        if not is_file_of(data, row.version):
            return _become(row, ItemState.GONE, None)
        return self._taken_up(row, item, data)

    def _taken_up(self, row: LibraryItem, item: Item, data: bytes) -> Seen:
        was = row.state if row.state is not ItemState.GONE else self._state_of(row)
        state = take_up(self.working, row.name, data, was=was)
        return _become(row, state, item)


def _found_again(
    rows: Iterable[LibraryItem], changes: Mapping[str, Change]
) -> dict[str, Change]:
    """New items with the file name of one that is gone, by the version of that one."""
    ours = {row.item_id for row in rows}
    new = {
        PurePosixPath(change.item.name).name: change
        for change in changes.values()
        if change.item and change.id not in ours
    }
    return {
        row.version: new[name]
        for row in rows
        if _is_gone(row, changes) and (name := PurePosixPath(row.lies_as).name) in new
    }


def _is_gone(row: LibraryItem, changes: Mapping[str, Change]) -> bool:
    change = changes.get(row.item_id or "")
    return change.item is None if change else row.state is ItemState.GONE


def _has_same_content(row: LibraryItem, item: Item) -> bool:
    """Say whether the content cannot have changed; an empty tag tells nothing."""
    is_same_tag = bool(item.content_tag) and item.content_tag == row.content_tag
    return item.etag == row.etag or is_same_tag


def _was_unread(row: LibraryItem) -> bool:
    return bool(row.reason) and row.state not in {ItemState.WAITING, ItemState.GONE}


def _become(
    row: LibraryItem, state: ItemState, item: Item | None, *, reason: str = ""
) -> Seen:
    return Seen(
        row=row.id,
        row_version=row.row_version,
        version=row.version,
        state=state,
        item=item,
        reason=reason,
    )


def _write_down(session: Session, seen: Iterable[Seen], *, at: datetime) -> None:
    for each in seen:
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
    found: Changes,
    heard: Iterable[uuid.UUID],
    *,
    at: datetime,
) -> None:
    cursor = cursor_of(session, library.key)
    cursor.token, cursor.read_at, cursor.tried_at = found.token, at, at
    cursor.fault = ""
    for identifier in heard:
        session.delete(get(session, LibraryNotification, identifier))
