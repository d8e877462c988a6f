"""Files into a document library: never over another by accident, and never half.

Up to 4 MiB go in one call; larger ones in a session, in parts that are a multiple of
320 KiB, resumed from where SharePoint says it is. Nothing is visible before the last
part is there. A name that is taken by the very file that was to be sent counts as
done: then an answer was lost, and the call is safe to make again. What «the very file»
is when SharePoint has rewritten it, is told by `is_ours`; see `sameness`.
Sources: https://learn.microsoft.com/graph/api/driveitem-put-content and
https://learn.microsoft.com/graph/api/driveitem-createuploadsession
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from connector.graph.client import Call, Graph
from connector.graph.drives import (
    CONFLICT,
    DriveItem,
    OnConflict,
    child_named,
    drive_item,
    item,
)
from connector.graph.drives import content as content_of
from connector.graph.errors import (
    ChangedError,
    GraphRejectedError,
    ItemNotFoundError,
    NameTakenError,
    ServiceAwayError,
    Trail,
)
from connector.graph.sameness import is_same_file
from connector.graph.upload_sessions import SessionGoneError, give_up, send_parts

SMALL_BYTES: Final = 4 * 1024 * 1024
MAX_SESSIONS: Final = 3

IsOurs = Callable[[bytes, bytes], bool]


@dataclass(frozen=True, kw_only=True)
class _Target:
    """Where a file goes: under a name in a folder, or over an item at an eTag."""

    graph: Graph
    route: str
    parts: tuple[str, ...]
    on_conflict: OnConflict
    etag: str | None = None
    find: Callable[[], DriveItem]

    @property
    def headers(self) -> dict[str, str]:
        """The eTag that the file must be at."""
        return {"If-Match": self.etag} if self.etag else {}

    @property
    def drive(self) -> str:
        """The library."""
        return self.parts[0]


def create(
    graph: Graph,
    drive: str,
    parent: str,
    name: str,
    content: bytes,
    *,
    on_conflict: OnConflict = OnConflict.FAIL,
    is_ours: IsOurs = is_same_file,
) -> DriveItem:
    """Put a new file into a folder and return it; safe to do again with FAIL.

    `is_ours(ours, theirs)` tells whether what lies under that name is what was sent.

    Raises:
        NameTakenError: another file has the name, and `on_conflict` is FAIL.
        GraphAwayError: nothing of ours is there, unless `may_be_done`.
    """
    target = _Target(
        graph=graph,
        route="/drives/{}/items/{}:/{}:",
        parts=(drive, parent, name),
        on_conflict=on_conflict,
        find=lambda: child_named(graph, drive, parent, name),
    )
    try:
        return _put(target, content, is_ours)
    except NameTakenError:
        there = _found_ours(target, content, is_ours)
        if there is None:
            raise
        return there


def replace(
    graph: Graph,
    drive: str,
    item_id: str,
    content: bytes,
    *,
    etag: str,
    is_ours: IsOurs = is_same_file,
) -> DriveItem:
    """Put a new content into a file that is at `etag`, and return it; safe to do again.

    Graph does not promise to heed If-Match when the content goes in one call, so the
    eTag is looked at first as well.

    Raises:
        ChangedError: it is no longer at `etag`, and its content is not this one.
        LockedError: somebody has it open; nothing was changed.
    """
    target = _Target(
        graph=graph,
        route="/drives/{}/items/{}",
        parts=(drive, item_id),
        on_conflict=OnConflict.REPLACE,
        etag=etag,
        find=lambda: item(graph, drive, item_id),
    )
    try:
        _need_etag(target)
        return _put(target, content, is_ours)
    except ChangedError:
        there = _found_ours(target, content, is_ours)
        if there is None:
            raise
        return there


def _need_etag(target: _Target) -> None:
    if target.find().etag != target.etag:
        raise ChangedError(Trail(what=f"PUT {target.route}/content"))


def _found_ours(target: _Target, content: bytes, is_ours: IsOurs) -> DriveItem | None:
    """Return what lies there when it is what was to be sent."""
    try:
        there = target.find()
        theirs = content_of(target.graph, target.drive, there.id)
    except ItemNotFoundError:
        return None
    return there if is_ours(content, theirs) else None


def _put(target: _Target, content: bytes, is_ours: IsOurs) -> DriveItem:
    if len(content) <= SMALL_BYTES:
        return _put_at_once(target, content)
    for _ in range(MAX_SESSIONS):
        try:
            return _put_in_parts(target, content)
        except SessionGoneError:
            there = _found_ours(target, content, is_ours)
            if there is not None:
                return there
    raise ServiceAwayError(Trail(what="PUT (upload session)"), may_be_done=False)


def _put_at_once(target: _Target, content: bytes) -> DriveItem:
    call = Call(
        method="PUT",
        route=f"{target.route}/content",
        parts=target.parts,
        query={CONFLICT: target.on_conflict.value},
        headers=target.headers,
        content=content,
        units=2,
        may_repeat=target.on_conflict is OnConflict.FAIL,
    )
    return target.graph.ask(call).read(drive_item)


def _put_in_parts(target: _Target, content: bytes) -> DriveItem:
    link = _begun(target)
    try:
        return send_parts(target.graph, link, content)
    except GraphRejectedError:
        give_up(target.graph, link)
        raise


def _begun(target: _Target) -> str:
    """Begin a session; one that was left comes to nothing by itself."""
    call = Call(
        method="POST",
        route=f"{target.route}/createUploadSession",
        parts=target.parts,
        headers=target.headers,
        value={"item": {CONFLICT: target.on_conflict.value}},
        units=2,
        may_repeat=True,
    )
    return target.graph.ask(call).read(lambda shape: shape.text("uploadUrl"))
