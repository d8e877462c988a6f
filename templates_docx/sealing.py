"""The seals of verbatim texts in a file: written at its making, held against it later.

They stand in the origin, which LibreOffice keeps. A file whose origin is lost is held
against its store, unless a program rewrote that from the body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from templates_docx.entries import Entry, value_from
from templates_docx.findings import Finding, finding
from templates_docx.slots import ORIGIN_NAMESPACE, PARTY_COLUMN
from templates_docx.wordml import local
from workflows.forms.fields import Field, Form
from workflows.forms.verbatim import Breach, Sealed, breaches, sealed_texts

_NODE = "seal"
_PARTS = "field", "row", "column", "party", "seal"


def seals_of(form: Form, entries: Mapping[str, Entry]) -> tuple[Sealed, ...]:
    """Return the seal of each verbatim text that the entries hold."""
    return sealed_texts(form, _verbatim_values(form, entries))


def seal_element(parts: Sequence[str]) -> etree._Element:
    """Return a seal as an element of the origin, from its parts in order."""
    said = dict(zip(_PARTS, parts, strict=True))
    return etree.Element(f"{{{ORIGIN_NAMESPACE}}}{_NODE}", said)


def seals_from(origin: etree._Element) -> tuple[Sealed, ...]:
    """Return the seals that an origin carries."""
    return tuple(
        Sealed(**{part: node.get(part, "") for part in _PARTS})
        for node in origin
        if local(node) == _NODE
    )


def broken_seals(
    form: Form,
    before: tuple[Sealed, ...],
    values: Mapping[str, Any],
    *,
    language: str,
) -> Iterator[Finding]:
    """Yield an error for each verbatim text that is altered or gone."""
    for breach in breaches(before, sealed_texts(form, values)):
        if breach.sealed.field in form.by_key:
            yield _told(form, breach, language=language)


def _verbatim_values(form: Form, entries: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        field.key: value_from(field, entries[field.key])
        for field in form.fields
        if field.key in entries and field.key in form.verbatim
    }


def _told(form: Form, breach: Breach, *, language: str) -> Finding:
    sealed = breach.sealed
    section = next(
        section
        for section in form.sections
        if form.field(sealed.field) in section.fields
    )
    return finding(
        "verbatim-gone" if breach.is_gone else "verbatim-altered",
        sealed.where,
        language=language,
        told=_whose(form.field(sealed.field), sealed, language=language),
        within=section.label.in_(language),
    )


def _whose(field: Field, sealed: Sealed, *, language: str) -> str:
    """The label of a field already says whose text it is; that of a column does not."""
    columns = {column.key: column for column in field.columns}
    if sealed.column not in columns:
        return field.label.in_(language)
    said = [columns[sealed.column].label.in_(language)]
    if PARTY_COLUMN in columns:
        parties = columns[PARTY_COLUMN].choices
        said += [one.label.in_(language) for one in parties if one.key == sealed.party]
    return ", ".join(said)
