"""What became of the proposals: a row each, its items and one word for them all."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.development.outputs import OutputKind, OutputState
from workflows.record.entries import fold
from workflows.trace.outcomes import OPEN_CODES, OutcomeRow, outcomes, summary


def outcomes_of_proposals(
    session: Session, *, at: datetime, hidden: Container[str] = ()
) -> list[dict[str, Any]]:
    """Return a row for each proposal with an outcome: its items and one final word.

    Outcomes in the cases of `hidden` count for nothing.
    """
    grouped: dict[str, list[OutcomeRow]] = {}
    for row in outcomes(session, at=at):
        if row.kind is OutputKind.PROPOSAL and row.case not in hidden:
            grouped.setdefault(row.output, []).append(row)
    states = fold(session, at=at, refs=grouped)
    return [
        _proposal(rows, superseded=states[ref] == OutputState.SUPERSEDED)
        for ref, rows in grouped.items()
    ]


def _proposal(rows: Sequence[OutcomeRow], *, superseded: bool) -> dict[str, Any]:
    final = summary(row.code for row in rows)
    counted = [row for row in rows if row.code not in OPEN_CODES] or rows[-1:]
    return {
        "output": rows[0].output,
        "case": rows[-1].case,
        "items": [
            {"item": row.point or row.item, "outcome": row.code.value}
            for row in counted
        ],
        "final": final.value if final else None,
        "open": final in OPEN_CODES and not superseded,
        "superseded": superseded,
        "reason": "; ".join(row.reason for row in counted if row.reason),
    }
