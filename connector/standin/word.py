"""What a person does in Word: changes the text in a content control.

Word writes a bound control in two places, the body and the custom XML part that it is
bound to (ISO/IEC 29500-1, 17.5.2.6), and so does this. Only controls for text are
offered: those of one line or several, and those for formatted text, which come out as
plain paragraphs.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
W = f"{{{WORD}}}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
BODY = "word/document.xml"
PLAIN = {"alias", "tag", "id", "showingPlcHdr", "placeholder", "lock", "rPr"}
PREFIX = re.compile(r"xmlns:(\w+)=['\"]([^'\"]+)['\"]")
XML = etree.XMLParser(resolve_entities=False, no_network=True)


class NoWordFileError(Exception):
    """The file cannot be opened in Word."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """A content control for text. `number` is its place among them."""

    number: int
    label: str
    text: str
    is_long: bool


def controls(data: bytes) -> list[Control]:
    """Return the controls for text in the order of the document."""
    body = _tree(_parts(data)[BODY])
    return [
        Control(
            number=number,
            label=_value(found, "alias") or _value(found, "tag"),
            text="" if _is_placeholder(found) else _text(found),
            is_long=found.find(f"{W}sdtPr/{W}text") is None,
        )
        for number, found in enumerate(_controls(body))
    ]


def changed(data: bytes, texts: Mapping[int, str]) -> bytes:
    """Return the document with other texts in the controls with these numbers."""
    parts = _parts(data)
    body = _tree(parts[BODY])
    for number, found in enumerate(_controls(body)):
        if number in texts:
            _write(found, texts[number])
            _write_bound(parts, found, texts[number])
    parts[BODY] = _bytes(body)
    return _packed(parts)


def _controls(body: etree._Element) -> list[etree._Element]:
    """Return the controls that hold text and no other control."""
    return [
        each
        for each in body.iter(f"{W}sdt")
        if _is_for_text(each) and each.find(f"{W}sdtContent//{W}sdt") is None
    ]


def _is_for_text(control: etree._Element) -> bool:
    properties = control.find(f"{W}sdtPr")
    if properties is None:
        return False
    names = {etree.QName(each).localname for each in properties}
    return "text" in names or names <= PLAIN


def _text(control: etree._Element) -> str:
    paragraphs = control.findall(f"{W}sdtContent//{W}p")
    places = paragraphs or control.findall(f"{W}sdtContent")
    return "\n".join(
        "".join(
            "\n" if each.tag == f"{W}br" else each.text or ""
            for each in place.iter(f"{W}t", f"{W}br")
        )
        for place in places
    )


def _write(control: etree._Element, text: str) -> None:
    placeholder = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    was_placeholder = placeholder is not None
    if placeholder is not None and (above := placeholder.getparent()) is not None:
        above.remove(placeholder)
    paragraphs = control.findall(f"{W}sdtContent/{W}p")
    if not paragraphs:
        holder = _holder(control)
        _set_runs(holder, text, keep_look=not was_placeholder)
        return
    _set_paragraphs(paragraphs, text.split("\n"), keep_look=not was_placeholder)


def _holder(control: etree._Element) -> etree._Element:
    """Return what the runs of a control stand in: itself, or a cell's paragraph."""
    inside = control.find(f"{W}sdtContent")
    if inside is None:
        raise NoWordFileError("a control without contents")
    paragraph = inside.find(f".//{W}p")
    return inside if paragraph is None else paragraph


def _set_paragraphs(
    paragraphs: list[etree._Element], lines: list[str], *, keep_look: bool
) -> None:
    """Write a line in each paragraph; marks in paragraphs that go are kept."""
    last = paragraphs[0]
    _set_runs(last, lines[0], keep_look=keep_look)
    for gone in paragraphs[1:]:
        last.extend(gone.findall(f"{W}bookmarkStart") + gone.findall(f"{W}bookmarkEnd"))
        above = gone.getparent()
        if above is not None:
            above.remove(gone)
    for line in reversed(lines[1:]):
        added = copy.deepcopy(last)
        for mark in [*added.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")]:
            added.remove(mark)
        _set_runs(added, line, keep_look=keep_look)
        last.addnext(added)


def _set_runs(holder: etree._Element, text: str, *, keep_look: bool) -> None:
    """Put one run with the text in the place of the runs that are there."""
    runs = holder.findall(f"{W}r")
    look = runs[0].find(f"{W}rPr") if runs and keep_look else None
    place = holder.index(runs[0]) if runs else len(holder)
    for run in runs:
        holder.remove(run)
    made = etree.Element(f"{W}r")
    if look is not None:
        made.append(copy.deepcopy(look))
    for number, line in enumerate(text.split("\n")):
        if number:
            etree.SubElement(made, f"{W}br")
        piece = etree.SubElement(made, f"{W}t")
        piece.text = line
        piece.set(SPACE, "preserve")
    holder.insert(place, made)


def _write_bound(parts: dict[str, bytes], control: etree._Element, text: str) -> None:
    """Write the text in the custom XML part that the control is bound to."""
    binding = control.find(f"{W}sdtPr/{W}dataBinding")
    if binding is None:
        return
    name = _store(parts, binding.get(f"{W}storeItemID", ""))
    if name is None:
        return
    tree = _tree(parts[name])
    prefixes = dict(PREFIX.findall(binding.get(f"{W}prefixMappings", "")))
    found = tree.xpath(binding.get(f"{W}xpath", ""), namespaces=prefixes)
    for node in found if isinstance(found, list) else []:
        if etree.iselement(node):
            node.text = text
            node.attrib.pop("unset", None)
    parts[name] = _bytes(tree)


def _store(parts: Mapping[str, bytes], identifier: str) -> str | None:
    """Return the custom XML part with an identifier."""
    for name, data in parts.items():
        if re.fullmatch(r"customXml/itemProps\d+\.xml", name):
            found = _tree(data).get(f"{{{STORE}}}itemID", "")
            if found.lower() == identifier.lower():
                return name.replace("itemProps", "item")
    return None


def _is_placeholder(control: etree._Element) -> bool:
    return control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _value(control: etree._Element, name: str) -> str:
    found = control.find(f"{W}sdtPr/{W}{name}")
    return "" if found is None else found.get(f"{W}val", "")


def _parts(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile:
        raise NoWordFileError("no package") from None
    if BODY not in parts:
        raise NoWordFileError(BODY)
    return parts


def _tree(data: bytes) -> etree._Element:
    try:
        return etree.fromstring(data, XML)
    except etree.XMLSyntaxError as error:
        raise NoWordFileError(str(error)) from None


def _bytes(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()
