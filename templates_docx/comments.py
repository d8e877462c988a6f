"""Comments and tracked changes, each with the place where it stands.

Source: ISO/IEC 29500-1, 17.13.4 (comments) and 17.13.5 (revisions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.places import where, words_of
from templates_docx.wordml import attribute, local

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
        return "".join(words_of(element))
    whole = parent.getparent()
    return "" if whole is None else "".join(words_of(whole))


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
