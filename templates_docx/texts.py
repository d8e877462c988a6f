"""Every text of a document made fit for XML in one pass.

The texts are joined, escaped once, encoded once and split again: the body, the store
and the title all take the same escaped text. Source: XML 1.0, sections 2.2 and 2.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

# A longer text than any field needs would only make the file slow to open in Word.
MAX_TEXT = 100_000
_SEPARATOR = "\x1f"
# What no value may hold: the controls of ASCII but tab, line feed and the separator.
_REFUSED = bytes({*range(0x20)} - {*b"\t\n\x1f"})
_NO_CHARACTERS = b"\xef\xbf\xbe", b"\xef\xbf\xbf"  # U+FFFE and U+FFFF in UTF-8
_PIECE = '<w:t xml:space="preserve">'
_ELEMENTS = ((b"\n", "<w:br/>"), (b"\t", "<w:tab/>"))


class UnfitTextError(ValueError):
    """A text that no Word document can carry; `workflows.forms` tells which and why."""


class Texts(NamedTuple):
    """The texts, in the order given, as the store has them and as the body shows them.

    They differ where a text has a tab or a line break: the body has elements for those.
    """

    stored: list[bytes]
    shown: list[bytes]
    have_breaks: bool = False

    def cut(self, sizes: Iterable[int]) -> list[Texts]:
        """Return the texts in stretches of these sizes."""
        stretches, at = [], 0
        for size in sizes:
            here = slice(at, at + size)
            stretches.append(
                Texts(self.stored[here], self.shown[here], self.have_breaks)
            )
            at += size
        return stretches


def escaped(texts: Sequence[str]) -> Texts:
    """Return the texts for XML content and attributes.

    Raises:
        UnfitTextError: a text holds a character that XML cannot carry.
        TypeError: something is no string.
    """
    joined = _encoded(_SEPARATOR.join(texts))
    joined = joined.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    joined = joined.replace(b">", b"&gt;").replace(b'"', b"&quot;")
    stored = joined.split(b"\x1f")
    if len(stored) != len(texts):
        raise UnfitTextError("a text holds U+001F")
    if b"\n" not in joined and b"\t" not in joined:
        return Texts(stored, stored)
    return Texts(stored, _with_elements(joined).split(b"\x1f"), have_breaks=True)


def around_text(look: str) -> tuple[str, str]:
    """Return what stands before and after a text to make it a run of some look."""
    return f"<w:r>{look}{_PIECE}", "</w:t></w:r>"


def _encoded(joined: str) -> bytes:
    encoded = joined.encode()
    is_clean = len(encoded.translate(None, _REFUSED)) == len(encoded)
    may_be_none = b"\xef" in encoded
    if not is_clean or (may_be_none and any(map(encoded.count, _NO_CHARACTERS))):
        raise UnfitTextError("a text holds a character that XML cannot carry")
    return encoded


def _with_elements(joined: bytes) -> bytes:
    for sign, element in _ELEMENTS:
        joined = joined.replace(sign, f"</w:t>{element}{_PIECE}".encode())
    return joined
