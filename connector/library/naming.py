"""Which Word files of the library name somebody."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

_TAGS = re.compile(r"<[^>]*>")
_READ = re.compile(r"(word/[^/]+|customXml/[^/]+|docProps/[^/]+)\.xml")


def files_naming(library: Path, words: str) -> tuple[str, ...]:
    """Return the names of files that hold the words, kept copies too, in order."""
    wanted = normalize("NFC", words)
    return tuple(
        path.relative_to(library).as_posix()
        for path in sorted(library.rglob("*.docx"))
        if wanted in _text(path)
    )


def _text(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            return " ".join(_parts(package))
    except (OSError, zipfile.BadZipFile):
        return ""


def _parts(package: zipfile.ZipFile) -> Iterator[str]:
    """Texts as one reads them: runs joined, paragraphs apart."""
    for name in filter(_READ.fullmatch, package.namelist()):
        content = package.read(name).decode("utf-8", "replace").replace("</w:p>", " ")
        yield normalize("NFC", html.unescape(_TAGS.sub("", content)))
