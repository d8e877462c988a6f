"""A standing question's answer as a Word document, in words that people use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from connector.pictures.states import STATE_WORDS
from connector.pictures.words import Language, day
from connector.web.texts import Say
from templates_docx.table_document import table_document
from workflows.clock import oslo
from workflows.trace.questions import Report

# What kind of state a column holds.
STATES = {
    "final": "outcome",
    "outcome": "outcome",
    "status": "followup",
    "state": "project",
    "assessment": "remark",
}
CODES = {
    "party": "party",
    "role": "role",
    "position": "position",
    "act": "act",
    "justification": "absence",
    "because": "asked",
    "basis": "basis",
    "deep": "basis",
    "link": "link",
    "kind": "output_kind",
    "via": "via",
    "paper": "document",
    "reached": "reached",
    "result": "request_result",
}


def report_docx(report: Report, *, language: Language) -> bytes:
    """Return a report as .docx, with the same rows as JSON, CSV and XLSX have."""
    say = Say(language)
    count = say("question.rows", count=len(report.rows))
    at = f"{oslo(report.at):%d.%m.%Y kl. %H.%M}"
    return table_document(
        title=say(f"question.name.{report.name}"),
        lines=[
            say(f"question.about.{report.name}"),
            f"{count} · {say('question.at', at=at)}",
        ],
        columns=[say(f"question.column.{key}") for key in report.columns],
        rows=[
            [_cell(key, row.get(key), say) for key in report.columns]
            for row in report.rows
        ],
        language=language,
    )


def _cell(key: str, value: Any, say: Say) -> str:
    if value is None or value == "" or value == []:
        return "–"
    for kind, write in _WRITTEN.items():
        if isinstance(value, kind):
            return write(key, value, say)
    return str(value)


def _text(key: str, value: str, say: Say) -> str:
    if key in STATES:
        states = STATE_WORDS[STATES[key]]
        known = states.get(value.upper())
        return known.words.of(say.language) if known else value
    if key in CODES:
        return say(f"codes.{CODES[key]}.{value}")
    return _day(value)


def _day(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def _list(key: str, value: list[Any], say: Say) -> str:
    return "; ".join(_cell(key, each, say) for each in value)


def _parts(_key: str, value: Mapping[str, Any], say: Say) -> str:
    return ", ".join(_cell(key, part, say) for key, part in value.items())


def _truth(_key: str, value: object, say: Say) -> str:
    return say("form.yes") if value else say("form.no")


def _number(_key: str, value: float, _say: Say) -> str:
    return str(value).replace(".", ",")


_WRITTEN: Mapping[type, Callable[[str, Any, Say], str]] = {
    bool: _truth,
    str: _text,
    list: _list,
    dict: _parts,
    int: _number,
    float: _number,
}
