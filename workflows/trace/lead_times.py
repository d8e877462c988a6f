"""How long it takes from an output is handed over until a body has ended the matter."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from workflows.development.outputs import OutputKind
from workflows.trace.outcomes import OPEN_CODES, OutcomeRow, outcomes
from workflows.trace.uses import all_handovers


def lead_times(
    session: Session, *, at: datetime, hidden: Container[str] = ()
) -> list[dict[str, Any]]:
    """Return the days from handover to the final decision for each decided proposal.

    Decisions in the cases of `hidden` count for nothing.
    """
    given = {
        (output.ref, row.package["version"]): row
        for row, output in all_handovers(session, at=at)
    }
    decided: dict[str, OutcomeRow] = {}
    for row in outcomes(session, at=at):
        is_seen = row.case not in hidden
        if is_seen and row.kind is OutputKind.PROPOSAL and row.code not in OPEN_CODES:
            decided[row.output] = row
    return [
        _lead_time(row, given[row.output, row.version].handed_over_on)
        for row in decided.values()
    ]


def median_days(rows: Sequence[dict[str, Any]]) -> float | None:
    """Return the median of the rows' days, None when there are no rows."""
    return median(row["days"] for row in rows) if rows else None


def _lead_time(row: OutcomeRow, handed_over_on: date) -> dict[str, Any]:
    return {
        "output": row.output,
        "case": row.case,
        "handed_over_on": handed_over_on.isoformat(),
        "decided_on": row.treated_on.isoformat(),
        "days": (row.treated_on - handed_over_on).days,
    }
