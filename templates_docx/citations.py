"""Which places of a document cite an output of the development line.

A cell of the column `leveranse` or `ref` cites the output whose reference it begins
with; a row whose `_id` is that reference tells the version in its column `versjon`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from templates_docx import guard
from templates_docx.cited import cite_around
from templates_docx.controls import Numbers
from templates_docx.finding import Place, controls
from templates_docx.package import Package, packed, write
from templates_docx.parts import Parts
from templates_docx.wordml import attribute
from workflows.forms.fields import FieldType, Form

# A cell with reference and title, and one with the reference alone.
OUTPUTS = "leveranse", "ref"
_VERSION = "versjon"

Versions = Mapping[str, str]


def versions_in(form: Form, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the version of each output that the tables of a document list, by ref."""
    return {
        row["_id"]: row[_VERSION]
        for field in form.fields
        if field.type is FieldType.TABLE
        for row in values.get(field.key) or ()
        if row.get(OUTPUTS[0]) and row.get(_VERSION)
    }


def output_in(row: Mapping[str, Any]) -> str:
    """Return the reference of the output that a row is about; empty without one."""
    said = (row.get(column) for column in OUTPUTS)
    return next((ref_in(str(cell)) for cell in said if cell), "")


def ref_in(cell: str) -> str:
    """Return the reference that a cell begins with: its first word."""
    return cell.split()[0] if cell.split() else ""


def with_citations(
    data: bytes,
    form: Form,
    values: Mapping[str, Any],
    *,
    more: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """Return a filled document with a citation around each output that it lists.

    `more` names single fields that name an output: key → (reference, version).
    """
    wanted = dict(_wanted(form, values))
    wanted |= {Place(field=key): cited for key, cited in (more or {}).items()}
    package = Package.open(data)
    part = Parts.of(package).document
    root = guard.parse(package.read(part), name=part)
    numbers = Numbers(first_free(root))
    for control in list(controls(root)):
        if control.binding in wanted:
            output, version = wanted[control.binding]
            cite_around(control.element, output, version, number=numbers.take())
    content = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", standalone=True
    )
    members = package.members.values()
    return write(packed(part, content) if m.name == part else m for m in members)


def first_free(root: etree._Element) -> int:
    """Return a number above the `w:id` of every control of a part."""
    found = (attribute(node, "val") for node in root.iterfind(".//{*}sdtPr/{*}id"))
    whole = [int(text) for text in found if text and text.lstrip("-").isdecimal()]
    return max(whole, default=0) + 1


def _wanted(
    form: Form, values: Mapping[str, Any]
) -> Iterator[tuple[Place, tuple[str, str]]]:
    versions = versions_in(form, values)
    for field in form.fields:
        if field.type is not FieldType.TABLE:
            continue
        for number, row in enumerate(values.get(field.key) or (), start=1):
            ref = output_in(row)
            leaf = next((key for key in OUTPUTS if row.get(key)), "")
            if ref in versions:
                place = Place(field=field.key, leaf=leaf, row=number)
                yield place, (ref, versions[ref])
