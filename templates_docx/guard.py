"""Limits and refusals that stand before any parser.

Limits come from 1,257 real Word files: at most 291 members, largest XML part 12.6 MB,
XML ratio at most 41, 15 MB inflated in all. What cannot be a decent document is refused
by a stable code; what is only unusual (a remote template, an embedded object) is left
to the reader, which reports it and never follows it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from templates_docx.errors import RefusedFileError

MAX_FILE = 25 * 1024 * 1024
MAX_MEMBERS = 1_000
MAX_XML_PART = 32 * 1024 * 1024
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 100
# Small parts may be dense: an empty table of styles packs well.
RATIO_COUNTS_FROM = 1024 * 1024
MAX_CONTROLS = 20_000

_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_MACROS = b"macroEnabled", b"vbaProject"
_MAIN = (
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the zip directory; `start` and `end` are byte offsets in the file."""

    name: str
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    start: int
    end: int


def check_size(data: bytes) -> None:
    """Refuse a file that is too large, or of the old or encrypted binary kind."""
    if len(data) > MAX_FILE:
        raise RefusedFileError("too-large", "the file is larger than 25 MB")
    if data.startswith(_CFB):
        text = "the file is password protected or an old .doc; save it as .docx"
        raise RefusedFileError("cfb", text)


def check_count(count: int) -> None:
    """Refuse a zip with more members than any real document has."""
    if count > MAX_MEMBERS:
        raise RefusedFileError("too-many-members", f"the file has {count} parts")


def check_entries(entries: Sequence[Entry]) -> None:
    """Refuse a directory that is unsafe to unpack."""
    for entry in entries:
        _check_name(entry.name)
        _check_kind(entry)
        _check_ratio(entry)
    _check_distinct(entries)
    _check_apart(entries)
    if sum(entry.size for entry in entries) > MAX_INFLATED:
        raise RefusedFileError("too-large-inflated", "the file unpacks to over 200 MB")


def check_content_types(content: bytes) -> None:
    """Refuse macros and every main part that is no Word document or template."""
    text = plain_ascii(content)
    if any(mark in text for mark in _MACROS):
        raise RefusedFileError("macros", "the file holds macros")
    if not any(kind in text for kind in _MAIN):
        raise RefusedFileError("not-word", "the file is no Word document")


def parse(content: bytes, *, name: str) -> etree._Element:
    """Return the root of an XML part; no entities, no network, depth 256.

    Raises:
        RefusedFileError: a document type, entities, ill-formed or too many controls.
    """
    if len(content) > MAX_XML_PART:
        raise RefusedFileError("too-large-part", f"{name} is larger than 32 MB")
    check_no_doctype(content, name=name)
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as problem:
        text = f"{name} is not well-formed XML"
        raise RefusedFileError("ill-formed", text) from problem
    _check_controls(root, name=name)
    return root


def parsed(content: bytes, *, name: str) -> etree._Element | None:
    """Return the root of an XML part, `None` where it is ill-formed or too large.

    Raises:
        RefusedFileError: a document type or entities, which nobody writes by mistake.
    """
    check_no_doctype(content, name=name)
    try:
        return parse(content, name=name)
    except RefusedFileError:
        return None


def check_no_doctype(content: bytes, *, name: str) -> None:
    """Refuse a part that declares a document type or entities, in any encoding."""
    text = plain_ascii(content)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise RefusedFileError("doctype", f"{name} declares a document type")


def plain_ascii(content: bytes) -> bytes:
    """Return the bytes with the zero bytes of UTF-16 and UTF-32 taken out."""
    return content.replace(b"\0", b"") if b"\0" in content[:64] else content


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


def _check_controls(root: etree._Element, *, name: str) -> None:
    controls = root.iter("{*}sdt")
    if sum(1 for _ in itertools.islice(controls, MAX_CONTROLS + 1)) > MAX_CONTROLS:
        raise RefusedFileError("too-many-controls", f"{name} has over 20,000 controls")


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    unsafe = not name or ".." in parts or name.startswith("/") or ":" in name
    if unsafe or "\\" in name or "\0" in name:
        raise RefusedFileError("bad-name", f"the file name {name!r} is not allowed")


def _check_kind(entry: Entry) -> None:
    if entry.flags & _ENCRYPTED:
        raise RefusedFileError("encrypted", f"{entry.name} is encrypted")
    if entry.method not in (0, 8):
        raise RefusedFileError("zip-method", f"{entry.name} is packed in an odd way")


def _check_ratio(entry: Entry) -> None:
    is_xml = entry.name.casefold().endswith((".xml", ".rels"))
    if is_xml and entry.size > MAX_XML_PART:
        raise RefusedFileError("too-large-part", f"{entry.name} is larger than 32 MB")
    dense = entry.size > MAX_RATIO * max(1, entry.packed_size)
    if dense and entry.size > RATIO_COUNTS_FROM:
        raise RefusedFileError("zip-bomb", f"{entry.name} unpacks too far")


def _check_distinct(entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.name.casefold()
        if name in seen:
            raise RefusedFileError("duplicate-name", f"two files are named {name}")
        seen.add(name)


def _check_apart(entries: Sequence[Entry]) -> None:
    ordered = sorted(entries, key=lambda entry: entry.start)
    for before, after in itertools.pairwise(ordered):
        if before.end > after.start:
            raise RefusedFileError("overlap", f"{after.name} overlaps another file")
