"""The parts of a large file, sent in order and resumed where SharePoint says it is.

An upload session has an address that is signed beforehand: it is asked without a token.
A part is a multiple of 320 KiB, but for the last. When nobody knows how a part went, or
SharePoint has it already (416), SharePoint is asked which byte it waits for.
Source: https://learn.microsoft.com/graph/api/driveitem-createuploadsession
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from connector.graph.answers import Reply
from connector.graph.client import Call, Graph
from connector.graph.drives import DriveItem, drive_item
from connector.graph.errors import (
    GraphError,
    ItemNotFoundError,
    MalformedError,
    ServiceAwayError,
    Trail,
)
from connector.graph.shapes import Shape, WrongShapeError

PART_UNIT_BYTES: Final = 327_680
PART_BYTES: Final = 16 * PART_UNIT_BYTES
MAX_STALLS: Final = 5
ACCEPTED: Final = 202
NOT_THE_NEXT_PART: Final = 416
RANGE: Final = re.compile(r"([0-9]{1,15})-([0-9]{1,15})?", re.ASCII)


class SessionGoneError(Exception):
    """The upload session is over: it ended well, or its time ran out."""


def send_parts(graph: Graph, link: str, content: bytes) -> DriveItem:
    """Send a file to a session, part by part in order, and return its item.

    Raises:
        SessionGoneError: it is over; look whether the file is there first.
        ServiceAwayError: SharePoint takes no more, though asked several times.
    """
    at, stalls = 0, 0
    while stalls < MAX_STALLS:
        reply = _part(graph, link, content, at)
        if reply is not None and reply.status != ACCEPTED:
            return reply.read(drive_item)
        reached = _reached(graph, link, reply)
        stalls = 0 if reached > at else stalls + 1
        at = min(reached, len(content) - 1)
    raise ServiceAwayError(Trail(what="PUT (upload session)"))


def _part(graph: Graph, link: str, content: bytes, at: int) -> Reply | None:
    """Send the part that begins at a byte; None when nobody knows how it went."""
    part = content[at : at + PART_BYTES]
    call = Call(
        method="PUT",
        route="(upload session)",
        link=link,
        is_signed=True,
        headers={"Content-Range": f"bytes {at}-{at + len(part) - 1}/{len(content)}"},
        content=part,
    )
    try:
        return graph.ask(call)
    except ItemNotFoundError:
        raise SessionGoneError from None
    except GraphError as trouble:
        if _is_known(trouble):
            raise
    return None


def _is_known(trouble: GraphError) -> bool:
    """Tell whether an error says that the part was not taken."""
    return not trouble.may_be_done and trouble.trail.status != NOT_THE_NEXT_PART


def _reached(graph: Graph, link: str, reply: Reply | None) -> int:
    """Return the byte that SharePoint waits for next, by its answer or when asked."""
    if reply is not None:
        with suppress(MalformedError):
            return reply.read(_next_byte)
    call = Call(route="(upload session)", link=link, is_signed=True)
    try:
        return graph.ask(call).read(_next_byte)
    except ItemNotFoundError:
        raise SessionGoneError from None


def _next_byte(shape: Shape) -> int:
    ranges = shape.texts("nextExpectedRanges")
    found = RANGE.fullmatch(ranges[0]) if ranges else None
    if found is None:
        raise WrongShapeError("nextExpectedRanges")
    return int(found.group(1))


def give_up(graph: Graph, link: str) -> None:
    """Let SharePoint forget the parts; it would by itself, after some days."""
    call = Call(method="DELETE", route="(upload session)", link=link, is_signed=True)
    with suppress(GraphError):
        graph.ask(call)
