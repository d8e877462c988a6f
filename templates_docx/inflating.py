"""How a part is inflated and its checksum counted: by zlib, or by ISA-L where it is.

Both give the same bytes, so the faster one is taken wherever it is installed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

_RAW = -15


@dataclass(frozen=True, kw_only=True)
class Inflater:
    """A way to inflate raw deflate streams, at most so many bytes of them.

    `inflate(raw, most)` raises one of `errors` where the stream is damaged; `checksum`
    is the CRC-32 of zip.
    """

    inflate: Callable[[bytes, int], bytes]
    checksum: Callable[[bytes], int]
    errors: tuple[type[Exception], ...]


def _inflater(module: Any) -> Inflater:
    def inflate(raw: bytes, most: int) -> bytes:
        return bytes(module.decompressobj(_RAW).decompress(raw, most))

    errors = (module.error,)
    return Inflater(inflate=inflate, checksum=module.crc32, errors=errors)


def _found() -> dict[str, Inflater]:
    found = {"zlib": _inflater(zlib)}
    try:
        found["isal"] = _inflater(import_module("isal.isal_zlib"))
    except ModuleNotFoundError:
        return found
    return found


# By name, the fastest last.
INFLATERS = _found()
FASTEST = list(INFLATERS.values())[-1]
