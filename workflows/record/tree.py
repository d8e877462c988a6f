"""The tree over the record, by which anybody can check that nothing was changed.

A Merkle tree as in RFC 6962, section 2.1 (RFC 9162, section 2.1): SHA-256, one prefix
for leaves and another for nodes, nothing padded and nothing doubled. Only hashes of
complete subtrees are stored: with n leaves 2n − popcount(n) of them. A stored node is
known by its level, 0 for leaves, and its place from the left on that level.

`Fetch` gives the hash of a stored node. The root of any earlier size can be had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

EMPTY = sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"

Fetch: TypeAlias = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Node:
    """A complete subtree: 2^level leaves, the place-th from the left."""

    level: int
    place: int
    hash: bytes

    @property
    def size(self) -> int:
        """How many leaves lie at or before its last one."""
        return (self.place + 1) << self.level


def leaf_hash(body: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(_LEAF + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees beside each other."""
    return sha256(_NODE + left + right).digest()


def grown(
    peaks: Sequence[bytes], size: int, leaf: bytes
) -> tuple[list[bytes], list[bytes]]:
    """Return (new peaks, the hashes that arise) when a leaf is added to `size` leaves.

    Peaks are the largest complete subtrees, left to right. The arising hashes are those
    of levels 0, 1 …: the leaf, and each subtree that it completes.
    """
    left, arising = list(peaks), [leaf]
    while size & 1:
        arising.append(node_hash(left.pop(), arising[-1]))
        size >>= 1
    return [*left, arising[-1]], arising


def arisen(hashes: Sequence[bytes], seq: int) -> Iterator[Node]:
    """Yield the stored nodes that arose with leaf number `seq`."""
    for level, value in enumerate(hashes):
        yield Node(level, seq >> level, value)


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the hashes of all complete subtrees over some leaves, level by level."""
    built = [list(leaves)]
    while len(below := built[-1]) > 1:
        pairs = zip(below[::2], below[1::2], strict=False)  # the odd one waits
        built.append([node_hash(left, right) for left, right in pairs])
    return built


def peaks_of(built: Sequence[Sequence[bytes]]) -> list[bytes]:
    """Return the largest complete subtrees of some levels, left to right."""
    return [hashes[-1] for hashes in reversed(built) if len(hashes) & 1]


def root_of(peaks: Sequence[bytes]) -> bytes:
    """Return the root over some peaks."""
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root_at(fetch: Fetch, size: int, first: int = 0) -> bytes:
    """Return MTH(D[first:first+size]), for a `first` where a subtree begins."""
    if size == 0:
        return EMPTY
    level = size.bit_length() - 1
    if size == 1 << level:
        return fetch(level, first >> level)
    left = _split(size)
    return node_hash(
        root_at(fetch, left, first), root_at(fetch, size - left, first + left)
    )


def inclusion(fetch: Fetch, seq: int, size: int, first: int = 0) -> list[bytes]:
    """Return PATH(seq, D[size]): what it takes to get from a leaf to the root."""
    if size == 1:
        return []
    left = _split(size)
    if seq < left:
        rest = root_at(fetch, size - left, first + left)
        return [*inclusion(fetch, seq, left, first), rest]
    before = root_at(fetch, left, first)
    return [*inclusion(fetch, seq - left, size - left, first + left), before]


def consistency(fetch: Fetch, old: int, new: int) -> list[bytes]:
    """Return PROOF(old, D[new]): that the first `old` leaves are the same ones."""
    if not 0 < old < new:
        return []
    return _consistent(fetch, old, new, 0, is_whole=True)


def holds_leaf(
    *, leaf: bytes, seq: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Say whether a path leads from the leaf numbered `seq` to the root of `size`.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= seq < size:
        return False
    number, last, hashed = seq, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            hashed = node_hash(step, hashed)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            hashed = node_hash(hashed, step)
        number, last = number >> 1, last >> 1
    return last == 0 and hashed == root


def is_prefix(
    *, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows that the tree of `old` leaves begins that of `new`.

    Nothing begins everything. Source: RFC 9162, section 2.1.4.2.
    """
    if old == 0:
        return not proof and old_root == EMPTY
    if old >= new:
        return old == new and not proof and old_root == new_root
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(steps) and _climbed(steps, old - 1, new - 1) == (old_root, new_root)


def _climbed(
    steps: Sequence[bytes], number: int, last: int
) -> tuple[bytes, bytes] | None:
    """Return the roots of both trees that the steps give, None when they do not fit."""
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if number & 1 or number == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, step)
        number, last = number >> 1, last >> 1
    return (old, new) if last == 0 else None


def _consistent(
    fetch: Fetch, old: int, new: int, first: int, *, is_whole: bool
) -> list[bytes]:
    """SUB of RFC 6962, section 2.1.2."""
    if old == new:
        return [] if is_whole else [root_at(fetch, new, first)]
    left = _split(new)
    if old <= left:
        rest = root_at(fetch, new - left, first + left)
        return [*_consistent(fetch, old, left, first, is_whole=is_whole), rest]
    before = root_at(fetch, left, first)
    inner = _consistent(fetch, old - left, new - left, first + left, is_whole=False)
    return [*inner, before]


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
