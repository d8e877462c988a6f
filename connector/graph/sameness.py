"""Whether a file that lies in SharePoint is the one that was sent.

SharePoint writes the library's properties into an Office file, and packs it anew:
bytes, size and checksum differ although nobody has touched it. What it leaves alone are
the parts under `word/` themselves. So a Word file is the same when those parts have the
same names and bytes; any other file when its bytes are the same.
Source: https://github.com/OneDrive/onedrive-api-docs/issues/935
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Final

ROOM: Final = "word/"
RELATIONS: Final = ".rels"
MAX_PARTS: Final = 5_000
MAX_UNPACKED_BYTES: Final = 300_000_000
CHUNK_BYTES: Final = 65_536
# What `zipfile` raises of a file that is damaged, locked, or packed in another way.
UNREADABLE: Final = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile),
    *(OSError, EOFError, RuntimeError, ValueError),
)


def is_same_file(ours: bytes, theirs: bytes) -> bool:
    """Tell whether what lies there is what was sent, but for SharePoint's additions."""
    if ours == theirs:
        return True
    mine = _parts(ours)
    return bool(mine) and mine == _parts(theirs)


def _parts(content: bytes) -> Mapping[str, bytes]:
    """Return the checksum of each part of the text; nothing of what is no Word file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _sums(package)
    except UNREADABLE:
        return {}


def _sums(package: zipfile.ZipFile) -> Mapping[str, bytes]:
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
        return {}
    return {
        entry.filename: _sum(package, entry)
        for entry in entries
        if entry.filename.startswith(ROOM) and not entry.filename.endswith(RELATIONS)
    }


def _sum(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the checksum of a part; `zipfile` reads no more than its size says."""
    counted = hashlib.sha256()
    with package.open(entry) as part:
        while chunk := part.read(CHUNK_BYTES):
            counted.update(chunk)
    return counted.digest()
