"""Comments, tracked changes and citations, each with the place where it stands.

Source: ISO/IEC 29500-1, 17.13.4 (comments) and 17.13.5 (revisions). A citation is a
control whose tag is `samspor:output:<ref>@<version>`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.finding import controls
from templates_docx.wordml import attribute, local, value

CITATION = "samspor:output:"
_KINDS = {"ins": "insertion", "del": "deletion", "moveTo": "move"}
_FORMATS = "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange"
_MARKS = {"rPr", "trPr", "tcPr", "numPr"}


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment in the margin; `at` is the time as the file has it, or empty."""

    author: str
    at: str
    where: str
    quoted: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """A tracked change; `kind` is insertion, deletion, move or format."""

    kind: str
    author: str
    at: str
    where: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A reference from a document to an output of the development line."""

    output: str
    version: str
    where: str


def comments_of(
    root: etree._Element, comments: etree._Element | None
) -> tuple[Comment, ...]:
    """Return the comments of a part, in the order of the comments part."""
    if comments is None:
        return ()
    anchors = {
        attribute(start, "id") or "": start
        for start in root.iter("{*}commentReference", "{*}commentRangeStart")
    }
    quotes = _quotes(root)
    return tuple(
        _comment(comment, anchors, quotes) for comment in comments.iter("{*}comment")
    )


def changes_of(root: etree._Element) -> tuple[Change, ...]:
    """Return the tracked changes of a part that has not been accepted yet."""
    found = root.iter(*(f"{{*}}{kind}" for kind in (*_KINDS, *_FORMATS)))
    changes = (_change(element) for element in found if not _is_mark(element))
    return tuple(change for change in changes if change.text or change.kind == "format")


def citations_of(root: etree._Element) -> Iterator[Citation]:
    """Yield the citations of an accepted part, in document order."""
    for control in controls(root):
        if control.tag.startswith(CITATION):
            output, _, version = control.tag.removeprefix(CITATION).partition("@")
            place = where(control.element)
            yield Citation(output=output, version=version, where=place)


def where(element: etree._Element | None) -> str:
    """Return the field that an element stands in, else the heading above it."""
    at = element
    while at is not None:
        tag = _tag(at)
        if tag:
            return tag
        at = at.getparent()
    return "" if element is None else _heading_above(element)


def _tag(element: etree._Element) -> str:
    if local(element) != "sdt":
        return ""
    tag = value(element.find("{*}sdtPr/{*}tag")) or ""
    return "" if tag.startswith(CITATION) else tag.partition("#")[0]


def _heading_above(element: etree._Element) -> str:
    at: etree._Element | None = element
    while at is not None:
        for before in at.itersiblings("{*}p", preceding=True):
            if _is_heading(before):
                return text_of_paragraph(before)
        at = at.getparent()
    return ""


def _is_heading(paragraph: etree._Element) -> bool:
    style = value(paragraph.find("{*}pPr/{*}pStyle")) or ""
    return style.lower().startswith(("heading", "overskrift", "title"))


def text_of_paragraph(paragraph: etree._Element) -> str:
    """Return the text of one paragraph."""
    return "".join(_words(paragraph)).strip()


def _words(element: etree._Element) -> Iterator[str]:
    for node in element.iter("{*}t", "{*}delText", "{*}tab", "{*}br"):
        yield (node.text or "") if local(node) in ("t", "delText") else " "


def _comment(
    comment: etree._Element,
    anchors: Mapping[str, etree._Element],
    quotes: Mapping[str, str],
) -> Comment:
    number = attribute(comment, "id") or ""
    return Comment(
        author=attribute(comment, "author") or "",
        at=attribute(comment, "date") or "",
        where=where(anchors.get(number)),
        quoted=quotes.get(number, ""),
        text=text_of(comment),
    )


def _quotes(root: etree._Element) -> dict[str, str]:
    """The words between the start and the end of each commented range."""
    open_ranges: dict[str, list[str]] = {}
    quotes: dict[str, list[str]] = {}
    for node in root.iter("{*}commentRangeStart", "{*}commentRangeEnd", "{*}t"):
        number = attribute(node, "id") or ""
        if local(node) == "commentRangeStart":
            open_ranges[number] = quotes[number] = []
        elif local(node) == "commentRangeEnd":
            open_ranges.pop(number, None)
        else:
            for words in open_ranges.values():
                words.append(node.text or "")
    return {number: "".join(words) for number, words in quotes.items()}


def _change(element: etree._Element) -> Change:
    kind = _KINDS.get(local(element), "format")
    return Change(
        kind=kind,
        author=attribute(element, "author") or "",
        at=attribute(element, "date") or "",
        where=where(element),
        text=_changed_text(element),
    )


def _changed_text(element: etree._Element) -> str:
    """Of a row put in or taken out, the words of the row; of a format, of its run."""
    parent = element.getparent()
    if parent is None or local(parent) not in _MARKS:
        return "".join(_words(element))
    whole = parent.getparent()
    return "" if whole is None else "".join(_words(whole))


def _is_mark(element: etree._Element) -> bool:
    """A paragraph mark put in or taken out has no words of its own."""
    parent = element.getparent()
    above = None if parent is None else parent.getparent()
    return (
        local(element) in _KINDS
        and parent is not None
        and local(parent) == "rPr"
        and above is not None
        and local(above) == "pPr"
    )
