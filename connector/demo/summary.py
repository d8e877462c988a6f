"""The trace in short: what the development line gave, and what came of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.exports.sheets import text_table
from connector.pictures.states import STATE_WORDS
from workflows.clock import oslo
from workflows.trace.outcomes import output_states
from workflows.trace.questions import answer


def summary_lines(session: Session, *, at: datetime) -> list[str]:
    """Return the lines that the demo prints, in bokmål."""
    return [
        "",
        f"Slik står det i Elvestrand {oslo(at):%d.%m.%Y kl. %H.%M}",
        "",
        text_table(
            ("prosjekt", "navn", "tilstand", "siden"), _projects(session, at=at)
        ),
        "",
        f"Leveranser: {_counted(output_states(session, at=at))}",
        "",
        text_table(
            ("forslag", "sak", "utfall", "per punkt"), _proposals(session, at=at)
        ),
        "",
        *_open_questions(session, at=at),
    ]


def _projects(session: Session, *, at: datetime) -> list[dict[str, str]]:
    return [
        {
            "prosjekt": row["project"],
            "navn": row["name"],
            "tilstand": _word("project", row["state"]),
            "siden": row["since"],
        }
        for row in answer(session, "projects", at=at).rows
    ]


def _proposals(session: Session, *, at: datetime) -> list[dict[str, str]]:
    return [
        {
            "forslag": row["output"],
            "sak": row["case"],
            "utfall": _word("outcome", row["final"]),
            "per punkt": _per_point(row["items"]),
        }
        for row in answer(session, "outcomes", at=at).rows
    ]


def _per_point(items: list[dict[str, Any]]) -> str:
    """Return the points with one outcome together: «1, 2: Vedtatt; 3: Utsatt»."""
    points: dict[str, list[str]] = {}
    for each in items:
        word = _word("outcome", each["outcome"])
        points.setdefault(word, []).append(str(each["item"] or "hele"))
    return "; ".join(f"{', '.join(found)}: {word}" for word, found in points.items())


def _open_questions(session: Session, *, at: datetime) -> list[str]:
    unused = answer(session, "unused-outputs", at=at).rows
    bare = answer(session, "uncovered-decisions", at=at).rows
    missing = answer(session, "missing-reports", at=at).rows
    follow = answer(session, "follow-ups", at=at)
    late = [row for row in follow.rows if row["status"] == "DELAYED"]
    days = answer(session, "lead-times", at=at).totals["median"]
    return [
        f"Overlevert, men ikke brukt: {_listed(unused, 'output')}",
        f"Vedtak uten grunnlag fra utviklingslinja: {_listed(bare, 'case')}",
        f"Manglende statusrapporter: {_listed(missing, 'project', 'due')}",
        f"Oppfølginger: {follow.totals['rows']}, forsinket: {_listed(late, 'case')}",
        f"Median dager fra overlevering til vedtak: {str(days).replace('.', ',')}",
    ]


def _counted(states: dict[str, str]) -> str:
    words = Counter(_word("output", state) for state in states.values())
    return ", ".join(f"{count} {word.lower()}" for word, count in words.items())


def _word(kind: str, state: str) -> str:
    return STATE_WORDS[kind][state.upper()].words.nb


def _listed(rows: list[dict[str, Any]], *columns: str) -> str:
    return ", ".join(" ".join(row[c] for c in columns) for row in rows) or "ingen"
