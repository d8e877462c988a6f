"""Proofs that an entry is in the record, as they travel with a file or in a package."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from connector.record.sealing import open_size
from workflows.base import tenant
from workflows.clock import norwegian_date
from workflows.development.seals import TELLING
from workflows.record.canonical import canonical
from workflows.record.checkpoints import (
    RecordCheckpoint,
    checkpoint_over,
    known_keys,
)
from workflows.record.entries import Entry, first_about
from workflows.record.leaves import EntrySalt, RecordLeaf, inclusion_proof
from workflows.record.notes import Checkpoint, key_id, opened

_LINE = {
    "nb": "Loggen: innslag nr. {seq} · {size} innslag {day:%d.%m.%Y} · "
    "rot {root} · nøkkel {key}",
    "nn": "Loggen: innslag nr. {seq} · {size} innslag {day:%d.%m.%Y} · "
    "rot {root} · nøkkel {key}",
}


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That the record has told of a document: for programs, and a line for people.

    Both are empty as long as the record has not, or what it has told is not signed.
    """

    record: str = ""
    line: str = ""


NO_PROOF = Proof()


def proof_of(session: Session, ref: str, *, language: str) -> Proof:
    """Return the proof of the entry that first was about `ref`; it never changes.

    There is none while the number of entries would tell who has answered under seal.
    """
    entry = first_about(session, ref)
    if entry is None or entry.type in TELLING:
        return NO_PROOF
    row = checkpoint_over(session, entry.seq, open_size=open_size(session))
    return _proof(session, entry, row, language=language) if row else NO_PROOF


def shown_entry(
    session: Session, entry: Entry, *, size: int, with_actor: bool
) -> dict[str, Any]:
    """Return an entry as a verifier wants it: body, path to the root, what is shown.

    Who did it is shown only `with_actor`, and not when that is erased.
    """
    key = (tenant(session), entry.seq)
    salt = session.get_one(EntrySalt, key)
    shown = {"matter": _opening(salt.matter, entry.told().matter)}
    if with_actor and salt.by is not None:
        shown["by"] = _opening(salt.by, entry.by)
    return {
        "body": session.get_one(RecordLeaf, key).body,
        "proof": [
            step.hex() for step in inclusion_proof(session, entry.seq, size=size)
        ],
        "open": shown,
    }


def signer_of(session: Session, note: str) -> tuple[Checkpoint, bytes]:
    """Return a checkpoint of this record and the public key that signed it."""
    publics = known_keys(session)
    checkpoint = opened(note, publics=publics)
    mark = base64.b64decode(note.rstrip("\n").rpartition(" ")[2])[:4]
    named = (key for key in publics if key_id(checkpoint.origin, key) == mark)
    return checkpoint, next(named)


def _opening(salt: bytes, value: Any) -> dict[str, str]:
    return {"salt": salt.hex(), "value": canonical(value).decode()}


def _proof(
    session: Session, entry: Entry, row: RecordCheckpoint, *, language: str
) -> Proof:
    checkpoint, key = signer_of(session, row.note)
    told = {
        "note": row.note,
        "key": key.hex(),
        "entry": shown_entry(session, entry, size=row.size, with_actor=False),
    }
    line = _LINE[language].format(
        seq=entry.seq,
        size=row.size,
        day=norwegian_date(checkpoint.at),
        root=base64.b64encode(checkpoint.root).decode()[:12],
        key=key_id(checkpoint.origin, key).hex(),
    )
    record = base64.b64encode(json.dumps(told, ensure_ascii=False).encode()).decode()
    return Proof(record=record, line=line)
