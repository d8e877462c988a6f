"""Change one part of a Word file as another program or a person would."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from templates_docx.package import Package, packed, write

DOCUMENT, STORE = "word/document.xml", "customXml/item1.xml"


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return every part by name."""
    package = Package.open(data)
    return {name: package.read(name) for name in package.members}


def with_parts(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return the file with some parts replaced or added."""
    parts = parts_of(data) | dict(changed)
    return write(packed(name, content) for name, content in parts.items())


def edited(data: bytes, old: str, new: str, *, part: str = DOCUMENT) -> bytes:
    """Return the file with a text of a part replaced; the text must be there."""
    content = parts_of(data)[part].decode()
    assert old in content
    return with_parts(data, {part: content.replace(old, new).encode()})


def rewritten(data: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """Return the file with its document changed as a tree."""
    root = etree.fromstring(parts_of(data)[DOCUMENT])
    change(root)
    return with_parts(data, {DOCUMENT: etree.tostring(root, encoding="UTF-8")})


def said_by(data: bytes, program: str) -> bytes:
    """Return the file as if another program had saved it."""
    app = parts_of(data)["docProps/app.xml"].decode()
    named = re.sub(
        r"<Application>.*?</Application>",
        f"<Application>{program}</Application>",
        app,
    )
    return with_parts(data, {"docProps/app.xml": named.encode()})
