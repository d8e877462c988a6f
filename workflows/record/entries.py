"""The record: one append-only entry for every act, which is history and event at once.

An entry says what was done (`type`), to what (`refs`, the subject first), by which
person in which capacity (`by`), when, and which states it led to (`states`). Free text
and names never stand in an entry; they are rows of their own that it refers to.

The state columns of other tables are a cache of the entries: `fold` finds them again.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    AT,
    IMMUTABLE,
    MINE,
    TENANT,
    Base,
    among_given,
    rows,
    tenant,
)
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.record.drafts import Draft, Recorded, drafted
from workflows.record.leaves import Told, write_leaves, write_nodes
from workflows.record.touches import EntryRef, led_to, states_of, steps_of, touch
from workflows.record.tree import Node, arisen, grown


class RecordHead(Base, kw_only=True):
    """How far one municipality's record has come; locked while an entry is appended.

    `grown` is how many entries the tree holds, `peaks` the hashes of its largest
    complete subtrees. Both lag behind `size` only where entries are older than the
    tree: the next act takes them in. `epoch` counts restorations. `locked` is what was
    seen outside that the record does not go on from; until a restoration is recorded
    nothing is appended.
    """

    __tablename__ = "record_head"

    municipality_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("municipality.id"), primary_key=True
    )
    size: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None] = mapped_column(default=None)
    grown: Mapped[int | None] = mapped_column(default=None)
    peaks: Mapped[list[str] | None] = mapped_column(default=None)
    epoch: Mapped[int | None] = mapped_column(default=None)
    locked: Mapped[str | None] = mapped_column(default=None)


class Entry(Base, kw_only=True):
    """One act in the record (innslag). Written once, never changed."""

    __tablename__ = "entry"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], [f"record_head.{TENANT}"], name="head"),
        IMMUTABLE,
    )

    municipality_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    type: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    refs: Mapped[list[str]]
    states: Mapped[dict[str, Any]]
    by: Mapped[dict[str, Any]]
    payload: Mapped[dict[str, Any]]

    def told(self) -> Told:
        """Return what the entry tells, as the tree commits to it."""
        matter = {
            "subject": self.subject,
            "refs": self.refs,
            "states": self.states,
            "payload": self.payload,
        }
        return Told(seq=self.seq, at=self.at, type=self.type, by=self.by, matter=matter)


_ENTRIES = Entry.metadata.tables[Entry.__tablename__]
_COLUMNS = tuple(column.name for column in _ENTRIES.columns)


class Signer(Protocol):
    """Whoever acts: a person in a chosen capacity, or the system itself."""

    def as_record(self) -> dict[str, Any]:
        """Return what an entry keeps of the acting person: identifiers, no names."""


def locked_head(session: Session) -> RecordHead:
    """Lock the municipality's record until the transaction ends, and return its head.

    So two writers never take the same number, and none writes an earlier time after a
    later one: whoever reads the clock after the lock is in order.
    """
    return session.scalars(_my_head(session).with_for_update()).one()


def record_head(session: Session) -> RecordHead:
    """Return the head of the municipality's record, for those who only read."""
    return session.scalars(_my_head(session)).one()


def _my_head(session: Session) -> Select[RecordHead]:
    return select(RecordHead).where(RecordHead.municipality_id == tenant(session))


def next_seq(session: Session) -> int:
    """Return the number of the entry that the act at hand will append.

    Rows of one act keep it, so that their order is that of the record, also within the
    same instant.
    """
    return locked_head(session).size


