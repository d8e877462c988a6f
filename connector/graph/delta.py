"""What has changed in a document library since last time.

A library is read to its end, page by page; the last page gives the link for the next
time. Keep that link in the same transaction as the changes it stands for. The same
item may come more than once: the last one counts. A deleted item has no name, and no
item has a cTag here. Source: https://learn.microsoft.com/graph/api/driveitem-delta
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from connector.graph.client import Call, Graph
from connector.graph.paging import NEXT, replies
from connector.graph.shapes import Shape, WrongShapeError

DELTA: Final = "@odata.deltaLink"
UNITS_FROM_START: Final = 2
UNITS_SINCE: Final = 1


@dataclass(frozen=True, kw_only=True)
class Change:
    """An item as it is now; of a deleted one only the id is sure.

    The hash is that of a file's content, where SharePoint has worked it out.
    """

    id: str
    name: str | None
    etag: str | None
    is_folder: bool
    is_deleted: bool
    is_root: bool
    parent_id: str | None
    quick_xor_hash: str | None = None
    web_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeltaPage:
    """One page of changes; only the last has the link for the next time."""

    changes: tuple[Change, ...]
    delta_link: str | None


def changes(
    graph: Graph, drive: str, *, since: str | None = None
) -> Iterator[DeltaPage]:
    """Yield the pages of changes since a link; without one, of all that is there.

    Raises:
        ResyncError: the changes since are not kept; its `link` begins again, and its
            `resync` says what that means for what is here.
        ElsewhereError: a link points outside Graph. MalformedError: a page is none.
    """
    call = Call(
        route="/drives/{}/root/delta",
        parts=(drive,),
        link=since,
        units=UNITS_FROM_START if since is None else UNITS_SINCE,
    )
    for reply in replies(graph, call):
        yield reply.read(_page)


def _page(shape: Shape) -> DeltaPage:
    if not shape.has(NEXT) and not shape.has(DELTA):
        raise WrongShapeError(DELTA)
    return DeltaPage(
        changes=shape.each("value", _change),
        delta_link=None if shape.has(NEXT) else shape.text(DELTA),
    )


def _change(shape: Shape) -> Change:
    is_deleted = shape.has("deleted")
    parent = shape.maybe_part("parentReference")
    file = shape.maybe_part("file")
    hashes = file.maybe_part("hashes") if file else None
    return Change(
        id=shape.text("id"),
        name=shape.maybe_text("name") if is_deleted else shape.text("name"),
        etag=shape.maybe_text("eTag"),
        is_folder=shape.has("folder"),
        is_deleted=is_deleted,
        is_root=shape.has("root"),
        parent_id=parent.maybe_text("id") if parent else None,
        quick_xor_hash=hashes.maybe_text("quickXorHash") if hashes else None,
        web_url=shape.maybe_text("webUrl"),
    )
