"""Comments and tracked changes, each with the place where it stands.

Source: ISO/IEC 29500-1, 17.13.4 (comments) and 17.13.5 (revisions).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.places import where, words_of
from templates_docx.wordml import W14, W15, attribute, local

_KINDS = {"ins": "insertion", "del": "deletion", "moveTo": "move"}
_FORMATS = (
    *("rPrChange", "pPrChange", "sectPrChange", "numberingChange"),
    *("tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange"),
)
_CELLS = {"cellIns": "insertion", "cellDel": "deletion", "cellMerge": "format"}
_NAMES = {**_KINDS, **_CELLS, **dict.fromkeys(_FORMATS, "format")}
_RANGES = "{*}commentRangeStart", "{*}commentRangeEnd"
_BETWEEN = {"p": "\n", "br": "\n", "tab": "\t"}
_QUOTED = *_RANGES, "{*}t", "{*}delText", *(f"{{*}}{kind}" for kind in _BETWEEN)
_PARAGRAPH_MARK = "¶"
_ON = "1", "true", "on"
_MARKS = {"rPr", "pPr", "numPr", "trPr", "tcPr"}


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment in the margin; `at` is the time as the file has it, or empty.

    `id` is its number in the file, `reply_to` the number of the comment that it
    answers, or empty. Who resolves a comment resolves the answers to it.
    """

    author: str
    at: str
    where: str
    quoted: str
    text: str
    id: str = ""
    reply_to: str = ""
    resolved: bool = False


@dataclass(frozen=True, kw_only=True)
class Change:
    """A tracked change; `kind` is insertion, deletion, move or format."""

    kind: str
    author: str
    at: str
    where: str
    text: str


def comments_of(
    roots: Sequence[etree._Element],
    comments: etree._Element | None,
    extended: etree._Element | None,
) -> tuple[Comment, ...]:
    """Return the comments on the parts, in the order of the comments part.

    `extended` tells which answers which, and what is resolved ([MS-DOCX] 2.5.4.2).
    """
    if comments is None:
        return ()
    told = {(attribute(one, "id") or ""): one for one in comments.iter("{*}comment")}
    threads = _threads(told, extended)
    anchors = _anchors(roots)
    quotes = {key: text for root in roots for key, text in _quotes(root).items()}
    return tuple(
        _comment(one, threads.get(number, _Thread()), anchors, quotes)
        for number, one in told.items()
    )


def changes_of(root: etree._Element) -> tuple[Change, ...]:
    """Return the tracked changes of a part that has not been accepted yet.

    A move is told once, where the text now stands. A paragraph break that is put in or
    taken out alone is told as `¶`; one that goes with its words is not told apart.
    """
    found = root.iter(*(f"{{*}}{kind}" for kind in _NAMES))
    changes = (_change(element) for element in found)
    return tuple(change for change in changes if change.text or change.kind == "format")


@dataclass(frozen=True, kw_only=True)
class _Thread:
    above: str = ""
    is_resolved: bool = False


def _threads(
    told: Mapping[str, etree._Element], extended: etree._Element | None
) -> dict[str, _Thread]:
    """By number; the extended part knows a comment by its last paragraph."""
    if extended is None:
        return {}
    numbers = {
        _w14_id(paragraph): number
        for number, one in told.items()
        for paragraph in one.iter("{*}p")
    }
    lines = {_part_of(line, "paraId"): line for line in extended.iter("{*}commentEx")}
    return {
        numbers[key]: _thread(line, lines, numbers)
        for key, line in lines.items()
        if key in numbers
    }


def _thread(
    line: etree._Element,
    lines: Mapping[str, etree._Element],
    numbers: Mapping[str, str],
) -> _Thread:
    above = _part_of(line, "paraIdParent")
    both = [line, lines[above]] if above in lines else [line]
    is_resolved = any(_part_of(each, "done") in _ON for each in both)
    return _Thread(above=numbers.get(above, ""), is_resolved=is_resolved)


def _w14_id(paragraph: etree._Element) -> str:
    return paragraph.get(f"{{{W14}}}paraId", "")


def _part_of(line: etree._Element, key: str) -> str:
    return line.get(f"{{{W15}}}{key}", "")


def _anchors(roots: Sequence[etree._Element]) -> dict[str, etree._Element]:
    return {
        attribute(start, "id") or "": start
        for root in roots
        for start in root.iter("{*}commentReference", "{*}commentRangeStart")
    }


def _comment(
    comment: etree._Element,
    thread: _Thread,
    anchors: Mapping[str, etree._Element],
    quotes: Mapping[str, str],
) -> Comment:
    """An answer that has no place of its own stands where its question does."""
    number = attribute(comment, "id") or ""
    place = number if number in anchors else thread.above
    return Comment(
        author=attribute(comment, "author") or "",
        at=attribute(comment, "date") or "",
        where=where(anchors.get(place)),
        quoted=quotes.get(place, ""),
        text=text_of(comment),
        id=number,
        reply_to=thread.above,
        resolved=thread.is_resolved,
    )


def _quotes(root: etree._Element) -> dict[str, str]:
    """The words between start and end of each commented range, struck ones too."""
    open_ranges: dict[str, list[str]] = {}
    quotes: dict[str, list[str]] = {}
    for node in root.iter(*_QUOTED):
        number = attribute(node, "id") or ""
        if local(node) == "commentRangeStart":
            open_ranges[number] = quotes[number] = []
        elif local(node) == "commentRangeEnd":
            open_ranges.pop(number, None)
        else:
            words = _BETWEEN.get(local(node), node.text or "")
            for heard in open_ranges.values():
                heard.append(words)
    return {number: "".join(words).strip() for number, words in quotes.items()}


def _change(element: etree._Element) -> Change:
    above = element.getparent()
    is_list = above is not None and local(above) == "numPr"
    return Change(
        kind="format" if is_list else _NAMES[local(element)],
        author=attribute(element, "author") or "",
        at=attribute(element, "date") or "",
        where=where(element),
        text=_changed_text(element),
    )


def _changed_text(element: etree._Element) -> str:
    """Of a change in properties, the words of the run, paragraph, row or cell."""
    marks = list(itertools.takewhile(_is_mark, element.iterancestors()))
    owner = marks[-1].getparent() if marks else element
    if owner is None:
        return ""
    if marks and (local(marks[0]), local(marks[-1])) == ("rPr", "pPr"):
        return _of_break(element, owner)
    return "".join(words_of(owner))


def _is_mark(element: etree._Element) -> bool:
    return local(element) in _MARKS


def _of_break(element: etree._Element, paragraph: etree._Element) -> str:
    kind = local(element)
    if kind not in _KINDS:
        return "".join(words_of(paragraph))
    has_words = next(paragraph.iterchildren(f"{{*}}{kind}"), None) is not None
    return "" if has_words else _PARAGRAPH_MARK
