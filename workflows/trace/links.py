"""What hangs together across the two lines, as plain values: nodes, edges, a trace.

An edge reads as a sentence: «PR2 delivers O-202», «C04 treated_in PS 79/25», «O-304
supersedes O-302». The sentence mostly runs the way the work flows, from the development
line to the follow-up; `AGAINST_THE_FLOW` names the relations that run the other way.

==============  ==========================  ==========================
Relation        Source                      Target
==============  ==========================  ==========================
set_out_in      project                     mandate, agreement
delivers        project, mandate            output
remarked_in     remark, hearing remark      round, hearing
answered        round, hearing              output, project
minuted         forum                       output, agreement
handed_over     output                      handover
used_in         handover, output            case, treatment
treated_in      case                        treatment, next treatment
decided         treatment                   decision item
outcome         decision item, treatment    outcome
led_to          outcome (sent back)         output
followed_up     decision item, outcome      follow-up
noted_in        follow-up                   treatment
commented       outcome, follow-up          comment
reported_in     project, follow-up …        report
supersedes      the new                     the old
==============  ==========================  ==========================
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from workflows.errors import InvalidValueError, NotFoundError

Line = Literal["development", "decision"]

LINES: tuple[Line, ...] = ("development", "decision")

KINDS = (
    "project",
    "mandate",
    "agreement",
    "remark",
    "round",
    "hearing_remark",
    "hearing",
    "forum",
    "output",
    "handover",
    "case",
    "treatment",
    "decision_item",
    "outcome",
    "followup",
    "comment",
    "report",
)

RELATIONS = (
    "set_out_in",
    "delivers",
    "remarked_in",
    "answered",
    "minuted",
    "handed_over",
    "used_in",
    "treated_in",
    "decided",
    "outcome",
    "led_to",
    "followed_up",
    "noted_in",
    "commented",
    "reported_in",
    "supersedes",
)

AGAINST_THE_FLOW = frozenset({"supersedes"})


@dataclass(frozen=True)
class Node:
    """One thing in the trace. `on` is a Norwegian day; `state` a code of its kind.

    Raises `InvalidValueError` for an unknown kind or line.
    """

    ref: str
    kind: str
    title: str
    line: Line
    on: date | None = None
    state: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        _among(self.kind, KINDS, where=f"{self.ref}.kind")
        _among(self.line, LINES, where=f"{self.ref}.line")


@dataclass(frozen=True)
class Edge:
    """One relation, read as «source kind target»; `kind` is one of `RELATIONS`."""

    source: str
    target: str
    kind: str

    def __post_init__(self) -> None:
        _among(self.kind, RELATIONS, where=f"{self.source}-{self.target}.kind")

    @property
    def flow(self) -> tuple[str, str]:
        """The two references as the work flows: what came first, what came of it."""
        if self.kind in AGAINST_THE_FLOW:
            return self.target, self.source
        return self.source, self.target


@dataclass(frozen=True)
class Trace:
    """Everything upstream and downstream of `root`.

    Raises `InvalidValueError` where a reference is used by two nodes, where an edge
    meets no node, or where the root is not among the nodes.
    """

    root: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        counted = Counter(node.ref for node in self.nodes)
        _refuse((ref for ref, n in counted.items() if n > 1), "is used by two nodes")
        _refuse({self.root} - counted.keys(), "is the root, but not a node")
        ends = (ref for edge in self.edges for ref in edge.flow)
        _refuse((ref for ref in ends if ref not in counted), "is met by no node")

    @property
    def by_ref(self) -> Mapping[str, Node]:
        """The nodes by their reference, in the order of the trace."""
        return {node.ref: node for node in self.nodes}


def upstream(trace: Trace, ref: str) -> tuple[Node, ...]:
    """Return what `ref` came from, nearest first, each once and without `ref` itself.

    Raises `NotFoundError` where the trace has no such node. Cycles are safe.
    """
    return _reached(trace, ref, [(after, before) for before, after in _flows(trace)])


def downstream(trace: Trace, ref: str) -> tuple[Node, ...]:
    """Return what came of `ref`, nearest first, each once and without `ref` itself.

    Raises `NotFoundError` where the trace has no such node. Cycles are safe.
    """
    return _reached(trace, ref, _flows(trace))


def _flows(trace: Trace) -> list[tuple[str, str]]:
    return [edge.flow for edge in trace.edges]


def _reached(
    trace: Trace, ref: str, steps: Sequence[tuple[str, str]]
) -> tuple[Node, ...]:
    nodes = trace.by_ref
    if ref not in nodes:
        raise NotFoundError("node of the trace", ref)
    ends: dict[str, list[str]] = {}
    for start, end in steps:
        ends.setdefault(start, []).append(end)
    seen, waiting = {ref: None}, deque([ref])
    while waiting:
        new = dict.fromkeys(e for e in ends.get(waiting.popleft(), ()) if e not in seen)
        seen |= new
        waiting.extend(new)
    return tuple(nodes[found] for found in seen if found != ref)


def _among(value: str, known: Sequence[str], *, where: str) -> None:
    if value not in known:
        raise InvalidValueError(where, f"{value!r} is not one of {', '.join(known)}")


def _refuse(refs: Iterable[str], fault: str) -> None:
    for ref in refs:
        raise InvalidValueError(f"trace.{ref}", fault)