def append(
    session: Session,
    act: str,
    subject: Recorded,
    *,
    by: Signer,
    at: datetime,
    moved: Sequence[Any] = (),
    refs: Sequence[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """Append one entry to the municipality's record and return it.

    `moved` are the rows whose `state` this act changed. Raises `RuleBrokenError` when
    `at` lies before the last entry: history is told forwards; or the record is locked.
    """
    one = drafted(act, subject, moved=moved, refs=refs, facts=facts)
    (entry,) = append_all(session, [one], by=by, at=at)
    return entry


def append_all(
    session: Session, drafts: Sequence[Draft], *, by: Signer, at: datetime
) -> list[Entry]:
    """Append entries in their order and return them; the same as one after another.

    Raises as `append` does; then none of them is appended.
    """
    head, signed = locked_head(session), by.as_record()
    for one in drafts:
        require_appendable(head, one.act, at=at)
    entries = [
        Entry(
            municipality_id=head.municipality_id,
            seq=seq,
            at=at,
            type=one.act,
            subject=one.subject,
            refs=one.refs,
            states=one.states,
            by=signed,
            payload=one.facts,
        )
        for seq, one in enumerate(drafts, start=head.size)
    ]
    if entries:
        grow(session, head, entries)
        head.size, head.last_at = head.size + len(entries), at
        session.connection().execute(
            _ENTRIES.insert(), [_row(each) for each in entries]
        )
    return entries


def require_appendable(head: RecordHead, act: str, *, at: datetime) -> None:
    """Raise `RuleBrokenError` where `append` would."""
    if head.locked:
        raise RuleBrokenError(
            "the record is locked: it is not the one that was seen outside",
            rule="a loss is on record",
        )
    if head.last_at and at < head.last_at:
        raise RuleBrokenError(
            f"{act} at {at.isoformat()} comes before the last entry "
            f"({head.last_at.isoformat()})",
            rule="the record is written forwards",
        )


def grow(session: Session, head: RecordHead, entries: Sequence[Entry]) -> None:
    """Let the tree take in entries, and before them any that is older than the tree."""
    taken = [*_not_grown(session, head), *entries]
    told = [each.told() for each in taken]
    leaves = write_leaves(session, told)
    touch(session, told)
    peaks = [bytes.fromhex(peak) for peak in head.peaks or []]
    nodes: list[Node] = []
    for each, leaf in zip(taken, leaves, strict=True):
        peaks, hashes = grown(peaks, each.seq, leaf)
        nodes.extend(arisen(hashes, each.seq))
    write_nodes(session, nodes)
    head.grown, head.peaks = taken[-1].seq + 1, [peak.hex() for peak in peaks]


def _row(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _COLUMNS}


def _not_grown(session: Session, head: RecordHead) -> Sequence[Entry]:
    first = head.grown or 0
    if first == head.size:
        return []
    query = select(Entry).where(
        Entry.municipality_id == head.municipality_id, Entry.seq >= first
    )
    return session.scalars(query.order_by(Entry.seq)).all()


def new_reference(session: Session, ref: str) -> str:
    """Return `ref` when no act has been about it, of whatever kind it was.

    The states of everything are found again by their references, so that two things
    never share one.

    Raises:
        InvalidValueError: the reference is empty.
        RuleBrokenError: it is taken.
    """
    if not ref.strip():
        raise InvalidValueError("ref", "a reference cannot be empty")
    taken = select(Entry.seq).where(
        Entry.municipality_id == tenant(session), Entry.subject == ref
    )
    if session.scalars(taken.limit(1)).first() is not None:
        raise RuleBrokenError(f"{ref} is taken", rule="references are unique")
    return ref


def fold(
    session: Session,
    *,
    at: datetime | None = None,
    refs: Collection[str] | None = None,
) -> dict[str, str]:
    """Return reference → state as the entries tell it, up to and including `at`.

    With `refs` only those are looked at, which costs the same in a large record.
    """
    if refs is None:
        return _all_states(session, at)
    if _is_grown(session):
        return states_of(session, refs, at=at)
    return {
        ref: state for ref, state in _all_states(session, at).items() if ref in refs
    }


def _all_states(session: Session, at: datetime | None) -> dict[str, str]:
    states: dict[str, str] = {}
    for changed in session.scalars(_told(session, Entry.states, at)):
        states.update(changed)
    return states


def _is_grown(session: Session) -> bool:
    """Whether each entry is kept by its references; see `RecordHead`.

    Once it is, it stays so, and is not asked again in the session.
    """
    if not session.info.get(_GROWN):
        ((size, reached),) = rows(session, _REACHED)
        session.info[_GROWN] = size == (reached or 0)
    return bool(session.info[_GROWN])


_GROWN = "record_is_grown"
_REACHED = select(RecordHead.size, RecordHead.grown).where(
    RecordHead.municipality_id == MINE
)


def since(
    session: Session,
    *,
    at: datetime | None = None,
    refs: Collection[str] | None = None,
) -> dict[str, datetime]:
    """Return reference → the instant when its state at `at` was reached.

    With `refs` only those are looked at; see `fold`.
    """
    told = states_since(session, at=at, refs=refs)
    return {ref: instant for ref, (_, instant) in told.items()}


def states_since(
    session: Session,
    *,
    at: datetime | None = None,
    refs: Collection[str] | None = None,
) -> dict[str, tuple[str, datetime]]:
    """Return reference → state at `at` and since when, as `fold` and `since` do."""
    is_narrow = refs is not None and _is_grown(session)
    reached: dict[str, tuple[str, datetime]] = {}
    for ref, state, instant in (
        steps_of(session, refs or (), at=at) if is_narrow else _all_steps(session, at)
    ):
        if ref not in reached or reached[ref][0] != state:
            reached[ref] = (state, instant)
    return reached


def _all_steps(
    session: Session, at: datetime | None
) -> Iterator[tuple[str, str, datetime]]:
    told = session.execute(_told(session, Entry.states, at).add_columns(Entry.at))
    for changed, instant in told:
        for ref, state in changed.items():
            yield ref, state, instant


def steps_to(
    session: Session, states: Collection[str], *, at: datetime
) -> Sequence[tuple[str, str, datetime]]:
    """Return (reference, state, instant) of each step to some states, in order.

    Of everything that has such a state, of whatever kind; up to and including `at`.
    """
    if _is_grown(session):
        return led_to(session, states, at=at)
    return [step for step in _all_steps(session, at) if step[1] in states]


def acts_told(
    session: Session, acts: Collection[str], *, at: datetime
) -> Sequence[Any]:
    """Return the entries of some acts up to `at`, in order, as rows of columns.

    Each row has `type`, `subject`, `at`, `states`, `by` and `payload`; see `Entry`.
    """
    return rows(session, _ACTS, at=at, acts=acts)


_ACTS = (
    select(Entry.type, Entry.subject, Entry.at, Entry.states, Entry.by, Entry.payload)
    .where(Entry.municipality_id == MINE, Entry.at <= AT)
    .where(among_given(Entry.type, "acts"))
    .order_by(Entry.seq)
)


def history(session: Session, ref: str) -> list[Entry]:
    """Return the entries that touch `ref`, oldest first."""
    query = (
        select(Entry)
        .join(
            EntryRef,
            (EntryRef.municipality_id == Entry.municipality_id)
            & (EntryRef.seq == Entry.seq),
        )
        .where(Entry.municipality_id == tenant(session), EntryRef.ref == ref)
    )
    return list(session.scalars(query.order_by(Entry.seq)))


def first_about(session: Session, ref: str) -> Entry | None:
    """Return the first entry that touches `ref`; it stays the first."""
    first = select(func.min(EntryRef.seq)).where(
        EntryRef.municipality_id == tenant(session), EntryRef.ref == ref
    )
    seq = session.scalar(first)
    return None if seq is None else session.get_one(Entry, (tenant(session), seq))


def entries_until(session: Session, at: datetime) -> Sequence[Entry]:
    """Return all entries up to and including `at`, in order."""
    query = select(Entry).where(
        Entry.municipality_id == tenant(session), Entry.at <= at
    )
    return session.scalars(query.order_by(Entry.seq)).all()


def _told(session: Session, column: Any, at: datetime | None) -> Any:
    query = select(column).where(Entry.municipality_id == tenant(session))
    return (query.where(Entry.at <= at) if at else query).order_by(Entry.seq)
