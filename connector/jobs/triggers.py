"""Which jobs the entries of a transaction call for.

Asked before each transaction of an installation ends, so that a job is kept when, and
only when, what calls for it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.background.jobs import covers, enqueue
from workflows.base import tenant
from workflows.record.entries import Entry, locked_head

# The kinds of jobs that are asked for without a worker at hand.
DELIVER: Final = "deliver"
PACKAGE: Final = "archive-package"
_VERSION: Final = re.compile(r".*@.*\.0", re.DOTALL)


class _Call(NamedTuple):
    """A job that is called for; `key` tells it from those called for before."""

    kind: str
    about: str
    key: str


def enqueue_what_follows(session: Session, *, before: int, at: datetime) -> None:
    """Ask for what the entries from number `before` on call for.

    One job that waits already is enough: it will see what this transaction writes.
    """
    if locked_head(session).size == before:
        return
    for call in _calls(session, before):
        if not covers(session, call.kind, call.about):
            enqueue(session, call.kind, call.about, key=call.key, at=at)


def _calls(session: Session, before: int) -> Iterator[_Call]:
    """A version that the parties stand on is delivered, anew when it was touched."""
    # By the number, which the key begins with: by what they touch all would be read.
    query = select(Entry.seq, Entry.refs).where(
        Entry.municipality_id == tenant(session), Entry.seq >= before
    )
    touched: dict[str, int] = {}
    for seq, refs in session.execute(query.order_by(Entry.seq)):
        touched.update(dict.fromkeys(filter(_VERSION.fullmatch, refs), seq))
    for ref, seq in sorted(touched.items()):
        yield _Call(DELIVER, ref, f"entry {seq}")
