"""Lists that come in pages, followed by Graph's own links to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

from connector.graph.answers import Reply
from connector.graph.client import Call, Graph
from connector.graph.shapes import Shape

T = TypeVar("T")

NEXT: Final = "@odata.nextLink"
MAX_PAGES: Final = 10_000


def items(graph: Graph, call: Call, read: Callable[[Shape], T]) -> Iterator[T]:
    """Yield what `read` makes of each item of a list, page by page.

    Raises:
        MalformedError: an item has another shape; what came before has been yielded.
        ElsewhereError: the next page lies outside Graph.
    """
    for reply in replies(graph, call):
        yield from reply.read(lambda shape: shape.each("value", read))


def replies(graph: Graph, call: Call) -> Iterator[Reply]:
    """Yield the answer of each page, as long as there is a link to the next.

    Raises:
        MalformedError: the links go in a ring.
    """
    seen = {call.link}
    for _ in range(MAX_PAGES):
        reply = graph.ask(call)
        yield reply
        link = reply.read(lambda shape: shape.maybe_text(NEXT))
        if link is None:
            return
        if link in seen:
            break
        seen.add(link)
        call = replace(call, link=link)
    raise reply.malformed(NEXT)
