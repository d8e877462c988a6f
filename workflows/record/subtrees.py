"""Consecutive entries held against themselves: entries, bodies, and the nodes above.

They begin where a subtree begins, so that no stretch needs to know another: they are
verified in any order and by any number of hands, and `verification` joins them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select, String, and_, cast, false, or_, select
from sqlalchemy.orm import Session

from workflows.base import tenant
from workflows.record.canonical import spelling
from workflows.record.entries import Entry
from workflows.record.leaves import (
    EntrySalt,
    RecordLeaf,
    RecordNode,
    commitment,
    instant,
    log_name,
)
from workflows.record.tree import leaf_hash, levels, peaks_of, root_at

# A stretch of 4,096 entries is some megabytes, and some hundredths of a second.
LEVEL = 12
ERASED_ACT = "person.erased"
_READ = json.JSONDecoder().raw_decode
Key = tuple[int, int]


@dataclass(frozen=True, order=True)
class Flaw:
    """Something in the record that is not as it was written: which entry, and what."""

    seq: int
    text: str

    def __str__(self) -> str:
        """Name the entry first."""
        return f"entry {self.seq}: {self.text}"


@dataclass(frozen=True)
class Stretch:
    """Entries to be verified, and the sizes of the record within at which to tell."""

    entries: range
    sizes: Sequence[int] = ()


@dataclass(frozen=True)
class Verified:
    """What was found of a stretch: its flaws, and the subtrees over its entries.

    `end` is the number after the last entry that is there. `roots` are by size of the
    record, each over this stretch alone.
    """

    first: int
    end: int
    peaks: Sequence[bytes]
    roots: Mapping[int, bytes]
    flaws: Sequence[Flaw]


def stretches(
    size: int, sizes: Sequence[int] = (), *, level: int = LEVEL
) -> list[Stretch]:
    """Return the stretches of a record, each of 2^level entries but the last."""
    length = 1 << level
    within: dict[int, list[int]] = {}
    for each in sizes:
        within.setdefault((each - 1) // length, []).append(each)
    return [
        Stretch(
            range(first, min(first + length, size)), within.get(first // length, ())
        )
        for first in range(0, size, length)
    ]


def verify_stretch(session: Session, asked: Stretch) -> Verified:
    """Return what is found of some entries; after one that is lacking none is read."""
    rows, first = _rows(session, asked.entries), asked.entries.start
    there = [rows[seq] for seq in takewhile(rows.__contains__, asked.entries)]
    built = levels([leaf_hash(row.body.encode()) for row in there])
    flaws = [*_of_rows(session, there), *_of_nodes(session, first, built)]
    if len(there) < len(asked.entries):
        flaws.append(Flaw(first + len(there), "is not there"))
    return Verified(
        first=first,
        end=first + len(there),
        peaks=peaks_of(built),
        roots={
            size: root_at(lambda level, place: built[level][place], size - first)
            for size in asked.sizes
            if size <= first + len(there)
        },
        flaws=flaws,
    )


def stored_nodes(
    session: Session, entries: range, *, above: int = -1
) -> dict[Key, bytes]:
    """Return the stored nodes that arose with some entries, by level and place."""
    spans = (
        and_(
            RecordNode.level == level,
            RecordNode.place >= entries.start >> level,
            RecordNode.place < entries.stop >> level,
        )
        for level in range(above + 1, entries.stop.bit_length())
        if entries.start >> level < entries.stop >> level
    )
    query = select(RecordNode.level, RecordNode.place, RecordNode.hash).where(
        RecordNode.municipality_id == tenant(session), or_(false(), *spans)
    )
    return {(level, place): value for level, place, value in session.execute(query)}


class Named(Protocol):
    """What a body tells of an entry in plain."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def at(self) -> datetime:
        """When it was done."""

    @property
    def type(self) -> str:
        """Which act it was."""


class _Row(NamedTuple):
    """An entry with its body and its salts; what is JSON as the database spells it."""

    seq: int
    at: datetime
    type: str
    subject: str
    refs: str
    states: str
    by: str
    payload: str
    body: str
    matter: bytes
    salt_by: bytes | None


