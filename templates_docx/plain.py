r"""Citations of a part that are told by its bytes, where these can mean but one thing.

Nearly every citation stands in a paragraph of the body, below a heading, in a control
that Word, LibreOffice or Samspor wrote in the usual way. Then name and heading are
found without a parser. What is not so is left to the parser: another prefix, single
quotes, tracked deletions, tables, text boxes, controls in controls, wrapped paragraphs,
or a name that stands anywhere but in the properties of a control.

What carries the proof: in well-formed XML no `<` stands in a text or an attribute, and
here as many `>` as `<` say that no `>` does. So tags can be counted, and the count
before a place tells how deep it is. Nothing in a paragraph of the body is deeper than
another paragraph but what that one holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from templates_docx.cited import Citation
from templates_docx.finding import CITATION, cited_by
from templates_docx.wordml import W_STRICT, W

_NAME = CITATION.encode()
_PARAGRAPHS = b"<w:p>", b"<w:p "
_CONTROL, _END = b"<w:sdt>", b"</w:sdtPr>"
_SPACES = W.encode(), W_STRICT.encode()
_ATTRIBUTES = rb'(?: [\w:]+="[^"<]*")*'
_EMPTY = rb"<[\w:]+" + _ATTRIBUTES + rb" ?/>"
_INNER = rb"(?!<w:tag|<w:dataBinding)" + _EMPTY
_PROPERTIES = re.compile(
    rb"<w:sdtPr>(?:" + _EMPTY + rb"|<w:(rPr|placeholder)>(?:" + _INNER + rb")*</w:\1>)*"
    rb"</w:sdtPr>"
)
_TAG = re.compile(rb'<w:tag w:val="([^"]*)" ?/>')
_MAPPINGS = re.compile(rb'<w:dataBinding [^>]*?w:prefixMappings="([^"]*)"')
_BOUND = re.compile(rb"xmlns:w\s*=")
_PARAGRAPH = re.compile(rb"<w:p" + _ATTRIBUTES + rb"><w:pPr>")
_STYLE = re.compile(rb'<w:pStyle w:val="([^"]*)" ?/>')
_HEADINGS = b"heading", b"overskrift", b"title"
_SHOWN = re.compile(rb"<w:(?:t" + _ATTRIBUTES + rb">([^<]*)|(tab|br|t)\b)")
_SHOWING = re.compile(rb"<(?:[\w.-]+:)?(?:t|delText|tab|br)[\s/>]")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


class _UnusualError(Exception):
    """Only a parser can tell."""


def plain_citations(content: bytes) -> tuple[Citation, ...] | None:
    """Return the citations of a part in UTF-8 without `&#` and `<!`, in its order.

    `None` is the answer where only a parser can tell.
    """
    try:
        return tuple(_Part.of(content).citations())
    except (_UnusualError, UnicodeDecodeError):
        return None


@dataclass(frozen=True)
class _Part:
    """A part in which tags can be counted; `level` is how deep its paragraphs are."""

    content: bytes
    level: int

    @classmethod
    def of(cls, content: bytes) -> _Part:
        namespaces = sum(content.count(space) for space in _SPACES)
        _certain(namespaces == len(_BOUND.findall(content)) == 1)
        _certain(any(b'xmlns:w="' + space + b'"' in content for space in _SPACES))
        _certain(content.count(b"<") == content.count(b">"))
        _certain(content.find(b"<?", 1) < 0)
        gone = (b":del", b":moveFrom", b"customXml")
        _certain(not any(mark in content for mark in gone))
        bodies = content.count(b"<w:body>")
        _certain(bodies < 2)
        return cls(content, 1 + bodies)

    def citations(self) -> list[Citation]:
        found = []
        at = self.content.find(_NAME)
        while at >= 0:
            start = self.content.rfind(b"<w:sdtPr>", 0, at)
            end = self.content.find(_END, at) + len(_END)
            found.append(self._citation(start, end))
            at = self.content.find(_NAME, end)
        return found

    def _citation(self, start: int, end: int) -> Citation:
        control = start - len(_CONTROL)
        _certain(0 < start < end and self.content[control:start] == _CONTROL)
        output, _, version = _cited(self.content[start:end]).partition("@")
        block = self._block(control)
        return Citation(output=output, version=version, where=self._heading(block))

    def _block(self, control: int) -> int:
        """Where the paragraph of a control begins, or itself where it is in none."""
        starts = (self.content.rfind(mark, 0, control) for mark in _PARAGRAPHS)
        paragraph = max(starts)
        is_in_it = paragraph >= 0 > self.content.find(b"</w:p>", paragraph, control)
        block = paragraph if is_in_it else control
        _certain(self._is_equal(block))
        before = self.content[block:control]
        _certain(not (is_in_it and before[: before.find(b">")].endswith(b"/")))
        whole = before.count(_CONTROL)
        _certain(whole * 2 == before.count(b"</w:sdt>") * 2 == before.count(b"sdt>"))
        _certain(b"sdt " not in before and b"AlternateContent" not in before)
        return block

    def _is_equal(self, place: int) -> bool:
        """Say whether what begins at a place is as deep as a paragraph of the body."""
        count = self.content.count
        tags = count(b"<", 0, place) - self.content.startswith(b"<?xml")
        deep = tags - 2 * count(b"</", 0, place) - count(b"/>", 0, place)
        return deep == self.level

    def _heading(self, block: int) -> str:
        """The text of the last heading before a block, among its equals."""
        text, place, seen = None, block, 0
        while text is None:
            place = self.content.rfind(b"<w:pStyle", 0, place)
            if place < 0:
                break
            seen += 1
            text = self._text_of_heading(place)
        _certain(self.content.count(b"pStyle", max(place, 0), block) == seen)
        return text or ""

    def _text_of_heading(self, style: int) -> str | None:
        """The text of a paragraph by its style; `None` where it is no heading here."""
        named = _STYLE.match(self.content, style)
        if named is None or b"&" in named[1]:
            raise _UnusualError
        if not named[1].lower().startswith(_HEADINGS):
            return None
        start = self.content.rfind(b"<w:p", 0, style - len(b"<w:pPr>"))
        _certain(_PARAGRAPH.fullmatch(self.content, max(start, 0), style) is not None)
        if not self._is_equal(start):
            return None
        return _words(self.content[start : self.content.find(b"</w:p>", style)])


def _certain(is_so: object) -> None:
    if not is_so:
        raise _UnusualError


def _cited(properties: bytes) -> str:
    """What the properties of a control cite, where they are of the usual form."""
    tags, mappings = _TAG.findall(properties), _MAPPINGS.findall(properties)
    _certain(_PROPERTIES.fullmatch(properties) is not None)
    _certain(len(tags) < 2 and len(mappings) < 2)
    _certain(properties.count(b"tag") == properties.count(b"<w:tag ") == len(tags))
    _certain(properties.count(b"dataBinding") == len(mappings))
    named = b" ".join([*tags, *mappings])
    _certain(properties.count(_NAME) == named.count(_NAME))
    _certain(not set(b"\t\n\r") & set(properties))
    tag, mapping = (_text(b"".join(found)) for found in (tags, mappings))
    cited = cited_by(tag, mapping)
    # A control with another tag is a field, and its place is the field.
    _certain(bool(cited) and (not tag or tag.startswith(CITATION)))
    return cited


def _words(paragraph: bytes) -> str:
    """The words of a heading as `places.words_of` gives them."""
    odd = b"\r", b"'", b"txbxContent", b"AlternateContent"
    _certain(not any(mark in paragraph for mark in odd))
    shown = _SHOWN.findall(paragraph)
    _certain(len(shown) == len(_SHOWING.findall(paragraph)))
    words = (" " if kind in (b"tab", b"br") else _text(text) for text, kind in shown)
    return "".join(words).strip()


def _text(raw: bytes) -> str:
    text = raw.decode()
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    return text
