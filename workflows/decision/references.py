"""Short references of the decision line: each is used once, and some are given out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.base import tenant


def next_number(session: Session, kind: type[Any], *among: Any) -> int:
    """Return one more than the municipality's rows of `kind` that meet the conditions.

    Rows of the decision line are never deleted, so that the count is the last number.
    """
    query = select(func.count()).select_from(kind)
    query = query.where(kind.municipality_id == tenant(session), *among)
    return session.scalars(query).one() + 1
