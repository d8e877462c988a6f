"""Copies of one version held against each other, and which of them holds.

The archive's copy holds from the moment when a package has it. Before that the file as
it was delivered holds. The library's copy is where people work: what they write in it
becomes a new draft, and never changes what was agreed on.
"""

from __future__ import annotations

import enum
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from connector.library.archive_packages import FILES, MANIFEST
from connector.library.delivery import deliverable, file_name
from connector.library.folder import FolderLibrary
from connector.library.items import ItemState, items
from workflows.development.documents import Version, content_of, document_of

_HEX = 64


class Keeper(enum.StrEnum):
    """Whose copy of a version holds (gjeldende eksemplar)."""

    ARCHIVE = "archive"
    DELIVERY = "delivery"


class Comparison(enum.StrEnum):
    """How the library's copy stands to the one that holds."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """The two copies of a version (avstemming): the one that holds and the library's.

    The checksums are SHA-256 in hexadecimal; the library's is empty where it has none.
    """

    version: str
    name: str
    keeper: Keeper
    kept_sha256: str
    library_sha256: str

    @property
    def comparison(self) -> Comparison:
        """Whether the library's copy is the same, is another, or is not there."""
        if not self.library_sha256:
            return Comparison.MISSING
        is_same = self.kept_sha256 == self.library_sha256
        return Comparison.SAME if is_same else Comparison.DIFFERS


def reconciled(session: Session, library: FolderLibrary) -> list[Reconciliation]:
    """Return the copies of each agreed version that was ever delivered or archived.

    `library` is the service's working copy: what the document library was last seen to
    hold. Only the newest package of a project that is kept is looked into.
    """
    gone = {row.version for row in items(session) if row.state is ItemState.GONE}
    packages: dict[str, Mapping[str, str]] = {}
    found = []
    for version in deliverable(session):
        project = document_of(session, version).project or ""
        if project not in packages:
            packages[project] = _archived(library, project)
        row = _row(session, library, version, packages[project])
        if row:
            there = "" if version.ref in gone else _in_library(library, row[0])
            found.append(_reconciliation(version, *row, there))
    return found


def keeper_of(
    session: Session, library: FolderLibrary, version: Version
) -> Keeper | None:
    """Return whose copy of a version holds; None for a draft, which is worked in."""
    if not version.number.endswith(".0"):
        return None
    paper = document_of(session, version)
    name = _name(session, version)
    is_archived = _member(name) in _archived(library, paper.project or "")
    return Keeper.ARCHIVE if is_archived else Keeper.DELIVERY


def _row(
    session: Session,
    library: FolderLibrary,
    version: Version,
    archived: Mapping[str, str],
) -> tuple[str, Keeper, str] | None:
    """The name of a version, whose copy of it holds, and the checksum of that."""
    name = _name(session, version)
    if kept := archived.get(_member(name)):
        return name, Keeper.ARCHIVE, kept
    delivered = library.delivered(name)
    if delivered is None:
        return None
    return name, Keeper.DELIVERY, sha256(delivered).hexdigest()


def _reconciliation(
    version: Version, name: str, keeper: Keeper, kept: str, there: str
) -> Reconciliation:
    return Reconciliation(
        version=version.ref,
        name=name,
        keeper=keeper,
        kept_sha256=kept,
        library_sha256=there,
    )


def _name(session: Session, version: Version) -> str:
    values = content_of(session, version).values
    return file_name(document_of(session, version), version, values)


def _member(name: str) -> str:
    return f"{FILES}/{name.rpartition('/')[2]}"


def _in_library(library: FolderLibrary, name: str) -> str:
    try:
        return sha256(library.get(name)).hexdigest()
    except FileNotFoundError:
        return ""


def _archived(library: FolderLibrary, project: str) -> Mapping[str, str]:
    """Return the path of each file in the kept package of a project → its SHA-256."""
    data = library.package_of(project)
    return dict(_told(data)) if data else {}


def _told(package: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for line in archive.read(MANIFEST).decode().splitlines():
            yield line[_HEX:].strip(), line[:_HEX]
