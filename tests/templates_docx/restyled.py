"""A template as a person and two programs hand it back: restyled, saved, put away."""

from __future__ import annotations

import io
import re

import docx
from docx.shared import RGBColor
from lxml import etree

from templates_docx.wordml import W, name
from tests.templates_docx.tampering import DOCUMENT, parts_of, said_by, with_parts

HEADING = "Overskriften vår"
COLOUR = "8A1538"
STYLE = "Heading 2"
_RSID = ' w:rsidR="00A77B3E" w:rsidRDefault="00F12CD7"'
_PROOF = '<w:proofErr w:type="spellStart"/>'


def restyled(data: bytes) -> bytes:
    """Return a template in which a person chose a colour and wrote a heading anew."""
    document = docx.Document(io.BytesIO(data))
    document.styles[STYLE].font.color.rgb = RGBColor.from_string(COLOUR)
    headings = (p for p in document.paragraphs if p.style == document.styles[STYLE])
    heading = next(headings)
    heading.runs[0].text = HEADING
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_word_saves(data: bytes) -> bytes:
    """Return a template as Word writes it, as far as is known without Word.

    Revision numbers, proofing marks, runs cut in two, breaks of the last printing, the
    main part and the store under other names, names declared in another order, and no
    properties part, because it was empty.
    """
    parts = parts_of(said_by(data, "Microsoft Office Word"))
    body = parts[DOCUMENT].decode()
    body = re.sub(r"<w:p>", f"<w:p{_RSID}>", body)
    body = re.sub(
        r"(<w:r>)(<w:t[ >])", rf"{_PROOF}\1<w:lastRenderedPageBreak/>\2", body
    )
    parts[DOCUMENT] = _split_runs(_turned(body)).encode()
    renamed = {
        DOCUMENT: "word/document2.xml",
        "word/_rels/document.xml.rels": "word/_rels/document2.xml.rels",
        "customXml/item1.xml": "customXml/item3.xml",
        "customXml/_rels/item1.xml.rels": "customXml/_rels/item3.xml.rels",
    }
    parts = {renamed.get(part, part): content for part, content in parts.items()}
    said = ("document.xml", "document2.xml"), ("item1.xml", "item3.xml")
    for part in ("[Content_Types].xml", "_rels/.rels", "word/_rels/document2.xml.rels"):
        for old, new in said:
            parts[part] = parts[part].replace(old.encode(), new.encode())
    parts.pop("docProps/custom.xml")
    return with_parts_only(_without_property_part(parts))


def with_parts_only(parts: dict[str, bytes]) -> bytes:
    """Return a file of exactly these parts."""
    from_nothing = with_parts(_EMPTY, parts)
    assert set(parts_of(from_nothing)) == set(parts)
    return from_nothing


def _without_property_part(parts: dict[str, bytes]) -> dict[str, bytes]:
    for part in ("[Content_Types].xml", "_rels/.rels"):
        root = etree.fromstring(parts[part])
        for node in list(root):
            if "custom" in (node.get("PartName") or node.get("Target") or ""):
                root.remove(node)
        parts[part] = etree.tostring(root)
    return parts


def _turned(body: str) -> str:
    """Declare the names of the root the other way round."""
    start = re.search(r"<w:document [^>]*>", body)
    assert start is not None
    names = re.findall(r'\sxmlns:\w+="[^"]*"', start[0])
    rest = re.sub(r'\sxmlns:\w+="[^"]*"', "", start[0]).removesuffix(">")
    return body.replace(start[0], f"{rest}{''.join(reversed(names))}>", 1)


def _split_runs(body: str) -> str:
    root = etree.fromstring(body.encode())
    for run in list(root.iter(f"{{{W}}}r")):
        text = run.find(name("w:t"))
        above = run.getparent()
        if text is None or above is None or len(text.text or "") < 4:
            continue
        twin = etree.fromstring(etree.tostring(run))
        words = text.text or ""
        twin_text = twin.find(name("w:t"))
        assert twin_text is not None
        for part, half in ((text, words[:2]), (twin_text, words[2:])):
            part.text = half
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        for old in twin.findall(name("w:lastRenderedPageBreak")):
            twin.remove(old)
        run.addnext(twin)
    return etree.tostring(root, encoding="unicode")


_EMPTY = b"PK\5\6" + bytes(18)