def _of_rows(session: Session, rows: Sequence[_Row]) -> Iterator[Flaw]:
    log = log_name(tenant(session))
    is_lost = any(row.salt_by is None for row in rows)
    erased = _erased(session) if is_lost else frozenset()
    for row in rows:
        try:
            again = _body(row, log, erased)
        except (ValueError, KeyError, TypeError):
            again = ""
        if again != row.body:
            yield Flaw(row.seq, "its row is not what the tree holds of it")


def _body(row: _Row, log: str, erased: frozenset[str]) -> str:
    """Return the body as the row gives it; a salt that is gone gives none.

    Of somebody who is on record as erased, the commitment stands for itself.
    """
    matter = {
        "subject": row.subject,
        "refs": _parsed(row.refs),
        "states": _parsed(row.states),
        "payload": _parsed(row.payload),
    }
    by = _parsed(row.by)
    shown = _committed(log, "matter", row.matter, matter)
    actor = (
        json.loads(row.body)["com"]["by"]
        if row.salt_by is None and by["person"] in erased
        else _committed(log, "by", row.salt_by, by)
    )
    return spelt(log, row, by=actor, matter=shown)


def spelt(log: str, told: Named, *, by: str, matter: str) -> str:
    """Return the same as `leaves.body_of`, some times as fast."""
    return (
        f'{{"at":"{instant(told.at)}","com":{{"by":"{by}","matter":"{matter}"}},'
        f'"log":"{log}","seq":{told.seq},"type":{spelling(told.type).decode()},"v":1}}'
    )


def _parsed(text: str) -> Any:
    value, end = _READ(text)
    if end != len(text):
        raise ValueError("there is more than one value")
    return value


def _committed(log: str, field: str, salt: bytes | None, value: Any) -> str:
    if salt is None:
        raise ValueError("a salt is gone")
    return commitment(log, field, salt=salt, value=spelling(value))


def _erased(session: Session) -> frozenset[str]:
    """Return the codes of those whose erasure is on record."""
    query = select(Entry.payload).where(
        Entry.municipality_id == tenant(session), Entry.type == ERASED_ACT
    )
    try:
        facts = session.scalars(query).all()
    except (ValueError, TypeError):  # somebody has been at the rows: none is excused
        return frozenset()
    return frozenset(str(each["person"]) for each in facts if each and "person" in each)


def _of_nodes(
    session: Session, first: int, built: Sequence[Sequence[bytes]]
) -> Iterator[Flaw]:
    stored = stored_nodes(session, range(first, first + len(built[0])))
    for level, hashes in enumerate(built):
        for place, value in enumerate(hashes, first >> level):
            if stored.get((level, place)) != value:
                yield wrong_node(level, place)


def wrong_node(level: int, place: int) -> Flaw:
    """Return that a stored node is another: it arose with its last entry."""
    last = ((place + 1) << level) - 1
    return Flaw(last, f"the tree says another hash (level {level})")


def _rows(session: Session, entries: range) -> dict[int, _Row]:
    """Return the whole rows by number; where a part is lacking there is none.

    What the database cannot even read as what it should be is not there either.
    """
    try:
        found = session.execute(_query(session, entries))
        return {row[0]: _Row._make(row) for row in found}
    except (ValueError, TypeError):
        if len(entries) == 1:
            return {}
    half = len(entries) // 2
    return _rows(session, entries[:half]) | _rows(session, entries[half:])


def _query(session: Session, entries: range) -> Select[Any]:
    mine = tenant(session)
    told = (cast(each, String) for each in (Entry.refs, Entry.states, Entry.by))
    columns: tuple[Any, ...] = (
        *(Entry.seq, Entry.at, Entry.type, Entry.subject, *told),
        *(cast(Entry.payload, String), RecordLeaf.body, EntrySalt.matter),
        EntrySalt.by.label("salt_by"),
    )
    same_leaf = and_(RecordLeaf.municipality_id == mine, RecordLeaf.seq == Entry.seq)
    same_salt = and_(EntrySalt.municipality_id == mine, EntrySalt.seq == Entry.seq)
    return (
        select(*columns)
        .join(RecordLeaf, same_leaf)
        .join(EntrySalt, same_salt)
        .where(
            Entry.municipality_id == mine,
            Entry.seq >= entries.start,
            Entry.seq < entries.stop,
        )
    )
