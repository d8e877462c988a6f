"""What people do to a file in Word: write, delete, comment, track changes, move rows.

Word writes what is typed both in the body and in the custom XML part.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from lxml import etree

from templates_docx.wordml import W, escape, name
from tests.templates_docx.tampering import (
    STORE,
    edited,
    parts_of,
    rewritten,
    with_parts,
)

_COMMENTS = "word/comments.xml"
_TYPES, _LINKS = "[Content_Types].xml", "word/_rels/document.xml.rels"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"


def typed(data: bytes, old: str, new: str) -> bytes:
    """Return the file with a text typed over, in the body and in the store."""
    old, new = f">{escape(old)}<", f">{escape(new)}<"
    return edited(edited(data, old, new), old, new, part=STORE)


def typed_rich(data: bytes, old: str, new: str) -> bytes:
    """Return the file with rich text typed over, which Word keeps only once."""
    return edited(data, f">{escape(old)}<", f">{escape(new)}<")


def without_control(data: bytes, tag: str) -> bytes:
    """Return the file with a control and its text deleted."""

    def delete(root: etree._Element) -> None:
        control = control_of(root, tag)
        above = control.getparent()
        assert above is not None
        above.remove(control)

    return rewritten(data, delete)


def with_insertion(data: bytes, tag: str, text: str, *, author: str) -> bytes:
    """Return the file with a tracked insertion at the end of a control."""

    def insert(root: etree._Element) -> None:
        run = _last_run(root, tag)
        above = run.getparent()
        assert above is not None
        mark = etree.SubElement(above, name("w:ins"), _signed(author))
        added = copy.deepcopy(run)
        _write(added, text)
        mark.append(added)

    return rewritten(data, insert)


def with_deletion(data: bytes, tag: str, *, author: str) -> bytes:
    """Return the file with the last text of a control deleted, tracked."""

    def delete(root: etree._Element) -> None:
        run = _last_run(root, tag)
        mark = etree.Element(name("w:del"), _signed(author))
        run.addprevious(mark)
        mark.append(run)
        for text in run.iter(name("w:t")):
            text.tag = name("w:delText")

    return rewritten(data, delete)


def with_row_taken_out(data: bytes, text: str, *, author: str = "") -> bytes:
    """Return the file without the table row that holds a text; tracked by an author."""

    def take_out(root: etree._Element) -> None:
        row = _row_with(root, text)
        if author:
            properties = row.find(name("w:trPr"))
            if properties is None:
                properties = etree.Element(name("w:trPr"))
                row.insert(0, properties)
            etree.SubElement(properties, name("w:del"), _signed(author))
        else:
            item = _item_of(row)
            above = item.getparent()
            assert above is not None
            above.remove(item)

    return rewritten(data, take_out)


def with_row_moved_first(data: bytes, text: str) -> bytes:
    """Return the file with the table row that holds a text before its siblings."""

    def move(root: etree._Element) -> None:
        item = _item_of(_row_with(root, text))
        above = item.getparent()
        assert above is not None
        above.insert(0, item)

    return rewritten(data, move)


def with_row_added(data: bytes, after: str, texts: Mapping[str, str]) -> bytes:
    """Return the file with a copy of a row below it, its texts typed over.

    Word copies the row in the custom XML part too, and counts the bindings anew.
    """

    def add(root: etree._Element) -> None:
        item = _item_of(_row_with(root, after))
        _add_copy(item, texts)
        above = item.getparent()
        assert above is not None
        for number, each in enumerate(above, start=1):
            _count(each, number)

    store = etree.fromstring(parts_of(data)[STORE])
    row = next(row for row in store.iter("{*}row") if after in "".join(row.itertext()))
    _add_copy(row, texts)
    return with_parts(rewritten(data, add), {STORE: etree.tostring(store)})


def with_comment(
    data: bytes, tag: str, text: str, *, author: str, number: int = 0
) -> bytes:
    """Return the file with a comment on everything that a control says."""

    def mark(root: etree._Element) -> None:
        run = _last_run(root, tag)
        start, end = (
            etree.Element(name(kind), {name("w:id"): str(number)})
            for kind in ("w:commentRangeStart", "w:commentRangeEnd")
        )
        run.addprevious(start)
        run.addnext(end)

    return _with_comment_text(rewritten(data, mark), text, author=author, number=number)


def control_of(root: etree._Element, tag: str) -> etree._Element:
    """Return the first control with a tag."""
    return next(
        control
        for control in root.iter(name("w:sdt"))
        if control.find(f"{name('w:sdtPr')}/{name('w:tag')}[@{name('w:val')}='{tag}']")
        is not None
    )


def _last_run(root: etree._Element, tag: str) -> etree._Element:
    return list(control_of(root, tag).iter(name("w:r")))[-1]


def _write(run: etree._Element, text: str) -> None:
    node = next(run.iter(name("w:t")))
    node.text = text


def _row_with(root: etree._Element, text: str) -> etree._Element:
    return next(
        row for row in root.iter(name("w:tr")) if text in "".join(row.itertext())
    )


def _item_of(row: etree._Element) -> etree._Element:
    """The repeating item around a row."""
    return next(row.iterancestors(name("w:sdt")))


def _add_copy(element: etree._Element, texts: Mapping[str, str]) -> None:
    added = copy.deepcopy(element)
    for node in added.iter():
        node.text = texts.get(node.text or "", node.text or "") or None
    element.addnext(added)


def _count(item: etree._Element, number: int) -> None:
    for binding in item.iter(name("w:dataBinding")):
        path = binding.get(name("w:xpath")) or ""
        counted = re.sub(r"row\[\d+\]", f"row[{number}]", path)
        binding.set(name("w:xpath"), counted)


def _signed(author: str) -> dict[str, str]:
    return {
        name("w:id"): "9000",
        name("w:author"): author,
        name("w:date"): "2026-03-14T10:00:00Z",
    }


def _with_comment_text(data: bytes, text: str, *, author: str, number: int) -> bytes:
    parts = parts_of(data)
    one = (
        f'<w:comment w:id="{number}" w:author="{escape(author)}"'
        f' w:date="2026-03-14T10:00:00Z"><w:p><w:r><w:t>{escape(text)}</w:t></w:r>'
        "</w:p></w:comment>"
    )
    if _COMMENTS in parts:
        comments = parts[_COMMENTS].decode().replace("</w:comments>", "")
        return with_parts(data, {_COMMENTS: f"{comments}{one}</w:comments>".encode()})
    link = f'<Relationship Id="rIdC" Type="{_KIND}" Target="comments.xml"/>'
    kind = f'<Override PartName="/{_COMMENTS}" ContentType="{_TYPE}"/>'
    return with_parts(
        data,
        {
            _COMMENTS: f'<w:comments xmlns:w="{W}">{one}</w:comments>'.encode(),
            _LINKS: _before_end(parts[_LINKS], "</Relationships>", link),
            _TYPES: _before_end(parts[_TYPES], "</Types>", kind),
        },
    )


def _before_end(part: bytes, end: str, added: str) -> bytes:
    return part.decode().replace(end, added + end).encode()
