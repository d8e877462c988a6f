"""Each writing transaction ends with a signed checkpoint over the record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.record.keys import record_key
from workflows.base import tenant
from workflows.development.seals import TELLING, sealed_assessments, sealed_rounds
from workflows.people.custody import seal_record
from workflows.record.checkpoints import sealed_to
from workflows.record.entries import Entry, locked_head


def seal_transaction(session: Session, *, data: Path, at: datetime) -> None:
    """Sign a checkpoint when the transaction has appended; the key lies in `data`."""
    session.flush()
    head = locked_head(session)
    if sealed_to(session, head) != head.size:
        seal_record(session, record_key(data), open_size=open_size(session), at=at)


def open_size(session: Session) -> int | None:
    """Return how many entries anybody may know of, None when it is all of them.

    Where the number would tell that somebody has answered under seal, it ends before
    the first such entry (INV-04).
    """
    sealed = {*sealed_rounds(session).values(), *sealed_assessments(session).values()}
    if not sealed:
        return None
    first = select(func.min(Entry.seq)).where(
        Entry.municipality_id == tenant(session),
        Entry.type.in_(TELLING),
        Entry.subject.in_(sealed),
    )
    return session.scalar(first)
