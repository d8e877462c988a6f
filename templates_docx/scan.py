"""Only the citations of a file, without reading the rest: `read` gives the same ones.

Every check of `guard` on the file and its directory is made. Then only parts with text
are inflated, and a part that cannot hold a citation is not parsed: that can be told
from its bytes where no letter of a name can be written as a number (`&#`), no document
type can define one (`<!`) and the encoding is UTF-8. So a fault in a part that is not
parsed is not noticed. Of a part that names outputs in the plain way the answer is read
from the bytes, see `plain`; every other one is parsed.
"""

from __future__ import annotations

import re

from templates_docx import guard
from templates_docx.accepted import accept, one_alternative
from templates_docx.cited import Citation, citations_of
from templates_docx.finding import CITATION
from templates_docx.inflating import FASTEST, Inflater
from templates_docx.package import Directory
from templates_docx.parts import text_parts
from templates_docx.plain import plain_citations

_NAME = CITATION.encode()
_UTF_8 = re.compile(
    rb"""<\?xml version=["']1\.0["'] encoding=["'](?i:utf-8)["'][^>]*\?>"""
    rb"""|<[\w.-]+[:\s>]"""
)
# After so many hops from sign to sign it is faster to look for both.
_HOPS = 400


def citations_in(data: bytes, *, inflater: Inflater = FASTEST) -> tuple[Citation, ...]:
    """Return only the citations of a Word file, the same as `read` finds.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    package = Directory.open(data, inflater=inflater)
    found: list[Citation] = []
    for name in text_parts(package):
        if name in package:
            found += _in_part(package.read(name), name=name)
    return tuple(found)


def _in_part(content: bytes, *, name: str) -> tuple[Citation, ...]:
    is_told = _is_told_by_bytes(content)
    if is_told and _NAME not in content:
        return ()
    plain = plain_citations(content) if is_told else None
    return _parsed(content, name=name) if plain is None else plain


def _is_told_by_bytes(content: bytes) -> bool:
    """Say whether every sign of a name stands in the bytes as itself."""
    hides = _has_pair(content, b"&", b"#") or _has_pair(content, b"<", b"!")
    return not hides and _UTF_8.match(content) is not None


def _has_pair(content: bytes, first: bytes, second: bytes) -> bool:
    """Look for a rare sign alone, which is many times as fast as for two in a row."""
    at = content.find(second, 1)
    for _ in range(_HOPS):
        if at < 0:
            return False
        if content[at - 1 : at] == first:
            return True
        at = content.find(second, at + 1)
    return first + second in content


def _parsed(content: bytes, *, name: str) -> tuple[Citation, ...]:
    root = guard.parse(content, name=name)
    one_alternative(root)
    accept(root)
    return tuple(citations_of(root))
