"""What the municipality's own document library is asked to do.

Two implementations: a folder that people share (`shared_folder`) and a library of
SharePoint (`sharepoint`). The service keeps a working copy of its own in `folder`; this
is the place where people open the files. An item keeps its id when it is renamed, moved
or saved again, so it is followed by that and never by its name.

    LibraryError
    ├── LibraryUnavailableError   try later; not before `until`, if the library says so
    ├── ItemLockedError           somebody has the file open
    ├── ItemChangedError          somebody has saved the file since it was last seen
    ├── NameTakenError            another file has the name already
    ├── ItemGoneError             no such item, or no longer
    ├── ItemRefusedError          the library will not have it; trying again is no use
    └── TokenLostError            the changes since then are no longer known
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# The columns beside each file, by key; what they are called to people is in
# `connector.library.columns`.
Columns = Mapping[str, str]


class LibraryError(Exception):
    """The document library did not do what it was asked."""

    code = "unavailable"


class LibraryUnavailableError(LibraryError):
    """The library does not answer, or not now."""

    def __init__(self, text: str, *, until: datetime | None = None) -> None:
        super().__init__(text)
        self.until = until


class ItemLockedError(LibraryError):
    """Somebody has the file open, and nothing can be written to it meanwhile."""

    code = "locked"


class ItemChangedError(LibraryError):
    """The file is not the one that was last seen."""

    code = "changed"


class NameTakenError(LibraryError):
    """Another file has that name."""

    code = "name-taken"


class ItemGoneError(LibraryError):
    """There is no such item in the library, or no longer."""

    code = "gone"


class ItemRefusedError(LibraryError):
    """The library refuses: no right, no room, or a name that it does not allow."""

    code = "refused"


class TokenLostError(LibraryError):
    """The library no longer knows what has changed since the token was given."""

    code = "token-lost"


@dataclass(frozen=True, kw_only=True)
class Item:
    """A file of the library as it was when it was asked for.

    `name` is relative to the library, with forward slashes. `etag` is another one after
    every change, `content_tag` only when the content is another. `link` is where people
    open it.
    """

    id: str
    name: str
    etag: str
    content_tag: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class KeptVersion:
    """A version of a file that the library keeps; the newest is the present one."""

    id: str
    modified_at: datetime
    size: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an item has become; `item` is None when it was deleted."""

    id: str
    item: Item | None


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Some of the changes, the last of each item only, and the token to go on by.

    Only the last of them has the token: it stands for all that came before it.
    """

    changes: tuple[Change, ...]
    token: str | None


class Access(enum.StrEnum):
    """What somebody may do with an item."""

    READ = "read"
    WRITE = "write"
    OWNER = "owner"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """An effective permission of an item.

    `to` is the e-mail address in lower case, or what the library calls a group. A link
    is to whoever has it; `is_inherited` tells that the folder or the site gives it.
    """

    to: str
    access: Access
    is_link: bool = False
    is_inherited: bool = False


class DocumentLibrary(Protocol):
    """The municipality's document library."""

    @property
    def key(self) -> str:
        """What tells this library from others of the municipality."""
        ...

    def put(
        self, name: str, data: bytes, *, columns: Columns, over: Item | None = None
    ) -> Item:
        """Write a file with its columns, and return it as it is then.

        Over `over` only when its content is still what it was, which may have moved.

        Raises:
            ItemLockedError: somebody has it open.
            ItemChangedError: its content is not what it was.
            NameTakenError: without `over`, there is a file of that name.
            LibraryError: anything else that stood in the way.
        """
        ...

    def find(self, name: str) -> Item | None:
        """Return the item of a name, if there is one."""
        ...

    def get(self, item_id: str) -> Item:
        """Return an item as it is now; raise `ItemGoneError` when it is deleted."""
        ...

    def content(self, item: Item) -> bytes:
        """Return the present content of an item."""
        ...

    def contents(self, items: Sequence[Item]) -> Iterator[bytes | LibraryError]:
        """Yield the present content of each item in turn, or why it cannot be had.

        One at a time is fetched, so that no more than one need be held.

        Raises:
            LibraryUnavailableError: the library does not answer.
        """
        ...

    def columns(self, item_id: str) -> Columns:
        """Return the columns of an item, those that have a value."""
        ...

    def set_columns(self, item: Item, columns: Columns) -> Item:
        """Write columns, leave the others, and return the item as it is then."""
        ...

    def versions(self, item_id: str) -> list[KeptVersion]:
        """Return the versions that are kept of an item, the newest first."""
        ...

    def version_content(self, item_id: str, version_id: str) -> bytes:
        """Return the content of a version, the current one too."""
        ...

    def share(self, item_id: str, people: Mapping[str, Access]) -> None:
        """Let exactly these people, by e-mail address, have access; take away others'.

        What the owners of the library may do follows from the site and stays.
        """
        ...

    def shared_with(self, item_id: str) -> Collection[Grant]:
        """Return the effective permissions of an item, inherited ones too."""
        ...

    def changes(self, token: str | None) -> Iterator[Changes]:
        """Yield what has changed since a token; all that is there without one.

        An item may come again in later ones: the last counts.

        Raises:
            TokenLostError: ask again without a token.
        """
        ...
