"""What the bytes of an XML part tell before a parser sees them.

All checks run at the speed of `bytes.find`. They refuse what no parser should be given:
an encoding that hides its markup, a document type, too many controls. Long attributes
and texts are only suspected here, and looked for in the tree where they are suspected.
Source: ISO/IEC 29500-2, 7.2.3.1 (parts are UTF-8 or UTF-16); XML 1.0, appendix F.
"""

from __future__ import annotations

import re

from lxml import etree

from templates_docx.errors import RefusedFileError

MAX_CONTROLS = 20_000
MAX_ATTRIBUTE = 1_000
MAX_TEXT = 100_000

_BOM = b"\xef\xbb\xbf"
_WIDE = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
_LONGEST_DECLARATION = 1_000
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")
# In these every byte below 128 is the ASCII sign, so that no markup can hide.
_PLAIN = re.compile(
    r"utf-?8|(us-)?ascii|iso-8859-\d+|latin-?1|windows-125\d", re.IGNORECASE
)
_WIDE_NAME = re.compile(r"utf-?(16|32)(le|be)?|(iso-10646-)?ucs-[24]", re.IGNORECASE)
_CONTROL = re.compile(rb"<(?:[\w.-]+:)?sdt[\s/>]")
_SINGLE_QUOTED = re.compile(rb"=\s*'")
# Real documents keep drawings, alternative texts and addresses in long attributes.
_BULKY = frozenset(
    (
        "gfxdata",
        "style",
        "path",
        "v",
        "points",
        "descr",
        "title",
        "tooltip",
        "Target",
        "instr",
        "prefixMappings",
        "alt",
        "href",
        "d",
    )
)

# Asked of every part of every file, so the tree is first looked through by libxml2.
_LONG = etree.XPath(
    f"boolean(.//text()[string-length() > {MAX_TEXT}]"
    f" | .//comment()[string-length() > {MAX_TEXT}]"
    f" | .//processing-instruction()[string-length() > {MAX_TEXT}]"
    f" | descendant-or-self::*/@*[string-length() > {MAX_ATTRIBUTE}])"
)


def check_markup(content: bytes, *, name: str) -> None:
    """Refuse a part that is not to be parsed.

    Raises:
        RefusedFileError: an odd encoding, a document type, or too many controls.
    """
    text = readable(content, name=name)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise RefusedFileError("doctype", "declares a document type", told=name)
    if _has_too_many_controls(text):
        raise RefusedFileError("too-many-controls", "over 20,000 controls", told=name)


def readable(content: bytes, *, name: str) -> bytes:
    """Return the part with all its markup in ASCII; UTF-16 and UTF-32 become UTF-8.

    Raises:
        RefusedFileError: the part is in another encoding, or says so.
    """
    for start, codec in _WIDE.items():
        if content.startswith(start):
            return _from_wide(content, codec, name=name)
    text = content.removeprefix(_BOM)
    declared = _declared(text, name=name)
    is_plain = text[:64].lstrip()[:1] in (b"<", b"") and _PLAIN.fullmatch(declared)
    if not is_plain or b"\0" in text[:64]:
        raise _odd_encoding(name)
    return text


def may_be_long(content: bytes) -> bool:
    """Say whether an attribute or a text may be over its limit.

    The answer is sometimes yes for nothing, and always yes for UTF-16.
    """
    return (
        b"\0" in content[:64]
        or b"<![CDATA[" in content
        or _may_hold_long_text(content)
        or _may_hold_long_attribute(content)
        or _SINGLE_QUOTED.search(content, 100) is not None
    )


def check_lengths(root: etree._Element, *, name: str) -> None:
    """Refuse a tree with an attribute or a text that no real document has.

    Raises:
        RefusedFileError: an attribute over 1,000 or a text over 100,000 characters.
    """
    if not _LONG(root):
        return
    for element in root.iter():
        if len(element.text or "") > MAX_TEXT or len(element.tail or "") > MAX_TEXT:
            raise RefusedFileError("too-long-text", "a text is too long", told=name)
        for key, value in element.attrib.items():
            if len(value) > MAX_ATTRIBUTE and etree.QName(key).localname not in _BULKY:
                text = "an attribute is too long"
                raise RefusedFileError("too-long-attribute", text, told=name)


def _from_wide(content: bytes, codec: str, *, name: str) -> bytes:
    try:
        text = content.decode(codec).encode()
    except UnicodeError as problem:
        raise _odd_encoding(name) from problem
    declared = _declared(text.removeprefix(_BOM), name=name)
    if not (_WIDE_NAME.fullmatch(declared) or declared == "utf-8"):
        raise _odd_encoding(name)
    return text


def _declared(text: bytes, *, name: str) -> str:
    """The encoding that the XML declaration names, UTF-8 where it names none."""
    if not text.startswith(b"<?xml"):
        return "utf-8"
    end = text.find(b"?>", 0, _LONGEST_DECLARATION)
    if end < 0:
        raise _odd_encoding(name)
    found = _DECLARED.search(text, 0, end)
    return found[1].decode("ascii", "replace") if found else "utf-8"


def _odd_encoding(name: str) -> RefusedFileError:
    return RefusedFileError("encoding", "is not UTF-8 or UTF-16", told=name)


def _has_too_many_controls(text: bytes) -> bool:
    if text.count(b"sdt") <= MAX_CONTROLS:
        return False
    return sum(1 for _ in _CONTROL.finditer(text)) > MAX_CONTROLS


def _may_hold_long_text(content: bytes) -> bool:
    """A text over its limit is that many bytes without a tag; jumps from tag to tag."""
    at = 0
    while at + MAX_TEXT < len(content):
        following = content.rfind(b"<", at + 1, at + MAX_TEXT + 1)
        if following < 0:
            return True
        at = following
    return False


def _may_hold_long_attribute(content: bytes) -> bool:
    """A long value follows its quote without a quote or a tag for as many bytes."""
    at = content.find(b'"')
    while 0 <= at < len(content) - MAX_ATTRIBUTE:
        end = at + MAX_ATTRIBUTE + 1
        following = content.rfind(b'"', at + 1, end)
        if following < 0:
            if content.find(b"<", at + 1, end) < 0:
                return True
            following = content.find(b'"', end)
        at = following
    return False
