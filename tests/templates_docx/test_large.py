"""Documents with far more in them than real ones are made and read back the same."""

from __future__ import annotations

from typing import Any

import pytest

from templates_docx.compile import template
from templates_docx.read import read
from templates_docx.texts import MAX_TEXT
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Column, FieldType, Form

AWKWARD = "Nærvær & <øl> på «Å»\u00a0\"'\t\u2011\u00ad\u202e\u05d0\u0645\U0001f600 ]]> "
ROWS = 500


def _paragraph(kind: str) -> dict[str, Any]:
    """The longest text that a field may hold, in the first rich field of the kind."""
    text = (AWKWARD * (MAX_TEXT // len(AWKWARD) + 1))[: MAX_TEXT - 1] + "."
    rich = [field for field in form(kind).fields if field.type is FieldType.RICH]
    return {field.key: [text, AWKWARD.strip()] for field in rich[:1]}


def _table(known: Form) -> dict[str, Any]:
    """Five hundred rows in the first table in which nobody signs."""
    tables = [
        field
        for field in known.fields
        if field.type is FieldType.TABLE
        and not field.verbatim
        and _texts(field.columns)
    ]
    return {
        field.key: [
            {"_id": f"r{number}"}
            | {column.key: f"{AWKWARD}{number}" for column in _texts(field.columns)}
            for number in range(ROWS)
        ]
        for field in tables[:1]
    }


def _texts(columns: tuple[Column, ...]) -> list[Column]:
    return [column for column in columns if column.type is FieldType.TEXT]


@pytest.mark.parametrize("kind", kinds())
def test_a_paragraph_of_100_000_signs_is_read_back(kind: str) -> None:
    values = _paragraph(kind)

    reading = read(template(kind, "nn").fill(values))

    assert reading.values == values


@pytest.mark.parametrize("kind", kinds())
def test_a_table_of_500_rows_is_read_back(kind: str) -> None:
    values = _table(form(kind))

    reading = read(template(kind, "nb").fill(values))

    assert reading.values == values
    assert [found for found in reading.findings if found.severity == "error"] == []
