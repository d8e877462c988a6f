"""How the parts of a package are deflated: by zlib, or three times as fast by ISA-L.

zlib at level 6 is the default, so that one installation gives the same bytes for the
same values whatever else is installed. ISA-L is chosen by name, never found by chance;
its files are 2 to 3 percent larger. See `docs/decisions/0008-one-pass-and-a-codec.md`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from templates_docx.errors import MissingCodecError

_RAW = -15


@dataclass(frozen=True, kw_only=True)
class Codec:
    """A way to deflate; `deflate` gives a raw stream, `checksum` the CRC-32 of zip."""

    name: str
    deflate: Callable[[bytes], bytes]
    checksum: Callable[[bytes], int]


def _zlib(content: bytes) -> bytes:
    return zlib.compress(content, 6, wbits=_RAW)


ZLIB = Codec(name="zlib", deflate=_zlib, checksum=zlib.crc32)


def codec(name: str) -> Codec:
    """Return the codec `zlib` or `isal`.

    Raises:
        MissingCodecError: there is no such codec, or it is not installed.
    """
    if name == ZLIB.name:
        return ZLIB
    if name != "isal":
        raise MissingCodecError("the codecs are zlib and isal", codec=name)
    try:
        isal = import_module("isal.isal_zlib")
    except ModuleNotFoundError as lacking:
        text = "is not installed: run python -m pip install isal"
        raise MissingCodecError(text, codec=name) from lacking
    return Codec(
        name=name,
        deflate=lambda content: bytes(isal.compress(content, 1, wbits=_RAW)),
        checksum=isal.crc32,
    )
