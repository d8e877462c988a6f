"""The import log: which file changed what and when, and which rows were refused."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, request

from connector.imports.apply import row_text
from connector.imports.log_words import WHAT, worded
from connector.imports.problems import Language
from connector.web.guards import offers
from connector.web.visits import Visit
from workflows.base import get
from workflows.decision.import_log import (
    ImportLogRow,
    ImportRow,
    ImportRun,
    import_log,
    import_runs,
)
from workflows.errors import NotFoundError
from workflows.people.mandates import Mandate
from workflows.people.persons import Person

pages = APIBlueprint("import_logs", __name__, enable_openapi=False)


@pages.get("/innlesinger")
@offers("decisions.imported")
def listing(visit: Visit) -> str:
    """Show the imports, newest first, and every row of the one that is chosen."""
    runs = list(reversed(import_runs(visit.session)))
    wanted = request.args.get("innlesing")
    chosen = next((run for run in runs if run.ref == wanted), None)
    if wanted and chosen is None:
        raise NotFoundError("ImportRun", wanted)
    chosen = chosen or next(iter(runs), None)
    return render_template(
        "decision/import_logs.html",
        runs=[{"run": run, "person": _person(visit, run)} for run in runs],
        chosen=chosen,
        rows=_rows(visit, chosen) if chosen else [],
    )


def _person(visit: Visit, run: ImportRun) -> str:
    """Return the name of who imported; nobody's where the system did."""
    if run.mandate_id is None:
        return ""
    mandate = get(visit.session, Mandate, run.mandate_id)
    return get(visit.session, Person, mandate.person_id).name


def _rows(visit: Visit, run: ImportRun) -> list[dict[str, Any]]:
    language: Language = "nn" if visit.language == "nn" else "nb"
    return [
        {
            "what": row.what,
            "word": worded(WHAT, row.what.value, language),
            "place": row.place,
            "treatment": treatment,
            "said": row_text(_plain(row), language),
        }
        for row, treatment in import_log(visit.session, run)
    ]


def _plain(row: ImportLogRow) -> ImportRow:
    return ImportRow(
        what=row.what,
        place=row.place,
        changed=tuple(row.changed),
        findings=tuple(row.findings),
        problem=row.problem,
        facts=tuple(row.facts),
    )
