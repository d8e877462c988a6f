"""Answers to the standing questions, and traces, as plain JSON.

The command, the pages and the API give the same.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from workflows.clock import oslo
from workflows.trace.links import Trace, downstream, upstream
from workflows.trace.questions import Report


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
