"""A Word file opened and saved by the real LibreOffice."""

from __future__ import annotations

from pathlib import Path

from connector.exports.pdf import WORD, converted


def resaved(*files: bytes, folder: Path) -> list[bytes]:
    """Return the files as LibreOffice saves them, all in one run of the program."""
    sources = []
    for number, data in enumerate(files):
        sources.append(folder / f"{number}.docx")
        sources[-1].write_bytes(data)
    into = folder / "saved"
    into.mkdir()
    return [made.read_bytes() for made in converted(sources, to=WORD, into=into)]
