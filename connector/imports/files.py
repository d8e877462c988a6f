"""A file from outside: its bytes within a limit, and its text whatever the encoding."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from connector.imports.errors import UnusableFileError
from connector.imports.problems import problem

MAX_MEGABYTES = 25
MAX_BYTES = MAX_MEGABYTES * 1_000_000

# UTF-16 is only believed with its mark: without it, much binary data decodes too.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_bytes(path: Path) -> bytes:
    """Return the content of the file, at most 25 MB and never empty.

    Raises:
        UnusableFileError: it is not there, not a file, not readable, empty or too big.
    """
    if not _exists(path):
        raise UnusableFileError(path.name, problem("not_found"))
    if not path.is_file():
        raise UnusableFileError(path.name, problem("not_a_file"))
    data = _first_bytes(path)
    if not data.strip():
        raise UnusableFileError(path.name, problem("empty"))
    if len(data) > MAX_BYTES:
        raise UnusableFileError(path.name, problem("too_big", MAX_MEGABYTES))
    return data


def text_of(data: bytes) -> str | None:
    """Return the text: UTF-8, UTF-16 with a mark or Windows-1252; `None` if no text.

    The mark is taken off. A NUL character means that the bytes are not text.
    """
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnusableFileError(path.name, problem("unreadable")) from error


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return (encoding,)
    return ("utf-8", "cp1252")
