"""A text in the document properties that programs let a user define.

Word's own dialog takes 255 characters a property, so a text is cut up and numbered.
Source: ISO/IEC 29500-1, 15.2.12.2 and 22.3; ISO/IEC 29500-2, 6.5 (relationships).
"""

from __future__ import annotations

import itertools

from lxml import etree

from templates_docx import guard
from templates_docx.origin import empty_properties
from templates_docx.package import Package
from templates_docx.parts import Parts

_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_RELATION = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    "custom-properties"
)
_CONTENT = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_NEW_PART = "docProps/custom.xml"
_LENGTH = 240


def property_of(package: Package, parts: Parts, name: str) -> str:
    """Return the text of a property; empty without it, or when the part is no XML."""
    part = parts.properties
    root = guard.parsed(package.read(part), name=part) if part in package else None
    if root is None:
        return ""
    said = {node.get("name", ""): "".join(node.itertext()) for node in root}
    numbered = (said.get(f"{name}{number}") for number in itertools.count(1))
    return "".join(piece or "" for piece in itertools.takewhile(bool, numbered))


def with_property(
    package: Package, parts: Parts, name: str, text: str
) -> dict[str, bytes]:
    """Return the parts that change when a property gets a text; empty takes it out."""
    if parts.properties in package:
        return {parts.properties: _set(package.read(parts.properties), name, text)}
    if not text:
        return {}
    return {
        _NEW_PART: _set(empty_properties(), name, text),
        _TYPES: _with_type(package.read(_TYPES)),
        _RELATIONS: _with_relation(package.read(_RELATIONS)),
    }


def _set(content: bytes, name: str, text: str) -> bytes:
    root = guard.parse(content, name=_NEW_PART)
    for node in list(root):
        if node.get("name", "").removeprefix(name).isdecimal():
            root.remove(node)
    first = max((int(node.get("pid", "1")) for node in root), default=1) + 1
    pieces = [text[at : at + _LENGTH] for at in range(0, len(text), _LENGTH)]
    for number, piece in enumerate(pieces):
        root.append(_property(f"{name}{number + 1}", piece, pid=first + number))
    return _written(root)


def _property(name: str, text: str, *, pid: int) -> etree._Element:
    node = etree.Element(f"{{{_CUSTOM}}}property", nsmap={None: _CUSTOM, "vt": _VT})
    node.set("fmtid", _FORMAT)
    node.set("pid", str(pid))
    node.set("name", name)
    etree.SubElement(node, f"{{{_VT}}}lpwstr").text = text
    return node


def _with_type(content: bytes) -> bytes:
    root = guard.parse(content, name=_TYPES)
    override = etree.SubElement(root, f"{{{_namespace(root)}}}Override")
    override.set("PartName", f"/{_NEW_PART}")
    override.set("ContentType", _CONTENT)
    return _written(root)


def _with_relation(content: bytes) -> bytes:
    root = guard.parse(content, name=_RELATIONS)
    taken = {node.get("Id") for node in root}
    free = (f"rIdSamspor{n}" for n in itertools.count(1))
    relation = etree.SubElement(root, f"{{{_namespace(root)}}}Relationship")
    relation.set("Id", next(name for name in free if name not in taken))
    relation.set("Type", _RELATION)
    relation.set("Target", _NEW_PART)
    return _written(root)


def _namespace(root: etree._Element) -> str:
    return etree.QName(root).namespace or ""


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
