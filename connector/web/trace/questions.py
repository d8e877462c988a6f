"""The standing questions: each with its answer as a table, and as files."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, render_template, request

from connector.exports.answers import in_language, report_json
from connector.web.forms import Submitted
from connector.web.guards import open_to_all
from connector.web.people.rights import hidden_from
from connector.web.trace.sheets import comma_separated
from connector.web.visits import Visit
from workflows.clock import at_oslo, norwegian_date
from workflows.errors import InvalidValueError
from workflows.people.reading import Matter
from workflows.trace.questions import QUESTIONS, Report, answer
from workflows.trace.status_only import Hidden

pages = APIBlueprint("questions", __name__, enable_openapi=False)

MATTERS = {
    "outcomes": Matter.OUTCOME,
    "unused-outputs": Matter.MISSING,
    "uncovered-decisions": Matter.DECISION,
    "coverage": Matter.DECISION,
    "changed-since": Matter.MISSING,
    "outputs-without-decision": Matter.MISSING,
    "follow-ups": Matter.FOLLOW_UP,
    "follow-up-changes": Matter.FOLLOW_UP,
    "reviews": Matter.FOLLOW_UP,
    "missing-reports": Matter.MISSING,
    "lead-times": Matter.OUTCOME,
    "parity": Matter.PARITY,
    "dissent": Matter.DISSENT,
    "projects": Matter.IDEA,
    "mandates": Matter.PEOPLE,
    "what-became-of-my-input": Matter.ROUND,
    "assessment": Matter.PARITY,
    "hearings": Matter.ROUND,
    "access-requests": Matter.ACCESS_REQUEST,
    "impartiality": Matter.PEOPLE,
    "archive-gaps": Matter.ARCHIVE,
    "programme": Matter.PUBLISHED_OUTPUT,
}
HANDED_OVER = "printed_in"


@pages.get("/sporsmal")
@open_to_all
def listing(visit: Visit) -> str:
    """Show the questions that the visitor may have answered."""
    names = [name for name in QUESTIONS if visit.reads(matter_of(name))]
    return render_template("trace/questions.html", names=names)


@pages.get("/sporsmal/<name>")
@open_to_all
def question(visit: Visit, name: str) -> str:
    """Show the answer to a question as a table, now or as it was on a day."""
    form = Submitted(request.args)
    asked = _asked(visit, form)
    return render_template(
        "trace/question.html",
        report=answered(visit, name, at=asked),
        day=norwegian_date(asked) if asked else None,
        form=form,
    )


@pages.get("/sporsmal/<name>.csv")
@open_to_all
def as_table(visit: Visit, name: str) -> Response:
    """Return the answer as a file for spreadsheets."""
    report = _of_file(visit, name)
    headings = [visit.say(f"question.column.{key}") for key in report.columns]
    rows = [[_cell(row[key]) for key in report.columns] for row in report.rows]
    return comma_separated(headings, rows, name=name)


@pages.get("/sporsmal/<name>.json")
@open_to_all
def as_data(visit: Visit, name: str) -> Response:
    """Return the answer as JSON, the same as `samspor report NAME --format json`."""
    answer_: Response = jsonify(report_json(_of_file(visit, name)))
    return answer_


def _of_file(visit: Visit, name: str) -> Report:
    return in_language(answered(visit, name, at=asked_of_file(visit)), visit.language)


def answered(visit: Visit, name: str, *, at: datetime | None = None) -> Report:
    """Return the answer with the rows that this visitor may see, as it was at `at`.

    What the visitor may see is that of the visit, also of what was.

    Raises `NotFoundError` for an unknown question, `NotPermittedError` for one that
    is not theirs.
    """
    party = visit.hat.party if visit.hat else None
    hidden = hidden_from(visit)
    when = at or visit.at
    report = answer(visit.session, name, at=when, party=party, hidden=hidden)
    visit.require(matter_of(name))
    rows = [row for row in report.rows if _is_visible(visit, name, row, hidden)]
    if len(rows) == len(report.rows):
        return report
    return Report(
        name=name,
        at=report.at,
        rows=rows,
        totals=QUESTIONS[name].totals(rows),
        columns=report.columns,
    )


def _asked(visit: Visit, form: Submitted) -> datetime | None:
    """Return the end of the day that is asked for, None for now.

    A day that is none, or has not come, is a fault of the field.
    """
    day = form.day("dag")
    if day and day > visit.today:
        form.fault("dag", "question.fault.dag")
    if day is None or form.faults or day == visit.today:
        return None
    return at_oslo(day, time.max)


def asked_of_file(visit: Visit) -> datetime | None:
    """As on the page, but a file has nowhere to tell of a fault.

    Raises `InvalidValueError` for a day that is none, or has not come.
    """
    form = Submitted(request.args)
    asked = _asked(visit, form)
    if form.faults:
        raise InvalidValueError("dag", "a day that has been, such as 2026-05-01")
    return asked


def matter_of(name: str) -> Matter:
    """Return the matter of a question; one that is not listed is read as a round is."""
    return MATTERS.get(name, Matter.ROUND)


def _is_visible(visit: Visit, name: str, row: dict[str, Any], hidden: Hidden) -> bool:
    if name == "dissent" and not visit.reads(Matter.DELIVERED_OUTPUT):
        return bool(row[HANDED_OVER])
    return row.get("case") not in hidden


def _cell(value: Any) -> object:
    if isinstance(value, list):
        return "; ".join(str(_cell(each)) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {part or '–'}" for key, part in value.items())
    return value
