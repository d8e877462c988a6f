"""What people have done in the document library, read and written down.

The changes since the last time are asked for, on a timer; a notification only makes the
next time come sooner. What they say is written down in one transaction together with
how far they were read, so that reading the same again changes nothing. When how far is
lost, everything is looked through, and what is right stays.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from connector.library.same_text import version_in
from connector.library.taking_up import state_again, take_up
from workflows.base import get
from workflows.errors import StaleVersionError

logger = logging.getLogger(__name__)

# So many unknown files are looked into in one round, when one of ours is gone.
MOST_TRIED = 20


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
        gone = [row for row in rows if _is_gone(row, changes, is_full=found.is_full)]
        found_again = self._found_again(gone, _new_items(rows, changes))
        new = self.library.contents(_with_new_content(rows, changes))
        for row in rows:
            if row.version in found_again:
                item, data = found_again[row.version]
                yield self._taken_up(row, item, data)
                continue
            change = changes.get(row.item_id or "")
            if change is None and row.item_id and (found.is_full or _was_unread(row)):
                change = self._asked(row.item_id)
            if change and (seen := self._seen(row, change, new)):
                yield seen

    def _asked(self, item_id: str) -> Change:
        """An item that a full reading does not name is asked for before it is gone."""
        try:
            return Change(id=item_id, item=self.library.get(item_id))
        except ItemGoneError:
            return Change(id=item_id, item=None)

    def _seen(
        self,
        row: LibraryItem,
        change: Change,
        new: Mapping[str, bytes | LibraryError],
    ) -> Seen | None:
        if change.item is None:
            is_news = row.state is not ItemState.GONE
            return _become(row, ItemState.GONE, None) if is_news else None
        if not _has_same_content(row, change.item):
            return self._read(row, change.item, new.get(change.id))
        state = self._state_of(row)
        is_same = (state, change.item.etag) == (row.state, row.etag)
        return None if is_same else _become(row, state, change.item)

    def _state_of(self, row: LibraryItem) -> ItemState:
        if row.state is ItemState.GONE:
            return state_again(self.working, row.name)
        return row.state

    def _read(
        self, row: LibraryItem, item: Item, data: bytes | LibraryError | None
    ) -> Seen | None:
        """Take up a new content; one that cannot be had is tried again next time."""
        if data is None:
            data = self.library.contents([item])[item.id]
        if isinstance(data, ItemGoneError):
            return _become(row, ItemState.GONE, None)
        if isinstance(data, LibraryError):
            return _become(row, row.state, None, reason=data.code)
        return self._taken_up(row, item, data)

    def _found_again(
        self, gone: Sequence[LibraryItem], new: list[Item]
    ) -> dict[str, tuple[Item, bytes]]:
        """Files that are gone and lie there anew, by hand or where nobody saw it.

        By the version that the new file itself says that it was made from.
        """
        names = {PurePosixPath(row.lies_as).name for row in gone}
        new.sort(key=lambda item: PurePosixPath(item.name).name not in names)
        wanted = {row.version for row in gone}
        tried = new[:MOST_TRIED] if gone else []
        found = ((item, self._had(item)) for item in tried)
        told = {version_in(data): (item, data) for item, data in found if data}
        return {version: told[version] for version in wanted & told.keys()}

    def _had(self, item: Item) -> bytes | None:
        """Return a content, None when it cannot be had."""
        try:
            return self.library.content(item)
        except LibraryUnavailableError:
            raise
        except LibraryError:
            return None

    def _taken_up(self, row: LibraryItem, item: Item, data: bytes) -> Seen:
        was = row.state if row.state is not ItemState.GONE else self._state_of(row)
        state = take_up(self.working, row.name, data, was=was)
        return _become(row, state, item)


def _with_new_content(
    rows: Iterable[LibraryItem], changes: Mapping[str, Change]
) -> list[Item]:
    """Return the known files whose content may be another."""
    told = ((row, changes.get(row.item_id or "")) for row in rows)
    return [
        change.item
        for row, change in told
        if change and change.item and not _has_same_content(row, change.item)
    ]


def _new_items(
    rows: Iterable[LibraryItem], changes: Mapping[str, Change]
) -> list[Item]:
    """Return the Word files among the changes that are none of ours."""
    ours = {row.item_id for row in rows}
    items = (each.item for each in changes.values() if each.id not in ours)
    return [item for item in items if item and item.name.endswith(".docx")]


def _is_gone(row: LibraryItem, changes: Mapping[str, Change], *, is_full: bool) -> bool:
    """Say whether a file is not there, as far as the changes tell."""
    change = changes.get(row.item_id or "")
    if change:
        return change.item is None
    return row.state is ItemState.GONE or (is_full and row.item_id is not None)


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
