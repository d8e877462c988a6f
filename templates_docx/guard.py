"""Limits and refusals that stand before any parser, and the one parser behind them.

Limits come from 1,257 real Word files: at most 291 members, largest XML part 12.6 MB,
XML ratio at most 41, 15 MB inflated in all. What cannot be a decent document is refused
by a stable code; what is only unusual (a remote template, an embedded object) is left
to the reader, which reports it and never follows it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from lxml import etree

from templates_docx.errors import RefusedFileError
from templates_docx.markup import check_lengths, check_markup, may_be_long

MAX_FILE = 25 * 1024 * 1024
MAX_MEMBERS = 1_000
MAX_XML_PART = 32 * 1024 * 1024
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 100
# Small parts may be dense: an empty table of styles packs well.
RATIO_COUNTS_FROM = 1024 * 1024
CONTENT_TYPES = "[Content_Types].xml"

_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_METHODS = 0, 8
_ENCRYPTED = 0x1 | 0x40 | 0x2000
# Steps that begin with a letter, digit, bracket or underscore; all that is usual.
_STEP = r"[A-Za-z0-9_\[][A-Za-z0-9_.\[\]-]*"
_ORDINARY = re.compile(rf"{_STEP}(?:/{_STEP}|/_rels/\.rels)*|_rels/\.rels")
_MACROS = "macroenabled", "vbaproject"
_MAIN = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
# Depth over 256, names over 50 kB, a text or an attribute over 10 MB (libxml2).
_PARSER_LIMITS = (
    etree.ErrorTypes.ERR_NAME_TOO_LONG,
    etree.ErrorTypes.ERR_RESOURCE_LIMIT,
)


class Entry(NamedTuple):
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
        text = f"the file has {count} parts"
        raise RefusedFileError("too-many-members", text, told=str(count))


def check_entries(entries: Sequence[Entry]) -> None:
    """Refuse a directory that is unsafe to unpack."""
    for entry in entries:
        if _ORDINARY.fullmatch(entry.name) is None:
            _check_name(entry.name)
        if entry.flags & _ENCRYPTED or entry.method not in _METHODS:
            _check_kind(entry)
        if entry.size > RATIO_COUNTS_FROM:
            _check_ratio(entry)
    _check_distinct(entries)
    _check_apart(entries)
    if sum(entry.size for entry in entries) > MAX_INFLATED:
        raise RefusedFileError("too-large-inflated", "the file unpacks to over 200 MB")


def check_content_types(content: bytes, *, main: str) -> None:
    """Refuse macros, and a main part that is no Word document or template.

    `content` is `[Content_Types].xml` and `main` the name of the main part.
    Source: ISO/IEC 29500-2, 7.2.3 (content types, compared without regard to case).
    """
    root = parse(content, name=CONTENT_TYPES)
    kinds = {_subject(node): node.get("ContentType", "").strip() for node in root}
    if any(mark in kind.casefold() for kind in kinds.values() for mark in _MACROS):
        raise RefusedFileError("macros", "the file holds macros")
    extension = main.casefold().rpartition(".")[2]
    kind = kinds.get(f"/{main.casefold()}", kinds.get(f".{extension}", ""))
    if kind.casefold() not in _MAIN:
        raise RefusedFileError("not-word", "the file is no Word document")


def parse(content: bytes, *, name: str) -> etree._Element:
    """Return the root of an XML part; no entities, no network, depth 256.

    Raises:
        RefusedFileError: a document type, entities, an odd encoding, ill-formed, too
            many controls, or an attribute or text that is too long.
    """
    if len(content) > MAX_XML_PART:
        raise RefusedFileError("too-large-part", "is larger than 32 MB", told=name)
    check_markup(content, name=name)
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as problem:
        raise _not_parsed(problem, name=name) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise RefusedFileError("doctype", "declares a document type", told=name)
    if may_be_long(content):
        check_lengths(root, name=name)
    return root


def parsed(content: bytes, *, name: str) -> etree._Element | None:
    """Return the root of an XML part, `None` where it is ill-formed or too large.

    Raises:
        RefusedFileError: a document type or entities, which nobody writes by mistake.
    """
    try:
        return parse(content, name=name)
    except RefusedFileError as refusal:
        if refusal.code == "doctype":
            raise
        return None


def _subject(node: etree._Element) -> str:
    """What a content type is for: `/word/document.xml` or `.xml`."""
    extension = node.get("Extension", "").casefold()
    return f".{extension}" if extension else node.get("PartName", "").casefold()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


def _not_parsed(problem: etree.XMLSyntaxError, *, name: str) -> Exception:
    if problem.code == etree.ErrorTypes.ERR_NO_MEMORY:
        return MemoryError(name)
    if problem.code in _PARSER_LIMITS:
        return RefusedFileError("too-complex", "exceeds the parser", told=name)
    return RefusedFileError("ill-formed", "is not well-formed XML", told=name)


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    unsafe = not name or ".." in parts or name.startswith("/") or ":" in name
    if unsafe or "\\" in name or "\0" in name:
        raise RefusedFileError("bad-name", "a name is not allowed", told=repr(name))


def _check_kind(entry: Entry) -> None:
    if entry.flags & _ENCRYPTED:
        raise RefusedFileError("encrypted", "is encrypted", told=entry.name)
    if entry.method not in _METHODS:
        raise RefusedFileError("zip-method", "is packed in an odd way", told=entry.name)


def _check_ratio(entry: Entry) -> None:
    is_xml = entry.name.casefold().endswith((".xml", ".rels"))
    if is_xml and entry.size > MAX_XML_PART:
        text = "is larger than 32 MB"
        raise RefusedFileError("too-large-part", text, told=entry.name)
    dense = entry.size > MAX_RATIO * max(1, entry.packed_size)
    if dense and entry.size > RATIO_COUNTS_FROM:
        raise RefusedFileError("zip-bomb", "unpacks too far", told=entry.name)


def _check_distinct(entries: Sequence[Entry]) -> None:
    if _are_plainly_distinct([entry.name for entry in entries]):
        return
    seen: set[str] = set()
    for entry in entries:
        name = unicodedata.normalize("NFC", entry.name).casefold()
        if name in seen:
            text = "two parts have this name"
            raise RefusedFileError("duplicate-name", text, told=entry.name)
        seen.add(name)


def _are_plainly_distinct(names: Sequence[str]) -> bool:
    """Say so of ASCII names at once; a name with a line break is looked at closely."""
    joined = "\n".join(names)
    return joined.isascii() and len(set(joined.lower().split("\n"))) == len(names)


def _check_apart(entries: Sequence[Entry]) -> None:
    ordered = sorted(entries, key=lambda entry: entry.start)
    for before, after in itertools.pairwise(ordered):
        if before.end > after.start:
            raise RefusedFileError("overlap", "overlaps another", told=after.name)
