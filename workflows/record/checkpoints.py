"""How far the record had come, signed; when it is locked, and how it is taken up again.

Each transaction that appends ends with a checkpoint. Copies lie outside the database:
when the record no longer agrees with one, it is locked, and nothing more is written
until a system administrator records that it was restored.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ForeignKeyConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, tenant
from workflows.record.entries import Entry, RecordHead, locked_head, record_head
from workflows.record.leaves import log_name, record_root
from workflows.record.notes import (
    Checkpoint,
    NoteRefusedError,
    opened,
    signed,
)

KEY_ACT = "record.key_begun"
RESTORED_ACT = "record.restored"


class RecordCheckpoint(Base, kw_only=True):
    """A signed checkpoint (kontrollpunkt) of the record. Immutable."""

    __tablename__ = "record_checkpoint"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], [f"record_head.{TENANT}"], name="head"),
        {"info": {"private": True, "append_only": True}},
    )

    municipality_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Why the record is locked: what was seen outside, and how far it comes here."""

    outside: Checkpoint
    size: int


def seal(
    session: Session, key: Ed25519PrivateKey, *, open_size: int, at: datetime
) -> None:
    """Sign a checkpoint when entries came to since the last one.

    `open_size` is how many entries anybody may know of: where it is smaller, as while a
    round is sealed, it gets a checkpoint too, for copies outside.
    """
    session.flush()
    head = locked_head(session)
    begun = sealed_to(session, head)
    for size in sorted({open_size, head.size}):
        if size > begun:
            _sign(session, head, key, size=size, at=at)


def sealed_to(session: Session, head: RecordHead) -> int:
    """Return how many entries have a checkpoint in the epoch of the head."""
    query = select(func.max(RecordCheckpoint.size)).where(
        RecordCheckpoint.municipality_id == tenant(session),
        RecordCheckpoint.epoch == (head.epoch or 0),
    )
    return session.scalar(query) or 0


def known_keys(session: Session) -> list[bytes]:
    """Return the public keys that the record has entered, oldest first."""
    query = select(Entry.payload).where(
        Entry.municipality_id == tenant(session), Entry.type == KEY_ACT
    )
    told = session.scalars(query.order_by(Entry.seq))
    return [bytes.fromhex(payload["public_key"]) for payload in told]


def checkpoint_over(
    session: Session, seq: int, *, open_size: int | None
) -> RecordCheckpoint | None:
    """Return the first checkpoint with an entry below it, None when it is not open yet.

    It is the same one for ever: later ones are larger.
    """
    mine = RecordCheckpoint.municipality_id == tenant(session)
    query = select(RecordCheckpoint).where(mine, RecordCheckpoint.size > seq)
    order = query.order_by(RecordCheckpoint.epoch, RecordCheckpoint.size)
    found = session.scalars(order.limit(1)).first()
    is_open = found and (open_size is None or found.size <= open_size)
    return found if is_open else None


def newest_checkpoint(
    session: Session, *, open_size: int | None
) -> RecordCheckpoint | None:
    """Return the newest checkpoint that tells of no more entries than are open."""
    mine = RecordCheckpoint.municipality_id == tenant(session)
    query = select(RecordCheckpoint).where(mine)
    if open_size is not None:
        query = query.where(RecordCheckpoint.size <= open_size)
    newest = (RecordCheckpoint.epoch.desc(), RecordCheckpoint.size.desc())
    return session.scalars(query.order_by(*newest).limit(1)).first()


def checkpoints(session: Session) -> Sequence[RecordCheckpoint]:
    """Return all checkpoints, oldest first."""
    mine = RecordCheckpoint.municipality_id == tenant(session)
    order = (RecordCheckpoint.epoch, RecordCheckpoint.size)
    return session.scalars(select(RecordCheckpoint).where(mine).order_by(*order)).all()


def checkpoint_flaws(session: Session, roots: dict[int, bytes]) -> Iterator[str]:
    """Yield what is wrong with the stored checkpoints, given the roots by size."""
    publics, origin = known_keys(session), log_name(tenant(session))
    ends = ends_of_epochs(session)
    for row in checkpoints(session):
        if row.size > ends.get(row.epoch, row.size):
            continue
        try:
            told = opened(row.note, publics=publics)
        except NoteRefusedError as refusal:
            yield f"checkpoint of {row.size} entries: {refusal}"
            continue
        if (told.origin, told.size, told.root) != (
            origin,
            row.size,
            roots.get(row.size),
        ):
            yield f"checkpoint of {row.size} entries: the record says another root"


def lock(session: Session, loss: Loss) -> None:
    """Let nothing more be written until the restoration is recorded."""
    locked_head(session).locked = loss.outside.text


def is_locked(session: Session) -> bool:
    """Say whether the record is locked."""
    mine = RecordHead.municipality_id == tenant(session)
    return bool(session.scalars(select(RecordHead.locked).where(mine)).one())


def loss_of(session: Session, outside: Checkpoint) -> Loss | None:
    """Return what was lost when the record does not go on from an outside checkpoint.

    Loss that a restoration has told of already is none.
    """
    head = record_head(session)
    if outside.size > ends_of_epochs(session).get(outside.epoch, outside.size):
        return None
    if outside.origin != log_name(tenant(session)) or outside.epoch > (head.epoch or 0):
        return Loss(outside=outside, size=head.size)
    if outside.size <= head.size and record_root(session, outside.size) == outside.root:
        return None
    return Loss(outside=outside, size=head.size)


def ends_of_epochs(session: Session) -> dict[int, int]:
    """Return how far each epoch that is over came: what it had beyond was lost."""
    mine = Entry.municipality_id == tenant(session)
    query = select(Entry.payload).where(mine, Entry.type == RESTORED_ACT)
    ends: dict[int, int] = {}
    for told in session.scalars(query.order_by(Entry.seq)):
        for epoch in range(told["epoch"]):
            end = told["restored_size"]
            ends[epoch] = min(end, ends.get(epoch, end))
    return ends


def _sign(
    session: Session,
    head: RecordHead,
    key: Ed25519PrivateKey,
    *,
    size: int,
    at: datetime,
) -> None:
    checkpoint = Checkpoint(
        origin=log_name(tenant(session)),
        size=size,
        root=record_root(session, size),
        epoch=head.epoch or 0,
        at=max(at, head.last_at or at),
    )
    row = RecordCheckpoint(
        municipality_id=tenant(session),
        epoch=checkpoint.epoch,
        size=size,
        note=signed(checkpoint, key),
    )
    session.add(row)
