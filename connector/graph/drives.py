"""Files and folders of a document library.

`etag` changes with every change of the item, `ctag` with its content only. Every write
says either which eTag it changes or what is to happen when the name is taken.
SharePoint rewrites Office files when they come in: a size or checksum of what was sent
says nothing of what lies there. Source: https://learn.microsoft.com/graph/api/resources/driveitem
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from connector.graph.answers import Reply
from connector.graph.batch import MOST, Outcome, ask_all
from connector.graph.client import Call, Graph
from connector.graph.errors import GraphError, NameTakenError
from connector.graph.paging import items
from connector.graph.shapes import Shape

CONFLICT: Final = "@microsoft.graph.conflictBehavior"
MAX_FILE_BYTES: Final = 100_000_000
OK: Final = 200


class OnConflict(StrEnum):
    """What happens when something of that name is there. Graph's own words."""

    FAIL = "fail"
    RENAME = "rename"
    REPLACE = "replace"


@dataclass(frozen=True, kw_only=True)
class DriveItem:
    """A file or a folder. `size` in bytes; `quick_xor_hash` of files only."""

    id: str
    name: str
    etag: str
    ctag: str | None
    is_folder: bool
    size: int
    parent_id: str | None
    web_url: str | None
    changed_at: datetime | None
    quick_xor_hash: str | None


def item(graph: Graph, drive: str, item_id: str) -> DriveItem:
    """Return an item by its id.

    Raises:
        ItemNotFoundError: there is none, or it was deleted.
    """
    call = Call(route="/drives/{}/items/{}", parts=(drive, item_id))
    return graph.ask(call).read(drive_item)


def root(graph: Graph, drive: str) -> DriveItem:
    """Return the outermost folder of a library."""
    return graph.ask(Call(route="/drives/{}/root", parts=(drive,))).read(drive_item)


def item_at(graph: Graph, drive: str, *names: str) -> DriveItem:
    """Return an item by its path from the outermost folder, a name at a time.

    Raises:
        ItemNotFoundError: there is none.
    """
    route = "/drives/{}/root:/" + "/".join("{}" for _ in names)
    return graph.ask(Call(route=route, parts=(drive, *names))).read(drive_item)


def child_named(graph: Graph, drive: str, parent: str, name: str) -> DriveItem:
    """Return the item of a name in a folder, whatever the case of its letters.

    Raises:
        ItemNotFoundError: there is none.
    """
    call = Call(route="/drives/{}/items/{}:/{}", parts=(drive, parent, name))
    return graph.ask(call).read(drive_item)


def children(graph: Graph, drive: str, folder: str) -> Iterator[DriveItem]:
    """Yield what lies in a folder, page by page, in Graph's order."""
    call = Call(
        route="/drives/{}/items/{}/children",
        parts=(drive, folder),
        query={"$top": "200"},
        units=2,
    )
    return items(graph, call, drive_item)


def make_folder(
    graph: Graph,
    drive: str,
    parent: str,
    name: str,
    *,
    on_conflict: OnConflict = OnConflict.FAIL,
) -> DriveItem:
    """Make a folder and return it.

    Raises:
        NameTakenError: something of that name is there, and `on_conflict` is FAIL.
    """
    call = Call(
        method="POST",
        route="/drives/{}/items/{}/children",
        parts=(drive, parent),
        value={"name": name, "folder": {}, CONFLICT: on_conflict.value},
        units=2,
    )
    return graph.ask(call).read(drive_item)


def folder_named(graph: Graph, drive: str, parent: str, name: str) -> DriveItem:
    """Return the folder of a name, made when it was not there; safe to do again."""
    call = Call(
        method="POST",
        route="/drives/{}/items/{}/children",
        parts=(drive, parent),
        value={"name": name, "folder": {}, CONFLICT: OnConflict.FAIL.value},
        units=2,
        may_repeat=True,
    )
    try:
        return graph.ask(call).read(drive_item)
    except NameTakenError:
        return child_named(graph, drive, parent, name)


