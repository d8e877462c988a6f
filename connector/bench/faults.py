"""What trouble does to what is delivered, in four parts that can be run alone.

Faults at the calls of every writing operation, mangled notifications, workers killed at
any moment, and Microsoft 365 away. Everything runs on this machine against the stand-in
of Microsoft 365, with the client, the worker and the database that an installation has.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from connector.bench.desks import FolderDesk
from connector.bench.elvestrand import play_until
from connector.bench.faulty_calls import FAULTS, a_table, wrong_ends
from connector.bench.killed import KILLS_OF_A_JOB, a_rig, flaws_after_kills
from connector.bench.mangled import Archive, a_sharepoint, wrong_sequences
from connector.bench.measurements import Measurement, Row, at_most
from connector.bench.outage import outage
from connector.bench.writing_operations import OPERATIONS
from connector.config import load_config
from connector.installation import open_installation

# Of so many rounds come all cells, 10,000 sequences, 300 kills, and 5,000 jobs.
WHOLE: Final = 200
SEQUENCES, KILLS, JOBS = 10_000, 300, 5_000
# One sequence in so many is at SharePoint, the others are at a shared folder.
AT_SHAREPOINT: Final = 50
# The first steps of the story that leave two mandates to lie in the library.
STEPS: Final = 180
WORKS = 3
# Three jobs fail by four calls each; then one call asks every quarter of an hour.
MOST_CALLS: Final = 60
MOST_TOLD = 10


def measured(*, rounds: int) -> Measurement:
    """Return the measurement of all four parts; of 200 rounds come the full numbers."""
    parts = [part(rounds=rounds) for part in PARTS.values()]
    rows = tuple(row for part in parts for row in part.rows)
    notes = tuple(note for part in parts for note in part.notes)
    return Measurement(bench="faults", rows=rows, notes=notes)


def cells(*, rounds: int) -> Measurement:
    """Return how faults at the calls of writing operations end."""
    with _alone() as folder, a_table(folder) as table:
        every = table.cells()
        tried = every[:: max(1, WHOLE // rounds)]
        wrong = wrong_ends(tried, table)
    against = f"{len(FAULTS)} faults, {len(OPERATIONS)} writing operations"
    return _part("cells", f"{len(tried)} faulty calls, wrong ends", against, wrong)


def sequences(*, rounds: int) -> Measurement:
    """Return how mangled sequences of notifications end."""
    wanted = max(1, SEQUENCES * rounds // WHOLE)
    there = range(0, wanted, AT_SHAREPOINT)
    here = [seed for seed in range(wanted) if seed not in there]
    with _alone() as folder:
        play_until(folder / "house", steps=STEPS)
        (folder / "felles").mkdir()
        house = open_installation(load_config(folder / "house", {}))
        desk = FolderDesk(folder / "felles")
        with closing(house.database), a_sharepoint(folder / "m365") as sharepoint:
            archive = Archive.of(house, desk, folder / "pristine")
            wrong = wrong_sequences(archive, sharepoint, there)
            wrong += wrong_sequences(archive, desk, here)
    what = f"{wanted} mangled sequences, not the truth"
    against = f"{len(there)} of them at SharePoint"
    return _part("sequences", what, against, wrong)


def kills(*, rounds: int) -> Measurement:
    """Return what is lost, doubled or in half after workers were killed."""
    wanted, flaws, houses = max(1, KILLS * rounds // WHOLE), list[str](), 0
    with _alone() as folder, a_rig(folder, seed=rounds) as rig:
        while (made := rig.moments.total()) < wanted:
            times = min(KILLS_OF_A_JOB, -(-(wanted - made) // WORKS))
            flaws += flaws_after_kills(rig, folder / f"house{houses}", kills=times)
            houses += 1
    what = f"{made} kills, lost, doubled or in half"
    part = _part("kills", what, "deliver, sync and apply", flaws)
    fell = ", ".join(f"{count} {where}" for where, count in rig.moments.items())
    return replace(part, notes=(*part.notes, f"kills fell: {fell}"))


def away(*, rounds: int) -> Measurement:
    """Return what becomes of jobs while Microsoft 365 is away for eight hours."""
    jobs = max(1, JOBS * rounds // WHOLE)
    with _alone() as folder:
        found = outage(folder, jobs=jobs)
    what = f"{jobs} jobs, Graph away for 8 hours: flaws"
    row = Row(
        what="calls in vain meanwhile",
        against="calls, whatever the number of jobs",
        ratio=found.requests,
        goal=at_most(MOST_CALLS),
    )
    part = _part("away", what, "lost, doubled, out of order", found.flaws)
    return replace(part, rows=(*part.rows, row))


PARTS: Final[Mapping[str, Callable[..., Measurement]]] = {
    "cells": cells,
    "sequences": sequences,
    "kills": kills,
    "away": away,
}


def _part(name: str, what: str, against: str, flaws: Sequence[str]) -> Measurement:
    row = Row(what=what, against=against, ratio=len(flaws), goal=at_most(0))
    notes = tuple(flaws[:MOST_TOLD])
    return Measurement(bench=f"faults:{name}", rows=(row,), notes=notes)


@contextmanager
def _alone() -> Iterator[Path]:
    """Give a folder, and say nothing of the trouble that is made, which is much."""
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
    finally:
        logging.disable(logging.NOTSET)
