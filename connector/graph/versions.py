"""The versions that SharePoint keeps of a file.

The content of the current one is not given here, only with the file itself. Source:
https://learn.microsoft.com/graph/api/driveitemversion-get-contents
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connector.graph.client import Call, Graph
from connector.graph.drives import MAX_FILE_BYTES, fetched
from connector.graph.paging import items
from connector.graph.shapes import Shape


@dataclass(frozen=True, kw_only=True)
class ItemVersion:
    """A version of a file; its id is a number as «2.0»."""

    id: str
    changed_at: datetime
    size: int


def versions(graph: Graph, drive: str, item: str) -> Iterator[ItemVersion]:
    """Yield the versions of a file, the current one first."""
    call = Call(route="/drives/{}/items/{}/versions", parts=(drive, item), units=2)
    return items(graph, call, _version)


def version_content(graph: Graph, drive: str, item: str, version: str) -> bytes:
    """Return the bytes of an earlier version.

    Raises:
        ItemNotFoundError: there is none. BadQuestionError: it is the current one.
    """
    call = Call(
        route="/drives/{}/items/{}/versions/{}/content",
        parts=(drive, item, version),
        may_point=True,
        max_bytes=MAX_FILE_BYTES,
    )
    return fetched(graph, call)


def _version(shape: Shape) -> ItemVersion:
    return ItemVersion(
        id=shape.text("id"),
        changed_at=shape.instant("lastModifiedDateTime"),
        size=shape.maybe_number("size") or 0,
    )
