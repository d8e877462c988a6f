"""Find the charts of a template and the parts that belong to them.

A chart is known by the name of its drawing, which Word keeps; which column a series
shows, by the cell that its name is taken from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from templates_docx import guard
from templates_docx.charts import NAME, C
from templates_docx.package import Package
from templates_docx.parts import relations
from templates_docx.plotting import Charted
from templates_docx.segments import ChartText
from templates_docx.wordml import R
from workflows.forms.fields import Form

_CACHES = {"cat": ChartText.NAMES, "val": ChartText.NUMBERS}
_NAMED_IN = re.compile(r"!\$([B-Z])\$1$")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A drawing in the body: its paragraph, its properties, its chart's relation."""

    charted: Charted
    paragraph: etree._Element
    properties: etree._Element
    extent: etree._Element | None
    relation: str


@dataclass(frozen=True, kw_only=True)
class ChartParts:
    """The names of a chart part and of its workbook."""

    charted: Charted
    chart: str
    workbook: str


def drawn_charts(root: etree._Element, form: Form, *, language: str) -> Iterator[Drawn]:
    """Yield the charts of a part, in document order."""
    for properties in root.iter("{*}docPr"):
        key = (properties.get("name") or "").removeprefix(NAME)
        field = form.by_key.get(key)
        paragraph = next(properties.iterancestors("{*}p"), None)
        if field and field.chart and paragraph is not None:
            yield Drawn(
                charted=Charted(field=field, chart=field.chart, language=language),
                paragraph=paragraph,
                properties=properties,
                extent=next(paragraph.iter("{*}extent"), None),
                relation=_relation(paragraph),
            )


def chart_parts(
    package: Package, form: Form, *, document: str, language: str
) -> Iterator[ChartParts]:
    """Yield the parts of each chart that the main document shows."""
    root = guard.parse(package.read(document), name=document)
    targets = {one.id: one.target for one in relations(package, document)}
    for drawn in drawn_charts(root, form, language=language):
        chart = targets.get(drawn.relation, "")
        workbooks = [one for one in relations(package, chart) if one.kind == "package"]
        if chart in package and workbooks:
            workbook = workbooks[0].target
            yield ChartParts(charted=drawn.charted, chart=chart, workbook=workbook)


def caches(root: etree._Element) -> Iterator[tuple[etree._Element, ChartText, int]]:
    """Yield each `c:cat` and `c:val` with what it holds and of which series."""
    for series in root.iter(f"{{{C}}}ser"):
        named_in = series.findtext(f"{{{C}}}tx//{{{C}}}f") or ""
        found = _NAMED_IN.search(named_in)
        for kind, text in _CACHES.items():
            element = series.find(f"{{{C}}}{kind}")
            if element is not None and found is not None:
                yield element, text, ord(found[1]) - ord("B")


def number_formats(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the formats of numbers that nobody has chosen."""
    for element in root.iter(f"{{{C}}}numFmt"):
        if element.get("formatCode") == "General":
            yield element


def _relation(paragraph: etree._Element) -> str:
    shown = next(paragraph.iter(f"{{{C}}}chart"), None)
    return "" if shown is None else shown.get(f"{{{R}}}id", "")
