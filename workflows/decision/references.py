"""Short references: each is used once, and some are given out by number."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.base import tenant
from workflows.record.entries import Entry


def next_number(session: Session, kind: type[Any], *among: Any) -> int:
    """Return one more than the municipality's rows of `kind` that meet the conditions.

    Rows of such a kind are never deleted, so that the count is the last number.
    """
    query = select(func.count()).select_from(kind)
    query = query.where(kind.municipality_id == tenant(session), *among)
    return session.scalars(query).one() + 1


def next_reference(
    session: Session, kind: type[Any], prefix: str, *, digits: int = 2
) -> str:
    """Return the next free reference of `kind`, as «F-15»; those in use are passed by.

    The number is that of the row, or the first one after it that no act is about,
    with at least so many digits.
    """
    told = select(Entry.subject).where(Entry.municipality_id == tenant(session))
    taken = set(session.scalars(told.where(Entry.subject.startswith(prefix))))
    numbers = count(next_number(session, kind))
    return next(ref for n in numbers if (ref := f"{prefix}{n:0{digits}d}") not in taken)
