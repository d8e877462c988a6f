"""Where a file comes from, kept in its document properties.

LibreOffice 7.4 and 25.2 empty every custom XML part of a document in which a bound text
holds `&` or `<`, but keep the properties. They carry what no body can show: kind,
document, version, ids of rows, what was given. Word's own dialog takes 255 characters a
property, so the text is cut up. Source: ISO/IEC 29500-1, 15.2.12.2 and 22.3.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Hashable
from dataclasses import dataclass, field

from lxml import etree

from templates_docx import guard
from templates_docx.filling import Filling
from templates_docx.origin_text import origin_tree, plain_origin, written_origin
from templates_docx.outlines import Outline
from templates_docx.package import Package
from templates_docx.store import Identity, is_origin
from templates_docx.wordml import local
from workflows.forms.fields import Form

_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_OURS = re.compile(r"Samspor(\d+)")
_LENGTH = 240
_MARK = "\ue000"


@dataclass(frozen=True)
class Shell:
    """The properties of a template apart from ours, and the first number free."""

    before: str
    after: str
    first: int

    def with_origin(self, text: str) -> bytes:
        """Return the properties part with an origin in it."""
        pieces = [text[at : at + _LENGTH] for at in range(0, len(text), _LENGTH)]
        properties = "".join(
            f'<property xmlns="{_CUSTOM}" xmlns:vt="{_VT}" fmtid="{_FORMAT}" '
            f'pid="{self.first + n}" name="Samspor{n + 1}">'
            f"<vt:lpwstr>{piece}</vt:lpwstr></property>"
            for n, piece in enumerate(pieces)
        )
        return f"{self.before}{properties}{self.after}".encode()


@dataclass(frozen=True, kw_only=True)
class OriginPart:
    """The document properties, which differ from document to document."""

    name: str
    shell: Shell
    form: Form
    language: str
    _latest: dict[str, tuple[Hashable, bytes]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def render(self, filling: Filling) -> bytes:
        """Return the properties of one document."""
        text = written_origin(self.form, filling, language=self.language)
        return self.shell.with_origin(text)

    def plain(self, outline: Outline, identity: Identity) -> bytes:
        """Return the properties of a document of the plain kind.

        Documents made one after the other often have the same: the latest is kept.
        """
        told = identity, outline.given, (*outline.rows.items(),)
        if outline.verbatim:
            return self.shell.with_origin(self._text(outline, identity))
        latest = self._latest.get("")
        if latest is None or latest[0] != told:
            content = self.shell.with_origin(self._text(outline, identity))
            latest = self._latest[""] = told, content
        return latest[1]

    def _text(self, outline: Outline, identity: Identity) -> str:
        return plain_origin(
            self.form,
            language=self.language,
            identity=identity,
            given=outline.given,
            rows=outline.rows,
            verbatim=outline.verbatim,
        )


def empty_properties() -> bytes:
    """Return a properties part without properties."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_VT}"/>'
    ).encode()


def shell_of(content: bytes, *, name: str) -> Shell:
    """Return what surrounds our properties in the part of a template."""
    root = guard.parse(content, name=name)
    for node in list(root):
        if _OURS.fullmatch(node.get("name", "")):
            root.remove(node)
    taken = [int(node.get("pid", "1")) for node in root]
    if len(root):
        root[-1].tail = _MARK
    else:
        root.text = _MARK
    text = etree.tostring(root, encoding="unicode")
    before, _, after = text.partition(_MARK)
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return Shell(declaration + before, after, max(taken, default=1) + 1)


def origin_root(package: Package, name: str) -> etree._Element | None:
    """Return the root of the origin that a file carries, `None` when it has none.

    Properties that are no XML are as good as none: the store may still be whole.
    """
    root = guard.parsed(package.read(name), name=name) if name in package else None
    if root is None:
        return None
    ours = {node.get("name", ""): _text(node) for node in root}
    numbered = (ours.get(f"Samspor{number}") for number in itertools.count(1))
    pieces = list(itertools.takewhile(lambda piece: piece is not None, numbered))
    return _parsed("".join(piece or "" for piece in pieces), name=name)


def _text(node: etree._Element) -> str:
    return "".join(child.text or "" for child in node if local(child) == "lpwstr")


def _parsed(text: str, *, name: str) -> etree._Element | None:
    if text.startswith("{"):
        return origin_tree(text)
    try:
        # Files made before November 2026 carry XML instead.
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    root = guard.parsed(content, name=name)
    return root if root is not None and is_origin(root) else None
