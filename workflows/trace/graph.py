"""Everything upstream and downstream of one reference, across the two lines.

First the scope: what hangs together with the root. The net of that is drawn from facts
as they were at an instant, and of the net what the root came from, and what came of it,
is cut out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from workflows.errors import NotFoundError
from workflows.people.kinds import Party
from workflows.trace.decision_net import decision_parts
from workflows.trace.development_net import development_parts
from workflows.trace.links import Edge, Node, Trace, downstream, upstream
from workflows.trace.moments import Moment, Part
from workflows.trace.scope import Scope, scope_of


def trace_of(
    session: Session, ref: str, *, at: datetime, party: Party | None = None
) -> Trace:
    """Return what hangs together with `ref`: anything that has a node.

    The remarks of a sealed round are left out, but for those of `party` itself.

    Raises `NotFoundError` when nothing with that reference was known at that instant.
    """
    scope = scope_of(session, ref, at=at)
    return trace_within(session, ref, scope=scope, at=at, party=party)


def trace_within(
    session: Session, ref: str, *, scope: Scope, at: datetime, party: Party | None
) -> Trace:
    """Return the trace of `ref` as cut from the net of a scope; see `trace_of`."""
    moment = Moment(session=session, at=at, party=party, scope=scope)
    nodes, edges = _net(chain(development_parts(moment), decision_parts(moment)))
    if not any(node.ref == ref for node in nodes):
        raise NotFoundError("reference", ref)
    entire = Trace(root=ref, nodes=nodes, edges=edges)
    kept = {ref, *(node.ref for node in _around(entire, ref))}
    return Trace(
        root=ref,
        nodes=tuple(node for node in nodes if node.ref in kept),
        edges=tuple(e for e in edges if e.source in kept and e.target in kept),
    )


def _around(entire: Trace, ref: str) -> Iterable[Node]:
    return chain(upstream(entire, ref), downstream(entire, ref))


def _net(parts: Iterable[Part]) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Draw the net; an edge to something not yet known then is left out."""
    drawn = list(parts)
    nodes = {part.ref: part for part in drawn if isinstance(part, Node)}
    edges = dict.fromkeys(
        part
        for part in drawn
        if isinstance(part, Edge) and part.source in nodes and part.target in nodes
    )
    return tuple(nodes.values()), tuple(edges)
