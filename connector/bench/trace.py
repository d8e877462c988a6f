"""How fast traces, reports and pages are beside the SELECTs that they stand for.

On SQLite in a large municipality, when there are 200 rounds, and in one a hundredth as
large; on PostgreSQL in one municipality of a country of 357, and of one of a hundredth.
A bare SELECT fetches by key the rows that the answer was made of, on the same
connection and through the same layer and wall, made once, one for each kind
(`bare_rows.py`). What is beyond that, the product adds: finding out which rows, their
states as the record tells them, nodes and relations.

What counts is processor time: of this thread, and of the server's process for it.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from connector.bench.bare_rows import fetch_report, fetch_trace
from connector.bench.bulk import FIRST, LAST
from connector.bench.country import MUNICIPALITIES, server
from connector.bench.measurements import Measurement, Row, at_most
from connector.bench.municipality import Municipality, Size
from connector.bench.pages import page_rows
from connector.bench.places import Both, Place
from connector.bench.rounds import on_one_core, only_own_garbage
from connector.database.engine import open_database
from connector.database.schema import upgrade
from workflows.people.municipalities import found_municipality
from workflows.trace.graph import trace_of
from workflows.trace.questions import QUESTIONS, answer

FULL = 200
SMALL = 0.01
IN_COUNTRY = 0.02
WARM, TRACES = 10, 200
# A report that is told in less is told so many times, after once that nobody counts.
QUICK_S, TIMES = 2.0, 3
SCHEDULED = Path("/proc")
BACKEND = text("SELECT pg_backend_pid()")


def measured(*, rounds: int) -> Measurement:
    """Return the measurement; of 200 rounds municipality and country are whole ones.

    Of fewer, they are so much smaller. Of both sizes the same number of cases is
    traced, each once.
    """
    part = min(1.0, rounds / FULL)
    lite, stated = _on_sqlite(rounds, part)
    country, told = _on_postgresql(rounds, part)
    return Measurement(bench="trace", rows=(*lite, *country), notes=(*stated, *told))


def _on_sqlite(rounds: int, part: float) -> tuple[list[Row], list[str]]:
    size, small = Size.large(rounds / FULL), Size.large(SMALL * part)
    with _municipality(small) as few, _municipality(size) as many:
        both = Both(few, many, small, size)
        rows, notes = _rows("SQLite", both, rounds=rounds)
        pages, told = page_rows(both, rounds=rounds)
        return [*rows, *pages], [*notes, *told]


def _on_postgresql(rounds: int, part: float) -> tuple[list[Row], list[str]]:
    size = Size.large(IN_COUNTRY * part)
    count = max(2, int(MUNICIPALITIES * part))
    with (
        server() as found,
        found.country("samspor_few", max(1, count // 100 + 1), size) as few,
        found.country("samspor_many", count, size) as many,
    ):
        return _rows("PostgreSQL", Both(few, many, size, size), rounds=rounds)


def _rows(where: str, both: Both, *, rounds: int) -> tuple[list[Row], list[str]]:
    with on_one_core(), only_own_garbage():
        before, after = _traces(both, rounds=rounds)
        reports = list(_reports(where, both.many))
    rows = [
        Row(
            what=f"{where}: trace of one case, p95",
            against="the same rows by bare SELECTs",
            ratio=after.ours / after.bare,
            goal=at_most(3),
        ),
        Row(
            what=f"{where}: trace of one case, median",
            against="the same rows by bare SELECTs",
            ratio=after.median / after.bare_median,
        ),
        Row(
            what=f"{where}: trace of one case, p95",
            against="in a hundredth of the data",
            ratio=after.ours / before.ours,
            goal=at_most(1.3),
        ),
        *reports,
    ]
    notes = [
        f"{where}: {both.size}: {both.size.links} links",
        f"a trace, p95: {_ms(after.ours)}, bare {_ms(after.bare)}",
        f"in a hundredth: {_ms(before.ours)}",
    ]
    return rows, notes


@dataclass(frozen=True)
class Pair:
    """Seconds of each turn: of what the product does, and of the bare SELECTs."""

    seconds: Sequence[float]
    bare_seconds: Sequence[float]

    @property
    def ours(self) -> float:
        """The p95 of what the product does."""
        return _p95(self.seconds)

    @property
    def bare(self) -> float:
        """The p95 of the bare SELECTs."""
        return _p95(self.bare_seconds)

    @property
    def median(self) -> float:
        """The median of what the product does."""
        return statistics.median(self.seconds)

    @property
    def bare_median(self) -> float:
        """The median of the bare SELECTs."""
        return statistics.median(self.bare_seconds)


def _traces(both: Both, *, rounds: int) -> list[Pair]:
    """Trace cases of each place in turn, and fetch the same rows after it."""
    chance = Random(2)  # noqa: S311 - replayed
    places = [(both.few, both.small), (both.many, both.size)]
    found: list[list[tuple[float, float]]] = [[] for _ in places]
    for turn in range(WARM + min(TRACES, 10 * rounds)):
        if turn == WARM:
            gc.freeze()
        for number, (place, size) in enumerate(places):
            taken = _traced(place, f"C{chance.randrange(size.cases)}")
            found[number].append(taken)
    return [Pair(*zip(*each[WARM:], strict=True)) for each in found]


def _traced(place: Place, ref: str) -> tuple[float, float]:
    with place.reading() as session:
        ours, trace = _timed(session, partial(trace_of, session, ref, at=LAST))
        bare, _ = _timed(session, partial(fetch_trace, session, trace))
        return ours, bare


def _reports(where: str, place: Place) -> Iterator[Row]:
    for name in QUESTIONS:
        ours, told = _told(place, partial(_asked, name))
        bare, _ = _told(place, partial(_fetched, name))
        yield Row(
            what=f"{where}: report {name}, {told} rows",
            against="all its rows by bare SELECTs",
            ratio=ours / bare,
            goal=at_most(3),
        )


def _told(place: Place, work: Callable[[Session], int]) -> tuple[float, int]:
    """Return the seconds, the median of those that count, and what work returned."""
    taken: list[float] = []
    for _ in range(1 + TIMES):
        with place.reading() as session:
            seconds, told = _timed(session, partial(work, session))
        taken.append(seconds)
        if seconds > QUICK_S:
            return seconds, told
    return statistics.median(taken[1:]), told


def _asked(name: str, session: Session) -> int:
    return len(answer(session, name, at=LAST).rows)


def _fetched(name: str, session: Session) -> int:
    return fetch_report(session, name)


@contextmanager
def _municipality(size: Size) -> Iterator[Place]:
    """A database on SQLite with a made-up municipality of a size."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'samspor.db'}"
        upgrade(url)
        database = open_database(url)
        with database.transaction(None) as session:
            found = found_municipality(session, name="Måling", number="9999", at=FIRST)
            town = found.id
            Municipality(session, size).write()
        # The connection that wrote has a larger cache than one in service.
        database.close()
        database = open_database(url)
        yield Place(database, town)
        database.close()


def _timed(session: Session, work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of processor time that work took, and what it returned."""
    gc.collect(1)
    spent = _spending(session)
    began = spent()
    done = work()
    return spent() - began, done


def _spending(session: Session) -> Callable[[], float]:
    """Return what tells the processor time so far; the clock where it is not told."""
    if session.get_bind().dialect.name == "sqlite":
        return time.thread_time
    told = SCHEDULED / str(session.scalar(BACKEND)) / "schedstat"
    if not told.exists():
        return time.perf_counter
    # https://docs.kernel.org/scheduler/sched-stats.html: the first is nanoseconds.
    return lambda: time.thread_time() + int(told.read_text().split()[0]) / 1e9


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms"


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
