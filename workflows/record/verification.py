"""The whole record held against itself: entries, bodies, nodes, head.

Every entry is folded into the tree again, a stretch at a time; who has more than one
processor gives the stretches to several hands. A finding names the number of the first
entry that it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.base import tenant
from workflows.record.entries import Entry, RecordHead, record_head
from workflows.record.leaves import EntrySalt, RecordLeaf, RecordNode
from workflows.record.subtrees import (
    LEVEL,
    Flaw,
    Stretch,
    Verified,
    stored_nodes,
    stretches,
    verify_stretch,
    wrong_node,
)
from workflows.record.tree import arisen, grown, root_of

Hands: TypeAlias = Callable[[Sequence[Stretch]], Iterable[Verified]]
"""Verifies stretches and gives what is found, in their order."""


@dataclass
class Held:
    """What has been found so far, and the tree as it grew."""

    flaws: list[Flaw] = field(default_factory=list)
    peaks: list[bytes] = field(default_factory=list)
    size: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)


def verify(
    session: Session,
    *,
    sizes: Iterable[int] = (),
    hands: Hands | None = None,
    level: int = LEVEL,
) -> Held:
    """Return all flaws by entry, and the roots that the entries give at `sizes`.

    Without `hands` all is read in this session; with them, what it has not committed
    is not seen. A stretch is 2^level entries.
    """
    head, held = record_head(session), Held()
    wanted = sorted(set(sizes))
    if 0 in wanted:
        held.roots[0] = root_of([])
    asked = stretches(head.size, wanted, level=level)
    upper = stored_nodes(session, range(head.size), above=level)
    found = hands(asked) if hands else (verify_stretch(session, one) for one in asked)
    for each in found:
        _join(held, each, level, upper)
    held.flaws += _of_the_head(session, head, held)
    held.flaws.sort()
    return held


def flaws(session: Session) -> list[Flaw]:
    """Return all flaws of the record, by entry; none is good."""
    return verify(session).flaws


def _join(
    held: Held, found: Verified, level: int, upper: Mapping[tuple[int, int], bytes]
) -> None:
    """Put a stretch behind those before it; behind one that broke off comes none."""
    if held.size != found.first:
        return
    held.flaws += found.flaws
    for size, root in found.roots.items():
        held.roots[size] = root_of([*held.peaks, root])
    held.size = found.end
    if found.end - found.first < 1 << level:
        held.peaks += found.peaks
        return
    place = found.first >> level
    held.peaks, hashes = grown(held.peaks, place, found.peaks[0])
    for node in list(arisen(hashes, place))[1:]:
        if upper.get((node.level + level, node.place)) != node.hash:
            held.flaws.append(wrong_node(node.level + level, node.place))


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
