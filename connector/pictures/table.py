"""The data of a trace as a table: beside the picture, and for CSV and XLSX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.pictures.states import note_text, state_words
from connector.pictures.words import HEADINGS, RELATION_WORDS, Language, kind_word
from workflows.trace.links import Edge, Node, Trace

Row = dict[str, str]

NODE_CELLS = ("ref", "kind", "title", "on", "state", "note")


def trace_headings(*, language: Language) -> dict[str, str]:
    """Return the heading of every column by its key, in the order of the columns."""
    return {key: words.of(language) for key, words in HEADINGS.items()}


def trace_rows(trace: Trace, *, language: Language) -> list[Row]:
    """Return one row a relation, in the order of the trace; keys as `trace_headings`.

    A node without relations has a row of its own, with empty cells to the right, so
    that nothing in the picture is missing here. Days are ISO dates. Cells are as people
    wrote them: who writes a spreadsheet must keep them from being read as formulas.
    """
    nodes = trace.by_ref
    rows = [_row(edge, nodes, language) for edge in trace.edges]
    return rows + [_alone(node, language) for node in _loose(trace)]


def _row(edge: Edge, nodes: Mapping[str, Node], language: Language) -> Row:
    return {
        **_cells("from", nodes[edge.source], language),
        "relation": RELATION_WORDS[edge.kind].of(language),
        **_cells("to", nodes[edge.target], language),
    }


def _alone(node: Node, language: Language) -> Row:
    empty = {f"to_{cell}": "" for cell in NODE_CELLS}
    return {**_cells("from", node, language), "relation": "", **empty}


def _cells(side: str, node: Node, language: Language) -> Row:
    state = state_words(node.kind, node.state).words if node.state else None
    values = (
        node.ref,
        kind_word(node.kind, language=language),
        node.title,
        node.on.isoformat() if node.on else "",
        state.of(language) if state else "",
        note_text(node, language=language),
    )
    return {
        f"{side}_{cell}": value for cell, value in zip(NODE_CELLS, values, strict=True)
    }


def _loose(trace: Trace) -> Sequence[Node]:
    linked = {ref for edge in trace.edges for ref in edge.flow}
    return [node for node in trace.nodes if node.ref not in linked]
