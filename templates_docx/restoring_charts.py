"""Set the charts of a template in again: LibreOffice loses name, text and cells.

A chart belongs to the table before it. Its look is that of the standard template,
because LibreOffice writes the chart anew and no longer says which column it shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from templates_docx.build import packaged
from templates_docx.bundle import Bundle, relations_of
from templates_docx.chart_cutting import chart_parts, drawn_charts
from templates_docx.charts import NAME, C
from templates_docx.finding import controls
from templates_docx.package import Package
from templates_docx.parts import Parts, relations
from templates_docx.wordml import R
from workflows.forms.fields import Field, Form

_PACKAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def restore_charts(
    bundle: Bundle, package: Package, parts: Parts, known: Form, *, language: str
) -> None:
    """Name the charts of the main part again, and write what they are drawn from."""
    root = bundle.root(parts.document)
    if root is None or not any(field.chart for field in known.fields):
        return
    if any(drawn_charts(root, known, language=language)):
        return
    targets = {one.id: one.target for one in relations(package, parts.document)}
    for drawing, field in list(_charts(root, known)):
        properties = next(drawing.iter("{*}docPr"))
        properties.set("name", f"{NAME}{field.key}")
        properties.set("descr", field.label.in_(language))
        shown = next(drawing.iter(f"{{{C}}}chart"))
        target = targets.get(shown.get(f"{{{R}}}id", ""), "")
        _write(bundle, target, known, field, language=language)
    bundle.put(parts.document, root)


def _charts(
    root: etree._Element, known: Form
) -> Iterator[tuple[etree._Element, Field]]:
    """Yield each drawn chart with the field of the last cell before it."""
    cells = {one.element: one.binding for one in controls(root)}
    field: Field | None = None
    for node in root.iter("{*}sdt", "{*}drawing"):
        place = cells.get(node)
        if place is not None:
            field = known.by_key.get(place.field)
        elif field is not None and field.chart and _is_chart(node):
            yield node, field


def _is_chart(node: etree._Element) -> bool:
    has_chart = next(node.iter(f"{{{C}}}chart"), None) is not None
    return has_chart and next(node.iter("{*}docPr"), None) is not None


def _write(
    bundle: Bundle, chart: str, known: Form, field: Field, *, language: str
) -> None:
    """The chart of the standard template, under the name that the file has for it."""
    standard = Package.open(packaged(known.kind, language))
    document = Parts.of(standard).document
    for one in chart_parts(standard, known, document=document, language=language):
        if one.charted.field.key == field.key and chart in bundle.parts:
            bundle.parts[chart] = standard.read(one.chart)
            bundle.parts[one.workbook] = standard.read(one.workbook)
            bundle.declare(one.workbook, _WORKBOOK)
            bundle.parts.pop(relations_of(chart), None)
            (kept,) = (r for r in relations(standard, one.chart) if r.kind == "package")
            bundle.relate(chart, _PACKAGE, one.workbook, identifier=kept.id)
