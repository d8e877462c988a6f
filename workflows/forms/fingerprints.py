"""Fingerprints of what a document says: `fp:v1:` and SHA-256 in lower-case hex.

Consent, links and «the text has changed» rest on these, so they change when the words
change and not otherwise. Over which fields: those marked `content`. In which form:
Unicode NFC, runs of white space (line breaks and non-breaking spaces too) as one space,
single and double quotation marks of every style alike, days in ISO form, the choices
of a multi field as a set, tables row by row in their order, rich text as its
paragraphs with their kind of list. Left out: row ids, blank paragraphs and rows, bold
and italic (how a text looks is not what it says), and numbers of list items, which
follow from their place. A fixed clause that is not given stands as its agreed text.

The values are expected to have no faults (`values.faults`). A change of this algorithm
takes a new version in the prefix; the old one must then stay, so that judgements can
be carried over.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from workflows.forms.fields import Field, FieldType, Form, Section
from workflows.forms.rich import list_kind, paragraph_text
from workflows.forms.shapes import is_empty
from workflows.forms.values import Values, normal

_PREFIX = "fp:v1:"
_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟″", '"') | dict.fromkeys("‘’‚‛‹›′", "'"))


def section_fingerprint(form: Form, section_key: str, values: Values) -> str:
    """Return the fingerprint of one section.

    Raises:
        KeyError: the form has no such section.
    """
    section = form.section(section_key)
    return _digest([form.kind, _section_content(section, normal(form, values))])


def fingerprints(form: Form, values: Values) -> dict[str, str]:
    """Return the fingerprint of every section by key, and of all as `document`."""
    shaped = normal(form, values)
    sections = [_section_content(section, shaped) for section in form.sections]
    found = {name: _digest([form.kind, [name, held]]) for name, held in sections}
    return found | {"document": _digest([form.kind, sections])}


def text_fingerprint(*texts: str) -> str:
    """Return the fingerprint of texts that stand in no form, in their order."""
    return _digest([words(text) for text in texts])


def words(text: str) -> str:
    """Return a text in the form that fingerprints compare."""
    composed = unicodedata.normalize("NFC", text).translate(_QUOTES)
    return " ".join(composed.split())


def _digest(canonical: Any) -> str:
    data = json.dumps(canonical, ensure_ascii=False, separators=(",", ":"))
    return _PREFIX + hashlib.sha256(data.encode("utf-8")).hexdigest()


def _section_content(section: Section, shaped: Values) -> tuple[str, list[Any]]:
    held = [
        [field.key, _canonical(field, shaped[field.key])]
        for field in section.fields
        if field.content and field.key in shaped
    ]
    return section.key, held


def _canonical(field: Field, value: Any) -> Any:
    if field.type is FieldType.RICH:
        return [_paragraph(part) for part in value if not is_empty(part)]
    if field.type is FieldType.TABLE:
        return [_row(field, row) for row in value]
    if field.type is FieldType.MULTI:
        return sorted(value)
    return _plain(value)


def _paragraph(paragraph: Any) -> list[Any]:
    return [list_kind(paragraph), words(paragraph_text(paragraph))]


def _row(field: Field, row: Mapping[str, Any]) -> list[Any]:
    keys = [column.key for column in field.columns if column.key in row]
    return [[key, _plain(row[key])] for key in keys]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return words(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return [[key, _plain(value[key])] for key in sorted(value)]
    return value
