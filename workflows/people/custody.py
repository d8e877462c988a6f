"""The acts that concern the record itself: a key is taken into use, it is restored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import tenant
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.municipalities import Municipality
from workflows.record.checkpoints import (
    KEY_ACT,
    RESTORED_ACT,
    Loss,
    known_keys,
    seal,
    sealed_to,
)
from workflows.record.entries import Entry, append, locked_head
from workflows.record.leaves import record_root
from workflows.record.notes import public_bytes

DELIVERED_ACT = "documents.delivered"


def seal_record(
    session: Session, key: Ed25519PrivateKey, *, open_size: int | None, at: datetime
) -> None:
    """Sign a checkpoint when entries came to; a key that is new is entered first.

    `open_size` is how many entries anybody may know of, None when nothing is sealed.
    """
    session.flush()
    head = locked_head(session)
    if head.locked or sealed_to(session, head) == head.size:
        return
    moment = max(at, head.last_at or at)
    if public_bytes(key) not in known_keys(session):
        begin_key(session, key, at=moment)
    size = head.size if open_size is None else open_size
    seal(session, key, open_size=size, at=moment)


def begin_key(session: Session, key: Ed25519PrivateKey, *, at: datetime) -> Entry:
    """Enter the public half of a key that signs from now on."""
    facts = {"public_key": public_bytes(key).hex()}
    return _append(session, KEY_ACT, by=SYSTEM, at=at, facts=facts)


def record_deliveries(
    session: Session, hashes: Sequence[str], *, at: datetime
) -> Entry:
    """Enter the SHA-256 of files that were delivered, each in hexadecimal."""
    permit(SYSTEM, DELIVERED_ACT, at=at)
    facts = {"sha256": sorted(hashes)}
    return _append(session, DELIVERED_ACT, by=SYSTEM, at=at, facts=facts)


def is_recorded_delivery(session: Session, sha256: str) -> bool:
    """Say whether the record tells that a file with this checksum was delivered."""
    return sha256 in recorded_deliveries(session)


def recorded_deliveries(session: Session) -> frozenset[str]:
    """Return the checksums of all files that the record tells were delivered."""
    query = select(Entry.payload).where(
        Entry.municipality_id == tenant(session), Entry.type == DELIVERED_ACT
    )
    told = (payload["sha256"] for payload in session.scalars(query))
    return frozenset(chain.from_iterable(told))


def record_restoration(session: Session, loss: Loss, *, by: Hat, at: datetime) -> Entry:
    """Enter that the record was restored and what was lost; writing may go on.

    The entry has the next epoch, the last that was seen outside, and from where the
    record goes on: entries from there to the outside size are lost.

    Raises:
        RuleBrokenError: the record is not locked.
    """
    permit(by, RESTORED_ACT, at=at)
    head = locked_head(session)
    if not head.locked:
        raise RuleBrokenError("the record is not locked", rule="a loss is on record")
    epoch = max(head.epoch or 0, loss.outside.epoch) + 1
    facts = {
        "epoch": epoch,
        "outside_size": loss.outside.size,
        "outside_root": loss.outside.root.hex(),
        "restored_size": head.size,
        "restored_root": record_root(session, head.size).hex(),
    }
    head.locked, head.epoch = None, epoch
    return _append(session, RESTORED_ACT, by=by, at=at, facts=facts)


def _append(
    session: Session, act: str, *, by: Hat, at: datetime, facts: dict[str, Any]
) -> Entry:
    municipality = session.get_one(Municipality, tenant(session))
    return append(session, act, municipality, by=by, at=at, facts=facts)
