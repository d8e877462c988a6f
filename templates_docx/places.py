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


def texts_by_place(root: etree._Element) -> dict[str, list[str]]:
    """Return the paragraphs of an accepted part by field and by the heading above.

    A text in a control stands below both; before the first heading the key is empty.
    """
    texts: dict[str, list[str]] = {}
    heading = ""
    for paragraph in root.iter("{*}p"):
        words = "".join(words_of(paragraph))
        heading = words.strip() if _is_heading(paragraph) else heading
        texts.setdefault(heading, []).append(words)
        for tag, said in _tagged(paragraph).items():
            texts.setdefault(tag, []).append(said)
    return texts


def _tagged(paragraph: etree._Element) -> dict[str, str]:
    """The words of a paragraph by the field that they stand in."""
    found: dict[str, str] = {}
    for node in paragraph.iter("{*}t", "{*}tab", "{*}br"):
        tags = (_tag(above) for above in node.iterancestors("{*}sdt"))
        tag = next(filter(None, tags), "")
        said = (node.text or "") if local(node) == "t" else " "
        if tag:
            found[tag] = found.get(tag, "") + said
    return found


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
