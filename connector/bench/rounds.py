"""Measure several ways to do one thing in turn, so that a drifting machine is fair.

Every round does the same few pieces of work on each side, in one process and on one
core. A turn is several pieces, as documents are made in batches: after the first one
nobody pays any more for what the others have pushed out of the processor's caches. What
counts is the processor time of the thread: other programs do not. Before each turn the
garbage of the others is collected, so that everybody pays for their own.
"""

from __future__ import annotations

import contextlib
import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

PIECES = 5


@dataclass(frozen=True)
class Side:
    """One way to do the work; `work` is given the number of the piece, from 0."""

    name: str
    work: Callable[[int], object]


def medians(sides: Sequence[Side], *, rounds: int) -> Mapping[str, float]:
    """Return the median seconds of processor time of a piece on each side, by name.

    A round that nobody counts comes first: caches fill, templates are compiled.
    """
    taken: dict[str, list[float]] = {side.name: [] for side in sides}
    with on_one_core(), only_own_garbage():
        for side in sides:
            side.work(0)
        gc.freeze()
        for turn in range(rounds):
            for side in sides:
                taken[side.name].append(_seconds(side, turn))
    return {name: statistics.median(times) for name, times in taken.items()}


@contextlib.contextmanager
def on_one_core() -> Iterator[None]:
    """Keep this thread on one core, where the system lets it."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


@contextlib.contextmanager
def only_own_garbage() -> Iterator[None]:
    """Let what is frozen inside be collected again afterwards."""
    gc.collect()
    try:
        yield
    finally:
        gc.unfreeze()


def _seconds(side: Side, turn: int) -> float:
    gc.collect()
    first = turn * PIECES
    began = time.thread_time()
    for piece in range(first, first + PIECES):
        side.work(piece)
    return (time.thread_time() - began) / PIECES
