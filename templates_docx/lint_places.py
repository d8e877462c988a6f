"""Where in a template something stands, told so that a clerk finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from templates_docx import guard
from templates_docx.accepted import text_of
from templates_docx.package import Package
from templates_docx.parts import Parts
from templates_docx.wordml import attribute, child, local, value

_PARTS = {
    "hdr": ("Toppteksten", "Toppteksten"),
    "ftr": ("Bunnteksten", "Botnteksten"),
    "footnotes": ("Fotnotene", "Fotnotane"),
    "endnotes": ("Sluttnotene", "Sluttnotane"),
}
_BODY = "Hoveddelen", "Hovuddelen"
_UNDER = "under «{}»"
_BY = "ved «{}»"
_MAX_ANCESTORS = 20
_LENGTH = 60


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One part with text: its tree, untouched, and the level of its heading styles."""

    name: str
    root: etree._Element
    language: str
    levels: Mapping[str, int]

    @property
    def title(self) -> str:
        """What people call the part."""
        return _PARTS.get(local(self.root), _BODY)[self.language == "nn"]

    def place(self, element: etree._Element | None) -> str:
        """Return part, heading above, and the nearest text, as far as there are any."""
        if element is None:
            return self.title
        heading, near = self._heading_before(element), self._near(element)
        pieces = [self.title]
        pieces += [_UNDER.format(heading)] if heading else []
        pieces += [_BY.format(near)] if near and near != heading else []
        return ", ".join(pieces)

    def level_of(self, paragraph: etree._Element) -> int:
        """Return the level of a heading from 1, or 0 for other paragraphs."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return 0
        own = value(child(properties, "outlineLvl"))
        if own is not None:
            return int(own) + 1 if own in tuple("012345678") else 0
        return self.levels.get(value(child(properties, "pStyle")) or "", 0)

    def _heading_before(self, element: etree._Element) -> str:
        found = ""
        for node in self.root.iter():
            if node is element:
                break
            if local(node) == "p" and self.level_of(node):
                found = _short(text_of(node)) or found
        return found

    def _near(self, element: etree._Element) -> str:
        return next(filter(None, map(_short, _texts_near(element))), "")


def sheets_of(package: Package, parts: Parts, *, language: str) -> tuple[Sheet, ...]:
    """Return every part with text, the document first.

    Raises:
        RefusedFileError: a part is broken or unsafe.
    """
    levels = _levels(package, parts)
    names = [name for name in dict.fromkeys(parts.with_text) if name in package]
    return tuple(
        Sheet(
            name=name,
            root=guard.parse(package.read(name), name=name),
            language=language,
            levels=levels,
        )
        for name in names
    )


def _texts_near(element: etree._Element) -> Iterator[str]:
    """What a row is called, the text around, or the last paragraph before."""
    row = next(element.iterancestors("{*}tr"), None)
    cells = [] if row is None else list(row.iter("{*}tc"))
    if cells and element not in list(cells[0].iter()):
        yield text_of(cells[0])
    paragraph = next(element.iterancestors("{*}p"), None)
    if paragraph is not None:
        yield text_of(paragraph)
    yield text_of(element)
    before = next(element.itersiblings("{*}p", preceding=True), None)
    if before is not None:
        yield text_of(before)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LENGTH else line[: _LENGTH - 1] + "…"


def _levels(package: Package, parts: Parts) -> dict[str, int]:
    if parts.styles not in package:
        return {}
    root = guard.parse(package.read(parts.styles), name=parts.styles)
    styles = {attribute(node, "styleId") or "": node for node in root.iter("{*}style")}
    found = {style: _level(style, styles) for style in styles}
    return {style: level for style, level in found.items() if level}


def _level(style: str, styles: Mapping[str, etree._Element]) -> int:
    for _ in range(_MAX_ANCESTORS):
        node = styles.get(style)
        if node is None:
            break
        name = (value(child(node, "name")) or "").lower()
        if name.startswith("heading ") and name[8:] in tuple("123456789"):
            return int(name[8:])
        style = value(child(node, "basedOn")) or ""
    return 0
