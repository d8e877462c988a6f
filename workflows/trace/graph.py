"""Everything upstream and downstream of one reference, across the two lines.

First the scope: what hangs together with the root. The net of that is drawn from facts
as they were at an instant, and of the net what the root came from, and what came of it,
is cut out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from workflows.errors import NotFoundError
from workflows.people.kinds import Party
from workflows.trace.decision_net import decision_parts
from workflows.trace.development_net import development_parts
from workflows.trace.links import Edge, Node, Trace, downstream, upstream
from workflows.trace.moments import Moment
from workflows.trace.scope import scope_of


@dataclass(frozen=True, kw_only=True)
class Net:
    """All nodes and edges of a scope, line by line and kind by kind."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def trace_of(
    session: Session, ref: str, *, at: datetime, party: Party | None = None
) -> Trace:
    """Return what hangs together with `ref`: anything that has a node.

    The remarks of a sealed round are left out, but for those of `party` itself.

    Raises `NotFoundError` when nothing with that reference was known at that instant.
    """
    scope = scope_of(session, ref, at=at)
    moment = Moment(session=session, at=at, party=party, scope=scope)
    return cut(net_of(moment), ref)


def net_of(moment: Moment) -> Net:
    """Return the net of a scope; an edge to something not yet known is left out."""
    drawn = list(chain(development_parts(moment), decision_parts(moment)))
    nodes = {part.ref: part for part in drawn if isinstance(part, Node)}
    edges = dict.fromkeys(
        part
        for part in drawn
        if isinstance(part, Edge) and part.source in nodes and part.target in nodes
    )
    return Net(nodes=tuple(nodes.values()), edges=tuple(edges))


def cut(net: Net, ref: str) -> Trace:
    """Return what `ref` came from, and what came of it; the order is that of the net.

    Raises `NotFoundError` when it is not in the net.
    """
    if not any(node.ref == ref for node in net.nodes):
        raise NotFoundError("reference", ref)
    entire = Trace(root=ref, nodes=net.nodes, edges=net.edges)
    around = chain(upstream(entire, ref), downstream(entire, ref))
    kept = {ref, *(node.ref for node in around)}
    return Trace(
        root=ref,
        nodes=tuple(node for node in net.nodes if node.ref in kept),
        edges=tuple(e for e in net.edges if e.source in kept and e.target in kept),
    )
