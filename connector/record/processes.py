"""The whole record verified by as many processes as the machine has processors.

Each process opens the database for itself and reads stretches of the record; only what
it found comes back. No key goes to it: verifying takes none.
"""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Final

from sqlalchemy.orm import Session

from connector.database.engine import open_database
from connector.refusals import UnavailableError
from workflows.base import tenant
from workflows.record.entries import record_head
from workflows.record.subtrees import LEVEL, Stretch, Verified, verify_stretch
from workflows.record.verification import Held, verify

# Below this the second process takes longer to start than it saves.
SMALL: Final = 50_000
MOST: Final = 8
AT_A_TIME: Final = 4

Advance = Callable[[int], None]


def verify_whole(
    session: Session,
    database_url: str,
    *,
    sizes: Iterable[int] = (),
    processes: int | None = None,
    advance: Advance = lambda _: None,
    level: int = LEVEL,
) -> Held:
    """Return what `verify` does, sooner; what `session` has not committed is not seen.

    `advance` is told how many entries are done. Without `processes` the size of the
    record and the machine decide.

    Raises:
        UnavailableError: a process was ended before it was done.
    """
    number = fitting(record_head(session).size) if processes is None else processes
    if number == 1:
        alone = partial(_alone, session, advance)
        return verify(session, sizes=sizes, hands=alone, level=level)
    context = get_context("spawn")  # the same on every system, and no thread is copied
    with ProcessPoolExecutor(
        number, context, partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    ) as pool:
        work = partial(_verified, database_url, tenant(session))
        together = partial(_together, pool, work, advance)
        return verify(session, sizes=sizes, hands=together, level=level)


def fitting(size: int) -> int:
    """Return how many processes fit a record of `size` entries on this machine."""
    if size < SMALL:
        return 1
    return min(MOST, _processors())


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _alone(
    session: Session, advance: Advance, asked: Sequence[Stretch]
) -> Iterator[Verified]:
    for each in asked:
        found = verify_stretch(session, each)
        advance(found.end)
        yield found


def _together(
    pool: ProcessPoolExecutor,
    work: Callable[[Sequence[Stretch]], list[Verified]],
    advance: Advance,
    asked: Sequence[Stretch],
) -> Iterator[Verified]:
    parts = [asked[at : at + AT_A_TIME] for at in range(0, len(asked), AT_A_TIME)]
    try:
        for found in pool.map(work, parts):
            advance(found[-1].end)
            yield from found
    except BrokenProcessPool as broken:
        raise UnavailableError(
            "a process that checked the record was ended before it was done: there may "
            "be too little memory; nothing is told of the record"
        ) from broken


def _verified(
    database_url: str, municipality: uuid.UUID, asked: Sequence[Stretch]
) -> list[Verified]:
    """Return what is found of some stretches; runs in a process of its own."""
    database = open_database(database_url)
    try:
        with database.reading(municipality) as session:
            return [verify_stretch(session, each) for each in asked]
    finally:
        database.close()
