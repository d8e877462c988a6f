"""Bulleted and numbered lists: which kind a paragraph is, and lists that begin at 1.

Source: ISO/IEC 29500-1, 17.9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from templates_docx import guard
from templates_docx.package import Package
from templates_docx.parts import Parts
from templates_docx.wordml import attribute, child, value

_NAMES = {"bullet": "list bullet", "number": "list number"}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAX_ANCESTORS = 20


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The styles and numberings of a document, as far as lists need them."""

    styles: Mapping[str, etree._Element]
    abstract_of: Mapping[str, str]
    abstracts: Mapping[str, etree._Element]
    numbering: etree._Element | None

    @classmethod
    def of(cls, package: Package, parts: Parts) -> Lists:
        """Return the lists of a document; parts that are missing count as empty."""
        styles = _root(package, parts.styles)
        numbering = _root(package, parts.numbering)
        return cls(
            styles=_by(styles, "style", "styleId"),
            abstract_of=_abstract_of(numbering),
            abstracts=_by(numbering, "abstractNum", "abstractNumId"),
            numbering=numbering,
        )

    def style_for(self, kind: str) -> str:
        """Return the id of the paragraph style for `bullet` or `number`."""
        for style_id, style in self.styles.items():
            if (value(child(style, "name")) or "").lower() == _NAMES[kind]:
                return style_id
        return ""

    def kind_of(self, paragraph: etree._Element) -> str:
        """Return `bullet` or `number` when the paragraph is a list item, else empty."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return ""
        own = child(properties, "numPr")
        style = value(child(properties, "pStyle")) or ""
        return self._kind(own if own is not None else self._inherited(style))

    def _inherited(self, style_id: str) -> etree._Element | None:
        for _ in range(_MAX_ANCESTORS):
            style = self.styles.get(style_id)
            if style is None:
                break
            found = style.find("{*}pPr/{*}numPr")
            if found is not None:
                return found
            style_id = value(child(style, "basedOn")) or ""
        return None

    def _kind(self, number: etree._Element | None) -> str:
        if number is None:
            return ""
        num_id = value(child(number, "numId")) or "0"
        abstract = self.abstracts.get(self.abstract_of.get(num_id, ""))
        if abstract is None:
            return ""
        level = value(child(number, "ilvl")) or "0"
        return "bullet" if _format(abstract, level) == "bullet" else "number"


def with_own_lists(
    lists: Lists, fields: Sequence[str]
) -> tuple[Mapping[str, int], bytes]:
    """Return a numbered list for each rich field, and the part that defines them.

    Each begins at 1; one list for all would count on from field to field.
    """
    numbering = lists.numbering
    if numbering is None:
        return {}, b""
    style = lists.styles.get(lists.style_for("number"))
    base = None if style is None else style.find("{*}pPr/{*}numPr/{*}numId")
    abstract = lists.abstract_of.get(value(base) or "", "")
    if not abstract:
        return {}, etree.tostring(numbering, encoding="UTF-8", xml_declaration=True)
    taken = (int(number) for number in lists.abstract_of if number.isdecimal())
    first = max(taken, default=0) + 1
    for number, _ in enumerate(fields, start=first):
        numbering.append(_own_list(number, abstract))
    content = etree.tostring(
        numbering, encoding="UTF-8", xml_declaration=True, standalone=True
    )
    return {field: first + place for place, field in enumerate(fields)}, content


def _own_list(number: int, abstract: str) -> etree._Element:
    return etree.fromstring(
        f'<w:num xmlns:w="{_W}" w:numId="{number}">'
        f'<w:abstractNumId w:val="{abstract}"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )


def _root(package: Package, name: str) -> etree._Element | None:
    return guard.parse(package.read(name), name=name) if name in package else None


def _by(
    root: etree._Element | None, local_name: str, key: str
) -> dict[str, etree._Element]:
    found = [] if root is None else root.findall(f"{{*}}{local_name}")
    return {attribute(element, key) or "": element for element in found}


def _abstract_of(root: etree._Element | None) -> dict[str, str]:
    return {
        number: value(child(element, "abstractNumId")) or ""
        for number, element in _by(root, "num", "numId").items()
    }


def _format(abstract: etree._Element, level: str) -> str | None:
    for found in abstract.findall("{*}lvl"):
        if attribute(found, "ilvl") == level:
            return value(child(found, "numFmt"))
    return None
