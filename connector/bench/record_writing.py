"""A record of any size, written as appending would write it, but many at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from workflows.base import TENANT, tenant
from workflows.record.canonical import spelling
from workflows.record.entries import Entry, locked_head
from workflows.record.leaves import (
    EntrySalt,
    RecordLeaf,
    RecordNode,
    Told,
    commitment,
    log_name,
    new_salts,
)
from workflows.record.subtrees import spelt
from workflows.record.tree import arisen, grown, leaf_hash

BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)
CHUNK = 10_000

Rows = dict[Any, list[dict[str, Any]]]


def write(session: Session, size: int) -> None:
    """Write entries until there are `size`."""
    head = locked_head(session)
    peaks = [bytes.fromhex(peak) for peak in head.peaks or []]
    for first in range(head.size, size, CHUNK):
        peaks = _insert(session, range(first, min(first + CHUNK, size)), peaks)
    head.size = head.grown = size
    head.last_at, head.peaks = BEGIN + timedelta(days=365), [p.hex() for p in peaks]


def entry_at(municipality: uuid.UUID, seq: int) -> Entry:
    """Return an entry such as people make: a position, a party, two references."""
    return Entry(**_told(municipality, seq))


def _told(municipality: uuid.UUID, seq: int) -> dict[str, Any]:
    ref = f"R-{seq % 900:03}"
    return {
        TENANT: municipality,
        "seq": seq,
        "at": BEGIN + timedelta(seconds=seq),
        "type": "round.answered",
        "subject": ref,
        "refs": [ref, f"O-{seq % 400}@1.0"],
        "states": {ref: "open"},
        "by": {
            "person": str(uuid.UUID(int=seq)),
            "role": "party_member",
            "party": "T",
            "mandate": str(uuid.UUID(int=seq + 1)),
        },
        "payload": {"position": "agree", "late": False},
    }


def _insert(session: Session, seqs: range, peaks: Sequence[bytes]) -> list[bytes]:
    mine, grown_to = tenant(session), list(peaks)
    rows: Rows = {kind: [] for kind in (Entry, RecordLeaf, EntrySalt, RecordNode)}
    for seq in seqs:
        body = _kept(rows, _told(mine, seq), log_name(mine))
        grown_to, hashes = grown(grown_to, seq, leaf_hash(body.encode()))
        rows[RecordNode] += [
            {TENANT: mine, "level": one.level, "place": one.place, "hash": one.hash}
            for one in arisen(hashes, seq)
        ]
    for kind, these in rows.items():
        session.connection().execute(insert(kind.__table__), these)
    return grown_to


def _kept(rows: Rows, told: dict[str, Any], log: str) -> str:
    """Keep the rows of an entry for later, and return its body."""
    key, salts = {TENANT: told[TENANT], "seq": told["seq"]}, new_salts()
    matter = {name: told[name] for name in ("subject", "refs", "states", "payload")}
    about = Told(
        seq=told["seq"], at=told["at"], type=told["type"], by=told["by"], matter=matter
    )
    shown = commitment(log, "matter", salt=salts.matter, value=spelling(matter))
    actor = commitment(log, "by", salt=salts.by or b"", value=spelling(told["by"]))
    body = spelt(log, about, by=actor, matter=shown)
    rows[Entry].append(told)
    rows[RecordLeaf].append({**key, "body": body})
    rows[EntrySalt].append({**key, "matter": salts.matter, "by": salts.by})
    return body
