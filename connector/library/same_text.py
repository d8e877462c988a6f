"""Whether two Word files say the same, though their bytes differ.

SharePoint writes properties into Office files that it is given, and Word writes a file
anew when somebody only opens and closes it. Neither is work of anybody's. Source:
https://github.com/OneDrive/onedrive-api-docs/issues/935.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

from connector.library.quarantine import read_safely
from templates_docx.errors import RefusedFileError

# The same few files are held against each other more than once when one is taken up.
LAST_READ: Final = 8


def says_the_same(one: bytes, other: bytes) -> bool:
    """Say whether two files hold the same values, comments and tracked changes.

    A file that cannot be read says the same as none but itself.
    """
    if one == other:
        return True
    try:
        return _told(one) == _told(other)
    except RefusedFileError:
        return False


def version_in(data: bytes) -> str | None:
    """Return the version that a file says itself that it was made from, if any."""
    try:
        told = _told(data)
    except RefusedFileError:
        return None
    return f"{told.document}@{told.version}" if told.document else None


class _Told(NamedTuple):
    """What a file says."""

    kind: str | None
    document: str | None
    version: str | None
    rest: tuple[Any, ...]


@lru_cache(maxsize=LAST_READ)
def _told(data: bytes) -> _Told:
    reading = read_safely(data)
    said = (reading.values, reading.before.values, reading.comments, reading.changes)
    return _Told(reading.kind, reading.document, reading.version, said)
