"""The look of a Word file of another origin: its headings, tables and language.

What is set into a municipality's own document wears that document's styles. Source:
ISO/IEC 29500-1, 17.7 (styles), 17.3.1.20 (`w:outlineLvl`). Word names its own heading
styles `heading 1` to `heading 9` whatever they are called on screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from templates_docx import guard
from templates_docx.accepted import text_of
from templates_docx.package import Package
from templates_docx.parts import Parts
from templates_docx.wordml import attribute, child, local, value

_BUILT_IN = re.compile(r"heading ([1-9])")
_GRID = "table grid"
_MAX_ANCESTORS = 20
_BODY_TEXT = 10
# Half of an A4 page with ordinary margins, for a place whose width nobody tells.
_LIKELY_WIDTH = 9_000


@dataclass(frozen=True, kw_only=True)
class House:
    """The styles of one document. Levels of headings count from 1."""

    styles: Mapping[str, etree._Element]
    headings: Mapping[int, str]
    language: str

    @classmethod
    def of(cls, package: Package, parts: Parts) -> House:
        """Return the styles of a document; a file without styles has none."""
        if parts.styles not in package:
            return cls(styles={}, headings={}, language="")
        root = guard.parse(package.read(parts.styles), name=parts.styles)
        styles = {
            attribute(style, "styleId") or "": style
            for style in root.iterfind("{*}style")
        }
        found = root.find("{*}docDefaults/{*}rPrDefault/{*}rPr/{*}lang")
        locale = "" if found is None else attribute(found, "val") or ""
        return cls(styles=styles, headings=_headings(styles), language=locale[:2])

    def level_of(self, paragraph: etree._Element) -> int | None:
        """Return the level of a heading, `None` for a paragraph that is none."""
        own = paragraph.find("{*}pPr/{*}outlineLvl")
        if own is not None:
            return _level(own)
        return self._level_of_style(value(paragraph.find("{*}pPr/{*}pStyle")) or "")

    def table_style(self, root: etree._Element) -> str:
        """Return the style that tables wear here, empty when none draws borders.

        That is the style of the first table with a bordered one, else «Table Grid».
        """
        worn = (
            value(style) or "" for style in root.iterfind(".//{*}tblPr/{*}tblStyle")
        )
        grid = (key for key, style in self.styles.items() if _name(style) == _GRID)
        return next((key for key in (*worn, *grid) if self._has_borders(key)), "")

    def _level_of_style(self, style_id: str) -> int | None:
        for style in self._line(style_id):
            found = style.find("{*}pPr/{*}outlineLvl")
            if found is not None:
                return _level(found)
            if built_in := _BUILT_IN.fullmatch(_name(style)):
                return int(built_in[1])
        return None

    def _has_borders(self, style_id: str) -> bool:
        return any(
            style.find("{*}tblPr/{*}tblBorders") is not None
            for style in self._line(style_id)
        )

    def _line(self, style_id: str) -> list[etree._Element]:
        """The style and those it is based on, nearest first."""
        line: list[etree._Element] = []
        while style_id in self.styles and len(line) < _MAX_ANCESTORS:
            line.append(self.styles[style_id])
            style_id = value(child(line[-1], "basedOn")) or ""
        return line


def heading_above(
    root: etree._Element, place: etree._Element, house: House
) -> tuple[int, str]:
    """Return level and text of the last heading before a place; (0, "") without one."""
    found = 0, ""
    for paragraph in root.iter("{*}p"):
        if paragraph is place or place in paragraph.iterancestors():
            break
        level = house.level_of(paragraph)
        if level is not None:
            found = level, text_of(paragraph)
        if _comes_after(paragraph, place):
            break
    return found


def width_at(root: etree._Element, place: etree._Element) -> int:
    """Return the width of the text at a place, in twentieths of a point."""
    cell = next(place.iterancestors("{*}tc"), None)
    if cell is not None:
        return _number(cell.find("{*}tcPr/{*}tcW"), "w") or _LIKELY_WIDTH
    return _text_width(_section_of(root, place))


def _comes_after(paragraph: etree._Element, place: etree._Element) -> bool:
    """A place without paragraphs of its own is passed when the next block begins."""
    return any(before is place for before in paragraph.itersiblings(preceding=True))


def _headings(styles: Mapping[str, etree._Element]) -> dict[int, str]:
    """A style of Word's own name is better than another on the same level."""
    found: dict[int, str] = {}
    for key, style in styles.items():
        if attribute(style, "type") != "paragraph":
            continue
        if built_in := _BUILT_IN.fullmatch(_name(style)):
            found[int(built_in[1])] = key
    for key, style in styles.items():
        level = style.find("{*}pPr/{*}outlineLvl")
        if level is not None and attribute(style, "type") == "paragraph":
            found.setdefault(_level(level) or _BODY_TEXT, key)
    return found


def _name(style: etree._Element) -> str:
    return (value(child(style, "name")) or "").lower()


def _level(outline: etree._Element) -> int | None:
    """Level 9 in the file is body text."""
    text = value(outline) or ""
    number = int(text) + 1 if text.isdecimal() else _BODY_TEXT
    return number if number < _BODY_TEXT else None


def _section_of(root: etree._Element, place: etree._Element) -> etree._Element | None:
    """The properties of a section stand at its end."""
    passed = False
    for node in root.iter():
        passed = passed or node is place
        if passed and local(node) == "sectPr":
            return node
    return None


def _text_width(section: etree._Element | None) -> int:
    if section is None:
        return _LIKELY_WIDTH
    page = _number(child(section, "pgSz"), "w")
    margins = child(section, "pgMar")
    sides = _number(margins, "left") + _number(margins, "right")
    columns = max(1, _number(child(section, "cols"), "num"))
    return (page - sides) // columns if page > sides else _LIKELY_WIDTH


def _number(element: etree._Element | None, key: str) -> int:
    text = "" if element is None else attribute(element, key) or ""
    return int(text) if text.isdecimal() else 0
