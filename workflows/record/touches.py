"""Which entries touch which reference: what finds a thing's history without the rest.

A row is what an entry says already, kept by reference, so that the state or the history
of one thing costs the same in a small record and in a large one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import AT, MINE, TENANT, Base, among_given, rows, tenant
from workflows.record.leaves import Told


class EntryRef(Base, kw_only=True):
    """That an entry touches a reference, and the state that it led it to, if any."""

    __tablename__ = "entry_ref"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], [f"record_head.{TENANT}"], name="head"),
        # The numbers would tell that somebody has answered under seal (INV-04).
        {"info": {"private": True, "append_only": True}},
    )

    municipality_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    led_to: Mapped[str | None] = mapped_column(default=None)


def touch(session: Session, told: Iterable[Told]) -> None:
    """Keep what entries touch, and the states that they led to."""
    mine = tenant(session)
    touched = [
        {
            TENANT: mine,
            "ref": ref,
            "seq": each.seq,
            "at": each.at,
            "led_to": each.matter["states"].get(ref),
        }
        for each in told
        for ref in each.matter["refs"]
    ]
    # Past the unit of work, as the leaves are.
    session.connection().execute(_REFS.insert(), touched)


def states_of(
    session: Session, refs: Collection[str], *, at: datetime | None = None
) -> dict[str, str]:
    """Return reference → state of some references, up to and including `at`."""
    return {ref: state for ref, state, _ in steps_of(session, refs, at=at)}


def steps_of(
    session: Session, refs: Collection[str], *, at: datetime | None = None
) -> Sequence[tuple[str, str, datetime]]:
    """Return (reference, state, instant) of each step of some references, in order."""
    steps: Sequence[tuple[str, str, datetime]] = rows(session, _STEPS, at=at, refs=refs)
    return steps


def led_to(
    session: Session, states: Collection[str], *, at: datetime
) -> Sequence[tuple[str, str, datetime]]:
    """Return (reference, state, instant) of each step to some states, in order."""
    steps: Sequence[tuple[str, str, datetime]] = rows(
        session, _LED_TO, at=at, states=states
    )
    return steps


_LED_TO = (
    select(EntryRef.ref, EntryRef.led_to, EntryRef.at)
    .where(EntryRef.municipality_id == MINE, EntryRef.at <= AT)
    .where(among_given(EntryRef.led_to, "states"))
    .order_by(EntryRef.seq)
)
_REFS = EntryRef.metadata.tables[EntryRef.__tablename__]
_STEPS = (
    select(EntryRef.ref, EntryRef.led_to, EntryRef.at)
    .where(
        EntryRef.municipality_id == MINE,
        EntryRef.at <= AT,
        EntryRef.led_to.is_not(None),
        among_given(EntryRef.ref, "refs"),
    )
    .order_by(EntryRef.seq)
)
