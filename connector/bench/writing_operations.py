"""Every operation that writes into a document library, as the service does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connector.graph import drives, uploads
from connector.graph.client import Graph
from connector.graph.drives import DriveItem
from connector.library.columns import KIND
from connector.library.document_library import Access
from connector.library.sharepoint import SharePointLibrary

OLD, NEW = b"gammel tekst", b"ny tekst"
LARGE: Final = 2 * 16 * 327_680 + 7
PERSON: Final = "kari@elvestrand.example"


@dataclass(frozen=True, kw_only=True)
class Place:
    """The library at the stand-in, with a folder that an operation has for itself."""

    library: SharePointLibrary
    folder: DriveItem

    @property
    def graph(self) -> Graph:
        """Graph as the app."""
        return self.library.graph

    @property
    def drive(self) -> str:
        """The library."""
        return self.library.drive

    def file(self, name: str) -> DriveItem:
        """Return the file of a name in the folder."""
        return drives.child_named(self.graph, self.drive, self.folder.id, name)

    def files(self) -> dict[str, bytes]:
        """Return the content of each file of the folder."""
        lying = drives.children(self.graph, self.drive, self.folder.id)
        return {
            each.name: drives.content(self.graph, self.drive, each.id)
            for each in lying
            if not each.is_folder
        }

    def path(self, name: str) -> str:
        """Return the name of a file as the library knows it."""
        return f"{self.folder.name}/{name}"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A writing operation: what lies there before, what is done, and what is then.

    `do` is given what was prepared. `contents` are those that a file may have on the
    way; `is_done` is asked when all has gone well.
    """

    do: Callable[[Place, Any], Any]
    is_done: Callable[[Place], bool]
    prepare: Callable[[Place], Any] = lambda _: None
    contents: tuple[bytes, ...] = (OLD, NEW)


def _large(text: bytes) -> bytes:
    return text.ljust(LARGE, b".")


def _lay(place: Place, content: bytes = OLD) -> DriveItem:
    return uploads.create(place.graph, place.drive, place.folder.id, "a.txt", content)


def _create(place: Place, content: bytes) -> DriveItem:
    return uploads.create(place.graph, place.drive, place.folder.id, "a.txt", content)


def _replace(place: Place, was: DriveItem, content: bytes) -> DriveItem:
    return uploads.replace(place.graph, place.drive, was.id, content, etag=was.etag)


def _change(place: Place, was: DriveItem) -> DriveItem:
    return drives.change(place.graph, place.drive, was.id, etag=was.etag, name="b.txt")


def _put(place: Place, content: bytes) -> object:
    return place.library.put(place.path("a.txt"), content, columns={KIND: "mandat"})


def _put_over(place: Place, content: bytes) -> object:
    """Write over the file as the round does: what lies there may be ours already."""
    found = place.library.find(place.path("a.txt"))
    return place.library.put(
        place.path("a.txt"), content, columns={KIND: "mandat"}, over=found
    )


def _set_columns(place: Place, was: DriveItem) -> object:
    return place.library.set_columns(place.library.get(was.id), {KIND: "mandat"})


def _has_columns(place: Place) -> bool:
    kind = place.library.columns(place.file("a.txt").id).get(KIND)
    return kind == "mandat"


def _share(place: Place, was: DriveItem) -> None:
    place.library.share(was.id, {PERSON: Access.READ})


def _is_shared(place: Place) -> bool:
    grants = place.library.shared_with(place.file("a.txt").id)
    return [each.access for each in grants if each.to == PERSON] == [Access.READ]


def _shared(place: Place) -> DriveItem:
    laid = _lay(place)
    _share(place, laid)
    return laid


def _holds(content: bytes, *, name: str = "a.txt") -> Callable[[Place], bool]:
    return lambda place: place.files() == {name: content}


def _has_folder(place: Place) -> bool:
    lying = drives.children(place.graph, place.drive, place.folder.id)
    return [each.name for each in lying if each.is_folder] == ["under"]


def _make_folder(place: Place, _was: object) -> object:
    return drives.folder_named(place.graph, place.drive, place.folder.id, "under")


def _is_taken_away(place: Place) -> bool:
    grants = place.library.shared_with(place.file("a.txt").id)
    return PERSON not in {each.to for each in grants}


OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": Operation(do=lambda p, _: _create(p, NEW), is_done=_holds(NEW)),
    "create in parts": Operation(
        do=lambda p, _: _create(p, _large(NEW)),
        is_done=_holds(_large(NEW)),
        contents=(_large(NEW),),
    ),
    "replace": Operation(
        prepare=_lay, do=lambda p, was: _replace(p, was, NEW), is_done=_holds(NEW)
    ),
    "replace in parts": Operation(
        prepare=_lay,
        do=lambda p, was: _replace(p, was, _large(NEW)),
        is_done=_holds(_large(NEW)),
        contents=(OLD, _large(NEW)),
    ),
    "make a folder": Operation(do=_make_folder, is_done=_has_folder),
    "rename": Operation(prepare=_lay, do=_change, is_done=_holds(OLD, name="b.txt")),
    "delete": Operation(
        prepare=_lay,
        do=lambda p, was: drives.delete(p.graph, p.drive, was.id, etag=was.etag),
        is_done=lambda p: p.files() == {},
    ),
    "put": Operation(
        do=lambda p, _: _put(p, NEW),
        is_done=lambda p: _holds(NEW)(p) and _has_columns(p),
    ),
    "put over": Operation(
        prepare=_lay,
        do=lambda p, _: _put_over(p, NEW),
        is_done=lambda p: _holds(NEW)(p) and _has_columns(p),
    ),
    "set columns": Operation(prepare=_lay, do=_set_columns, is_done=_has_columns),
    "share": Operation(prepare=_lay, do=_share, is_done=_is_shared),
    "take access away": Operation(
        prepare=_shared,
        do=lambda p, was: p.library.share(was.id, {}),
        is_done=_is_taken_away,
    ),
}
