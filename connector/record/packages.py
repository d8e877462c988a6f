"""A package about one case or project that anybody can check, without us and offline.

It is a zip with the entries that concern it, each with its path to a signed checkpoint,
what the register says of links, positions, equal access and deadlines, the documents,
and programs that check it all. A signed list has the hash of every file. Persons stand
in it as pseudonyms, in the field `by` of the entries, and with name in the documents
alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from connector.library.delivery import plain
from connector.library.folder import FolderLibrary
from connector.record.proofs import shown_entry
from connector.record.sealing import open_size
from connector.refusals import InputRefusedError
from workflows.base import all_of, get, tenant
from workflows.development.documents import Version
from workflows.development.parity import accesses_told, gap_minutes
from workflows.development.positions import PartyPosition
from workflows.development.seals import (
    TELLING,
    sealed_assessments,
    sealed_rounds,
)
from workflows.forms.verbatim import seal
from workflows.record.checkpoints import (
    RecordCheckpoint,
    checkpoints,
    known_keys,
    newest_checkpoint,
)
from workflows.record.entries import Entry, entries_until
from workflows.record.leaves import consistency_proof, instant, log_name
from workflows.record.notes import public_bytes, signed_text
from workflows.trace.graph import trace_of
from workflows.trace.links import Trace

FORMAT = "samspor-pakke/1"
MANIFEST, LOG, CASE = "innhold.txt", "logg.json", "register.json"
EARLIER = 10
_FIXED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a package is about: what hangs together with it, and its entries."""

    session: Session
    ref: str
    trace: Trace
    entries: Sequence[Entry]


def package(
    session: Session,
    ref: str,
    *,
    library: Path,
    key: Ed25519PrivateKey,
    at: datetime,
) -> bytes:
    """Return the package about `ref` as a zip; the same record gives the same bytes.

    Entries that are not under a checkpoint that may be known yet are left out.

    Raises:
        NotFoundError: nothing has that reference.
        InputRefusedError: nothing of it is signed yet.
    """
    newest = newest_checkpoint(session, open_size=open_size(session))
    if newest is None:
        raise InputRefusedError(f"{ref}: nothing in the record is signed yet")
    subject = _subject(session, ref, size=newest.size, at=at)
    members = {
        **entry_files(session, subject.entries, size=newest.size),
        CASE: as_json(_register(subject, at=at)),
        **_documents(subject, library),
    }
    return sealed_package(session, ref, members, newest, key=key, at=at)


def sealed_package(
    session: Session,
    ref: str,
    members: Mapping[str, bytes],
    newest: RecordCheckpoint,
    *,
    key: Ed25519PrivateKey,
    at: datetime,
) -> bytes:
    """Return `members` as a zip with the log, the programs and a signed list of all."""
    whole = {**members, LOG: as_json(_log(session, newest)), **_programs()}
    head = [FORMAT, log_name(tenant(session)), ref, instant(at)]
    return _zipped({MANIFEST: _manifest(head, whole, key), **whole})


def _subject(session: Session, ref: str, *, size: int, at: datetime) -> Subject:
    trace = trace_of(session, ref, at=at)
    about = {node.ref for node in trace.nodes}
    sealed = {*sealed_rounds(session).values(), *sealed_assessments(session).values()}
    entries = [
        entry
        for entry in entries_until(session, at)
        if entry.seq < size
        and (_is_about(entry, about) or entry.type == "documents.delivered")
        and not (entry.type in TELLING and entry.subject in sealed)
    ]
    return Subject(session=session, ref=ref, trace=trace, entries=entries)


def _is_about(entry: Entry, about: set[str]) -> bool:
    """An entry about a version or an item is about what it belongs to."""
    return any({ref, ref.partition("@")[0]} & about for ref in entry.refs)


def entry_files(
    session: Session, entries: Iterable[Entry], *, size: int
) -> dict[str, bytes]:
    """Return a file for each entry, with its path to the checkpoint of that size."""
    return {
        f"innslag/{entry.seq:09}.json": as_json(
            shown_entry(session, entry, size=size, with_actor=True)
        )
        for entry in entries
    }


