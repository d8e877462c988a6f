"""Every kind of document in both written standards, full and empty, filled once."""

from __future__ import annotations

import functools

import pytest

from templates_docx.build import LANGUAGES
from templates_docx.compile import template
from tests.templates_docx.samples import full_values
from workflows.forms.catalogue import form, kinds

PAIRS = [(kind, language) for kind in kinds() for language in LANGUAGES]
EVERY = [
    pytest.param(kind, language, filled, id=f"{kind}-{language}-{filled}")
    for kind, language in PAIRS
    for filled in ("full", "empty")
]


@functools.cache
def made(kind: str, language: str, filled: str) -> bytes:
    """Return the document, with a value in every field or in none."""
    values = full_values(form(kind), language) if filled == "full" else {}
    return template(kind, language).fill(values)
