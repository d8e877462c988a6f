"""A position that is printed says that it binds nobody in the decision line."""

from __future__ import annotations

import pytest
from lxml import etree

from templates_docx.build import LANGUAGES
from templates_docx.compile import template
from templates_docx.wordml import name
from tests.templates_docx.every import made
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, parts_of
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Column, Field

BINDS = {
    "nb": "ingen representant i beslutningslinja",
    "nn": "ingen representant i avgjerdslinja",
}
TAKES_SIDES = {"agree", "disagree"}


def prints_positions(kind: str) -> bool:
    """Whether a document has a field or a column where somebody can be against."""
    fields = form(kind).fields
    columns = [column for field in fields for column in field.columns]
    asked: list[Field | Column] = [*fields, *columns]
    return any({one.key for one in each.choices} >= TAKES_SIDES for each in asked)


PRINTING = [kind for kind in kinds() if prints_positions(kind)]


def text_of(data: bytes) -> str:
    body = etree.fromstring(parts_of(data)[DOCUMENT])
    return "".join("".join(each.itertext()) for each in body.iter(name("w:p")))


def test_the_documents_with_positions_are_found() -> None:
    assert {"mandate", "short-mandate", "handover-note", "basis"} <= set(PRINTING)
    assert {"self-assessment", "workbook"} & set(PRINTING) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PRINTING)
def test_a_printed_position_binds_no_representative(kind: str, language: str) -> None:
    values = full_values(form(kind), language)
    status = f"{form(kind).prefix}status"
    settled = values | ({status: "agreed"} if status in values else {})

    for data in (made(kind, language, "empty"), template(kind, language).fill(settled)):
        assert BINDS[language] in text_of(data)
