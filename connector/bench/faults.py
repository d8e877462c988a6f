"""What trouble does to what is delivered: faults, and workers killed at any moment.

Everything runs on this machine against the stand-in of Microsoft 365, with the client,
the worker and the database that an installation has.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from connector.bench.faulty_calls import FAULTS, a_table, wrong_ends
from connector.bench.killed import KILLS_OF_A_JOB, a_rig, flaws_after_kills
from connector.bench.measurements import Measurement, Row, at_most
from connector.bench.outage import Outage, outage
from connector.bench.writing_operations import OPERATIONS

# Of so many rounds come the whole table, 300 kills, and 5,000 jobs.
WHOLE, KILLS, JOBS = 200, 300, 5_000
WORKS = 3
MOST_TOLD = 10


def measured(*, rounds: int) -> Measurement:
    """Return the measurement; of 200 rounds come the table, 300 kills, 5,000 jobs."""
    jobs = max(1, JOBS * rounds // WHOLE)
    with tempfile.TemporaryDirectory() as name, _without_log():
        cells, wrong = _table(Path(name) / "table", rounds)
        kills, flaws = _kills(Path(name) / "killed", rounds)
        away = _outage(Path(name) / "away", jobs)
    rows = (
        Row(
            what=f"{cells} faulty calls, wrong ends",
            against=f"{len(FAULTS)} faults, {len(OPERATIONS)} writing operations",
            ratio=len(wrong),
            goal=at_most(0),
        ),
        Row(
            what=f"{kills} kills, lost, doubled or in half",
            against="deliver, sync and apply",
            ratio=len(flaws),
            goal=at_most(0),
        ),
        Row(
            what=f"{jobs} jobs, Graph away for 8 hours: flaws",
            against="lost, doubled, out of order",
            ratio=len(away.flaws),
            goal=at_most(0),
        ),
        Row(
            what="calls in vain meanwhile, for each job",
            against="calls",
            ratio=away.requests / jobs,
        ),
    )
    notes = tuple([*wrong, *flaws, *away.flaws][:MOST_TOLD])
    return Measurement(bench="faults", rows=rows, notes=notes)


@contextmanager
def _without_log() -> Iterator[None]:
    """Say nothing of the trouble that is made here, and there is much of it."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _table(folder: Path, rounds: int) -> tuple[int, Sequence[str]]:
    """Return how many cells were tried, spread over the table, and the wrong ones."""
    with a_table(folder) as table:
        cells = table.cells()
        tried = cells[:: max(1, WHOLE // rounds)]
        return len(tried), wrong_ends(tried, table)


def _kills(folder: Path, rounds: int) -> tuple[int, Sequence[str]]:
    """Return how many kills there were, and what they did to what is delivered."""
    wanted, flaws, made = max(1, KILLS * rounds // WHOLE), list[str](), 0
    folder.mkdir()
    with a_rig(folder, seed=rounds) as rig:
        while made < wanted:
            kills = min(KILLS_OF_A_JOB, -(-(wanted - made) // WORKS))
            place = folder / f"house{made}"
            flaws += flaws_after_kills(rig, place, kills=kills)
            made += kills * WORKS
    return made, flaws


def _outage(folder: Path, jobs: int) -> Outage:
    folder.mkdir()
    return outage(folder, jobs=jobs)
