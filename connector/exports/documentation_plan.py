"""The extract for the documentation plan as a Word document and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from connector.pictures.words import Language
from connector.web.texts import Say
from templates_docx.table_document import table_document
from workflows.law.documentation import Planned, documentation_plan

COLUMNS = ("name", "is_archive", "stored", "kept", "law")


def plan_docx(municipality: str, *, on: date, language: Language) -> bytes:
    """Return the plan as .docx: one row a kind of documentation."""
    say = Say(language)
    return table_document(
        title=say("archive.plan_title"),
        lines=[f"{municipality} · {on:%d.%m.%Y}", say("archive.plan_about")],
        columns=[say(f"archive.plan_column.{key}") for key in COLUMNS],
        rows=[
            [_shown(row[key], say) for key in COLUMNS]
            for row in plan_rows(on=on, language=language)
        ],
        language=language,
    )


def plan_json(municipality: str, *, on: date, language: Language) -> bytes:
    """Return the plan as JSON in UTF-8; `confirmed` tells whether a rule was read."""
    told = {
        "municipality": municipality,
        "on": on.isoformat(),
        "documentation": list(plan_rows(on=on, language=language)),
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()


def plan_rows(*, on: date, language: Language) -> Iterator[dict[str, Any]]:
    """Yield a row a kind of documentation, in one written standard."""
    for planned in documentation_plan(on=on):
        yield _row(planned, language)


def _row(planned: Planned, language: Language) -> dict[str, Any]:
    kind, is_nn = planned.kind, language == "nn"
    return {
        "code": kind.code,
        "name": kind.name_nn if is_nn else kind.name_nb,
        "is_archive": kind.is_archive,
        "stored": kind.stored_nn if is_nn else kind.stored_nb,
        "kept": kind.kept_nn if is_nn else kind.kept_nb,
        "law": planned.rule.section,
        "act": planned.rule.act,
        "confirmed": planned.rule.confirmed,
    }


def _shown(value: object, say: Say) -> str:
    if isinstance(value, bool):
        return say("form.yes") if value else say("form.no")
    return str(value)
