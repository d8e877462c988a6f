"""Where a long reading of a source stopped, so that the next one goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session

from workflows.base import TENANT, Base, Owned, owned
from workflows.decision.import_log import ImportedRecord


class ImportCursor(Owned, Base, kw_only=True):
    """Where the reading of a source stopped (lesemerke); gone when it reached the end.

    `scope` is what was asked for, `place` the source's own words for where to go on.
    """

    __tablename__ = "import_cursor"
    __table_args__ = (UniqueConstraint(TENANT, "system", "scope"),)

    system: Mapped[str]
    scope: Mapped[str]
    place: Mapped[list[str]]
    stopped_at: Mapped[datetime]


def cursor_of(session: Session, *, system: str, scope: str) -> tuple[str, ...]:
    """Return where to go on, empty where a reading begins from the start."""
    found = _find(session, system, scope)
    return tuple(found.place) if found else ()


def keep_cursor(
    session: Session, *, system: str, scope: str, place: Sequence[str], at: datetime
) -> None:
    """Remember where to go on; an empty place says that the end was reached."""
    found = _find(session, system, scope)
    if found:
        session.delete(found)
        session.flush()
    if place:
        cursor = ImportCursor(
            system=system, scope=scope, place=list(place), stopped_at=at
        )
        session.add(cursor)
        session.flush()


def imported_keys(
    session: Session, *, system: str, first: date, last: date
) -> Sequence[str]:
    """Return the keys of what a source told of the meetings from one day to another."""
    query = owned(session, ImportedRecord).where(ImportedRecord.system == system)
    return sorted(
        known.source_id
        for known in session.scalars(query)
        if first.isoformat() <= (known.values["meeting_day"] or "") <= last.isoformat()
    )


def _find(session: Session, system: str, scope: str) -> ImportCursor | None:
    query = owned(session, ImportCursor).where(
        ImportCursor.system == system, ImportCursor.scope == scope
    )
    return session.scalars(query).one_or_none()
