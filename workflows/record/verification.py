"""The whole record held against itself: entries, bodies, nodes, head.

Every entry is folded into the tree again, a few thousand at a time. A finding names the
number of the first entry that it concerns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from workflows.base import tenant
from workflows.record.canonical import spelling
from workflows.record.entries import Entry, RecordHead
from workflows.record.leaves import (
    EntrySalt,
    RecordLeaf,
    RecordNode,
    commitment,
    instant,
    log_name,
)
from workflows.record.tree import Node, arisen, grown, leaf_hash, root_of

CHUNK = 4096
ERASED_ACT = "person.erased"
Key = tuple[int, int]


@dataclass(frozen=True, order=True)
class Flaw:
    """Something in the record that is not as it was written: which entry, and what."""

    seq: int
    text: str

    def __str__(self) -> str:
        """Name the entry first."""
        return f"entry {self.seq}: {self.text}"


@dataclass
class Held:
    """What has been found so far, and the tree as it grew."""

    flaws: list[Flaw] = field(default_factory=list)
    peaks: list[bytes] = field(default_factory=list)
    size: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()


def verify(session: Session, *, sizes: Iterable[int] = ()) -> Held:
    """Return all flaws by entry, and the roots that the entries give at `sizes`."""
    wanted, held = frozenset(sizes), Held(erased=_erased(session))
    head = _head(session)
    if 0 in wanted:
        held.roots[0] = root_of([])
    for first in range(0, head.size, CHUNK):
        _hold(session, held, range(first, min(first + CHUNK, head.size)), wanted)
    held.flaws += _of_the_head(session, head, held)
    held.flaws.sort()
    return held


def flaws(session: Session) -> list[Flaw]:
    """Return all flaws of the record, by entry; none is good."""
    return verify(session).flaws


def _head(session: Session) -> RecordHead:
    query = select(RecordHead).where(RecordHead.municipality_id == tenant(session))
    return session.scalars(query).one()


def _hold(session: Session, held: Held, chunk: range, sizes: frozenset[int]) -> None:
    """Fold some entries into the tree, and hold each against what is stored."""
    if held.size != chunk.start:
        return
    rows, nodes = _rows(session, chunk), _nodes(session, chunk)
    log = log_name(tenant(session))
    for seq in chunk:
        row = rows.get(seq)
        if row is None:
            held.flaws.append(Flaw(seq, "is not there"))
            return
        held.flaws += row.flaws(log, held.erased)
        held.peaks, hashes = grown(held.peaks, seq, leaf_hash(row.body.encode()))
        held.flaws += _of_nodes(arisen(hashes, seq), nodes, seq)
        held.size = seq + 1
        if held.size in sizes:
            held.roots[held.size] = root_of(held.peaks)


class _Row(NamedTuple):
    """An entry with its body and its salts."""

    seq: int
    at: datetime
    type: str
    subject: str
    refs: list[str]
    states: dict[str, Any]
    by: dict[str, Any]
    payload: dict[str, Any]
    body: str
    matter: bytes
    salt_by: bytes | None

    def flaws(self, log: str, erased: frozenset[str]) -> Iterator[Flaw]:
        try:
            again = self._again(log, erased)
        except (ValueError, KeyError, TypeError):
            again = b""
        if again != self.body.encode():
            yield Flaw(self.seq, "its row is not what the tree holds of it")

    def _again(self, log: str, erased: frozenset[str]) -> bytes:
        """Return the body as the row gives it; a salt that is gone gives none.

        Of somebody who is on record as erased, the commitment stands for itself.
        """
        matter = {
            "subject": self.subject,
            "refs": self.refs,
            "states": self.states,
            "payload": self.payload,
        }
        com = {
            "matter": _committed(log, "matter", self.matter, matter),
            "by": json.loads(self.body)["com"]["by"]
            if self.salt_by is None and self.by["person"] in erased
            else _committed(log, "by", self.salt_by, self.by),
        }
        return spelling(
            {
                "v": 1,
                "log": log,
                "seq": self.seq,
                "at": instant(self.at),
                "type": self.type,
                "com": com,
            }
        )


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


def _rows(session: Session, chunk: range) -> dict[int, _Row]:
    """Return the whole rows by number; where a part is lacking there is none.

    What the database cannot even read as what it should be is not there either.
    """
    try:
        found = session.execute(_query(session, chunk))
        return {row[0]: _Row(*row) for row in found}
    except (ValueError, TypeError):
        if len(chunk) == 1:
            return {}
    half = len(chunk) // 2
    return _rows(session, chunk[:half]) | _rows(session, chunk[half:])


def _query(session: Session, chunk: range) -> Select[Any]:
    mine = tenant(session)
    columns = (
        *(Entry.seq, Entry.at, Entry.type, Entry.subject, Entry.refs, Entry.states),
        *(Entry.by, Entry.payload, RecordLeaf.body, EntrySalt.matter),
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
            Entry.seq >= chunk.start,
            Entry.seq < chunk.stop,
        )
    )


def _nodes(session: Session, chunk: range) -> dict[Key, bytes]:
    """Return the stored nodes that arose with some entries."""
    levels = range(chunk.stop.bit_length())
    spans = (
        and_(
            RecordNode.level == level,
            RecordNode.place >= chunk.start >> level,
            RecordNode.place < chunk.stop >> level,
        )
        for level in levels
    )
    query = select(RecordNode.level, RecordNode.place, RecordNode.hash).where(
        RecordNode.municipality_id == tenant(session), or_(*spans)
    )
    return {(level, place): value for level, place, value in session.execute(query)}


def _of_nodes(
    nodes: Iterable[Node], stored: Mapping[Key, bytes], seq: int
) -> Iterator[Flaw]:
    for node in nodes:
        if stored.get((node.level, node.place)) != node.hash:
            yield Flaw(seq, f"the tree says another hash (level {node.level})")


def _of_the_head(session: Session, head: RecordHead, held: Held) -> Iterator[Flaw]:
    if held.size != head.size:
        return
    peaks = [bytes.fromhex(peak) for peak in head.peaks or []]
    if (head.grown, peaks) != (held.size, held.peaks):
        yield Flaw(held.size, "the head of the record is not that of its entries")
    yield from _too_many(session, held.size)


def _too_many(session: Session, size: int) -> Iterator[Flaw]:
    """Rows beyond the head: the head was set back, or they were put in."""
    expected: dict[Any, int] = {
        Entry: size,
        RecordLeaf: size,
        EntrySalt: size,
        RecordNode: 2 * size - size.bit_count(),
    }
    for table, number in expected.items():
        query = select(func.count()).where(table.municipality_id == tenant(session))
        if (found := session.scalar(query)) != number:
            text = f"there are {found} rows in {table.__tablename__}, not {number}"
            yield Flaw(size, text)


def flaws_against(session: Session, outside: Mapping[int, bytes]) -> list[Flaw]:
    """Return all flaws, also against roots by size that are kept outside.

    Whoever rewrites a record so that it agrees with itself is found by these, and
    the flaw names the first entry after the last root that still agrees.
    """
    held = verify(session, sizes=outside)
    return sorted([*held.flaws, *_against(held, outside)])


def _against(held: Held, outside: Mapping[int, bytes]) -> Iterator[Flaw]:
    same = 0
    for size, root in sorted(outside.items()):
        if size > held.size:
            text = f"the record ends here; {size} entries were seen outside"
            yield Flaw(held.size, text)
        elif held.roots[size] != root:
            text = f"from here to entry {size - 1} it is not what was seen outside"
            yield Flaw(same, text)
        else:
            same = size
