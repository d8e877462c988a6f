"""Answers to the standing questions, and traces, as plain JSON.

The command, the pages and the API give the same.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from workflows.clock import oslo
from workflows.people.persons import Nameless
from workflows.trace.links import Trace, downstream, upstream
from workflows.trace.questions import Report


def in_language(report: Report, language: str) -> Report:
    """Return a report in which whoever has no name is told of in a language."""
    return replace(report, rows=worded(report.rows, language))


def worded(value: Any, language: str) -> Any:
    """Return rows, or a part of them, with the nameless in a language."""
    if isinstance(value, Nameless):
        return value.of(language)
    if isinstance(value, dict):
        return {key: worded(part, language) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [worded(part, language) for part in value]
    return value


def report_json(report: Report) -> dict[str, Any]:
    """Return a report in the agreed shape."""
    return {
        "report": report.name,
        "at": oslo(report.at).isoformat(),
        "rows": report.rows,
        "totals": report.totals,
    }


def trace_json(trace: Trace, *, at: datetime) -> dict[str, Any]:
    """Return a trace as plain JSON, with what lies upstream and downstream by name."""
    nodes = [
        {**asdict(node), "on": node.on.isoformat() if node.on else None}
        for node in trace.nodes
    ]
    return {
        "root": trace.root,
        "at": oslo(at).isoformat(),
        "nodes": nodes,
        "edges": [asdict(edge) for edge in trace.edges],
        "upstream": [node.ref for node in upstream(trace, trace.root)],
        "downstream": [node.ref for node in downstream(trace, trace.root)],
    }
