"""What a known file of the library has become: its state, and its content taken up."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from connector.library.document_library import (
    DocumentLibrary,
    Item,
    ItemGoneError,
    LibraryError,
    LibraryUnavailableError,
)
from connector.library.folder import FolderLibrary
from connector.library.items import ItemState, LibraryItem, was_unread
from connector.library.same_text import version_in
from connector.library.taking_up import state_again, take_up

# So many unknown files are looked into in one round, when one of ours is gone.
MOST_TRIED = 20

Known = tuple[LibraryItem, Item]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a known file has become."""

    version: str
    state: ItemState


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a known file has become; `row_version` is that of its row when looked.

    `reason` is the code of why its new content could not be had.
    """

    row: uuid.UUID
    row_version: int
    version: str
    state: ItemState
    item: Item | None
    reason: str = ""

    @property
    def seen(self) -> Seen:
        """What is told of it."""
        return Seen(version=self.version, state=self.state)


@dataclass(frozen=True)
class Look:
    """Looks at known files, and fetches the content of those where it is new."""

    library: DocumentLibrary
    working: FolderLibrary

    def at(self, known: Sequence[Known]) -> Iterator[Finding]:
        """Yield what each file has become by its item now, if anything else."""
        new = [each for each in known if not _has_same_content(*each)]
        for row, item in known:
            if _has_same_content(row, item) and (found := self._unchanged(row, item)):
                yield found
        contents = self.library.contents([item for _, item in new])
        for (row, item), data in zip(new, contents, strict=True):
            yield self._read(row, item, data)

    def for_missing(
        self,
        rows: Sequence[LibraryItem],
        unknown: list[Item],
        *,
        gone: Collection[str],
        is_full: bool,
    ) -> Iterator[Finding]:
        """Yield what has become of files that no change says are there.

        The items of `gone` are deleted; others are asked for before they count as it.
        """
        lost = [row for row in rows if row.item_id in gone or not was_unread(row)]
        found_again = self._found_again(lost, unknown) if lost else {}
        for row in rows:
            if row.version in found_again:
                yield self._taken_up(row, *found_again[row.version])
            elif row.item_id in gone:
                yield from _gone(row)
            elif is_full or was_unread(row):
                yield from self._after_asking(row)

    def _after_asking(self, row: LibraryItem) -> Iterator[Finding]:
        try:
            item = self.library.get(str(row.item_id))
        except ItemGoneError:
            yield from _gone(row)
            return
        yield from self.at([(row, item)])

    def _unchanged(self, row: LibraryItem, item: Item) -> Finding | None:
        state = self._state_of(row)
        is_same = (state, item.etag) == (row.state, row.etag)
        return None if is_same else _become(row, state, item)

    def _state_of(self, row: LibraryItem) -> ItemState:
        if row.state is ItemState.GONE:
            return state_again(self.working, row.name)
        return row.state

    def _read(
        self, row: LibraryItem, item: Item, data: bytes | LibraryError
    ) -> Finding:
        """Take up a new content; one that cannot be had is tried again next time."""
        if isinstance(data, ItemGoneError):
            return _become(row, ItemState.GONE, None)
        if isinstance(data, LibraryError):
            return _become(row, row.state, None, reason=data.code)
        return self._taken_up(row, item, data)

    def _found_again(
        self, rows: Sequence[LibraryItem], unknown: list[Item]
    ) -> dict[str, tuple[Item, bytes]]:
        """Files that are gone and lie there anew, by hand or where nobody saw it.

        By the version that the new file itself says that it was made from.
        """
        names = {PurePosixPath(row.lies_as).name for row in rows}
        unknown.sort(key=lambda item: PurePosixPath(item.name).name not in names)
        found = ((item, self._had(item)) for item in unknown[:MOST_TRIED])
        told = {version_in(data): (item, data) for item, data in found if data}
        wanted = {row.version for row in rows}
        return {version: told[version] for version in wanted & told.keys()}

    def _had(self, item: Item) -> bytes | None:
        """Return a content, None when it cannot be had."""
        try:
            return self.library.content(item)
        except LibraryUnavailableError:
            raise
        except LibraryError:
            return None

    def _taken_up(self, row: LibraryItem, item: Item, data: bytes) -> Finding:
        state = take_up(self.working, row.name, data, was=self._state_of(row))
        return _become(row, state, item)


def _has_same_content(row: LibraryItem, item: Item) -> bool:
    """Say whether the content cannot have changed; an empty tag tells nothing."""
    is_same_tag = bool(item.content_tag) and item.content_tag == row.content_tag
    return item.etag == row.etag or is_same_tag


def _gone(row: LibraryItem) -> Iterator[Finding]:
    if row.state is not ItemState.GONE:
        yield _become(row, ItemState.GONE, None)


def _become(
    row: LibraryItem, state: ItemState, item: Item | None, *, reason: str = ""
) -> Finding:
    return Finding(
        row=row.id,
        row_version=row.row_version,
        version=row.version,
        state=state,
        item=item,
        reason=reason,
    )
