"""What the rows of each standing question sum up to."""

from __future__ import annotations

from typing import Any

from workflows.trace.lead_times import median_days

Rows = list[dict[str, Any]]
Totals = dict[str, Any]


def counted(rows: Rows) -> Totals:
    """Return how many rows there are."""
    return {"rows": len(rows)}


def by_final(rows: Rows) -> Totals:
    """Return how many proposals ended how, and how many are open."""
    return counted(rows) | {
        "by_final": _tally(row["final"] for row in rows),
        "open": sum(row["open"] for row in rows),
    }


def asked(rows: Rows) -> Totals:
    """Return of how many a basis was asked, and what came of it."""
    unanswered = [row for row in rows if row["asked"] and not row["justification"]]
    return counted(rows) | {
        "asked": sum(row["asked"] for row in rows),
        "justified": sum(bool(row["justification"]) for row in rows),
        "unanswered": len(unanswered),
    }


def waiting(rows: Rows) -> Totals:
    """Return how many changes wait for somebody to say what they mean."""
    return counted(rows) | {"waiting": sum(row["days"] is not None for row in rows)}


def median_of(rows: Rows) -> Totals:
    """Return the median of the days."""
    return counted(rows) | {"median": median_days(rows)}


def expired(rows: Rows) -> Totals:
    """Return how many review dates have passed."""
    return counted(rows) | {"expired": sum(row["expired"] for row in rows)}


def overdue(rows: Rows) -> Totals:
    """Return how many requests were, or are, not answered in time."""
    return counted(rows) | {"overdue": sum(row["overdue"] for row in rows)}


def by_state(rows: Rows) -> Totals:
    """Return how many stand in each state."""
    return counted(rows) | {"by_state": _tally(row["state"] for row in rows)}


def outputs_in(rows: Rows) -> Totals:
    """Return how many outputs there are in all."""
    return counted(rows) | {"outputs": sum(row["outputs"] for row in rows)}


def _tally(values: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[str(value)] = found.get(str(value), 0) + 1
    return found
