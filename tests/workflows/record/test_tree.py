"""The tree against the reference vectors and against its own recursive definition."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.record.tree import (
    EMPTY,
    Fetch,
    arisen,
    consistency,
    grown,
    holds_leaf,
    inclusion,
    is_prefix,
    leaf_hash,
    levels,
    peaks_of,
    root_at,
    root_of,
)

MOST = 130
LEAVES = [leaf_hash(f"leaf {number}".encode()) for number in range(MOST)]
OTHER = sha256(b"other").digest()

# The inputs and roots of Certificate Transparency's own tests.
REFERENCE_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


# The oracle: RFC 6962, section 2.1, word for word, over leaves [begin, end).


def cut(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


@cache
def mth(begin: int, end: int) -> bytes:
    size = end - begin
    if size == 0:
        return sha256(b"").digest()
    if size == 1:
        return LEAVES[begin]
    middle = begin + cut(size)
    return sha256(b"\x01" + mth(begin, middle) + mth(middle, end)).digest()


def path(leaf: int, begin: int, end: int) -> list[bytes]:
    if end - begin == 1:
        return []
    middle = begin + cut(end - begin)
    if leaf < middle:
        return [*path(leaf, begin, middle), mth(middle, end)]
    return [*path(leaf, middle, end), mth(begin, middle)]


def proof(old: int, begin: int, end: int, *, known: bool) -> list[bytes]:
    """The first `old` leaves after `begin` are known, or their root is to be told."""
    size = end - begin
    if old == size:
        return [] if known else [mth(begin, end)]
    k = cut(size)
    if old <= k:
        return [*proof(old, begin, begin + k, known=known), mth(begin + k, end)]
    return [*proof(old - k, begin + k, end, known=False), mth(begin, begin + k)]


@pytest.fixture(scope="module")
def fetch() -> Fetch:
    """The nodes that are stored when MOST leaves are added one by one."""
    return stored(LEAVES)[0]


def stored(leaves: Sequence[bytes]) -> tuple[Fetch, list[bytes], int]:
    peaks: list[bytes] = []
    nodes: dict[tuple[int, int], bytes] = {}
    for seq, leaf in enumerate(leaves):
        peaks, hashes = grown(peaks, seq, leaf)
        for node in arisen(hashes, seq):
            assert node.size == seq + 1
            nodes[node.level, node.place] = node.hash
    return (lambda level, place: nodes[level, place]), peaks, len(nodes)


def test_the_eight_reference_roots_come_out() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in REFERENCE_LEAVES]

    roots = [root_of(stored(leaves[:size])[1]).hex() for size in range(1, 9)]

    assert roots == REFERENCE_ROOTS
    assert root_of([]) == EMPTY == sha256(b"").digest()


@pytest.mark.parametrize("size", [1, 2, 7, 64, 100, MOST])
def test_no_more_is_stored_than_complete_subtrees(size: int) -> None:
    _, peaks, nodes = stored(LEAVES[:size])

    assert nodes == 2 * size - size.bit_count()
    assert len(peaks) == size.bit_count()


def test_every_root_is_that_of_the_definition(fetch: Fetch) -> None:
    assert [root_at(fetch, size) for size in range(MOST + 1)] == [
        mth(0, size) for size in range(MOST + 1)
    ]


def test_every_inclusion_proof_is_that_of_the_definition_and_holds(
    fetch: Fetch,
) -> None:
    tried = 0
    for size in range(1, MOST + 1):
        for leaf in range(size):
            steps = inclusion(fetch, leaf, size)
            assert steps == path(leaf, 0, size)
            assert held(leaf, size, steps)
            assert not held(leaf, size, forged(steps, tried))
            tried += 1

    assert tried == 8515


def test_every_consistency_proof_is_that_of_the_definition_and_holds(
    fetch: Fetch,
) -> None:
    tried = 0
    for new in range(2, MOST + 1):
        for old in range(1, new):
            steps = consistency(fetch, old, new)
            assert steps == proof(old, 0, new, known=True)
            assert begins(old, new, steps)
            assert not begins(old, new, forged(steps, tried))
            tried += 1

    assert tried == 8385


@settings(max_examples=120)
@given(data=st.data())
def test_no_forged_inclusion_proof_holds(fetch: Fetch, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    leaf = data.draw(st.integers(0, size - 1))
    steps = inclusion(fetch, leaf, size)
    other_leaf = data.draw(st.integers(0, size).filter(lambda each: each != leaf))

    assert not holds_leaf(
        leaf=OTHER, seq=leaf, size=size, path=steps, root=mth(0, size)
    )
    assert not holds_leaf(
        leaf=LEAVES[leaf], seq=leaf, size=size, path=steps, root=OTHER
    )
    assert not holds_leaf(
        leaf=LEAVES[leaf], seq=other_leaf, size=size, path=steps, root=mth(0, size)
    )
    for each in forgeries(steps):
        assert not held(leaf, size, each)


@settings(max_examples=120)
@given(data=st.data())
def test_no_forged_consistency_proof_holds(fetch: Fetch, data: st.DataObject) -> None:
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new - 1))
    steps = consistency(fetch, old, new)

    for roots in ((OTHER, mth(0, new)), (mth(0, old), OTHER)):
        assert not is_prefix(
            old=old, old_root=roots[0], new=new, new_root=roots[1], proof=steps
        )
    for each in forgeries(steps):
        assert not begins(old, new, each)
    assert not begins(new, old, steps)


def test_a_tree_begins_itself_and_nothing_begins_every_tree() -> None:
    assert begins(7, 7, [])
    assert begins(0, 7, [])
    assert not begins(7, 7, [OTHER])
    assert not begins(0, 7, [OTHER])


def test_a_doubled_last_leaf_gives_another_root() -> None:
    assert mth(0, 3) != root_of(stored([*LEAVES[:3], LEAVES[2]])[1])


def forgeries(steps: list[bytes]) -> list[list[bytes]]:
    """A proof with one step more, less, other or in another order."""
    changed = [
        [*steps[:place], OTHER, *steps[place + 1 :]] for place in range(len(steps))
    ]
    swapped = [[*steps[1:], steps[0]]] if len(set(steps)) > 1 else []
    shorter = [steps[1:], steps[:-1]] if steps else []
    return [*changed, *swapped, *shorter, [*steps, OTHER], [OTHER, *steps]]


def forged(steps: list[bytes], turn: int) -> list[bytes]:
    """Another of the forgeries each time, so that many proofs try all of them."""
    ways = forgeries(steps)
    return ways[turn % len(ways)]


def held(leaf: int, size: int, steps: Sequence[bytes]) -> bool:
    return holds_leaf(
        leaf=LEAVES[leaf], seq=leaf, size=size, path=steps, root=mth(0, size)
    )


def begins(old: int, new: int, steps: Sequence[bytes]) -> bool:
    return is_prefix(
        old=old, old_root=mth(0, old), new=new, new_root=mth(0, new), proof=steps
    )


@pytest.mark.parametrize("size", range(MOST))
def test_all_levels_at_once_are_those_that_arise_leaf_by_leaf(size: int) -> None:
    peaks: list[bytes] = []
    nodes: dict[tuple[int, int], bytes] = {}
    for seq in range(size):
        peaks, hashes = grown(peaks, seq, LEAVES[seq])
        nodes |= {(one.level, one.place): one.hash for one in arisen(hashes, seq)}

    built = levels(LEAVES[:size])

    assert peaks_of(built) == peaks
    assert nodes == {
        (level, place): value
        for level, found in enumerate(built)
        for place, value in enumerate(found)
    }
