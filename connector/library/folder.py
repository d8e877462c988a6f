"""The document library as a folder on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FolderLibrary:
    """Word files in a folder, one sub-folder for each project."""

    root: Path

    def put(self, name: str, data: bytes) -> bool:
        """Write a file, whole or not at all; return whether its content is new.

        `name` is relative, with forward slashes.
        """
        target = self.root / name
        if target.exists() and target.read_bytes() == data:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.part")
        draft.write_bytes(data)
        draft.replace(target)
        return True

    def get(self, name: str) -> bytes:
        """Return a file's content."""
        return (self.root / name).read_bytes()

    def names(self) -> Iterator[str]:
        """Yield the name of every Word file, sorted."""
        for path in sorted(self.root.rglob("*.docx")):
            yield path.relative_to(self.root).as_posix()
