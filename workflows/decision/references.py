"""Short references of the decision line: each is used once, and some are given out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.base import owned, tenant
from workflows.errors import InvalidValueError, RuleBrokenError


def free_reference(session: Session, kind: type[Any], ref: str) -> str:
    """Return `ref` when no row of `kind` has it yet.

    Raises:
        InvalidValueError: the reference is empty.
        RuleBrokenError: it is taken.
    """
    if not ref.strip():
        raise InvalidValueError("ref", "a reference cannot be empty")
    if session.scalar(owned(session, kind).where(kind.ref == ref)):
        raise RuleBrokenError(
            f"there is already a {kind.__name__} {ref}", rule="references are unique"
        )
    return ref


def next_number(session: Session, kind: type[Any], *among: Any) -> int:
    """Return one more than the municipality's rows of `kind` that meet the conditions.

    Rows of the decision line are never deleted, so that the count is the last number.
    """
    query = select(func.count()).select_from(kind)
    query = query.where(kind.municipality_id == tenant(session), *among)
    return session.scalars(query).one() + 1
