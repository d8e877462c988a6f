"""When the holder of a mandate is away, so that the deputy may act instead."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Mapped, Session

from workflows.base import IMMUTABLE, Base, Owned, owned, refers_to


class Absence(Owned, Base, kw_only=True):
    """Days on which the holder of a mandate is away (forfall), both included."""

    __tablename__ = "absence"
    __table_args__ = (refers_to("mandate", "mandate_id"), IMMUTABLE)

    mandate_id: Mapped[uuid.UUID]
    first_day: Mapped[date]
    last_day: Mapped[date]
    at: Mapped[datetime]


def absent(
    session: Session, mandates: Collection[uuid.UUID], day: date
) -> set[uuid.UUID]:
    """Return which of these mandates have a holder who is away that day."""
    query = owned(session, Absence).where(
        Absence.mandate_id.in_(mandates),
        Absence.first_day <= day,
        Absence.last_day >= day,
    )
    return {row.mandate_id for row in session.scalars(query)}
