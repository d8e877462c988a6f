"""Where in a document an element stands, told in words that a person can follow."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from templates_docx.wordml import local, value

_OURS = "samspor:"


def where(element: etree._Element | None) -> str:
    """Return the field that an element stands in, else the heading above it."""
    at = element
    while at is not None:
        tag = _tag(at)
        if tag:
            return tag
        at = at.getparent()
    return "" if element is None else _heading_above(element)


def is_ours(tag: str) -> bool:
    """Say whether a tag tells what a text is, as of a citation, and names no field."""
    return tag.startswith(_OURS)


def words_of(element: etree._Element) -> Iterator[str]:
    """Yield the words below an element, deleted ones too; tabs and breaks as spaces."""
    for node in element.iter("{*}t", "{*}delText", "{*}tab", "{*}br"):
        yield (node.text or "") if local(node) in ("t", "delText") else " "


def _tag(element: etree._Element) -> str:
    if local(element) != "sdt":
        return ""
    tag = value(element.find("{*}sdtPr/{*}tag")) or ""
    return "" if is_ours(tag) else tag.partition("#")[0]


def _heading_above(element: etree._Element) -> str:
    at: etree._Element | None = element
    while at is not None:
        for before in at.itersiblings("{*}p", preceding=True):
            if _is_heading(before):
                return "".join(words_of(before)).strip()
        at = at.getparent()
    return ""


def _is_heading(paragraph: etree._Element) -> bool:
    style = value(paragraph.find("{*}pPr/{*}pStyle")) or ""
    return style.lower().startswith(("heading", "overskrift", "title"))
