"""Names and small pieces of WordprocessingML. Source: ISO/IEC 29500-1, 17."""

from __future__ import annotations

import re

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PREFIXES = {"w": W, "w14": W14, "w15": W15, "mc": MC, "r": R}

_BREAK = re.compile(r"(\t|\r\n|\r|\n)")
# What XML 1.0 cannot carry, section 2.2, Char.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def name(short: str) -> str:
    """Return the lxml name of `w:sdt` and the like."""
    prefix, local = short.split(":")
    return f"{{{PREFIXES[prefix]}}}{local}"


def local(element: etree._Element) -> str:
    """Return the local name of an element; comments and instructions have none."""
    # Every element of every file is asked, and `QName` takes thrice the time.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(element: etree._Element | None) -> str | None:
    """Return the `w:val` of an element, in the transitional or strict namespace."""
    return None if element is None else attribute(element, "val")


def attribute(element: etree._Element, key: str) -> str | None:
    """Return a `w:` attribute, in the transitional or strict namespace."""
    found = element.get(f"{{{W}}}{key}")
    return element.get(f"{{{W_STRICT}}}{key}") if found is None else found


def child(element: etree._Element, local_name: str) -> etree._Element | None:
    """Return the first child with this local name, in any namespace."""
    return next(element.iterchildren(f"{{*}}{local_name}"), None)


def unsayable(text: str) -> str | None:
    """Return the first character that XML cannot carry, as `U+0001`, or `None`."""
    found = _NOT_XML.search(text)
    return None if found is None else f"U+{ord(found[0]):04X}"


def escape(text: str) -> str:
    """Return the text as XML content or attribute value; keeps carriage returns."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\r", "&#13;")


def in_attribute(text: str) -> str:
    """Return the text as an attribute value that comes back whole.

    An XML reader makes tabs and line breaks in an attribute into spaces.
    """
    return escape(text).replace("\t", "&#9;").replace("\n", "&#10;")


def run(text: str, *, properties: str = "") -> str:
    """Return one `w:r`; tabs and line breaks become their elements."""
    pieces = "".join(_piece(piece) for piece in _BREAK.split(text) if piece)
    return f"<w:r>{properties}{pieces}</w:r>"


def _piece(text: str) -> str:
    if text == "\t":
        return "<w:tab/>"
    if text[0] in "\r\n":
        return "<w:br/>"
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'
