"""Word files that leave the house: the record tells of each before it goes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256

from sqlalchemy.orm import Session

from connector.installation import Installation
from workflows.people.custody import record_deliveries, recorded_deliveries
from workflows.record.checkpoints import sealed_to
from workflows.record.entries import record_head


@contextmanager
def giving_out(installation: Installation) -> Iterator[Session]:
    """Open a session to make files in that are given out, and only read.

    What is not signed yet is signed first: else a file would get its proof only when
    it is made again, and be another file then.
    """
    with installation.reading() as session:
        head = record_head(session)
        is_signed = bool(head.locked) or sealed_to(session, head) == head.size
    if not is_signed:
        with installation.transaction():
            pass
    with installation.reading() as session:
        yield session


def enter_given_out(installation: Installation, files: Iterable[bytes]) -> None:
    """Enter the checksums of files that are about to be given out, each once.

    Raises:
        LockedRecordError: nothing can be entered, so nothing is given out.
    """
    hashes = {sha256(data).hexdigest() for data in files}
    with installation.reading() as session:
        if hashes <= recorded_deliveries(session):
            return
    with installation.transaction() as session:
        new = sorted(hashes - recorded_deliveries(session))
        record_deliveries(session, new, at=installation.now())


def word_files_in(package: bytes) -> list[bytes]:
    """Return the Word files in an archive package."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".docx")]
        return [archive.read(name) for name in names]
