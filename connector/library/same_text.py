"""Whether two Word files say the same, though their bytes differ.

SharePoint writes properties into Office files that it is given, and Word writes a file
anew when somebody only opens and closes it. Neither is work of anybody's. Source:
https://github.com/OneDrive/onedrive-api-docs/issues/935.
"""

from __future__ import annotations

from typing import Any

from connector.library.quarantine import read_safely
from templates_docx.errors import RefusedFileError


def says_the_same(one: bytes, other: bytes) -> bool:
    """Say whether two files hold the same values, comments and tracked changes.

    A file that cannot be read says the same as none but itself.
    """
    if one == other:
        return True
    try:
        return _said(one) == _said(other)
    except RefusedFileError:
        return False


def version_in(data: bytes) -> str | None:
    """Return the version that a file says itself that it was made from, if any."""
    try:
        reading = read_safely(data)
    except RefusedFileError:
        return None
    return f"{reading.document}@{reading.version}" if reading.document else None


def _said(data: bytes) -> tuple[Any, ...]:
    reading = read_safely(data)
    return (
        *(reading.kind, reading.document, reading.version),
        *(reading.values, reading.before.values),
        *(reading.comments, reading.changes),
    )
