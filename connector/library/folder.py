"""The document library as a folder on this machine."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What was delivered, to hold a file against that people have worked in; and the files
# that were taken in, for they may hold comments that no draft does; and those that
# another file was laid in place of.
DELIVERED, TAKEN_IN, REPLACED = ".levert", ".tatt_inn", ".erstattet"
# The PDF of each file that went to an archive: the next one gets the same bytes.
FOR_ARCHIVE, PACKAGES = ".arkiv", "pakker"


class Put(enum.StrEnum):
    """What delivering did: a new content, the same, or nothing to an edited file."""

    NEW = "new"
    SAME = "same"
    EDITED = "edited"


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

    def deliver(self, name: str, data: bytes) -> Put:
        """Put a file and remember what was put; a file edited since is left alone."""
        if self.is_edited(name) and self.get(name) != data:
            return Put.EDITED
        is_new = self.put(name, data)
        self.put(f"{DELIVERED}/{name}", data)
        return Put.NEW if is_new else Put.SAME

    def is_edited(self, name: str) -> bool:
        """Say whether a file is there that may say other than what was delivered.

        Once one has been taken in under its name, the delivered one fetched back is
        work as well: it takes that change back.
        """
        if not (self.root / name).exists():
            return False
        is_other = self.delivered(name) != self.get(name)
        return is_other or (self.root / TAKEN_IN / name).exists()

    def delivered(self, name: str) -> bytes | None:
        """Return what was last delivered under a name."""
        return self._find(f"{DELIVERED}/{name}")

    def keep_taken_in(self, name: str, data: bytes, *, sha256: str) -> None:
        """Keep a file that was taken in, beside all others of its name."""
        self.put(f"{TAKEN_IN}/{name}/{sha256}.docx", data)

    def taken_in(self, name: str, sha256: str) -> bytes | None:
        """Return a file that was taken in under a name."""
        return self._find(f"{TAKEN_IN}/{name}/{sha256}.docx")

    def keep_pdf(self, sha256: str, data: bytes) -> None:
        """Keep the PDF of a Word file, by the checksum of the Word file."""
        self.put(f"{FOR_ARCHIVE}/{sha256}.pdf", data)

    def pdf_of(self, sha256: str) -> bytes | None:
        """Return the PDF that is kept of a Word file."""
        return self._find(f"{FOR_ARCHIVE}/{sha256}.pdf")

    def keep_package(self, project: str, data: bytes) -> None:
        """Keep the newest archive package of a project."""
        self.put(_package_name(project), data)

    def package_of(self, project: str) -> bytes | None:
        """Return the archive package that is kept of a project."""
        return self._find(_package_name(project))

    def replace(self, name: str, data: bytes) -> None:
        """Put a file where another may lie, which is kept beside all others."""
        former = self._find(name)
        if former is not None and former != data:
            sha256 = hashlib.sha256(former).hexdigest()
            self.put(f"{REPLACED}/{name}/{sha256}.docx", former)
        self.put(name, data)

    def get(self, name: str) -> bytes:
        """Return a file's content."""
        return (self.root / name).read_bytes()

    def names(self) -> Iterator[str]:
        """Yield the name of every Word file, sorted; not those kept for comparing."""
        for path in sorted(self.root.rglob("*.docx")):
            name = path.relative_to(self.root)
            if not any(part.startswith((".", "~$")) for part in name.parts):
                yield name.as_posix()

    def _find(self, name: str) -> bytes | None:
        path = self.root / name
        return path.read_bytes() if path.exists() else None


def _package_name(project: str) -> str:
    # A reference may hold what no file's name can.
    digest = hashlib.sha256(project.encode()).hexdigest()
    return f"{FOR_ARCHIVE}/{PACKAGES}/{digest}.zip"
