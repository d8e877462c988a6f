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


def is_file_of(data: bytes, version: str) -> bool:
    """Say whether a file says itself that it was made from a version."""
    try:
        reading = read_safely(data)
    except RefusedFileError:
        return False
    return f"{reading.document}@{reading.version}" == version


def _said(data: bytes) -> tuple[Any, ...]:
    reading = read_safely(data)
    return (
        *(reading.kind, reading.document, reading.version),
        *(reading.values, reading.before.values),
        *(reading.comments, reading.changes),
    )