def change(
    graph: Graph,
    drive: str,
    item_id: str,
    *,
    etag: str,
    name: str | None = None,
    parent: str | None = None,
) -> DriveItem:
    """Rename an item, move it to another folder of its library, or both.

    Raises:
        ChangedError: it is no longer at `etag`.
        NameTakenError: the name is taken there.
    """
    moved = {"parentReference": {"id": parent}} if parent else {}
    named = {"name": name} if name else {}
    call = Call(
        method="PATCH",
        route="/drives/{}/items/{}",
        parts=(drive, item_id),
        query={CONFLICT: OnConflict.FAIL.value},
        headers={"If-Match": etag},
        value={**named, **moved},
        units=2,
    )
    return graph.ask(call).read(drive_item)


def delete(graph: Graph, drive: str, item_id: str, *, etag: str) -> None:
    """Put an item in the bin.

    Raises:
        ChangedError: it is no longer at `etag`. LockedError: somebody has it open.
    """
    call = Call(
        method="DELETE",
        route="/drives/{}/items/{}",
        parts=(drive, item_id),
        headers={"If-Match": etag},
        units=2,
    )
    graph.ask(call).need_nothing()


def content(
    graph: Graph,
    drive: str,
    item_id: str,
    *,
    max_bytes: int = MAX_FILE_BYTES,
) -> bytes:
    """Return the bytes of a file, fetched without the token.

    Raises:
        MalformedError: it is larger than `max_bytes`, or came in half.
        ElsewhereError: Graph pointed outside the municipality's SharePoint.
    """
    return fetched(
        graph,
        Call(
            route="/drives/{}/items/{}/content",
            parts=(drive, item_id),
            may_point=True,
            max_bytes=max_bytes,
        ),
    )


def contents(
    graph: Graph, drive: str, item_ids: Sequence[str]
) -> Iterator[bytes | GraphError]:
    """Yield the bytes of each file in turn, or why they cannot be had.

    Where they lie is asked for twenty at a time, so that it costs a call a file; an
    address is good for minutes, so those are fetched before the next are asked for.

    Raises:
        GraphError: a batch as a whole came to nothing.
    """
    for first in range(0, len(item_ids), MOST):
        calls = [_content_call(drive, each) for each in item_ids[first : first + MOST]]
        for call, outcome in zip(calls, ask_all(graph, calls), strict=True):
            yield _content_or_why(graph, call, outcome)


def _content_call(drive: str, item_id: str) -> Call:
    return Call(
        route="/drives/{}/items/{}/content",
        parts=(drive, item_id),
        may_point=True,
        max_bytes=MAX_FILE_BYTES,
    )


def _content_or_why(graph: Graph, call: Call, outcome: Outcome) -> bytes | GraphError:
    if isinstance(outcome, GraphError):
        return outcome
    try:
        return _followed(graph, call, outcome)
    except GraphError as trouble:
        return trouble


def fetched(graph: Graph, call: Call) -> bytes:
    """Return the bytes that a call points to."""
    return _followed(graph, call, graph.ask(call))


def drive_item(shape: Shape) -> DriveItem:
    """Return the item of an answer."""
    file = shape.maybe_part("file")
    hashes = file.maybe_part("hashes") if file else None
    parent = shape.maybe_part("parentReference")
    return DriveItem(
        id=shape.text("id"),
        name=shape.text("name"),
        etag=shape.text("eTag"),
        ctag=shape.maybe_text("cTag"),
        is_folder=shape.has("folder"),
        size=shape.maybe_number("size") or 0,
        parent_id=parent.maybe_text("id") if parent else None,
        web_url=shape.maybe_text("webUrl"),
        changed_at=shape.maybe_instant("lastModifiedDateTime"),
        quick_xor_hash=hashes.maybe_text("quickXorHash") if hashes else None,
    )


def _followed(graph: Graph, call: Call, reply: Reply) -> bytes:
    if reply.status == OK:
        return _whole(reply)
    link = reply.headers.get("Location")
    if not link:
        raise reply.malformed("Location")
    fetched_there = Call(
        route="(signed address)",
        link=link,
        is_signed=True,
        max_bytes=call.max_bytes,
    )
    return _whole(graph.ask(fetched_there))


def _whole(reply: Reply) -> bytes:
    """Return the body, when the answer told how long it is and it is so."""
    told = reply.headers.get("Content-Length")
    chunked = reply.headers.get("Transfer-Encoding", "").lower() == "chunked"
    if not chunked and told != str(len(reply.body)):
        raise reply.malformed("Content-Length")
    if reply.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise reply.malformed("Content-Type")
    return reply.body
