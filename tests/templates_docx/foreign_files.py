"""Word files of another origin, made with python-docx and WordprocessingML by hand."""

from __future__ import annotations

import io

import docx
from lxml import etree

from templates_docx.package import packed, write
from templates_docx.wordml import W14, W15, W
from tests.templates_docx.tampering import parts_of, with_parts

_TRANSITIONAL = b"http://schemas.openxmlformats.org/"
_STRICT = (
    (_TRANSITIONAL + b"wordprocessingml/2006/main", b"wordprocessingml/main"),
    (
        _TRANSITIONAL + b"officeDocument/2006/relationships",
        b"officeDocument/relationships",
    ),
    (b"relationships/extended-properties", b"relationships/extendedProperties"),
    (b"relationships/custom-properties", b"relationships/customProperties"),
)
_PURL = b"http://purl.oclc.org/ooxml/"


def foreign(*paragraphs: str, blocks: str = "") -> bytes:
    """Return a file with paragraphs of run-level WordprocessingML below «Grunnlag».

    `blocks` is block-level WordprocessingML that stands after them.
    """
    document = docx.Document()
    document.add_heading("Grunnlag", 1)
    body = document.element.body
    inner = "".join(f"<w:p>{paragraph}</w:p>" for paragraph in paragraphs) + blocks
    for element in elements(inner):
        body.insert(len(body) - 1, element)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def elements(text: str) -> list[etree._Element]:
    """Return WordprocessingML as elements, with the prefixes w, w14, w15 and mc."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    spaces = f'xmlns:w="{W}" xmlns:w14="{W14}" xmlns:w15="{W15}" xmlns:mc="{mc}"'
    return list(etree.fromstring(f"<w:body {spaces}>{text}</w:body>"))


def control(tag: str, content: str, kind: str = "") -> str:
    """Return a control at any level, by its tag and the element of its kind."""
    properties = f'<w:sdtPr><w:tag w:val="{tag}"/>{kind}</w:sdtPr>'
    body = f"<w:sdtContent>{content}</w:sdtContent>"
    return f"<w:sdt>{properties}{body}</w:sdt>"


def words(text: str) -> str:
    """Return a run with a text."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def strict(data: bytes) -> bytes:
    """Return the file as ISO/IEC 29500 Strict spells it."""
    changed = {}
    for name, content in parts_of(data).items():
        changed[name] = content
        for old, new in _STRICT:
            spelt = new if old.startswith(b"rel") else _PURL + new
            changed[name] = changed[name].replace(old, spelt)
    return with_parts(data, changed)


def renamed(data: bytes, name: str = "word/document2.xml") -> bytes:
    """Return the file with its main part under another name."""
    old = "word/document.xml"
    parts = parts_of(data)
    parts[name] = parts.pop(old)
    parts["word/_rels/document2.xml.rels"] = parts.pop("word/_rels/document.xml.rels")
    for told in ("[Content_Types].xml", "_rels/.rels"):
        parts[told] = parts[told].replace(old.encode(), name.encode())
    return written(parts)


def written(parts: dict[str, bytes]) -> bytes:
    """Return a package of these parts alone."""
    return write(packed(name, content) for name, content in parts.items())
