"""A file that a person hands in: laid in the library as the edited file it is.

The file says itself which document and version it is, and gets the name that this
version was delivered under. Nothing of the record is changed by that.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from connector.library.automatic import automatic_values
from connector.library.delivery import file_name
from connector.library.folder import FolderLibrary
from connector.library.incoming import Incoming, NotTakenError, read_as, version_of
from workflows.development.documents import Version, document_of
from workflows.development.drafting import word_files

NEVER_AGREED = "never-agreed"


def handed_in(session: Session, data: bytes, *, name: str, at: datetime) -> Incoming:
    """Return a file with the name that it has in the library; nothing is laid there.

    `name` is what the person calls it, and only told.

    Raises:
        NotTakenError: it is unsafe, no document of this municipality, or of a version
            that was never delivered (`never-agreed`).
    """
    found = read_as(session, data, name=name)
    version = version_of(session, found)
    if not version.number.endswith(".0"):
        text = f"{name}: {version.ref} was never agreed on"
        raise NotTakenError(text, code=NEVER_AGREED)
    return replace(found, name=_name(session, version, at=at))


def is_in_the_way(
    session: Session, library: FolderLibrary, file: Incoming, data: bytes
) -> bool:
    """Say whether work that nobody has taken in lies where the file belongs."""
    if not library.is_edited(file.name) or library.get(file.name) == data:
        return False
    lies = hashlib.sha256(library.get(file.name)).hexdigest()
    return lies not in word_files(session, file.document)


def receive(library: FolderLibrary, file: Incoming, data: bytes) -> None:
    """Lay the file in the library; what lay there is kept beside it."""
    library.replace(file.name, data)


def _name(session: Session, version: Version, *, at: datetime) -> str:
    automatic = automatic_values(session, version, at=at)
    given = {key: value for key, value in automatic.items() if value}
    paper = document_of(session, version)
    return file_name(paper, version, {**version.values, **given})
