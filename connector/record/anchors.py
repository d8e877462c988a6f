"""Copies of checkpoints outside the database, in the folder of the documents.

Each is a file that anybody can keep; beside it lies the proof that the record only went
on since the one before. Whoever has a copy can show if the record is another later.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from connector.library.folder import FolderLibrary
from connector.record.sealing import open_size
from connector.refusals import UnavailableError
from workflows.clock import norwegian_date
from workflows.record.checkpoints import (
    Loss,
    RecordCheckpoint,
    loss_of,
    newest_checkpoint,
)
from workflows.record.leaves import consistency_proof
from workflows.record.notes import Checkpoint, NoteRefusedError, opened
from workflows.record.tree import is_prefix

FOLDER = "kontrollpunkter"
_NAME = re.compile(r"kontrollpunkt-(\d{3})-(\d{9})\.txt")


@dataclass(frozen=True)
class Anchor:
    """A copy outside: its file, and the checkpoint in it, None when it is spoilt."""

    path: Path
    checkpoint: Checkpoint | None


class LockedRecordError(UnavailableError):
    """Nothing is written until the restoration of the record is recorded."""

    def __init__(self) -> None:
        super().__init__(
            "the record is locked: it is not the one that was seen outside; see "
            "`samspor record status`"
        )


class BrokenRecordError(UnavailableError):
    """The record does not go on from what was seen of it outside."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(
            f"the record is not the one that was seen outside "
            f"({loss.outside.size} entries on {norwegian_date(loss.outside.at)}, "
            f"{loss.size} here): nothing is written until `samspor record restored` "
            f"has told of it, see docs/record.md"
        )
        self.loss = loss


def anchors(library: Path, publics: Sequence[bytes]) -> Iterator[Anchor]:
    """Yield the copies that lie outside, newest first."""
    folder = library / FOLDER
    paths = folder.iterdir() if folder.is_dir() else ()
    for path in sorted(filter(_is_copy, paths), reverse=True):
        yield Anchor(path, _read(path, publics))


def loss_outside(
    session: Session, library: Path, publics: Sequence[bytes]
) -> Loss | None:
    """Return the loss that the newest copy outside shows, None when there is none."""
    newest = _newest(library, publics)
    return loss_of(session, newest) if newest else None


def put_outside(
    session: Session, library: Path, publics: Sequence[bytes]
) -> Path | None:
    """Lay the newest checkpoint that may be known outside; return its file if new.

    Raises:
        BrokenRecordError: the record does not go on from the copy before.
    """
    row = newest_checkpoint(session, open_size=open_size(session))
    former = _newest(library, publics)
    if row is None or (former and not _is_newer(row, former)):
        return None
    name = f"{FOLDER}/kontrollpunkt-{row.epoch:03}-{row.size:09}"
    proof = _proof(session, former, opened(row.note, publics=publics))
    files = FolderLibrary(library)
    files.put(f"{name}.bevis.txt", proof.encode())
    files.put(f"{name}.txt", row.note.encode())
    return library / f"{name}.txt"


def anchor_flaws(
    session: Session, library: Path, publics: Sequence[bytes]
) -> Iterator[str]:
    """Yield a line for each copy outside that the record does not go on from."""
    for anchor in anchors(library, publics):
        if anchor.checkpoint is None:
            yield f"{anchor.path.name}: no checkpoint that this installation signed"
        elif loss := loss_of(session, anchor.checkpoint):
            yield f"{anchor.path.name}: {BrokenRecordError(loss)}"


def _newest(library: Path, publics: Sequence[bytes]) -> Checkpoint | None:
    found = (anchor.checkpoint for anchor in anchors(library, publics))
    return next(filter(None, found), None)


def _is_newer(row: RecordCheckpoint, former: Checkpoint) -> bool:
    return (row.epoch, row.size) > (former.epoch, former.size)


def _proof(session: Session, former: Checkpoint | None, new: Checkpoint) -> str:
    """Return the proof since the copy before, a hash a line, after both sizes.

    After a restoration there is none: what was lost cannot be gone on from.
    """
    if former is None:
        return f"0 {new.size}\n"
    if loss := loss_of(session, former):
        raise BrokenRecordError(loss)
    if former.epoch != new.epoch:
        return f"0 {new.size}\n"
    steps = consistency_proof(session, former.size, new.size)
    if not is_prefix(
        old=former.size,
        old_root=former.root,
        new=new.size,
        new_root=new.root,
        proof=steps,
    ):
        raise BrokenRecordError(Loss(outside=former, size=new.size))
    lines = [base64.b64encode(step).decode() for step in steps]
    return "\n".join([f"{former.size} {new.size}", *lines, ""])


def _is_copy(path: Path) -> bool:
    return _NAME.fullmatch(path.name) is not None


def _read(path: Path, publics: Sequence[bytes]) -> Checkpoint | None:
    try:
        return opened(path.read_text("utf-8"), publics=publics)
    except (NoteRefusedError, UnicodeDecodeError):
        return None