def _log(session: Session, newest: RecordCheckpoint) -> dict[str, Any]:
    """The checkpoint over the entries, and that it goes on from the ones before."""
    older = [
        row
        for row in checkpoints(session)
        if row.epoch == newest.epoch and row.size < newest.size
    ]
    return {
        "keys": [key.hex() for key in known_keys(session)],
        "checkpoint": newest.note,
        "former": [
            {"note": row.note, "proof": _went_on(session, row.size, newest.size)}
            for row in older[-EARLIER:]
        ],
    }


def _went_on(session: Session, old: int, new: int) -> list[str]:
    return [step.hex() for step in consistency_proof(session, old, new)]


def _register(subject: Subject, *, at: datetime) -> dict[str, Any]:
    """What the register says: no titles, no notes, and no names."""
    trace = subject.trace
    return {
        "about": subject.ref,
        "at": instant(at),
        "personal": {"innslag": ["open.by"], "dokumenter": ["*"]},
        "things": [
            {
                "ref": node.ref,
                "kind": node.kind,
                "line": node.line,
                "on": node.on.isoformat() if node.on else None,
                "state": node.state,
            }
            for node in trace.nodes
        ],
        "links": [[edge.source, edge.kind, edge.target] for edge in trace.edges],
        "positions": list(_positions(subject)),
        "parity": list(_parity(subject)),
        "deadlines": list(_deadlines(subject)),
    }


def _positions(subject: Subject) -> Iterator[dict[str, Any]]:
    about = {node.ref for node in subject.trace.nodes}
    for row in all_of(subject.session, PartyPosition, PartyPosition.at):
        version = get(subject.session, Version, row.version_id).ref
        if {version.partition("@")[0], row.said_in} & about:
            yield {
                "text": version,
                "party": row.party.value,
                "position": row.position.value,
                "said_in": row.said_in,
                "at": instant(row.at),
                "dissent": seal(row.dissent) if row.dissent else None,
            }


def _parity(subject: Subject) -> Iterator[dict[str, Any]]:
    for node in subject.trace.nodes:
        told = accesses_told(subject.entries, node.ref) if node.kind == "round" else ()
        if told:
            yield {
                "round": node.ref,
                "gap_minutes": gap_minutes(told),
                "available": {
                    access.party.value: instant(access.made_available_at)
                    for access in told
                },
            }


def _deadlines(subject: Subject) -> Iterator[dict[str, Any]]:
    for entry in subject.entries:
        for name in ("deadline_at", "deadline"):
            if name in entry.payload:
                found = entry.payload[name]
                yield {"about": entry.subject, "deadline": found, "entry": entry.seq}


def _documents(subject: Subject, library: Path) -> dict[str, bytes]:
    """The delivered files whose names tell one of the references."""
    folder = FolderLibrary(library)
    wanted = {plain(node.ref) for node in subject.trace.nodes}
    found = {}
    for name in folder.names() if library.is_dir() else ():
        if wanted & set(Path(name).stem.split("_")):
            delivered = folder.delivered(name)
            found[f"dokumenter/{name}"] = delivered or folder.get(name)
    return found


def _programs() -> dict[str, bytes]:
    """What checks a package: for Python, and for a browser."""
    here, web = files("connector.record"), files("connector.web")
    return {
        "verify.py": (here / "verify.py").read_bytes(),
        "verify.html": (here / "verify.html").read_bytes(),
        "verify.nn.html": (here / "verify.nn.html").read_bytes(),
        "verify.js": (web / "static" / "verify.js").read_bytes(),
        "LES MEG.txt": (here / "readme.txt").read_bytes(),
    }


def _manifest(
    head: Sequence[str], members: Mapping[str, bytes], key: Ed25519PrivateKey
) -> bytes:
    """Return the signed list of all files: who, what, when, key, then hash and name."""
    lines = [
        *head,
        f"key {public_bytes(key).hex()}",
        *(
            f"{hashlib.sha256(data).hexdigest()}  {name}"
            for name, data in members.items()
        ),
    ]
    return signed_text("\n".join([*lines, ""]), name=head[1], key=key).encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """Stored and not deflated, so that a spoilt byte spoils one file alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED), data)
    return buffer.getvalue()


def as_json(value: Any) -> bytes:
    """Return a value as a JSON file."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
