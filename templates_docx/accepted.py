"""The text of a document with every tracked change accepted, or every one rejected.

Source: ISO/IEC 29500-1, 17.3.3 (run content), 17.13.5 (revisions), 17.16 (fields).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from templates_docx.finding import CITATION, control_of
from templates_docx.numbering import Lists
from templates_docx.rich import Paragraph, Run, as_in_word
from templates_docx.wordml import attribute, child, local, value

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PROPERTIES = {"rPr", "pPr", "trPr", "tcPr", "tblPr", "sdtPr", "numPr"}
_SILENT = _PROPERTIES | {
    "commentReference",
    "footnoteReference",
    "endnoteReference",
    "drawing",
    "pict",
    "object",
    "instrText",
    "delText",
}
_SIGNS = {
    "tab": "\t",
    "cr": "\n",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
}
# Before a control that is itself deleted or moved away (ISO/IEC 29500-1, 17.13.5.5).
_UNWRAPPED = "{*}customXmlDelRangeStart", "{*}customXmlMoveFromRangeStart"
_OFF = {"0", "false", "off", "none"}
# What a tracked change becomes when it is turned round: put in and taken out swap.
_REVERSED = {
    "ins": "del",
    "del": "ins",
    "moveTo": "moveFrom",
    "moveFrom": "moveTo",
    "cellIns": "cellDel",
    "cellDel": "cellIns",
    "customXmlInsRangeStart": "customXmlDelRangeStart",
    "customXmlDelRangeStart": "customXmlInsRangeStart",
    "customXmlMoveToRangeStart": "customXmlMoveFromRangeStart",
    "customXmlMoveFromRangeStart": "customXmlMoveToRangeStart",
    "delText": "t",
    "delInstrText": "instrText",
}
_LOOKS = "rPrChange", "pPrChange"
_TRACKED = tuple(f"{{*}}{mark}" for mark in (*_REVERSED, *_LOOKS) if "Text" not in mark)


@dataclass
class _Fields:
    """How deep in field codes we are; between begin and separate nothing is text."""

    states: list[str] = field(default_factory=list)

    def step(self, mark: str) -> None:
        if mark == "begin":
            self.states.append("code")
        elif mark == "separate" and self.states:
            self.states[-1] = "result"
        elif mark == "end" and self.states:
            self.states.pop()

    @property
    def hides(self) -> bool:
        return "code" in self.states


def one_alternative(root: etree._Element) -> None:
    """Keep one of the ways in which a drawing is told, so that it is read once.

    The first choice stands, or the fallback where there is no choice. Source: ISO/IEC
    29500-3, 7.5.
    """
    for element in list(root.iter("{*}AlternateContent")):
        chosen = child(element, "Choice")
        chosen = child(element, "Fallback") if chosen is None else chosen
        for other in list(element):
            if other is not chosen:
                element.remove(other)


def accept(root: etree._Element) -> None:
    """Take everything out of a part that is gone once all changes are accepted."""
    gone = [
        element
        for element in root.iter("{*}del", "{*}moveFrom")
        if local(_above(element)) not in _PROPERTIES
    ]
    holders = {node: None for part in gone for node in part.iterancestors("{*}sdt")}
    for mark in list(root.iter("{*}del", "{*}cellDel")):
        gone += _whole_gone(mark)
    for element in gone:
        _take_out(element)
    for holder in holders:
        _uncite_if_emptied(holder)
    for mark in list(root.iter(*_UNWRAPPED)):
        _unwrap_after(mark)


def reject(root: etree._Element) -> None:
    """Take everything out of a part that is gone once all changes are rejected."""
    for change in list(root.iter(*(f"{{*}}{look}" for look in _LOOKS))):
        _restore(change)
    for element in list(root.iter(*(f"{{*}}{mark}" for mark in _REVERSED))):
        mark = etree.QName(element)
        element.tag = f"{{{mark.namespace}}}{_REVERSED[mark.localname]}"
    accept(root)


def is_tracked(root: etree._Element) -> bool:
    """Say whether a part holds any tracked change."""
    return next(root.iter(*_TRACKED), None) is not None


def text_of(element: etree._Element) -> str:
    """Return the text below an element; paragraphs are parted by a line break."""
    parts = list(paragraphs_of(element))
    loose = [run.text for run in _runs(_outside_paragraphs(element))]
    return "".join(loose) + "\n".join(parts)


def paragraphs_of(element: etree._Element) -> Iterator[str]:
    """Yield the text of each paragraph below an element."""
    for runs, _ in _merged(element.iter("{*}p")):
        yield "".join(run.text for run in runs)


def rich_paragraphs(
    paragraphs: Iterable[etree._Element], *, lists: Lists
) -> tuple[Paragraph, ...]:
    """Return paragraphs with bold, italic and lists."""
    return as_in_word(
        Paragraph(tuple(runs), lists.kind_of(last))
        for runs, last in _merged(paragraphs)
    )


def _merged(
    paragraphs: Iterable[etree._Element],
) -> Iterator[tuple[list[Run], etree._Element]]:
    """A paragraph whose mark is deleted runs on into the next."""
    runs: list[Run] = []
    last = None
    for last in paragraphs:
        runs += _runs(list(last))
        if not _mark_is_gone(last):
            yield runs, last
            runs = []
    if runs and last is not None:
        yield runs, last


def _mark_is_gone(paragraph: etree._Element) -> bool:
    marks = paragraph.find("{*}pPr/{*}rPr")
    return marks is not None and any(
        child(marks, kind) is not None for kind in ("del", "moveFrom")
    )


def _runs(elements: Iterable[etree._Element]) -> list[Run]:
    fields = _Fields()
    return list(
        itertools.chain.from_iterable(_walk(element, fields) for element in elements)
    )


def _walk(element: etree._Element, fields: _Fields) -> Iterator[Run]:
    kind = local(element)
    if kind == "r":
        yield from _run(element, fields)
    elif kind == "fldChar":
        fields.step(attribute(element, "fldCharType") or "")
    elif kind and kind not in _SILENT and kind != "p":
        for inner in element:
            yield from _walk(inner, fields)


def _run(element: etree._Element, fields: _Fields) -> Iterator[Run]:
    bold, italic, is_hidden = _look(element)
    for node in element:
        if local(node) == "fldChar":
            fields.step(attribute(node, "fldCharType") or "")
        elif not fields.hides and not is_hidden and (text := _sign(node)):
            yield Run(text, bold, italic)


def _sign(node: etree._Element) -> str:
    kind = local(node)
    if kind == "t":
        text = node.text or ""
        return text if node.get(_XML_SPACE) == "preserve" else text.strip(" \t\n")
    if kind == "br":
        return "\n" if attribute(node, "type") in (None, "textWrapping") else ""
    if kind == "sym":
        return _symbol(attribute(node, "char") or "")
    return _SIGNS.get(kind, "")


def _symbol(code: str) -> str:
    """A code that is no character stands for nothing."""
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def _look(run: etree._Element) -> tuple[bool, ...]:
    """Bold, italic, and hidden: what nobody sees on paper is not said."""
    properties = child(run, "rPr")
    if properties is None:
        return False, False, False
    return tuple(_is_on(properties, key) for key in ("b", "i", "vanish"))


def _is_on(properties: etree._Element, key: str) -> bool:
    found = child(properties, key)
    return found is not None and value(found) not in _OFF


def _outside_paragraphs(element: etree._Element) -> list[etree._Element]:
    has_paragraphs = next(element.iter("{*}p"), None) is not None
    return [] if has_paragraphs else list(element)


def _whole_gone(mark: etree._Element) -> list[etree._Element]:
    """The row or cell that a mark in its properties says is deleted."""
    properties = _above(mark)
    if local(properties) not in ("trPr", "tcPr"):
        return []
    return [_above(properties)]


def _uncite_if_emptied(holder: etree._Element) -> None:
    """A citation without its text cites no more; a field stays, as an empty one."""
    control = control_of(holder)
    if control is None or any(node.text for node in holder.iter("{*}t")):
        return
    for node in list(control.properties):
        if local(node) == "tag" and control.tag.startswith(CITATION):
            control.properties.remove(node)
        for key, said in node.items():
            node.set(key, said.replace(CITATION, ""))


def _unwrap_after(mark: etree._Element) -> None:
    """A control that is deleted itself leaves what it held in its place."""
    control = mark.getnext()
    content = None if control is None else child(control, "sdtContent")
    if control is not None and content is not None and local(control) == "sdt":
        for inner in reversed(list(content)):
            control.addnext(inner)
        _take_out(control)


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _above(element: etree._Element) -> etree._Element:
    """The parent; of the root the root itself, which nothing can be taken out of."""
    parent = element.getparent()
    return element if parent is None else parent


def _restore(change: etree._Element) -> None:
    """Put the properties back that a tracked change of the look replaced.

    The change holds no mark of an inserted run or paragraph: that one stays.
    """
    now = change.getparent()
    if now is None or not len(change):
        return
    marks = [node for node in now if local(node) in ("ins", "del", "rPr")]
    now[:] = [*change[0], *marks]
