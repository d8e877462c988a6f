"""The picture of a trace and the same data as a table, as this visitor may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from apiflask import APIBlueprint
from flask import Response, render_template
from markupsafe import Markup

from connector.pictures.table import Row, trace_headings, trace_rows
from connector.pictures.trace import trace_svg
from connector.web.guards import open_to_all
from connector.web.links import address_of_node
from connector.web.people.rights import (
    hidden_from,
    reads_case,
    reads_hearing,
    reads_project,
    reads_remark,
    uncounted,
)
from connector.web.trace.sheets import comma_separated
from connector.web.visits import Visit
from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.development.hearings import Hearing
from workflows.development.outputs import Output, project_of
from workflows.development.projects import Project
from workflows.development.remarks import Remark
from workflows.errors import NotFoundError
from workflows.people.reading import Matter
from workflows.trace.graph import trace_of
from workflows.trace.links import Node, Trace
from workflows.trace.outcomes import output_states
from workflows.trace.status_only import STATUS_ONLY, status_only

pages = APIBlueprint("pictures", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A trace as drawn, and the same as rows under headings."""

    ref: str
    svg: Markup
    headings: dict[str, str]
    rows: list[Row]


@pages.get("/spor/<path:ref>")
@open_to_all
def trace(visit: Visit, ref: str) -> str:
    """Show the trace of anything that has one."""
    found = visible_trace(visit, ref)
    return render_template(
        "trace/trace.html", node=found.by_ref[ref], picture=_picture(visit, found)
    )


@pages.get("/spor/<path:ref>.csv")
@open_to_all
def table(visit: Visit, ref: str) -> Response:
    """Return the trace as a table for spreadsheets."""
    found = visible_trace(visit, ref)
    headings = trace_headings(language=visit.language)
    rows = trace_rows(found, language=visit.language)
    cells = [[row[key] for key in headings] for row in rows]
    name = ref.replace("/", "-")
    return comma_separated(list(headings.values()), cells, name=f"spor-{name}")


def picture_of(visit: Visit, ref: str) -> Picture | None:
    """Return the trace of a thing, None while nothing hangs together with it."""
    found = visible_trace(visit, ref)
    return _picture(visit, found) if len(found.nodes) > 1 else None


def visible_trace(visit: Visit, ref: str) -> Trace:
    """Return the trace without what the visitor may not see.

    Those who follow the rounds see how a case stands that is not theirs to read, and
    nothing else of it.

    Raises:
        NotFoundError: the thing itself is not for this visitor.
    """
    party = visit.hat.party if visit.hat else None
    whole = trace_of(visit.session, ref, at=visit.at, party=party)
    whole = status_only(whole, hidden_from(visit).cases)
    kept = {node.ref for node in whole.nodes if _is_visible(visit, node)}
    if ref not in kept:
        raise NotFoundError("reference", ref)
    return Trace(
        root=ref,
        nodes=tuple(_as_counted(visit, [n for n in whole.nodes if n.ref in kept])),
        edges=tuple(e for e in whole.edges if e.source in kept and e.target in kept),
    )


def _as_counted(visit: Visit, nodes: Sequence[Node]) -> Iterator[Node]:
    """No state of an output tells of a case that the visitor is not told of."""
    without = uncounted(visit)
    if not without:
        yield from nodes
        return
    outputs = [node.ref for node in nodes if node.kind == "output"]
    told = output_states(visit.session, outputs=outputs, at=visit.at, without=without)
    for node in nodes:
        yield replace(node, state=told[node.ref]) if node.ref in told else node


def _picture(visit: Visit, found: Trace) -> Picture:
    return Picture(
        ref=found.root,
        # Everything that people wrote is escaped where the picture is drawn.
        svg=Markup(  # noqa: S704 - our own picture, with every text escaped
            trace_svg(found, language=visit.language, href=address_of_node)
        ),
        headings=trace_headings(language=visit.language),
        rows=trace_rows(found, language=visit.language),
    )


def _is_visible(visit: Visit, node: Node) -> bool:
    if node.note == STATUS_ONLY:
        return visit.reads(Matter.ROUND)
    readable = READABLE.get(node.kind)
    return readable is None or readable(visit, node.ref)


def _reads_project(visit: Visit, ref: str) -> bool:
    return reads_project(visit, by_ref(visit.session, Project, ref))


def _reads_output(visit: Visit, ref: str) -> bool:
    output = by_ref(visit.session, Output, ref)
    return reads_project(visit, project_of(visit.session, output))


def _reads_remark(visit: Visit, ref: str) -> bool:
    return reads_remark(visit, by_ref(visit.session, Remark, ref))


def _reads_hearing(visit: Visit, ref: str) -> bool:
    return reads_hearing(visit, by_ref(visit.session, Hearing, ref))


def _reads_rounds(visit: Visit, ref: str) -> bool:  # noqa: ARG001 - all or none of them
    return visit.reads(Matter.ROUND)


def _reads_case(visit: Visit, ref: str) -> bool:
    return reads_case(visit, by_ref(visit.session, Case, ref))


# A kind that is not named is for everybody.
READABLE: Mapping[str, Callable[[Visit, str], bool]] = {
    "project": _reads_project,
    "output": _reads_output,
    "remark": _reads_remark,
    "hearing": _reads_hearing,
    "hearing_remark": _reads_rounds,
    "round": _reads_rounds,
    "forum": _reads_rounds,
    "case": _reads_case,
}
