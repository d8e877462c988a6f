"""The text of any Word document, line by line, as a reader sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from templates_docx import guard
from templates_docx.accepted import accept, one_alternative, text_of
from templates_docx.numbering import Lists
from templates_docx.package import Package
from templates_docx.parts import Parts
from templates_docx.wordml import attribute, child

BULLET = "- "


def lines_of(data: bytes) -> tuple[str, ...]:
    """Return the paragraphs of a document, those of tables too, in their order.

    Tracked changes are taken as accepted. Numbers and bullets that Word sets by itself
    are written out, lists counted from 1; headers, footers and notes are left out.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    package = Package.open(data)
    parts = Parts.of(package)
    root = guard.parse(package.read(parts.document), name=parts.document)
    one_alternative(root)
    accept(root)
    lists = Lists.of(package, parts)
    return tuple(_lines(root, lists))


def _lines(root: etree._Element, lists: Lists) -> Iterator[str]:
    counted: defaultdict[tuple[str, str], int] = defaultdict(int)
    for paragraph in root.iter("{*}p"):
        text = text_of(paragraph)
        if not _is_inside_another(paragraph):
            mark = _mark(paragraph, lists, counted) if text.strip() else ""
            yield from f"{mark}{text}".split("\n")


def _mark(
    paragraph: etree._Element,
    lists: Lists,
    counted: defaultdict[tuple[str, str], int],
) -> str:
    kind = lists.kind_of(paragraph)
    if kind != "number":
        return BULLET if kind else ""
    number, level = _place(paragraph)
    counted[number, level] += 1
    for below in range(int(level) + 1, 10):
        counted.pop((number, str(below)), None)
    return f"{'  ' * int(level)}{counted[number, level]}. "


def _place(paragraph: etree._Element) -> tuple[str, str]:
    """Return which list and level a paragraph is on; a style's own list has no name."""
    properties = child(paragraph, "pPr")
    own = None if properties is None else child(properties, "numPr")
    told = {}
    for key in ("numId", "ilvl"):
        node = None if own is None else child(own, key)
        said = "" if node is None else attribute(node, "val") or ""
        told[key] = said if said.isascii() and said.isdigit() else ""
    level = told["ilvl"] if len(told["ilvl"]) == 1 else "0"
    return told["numId"], level


def _is_inside_another(paragraph: etree._Element) -> bool:
    """Return whether a paragraph stands in another's text box, and is told there."""
    return next(paragraph.iterancestors("{*}p"), None) is not None
