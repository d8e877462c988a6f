"""What a template must hold to be used; the compiler refuses by it, the lint tells it.

A document that lacks the place of something that must be filled could never be agreed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.errors import UnusableTemplateError
from workflows.forms.fields import Field, Form, Required


def missing_fields(form: Form, placed: Collection[str]) -> Iterator[Field]:
    """Yield the fields that every document of the kind must have and none is for."""
    for field in form.fields:
        if is_needed(field) and field.key not in placed:
            yield field


def is_needed(field: Field) -> bool:
    """Say whether a field must be filled whatever else the document says."""
    is_required = field.required is not Required.OPTIONAL
    return is_required and field.needed_if is None and field.unless is None


def is_gone(element: etree._Element) -> bool:
    """Say whether an element stands in what a tracked change takes away."""
    for _ in element.iterancestors("{*}del", "{*}moveFrom"):
        return True
    around = element.iterancestors("{*}tr", "{*}tc")
    return any(_is_taken_away(above) for above in around)


def is_clause_kept(field: Field, content: etree._Element, *, language: str) -> bool:
    """Say whether the control of a fixed clause still says what was agreed."""
    if field.fixed is None:
        return True
    said, agreed = text_of(content), field.fixed.in_(language)
    return said.split() == agreed.split()


def refuse_missing(form: Form, placed: Collection[str]) -> None:
    """Refuse a template without a place for a field that must be filled.

    Raises:
        UnusableTemplateError: the first such field.
    """
    for field in missing_fields(form, placed):
        text = "the template has no place for this field, which must be filled"
        raise UnusableTemplateError(text, where=field.key)


def _is_taken_away(above: etree._Element) -> bool:
    row = above.find("{*}trPr/{*}del")
    return row is not None or above.find("{*}tcPr/{*}cellDel") is not None
