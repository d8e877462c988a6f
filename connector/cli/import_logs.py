"""How an import log is printed: for people, or for programs."""

from __future__ import annotations

import json
from typing import Any

from connector.imports.apply import ImportLog, row_json
from connector.imports.log_words import TEXTS, WHAT, worded
from connector.imports.problems import Language


def log_json(log: ImportLog, language: Language) -> str:
    """Return the log as one JSON text."""
    said = zip(log.rows, log.messages(language), strict=True)
    answer: dict[str, Any] = {
        "source": log.source,
        "at": log.at.isoformat(),
        "dry_run": log.is_trial,
        "rows": [row_json(row, message) for row, message in said],
        "totals": dict(log.totals),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def log_lines(log: ImportLog, language: Language) -> str:
    """Return the log as lines for people, the counts last."""
    lines = [worded(TEXTS, "trial", language)] if log.is_trial else []
    for row, message in zip(log.rows, log.messages(language), strict=True):
        what = worded(WHAT, row.what.value, language)
        # What the reader refused says its own place.
        place = row.place if row.system else ""
        said = [part for part in (place, message) if part]
        lines.append(f"{what:13}{row.treatment or '–':10}{': '.join(said)}")
    return "\n".join([*lines, _total(log, language)])


def _total(log: ImportLog, language: Language) -> str:
    counts = [
        f"{count} {worded(WHAT, what, language)}"
        for what, count in log.totals.items()
        if count
    ]
    total = worded(TEXTS, "total", language)
    return f"{total}: {', '.join(counts) or worded(TEXTS, 'nothing', language)}"
