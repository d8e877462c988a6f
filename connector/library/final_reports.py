"""The final report (sluttrapport) of a project, as far as the register can write it.

Outputs and cases come from the functions that fill the status report; goals, economy,
involvement and experience from the reports that were submitted, the newest last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.report_rows import Look, case_rows, output_rows
from connector.pictures.words import Language
from templates_docx.display import UnreadableError, read_number
from workflows.base import all_of, by_ref
from workflows.clock import norwegian_date
from workflows.development.documents import agreed_version, content_of
from workflows.development.projects import Project, ProjectState
from workflows.development.reports import reports_of
from workflows.errors import RuleBrokenError
from workflows.forms.catalogue import form
from workflows.people.kinds import PARTIES
from workflows.record.entries import fold
from workflows.trace.standing import follow_ups
from workflows.trace.status_only import Hidden, exempt_cases
from workflows.trace.uses import uses

ENDING = frozenset({ProjectState.CLOSING, ProjectState.CLOSED})
DONE = "IMPLEMENTED"

Values = dict[str, Any]


def final_values(
    session: Session, ref: str, *, language: Language, at: datetime
) -> Values:
    """Return the values of a project's final report, as known at `at`.

    Raises:
        NotFoundError: there is no such project.
        RuleBrokenError: the project was neither closing nor closed.
    """
    project = by_ref(session, Project, ref)
    if fold(session, at=at, refs=[ref]).get(ref) not in ENDING:
        raise RuleBrokenError(f"{ref} is not being closed", rule="SM-1")
    look = Look(session=session, project=project, language=language, at=at)
    mandate = _agreed(session, project.mandate)
    reports = _reports(session, project, at=at)
    newest = reports[-1] if reports else {}
    found = {
        **_head(project, at=at),
        "f_need": mandate.get("m_summary"),
        "f_goals": [_goal(row) for row in newest.get("s_goals") or []],
        "f_benefits": [_benefit(row) for row in mandate.get("m_benefit") or []],
        "f_outputs": _fitting("f_outputs", output_rows(look)),
        "f_cases": _fitting("f_cases", case_rows(look)),
        "f_follow": list(_open_follow_ups(look)),
        "f_coop": list(_cooperation(reports)),
        "f_involve": list(_all_rows(reports, "s_involve")),
        "f_exp": list(_all_rows(reports, "s_exp")),
        "f_economy": [_spent(row) for row in newest.get("s_economy") or []],
    }
    return {key: value for key, value in found.items() if value}


def _fitting(field: str, rows: Iterable[Values]) -> list[Values]:
    """The status report has more columns than the final report prints."""
    keys = {
        "_id",
        *(column.key for column in form("final-report").field(field).columns),
    }
    return [{key: row[key] for key in row if key in keys} for row in rows]


def ending_projects(session: Session, *, at: datetime) -> list[str]:
    """Return the projects that are being closed, or are closed, by reference."""
    states = fold(session, at=at)
    every = all_of(session, Project, Project.ref)
    return [project.ref for project in every if states.get(project.ref) in ENDING]


def _head(project: Project, *, at: datetime) -> Values:
    begun, closed = project.running_from, project.closed_on
    return {
        "f_name": project.name,
        "f_no": project.number,
        "f_case": project.archive_case,
        "f_focus": [project.focus.value],
        "f_from": begun.isoformat() if begun else None,
        "f_to": closed.isoformat() if closed else None,
        "f_on": norwegian_date(at).isoformat(),
    }


def _agreed(session: Session, document: str) -> Values:
    version = agreed_version(session, document)
    return content_of(session, version).values if version else {}


def _reports(session: Session, project: Project, *, at: datetime) -> list[Values]:
    submitted = (
        report
        for report in reports_of(session, project)
        if report.submitted_at and report.submitted_at <= at
    )
    return [_agreed(session, report.ref) for report in submitted]


def _goal(row: Values) -> Values:
    """What is no number, such as a figure that is hidden, is left out."""
    numbers = {key: _number(row.get(key)) for key in ("nullpunkt", "naa", "maal")}
    told = {key: row.get(key) for key in ("effektmaal", "kilde")}
    cells = {"_id": row["_id"], **told, **numbers}
    return {key: cell for key, cell in cells.items() if cell is not None}


def _number(text: Any) -> int | float | None:
    words = str(text or "").removesuffix("%").removesuffix("prosent")
    try:
        return read_number(words)
    except UnreadableError:
        return None


def _benefit(row: Values) -> Values:
    keys = ("_id", "gevinst", "eier", "maales_naar")
    return {key: row[key] for key in keys if row.get(key)}


def _spent(row: Values) -> Values:
    keys = ("_id", "post", "budsjett", "brukt")
    return {key: row[key] for key in keys if row.get(key) is not None}


def _all_rows(reports: Sequence[Values], field: str) -> Iterator[Values]:
    for number, report in enumerate(reports, start=1):
        for row in report.get(field) or []:
            yield {**row, "_id": f"{number}:{row['_id']}"}


def _cooperation(reports: Sequence[Values]) -> Iterator[Values]:
    """The average of the statements, a party; at start and at the end."""
    told = [report["s_coop"] for report in reports if report.get("s_coop")]
    if not told:
        return
    for party in PARTIES:
        scores = {"start": _average(told[0], party), "slutt": _average(told[-1], party)}
        given = {key: score for key, score in scores.items() if score is not None}
        yield {"_id": party.value, "part": party.value, **given}


def _average(rows: Sequence[Values], party: str) -> float | None:
    scores = [row[party] for row in rows if row.get(party) is not None]
    return round(sum(scores) / len(scores), 2) if scores else None


def _open_follow_ups(look: Look) -> Iterator[Values]:
    mine = {row["leveranse"].split()[0] for row in output_rows(look)}
    cases = {use.case for use in uses(look.session, at=look.at) if use.output in mine}
    for row in follow_ups(look.session, at=look.at):
        if row["case"] in cases and row["status"] != DONE:
            yield {
                "_id": row["follow_up"],
                "oppfoelging": _point(row, exempt_cases(look.session)),
                "ansvarlig": row["responsible"],
                "frist": row["deadline"],
                "status": look.word("followup", row["status"]),
            }


def _point(row: Values, exempt: Hidden) -> str:
    """An item of an exempt case is told by its number alone (kommuneloven § 11-4)."""
    number = f"{row['case']} {row['item']}."
    return number if row["case"] in exempt else f"{number} {row['text']}"
