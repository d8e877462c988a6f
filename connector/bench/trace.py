"""How fast a trace, the reports and the search are beside the SELECTs they stand for.

The municipality is made up (`municipality.py`); of 200 rounds it is a large one. A bare
SELECT fetches by key the rows that the answer was made of, on the same connection, made
once, one for each kind. What is beyond that, the product adds: finding out which rows,
their states as the record tells them, nodes and relations.

Processor time counts on SQLite; on PostgreSQL, where the server does half, the clock.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.bench.bare_rows import fetch_report, fetch_trace
from connector.bench.bulk import LAST
from connector.bench.measurements import Measurement, Row, at_most
from connector.bench.municipality import Municipality, Size
from connector.bench.rounds import on_one_core, only_own_garbage
from connector.database.engine import Database, bind, open_database
from connector.database.schema import upgrade
from workflows.people.municipalities import Municipality as Tenant
from workflows.people.municipalities import found_municipality
from workflows.trace.graph import trace_of
from workflows.trace.questions import QUESTIONS, answer

BEGIN = datetime(2020, 1, 1, 8, tzinfo=UTC)
FULL = 200
SMALL = 0.01
WARM, TRACES = 10, 200


def measured(*, rounds: int) -> Measurement:
    """Return the measurement on SQLite; of 200 rounds the municipality is a large one.

    The small one beside it is a hundredth of a large one, or less where the rounds are
    few. Of both the same number of cases is traced, each once.
    """
    size, small = Size.large(rounds / FULL), Size.large(SMALL * min(1, rounds / FULL))
    with (
        _municipality(small) as few,
        _municipality(size) as many,
        on_one_core(),
        only_own_garbage(),
    ):
        before, after = _traces([(few, small), (many, size)], rounds=rounds)
        reports = list(_reports(many))
    return Measurement(
        bench="trace",
        rows=(
            Row(
                what="trace of one case, p95",
                against="the same rows by bare SELECTs",
                ratio=after.ours / after.bare,
                goal=at_most(3),
            ),
            Row(
                what=f"trace of one case among {size.links} links, p95",
                against=f"among {small.links} links",
                ratio=after.ours / before.ours,
                goal=at_most(1.3),
            ),
            *reports,
        ),
        notes=(
            f"{size}: {size.items * size.cases} items, {size.links} links",
            f"a trace: {1000 * after.ours:.2f} ms, bare {1000 * after.bare:.2f} ms",
            f"in the small one: {1000 * before.ours:.2f} ms",
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Seconds, p95: of what the product does, and of the bare SELECTs."""

    ours: float
    bare: float


def _traces(places: Sequence[tuple[Database, Size]], *, rounds: int) -> list[Pair]:
    """Trace cases of each municipality in turn, and fetch the same rows after it."""
    chance = Random(2)  # noqa: S311 - replayed
    ours: list[list[float]] = [[] for _ in places]
    bare: list[list[float]] = [[] for _ in places]
    for turn in range(WARM + min(TRACES, 10 * rounds)):
        if turn == WARM:
            gc.freeze()
        for place, (database, size) in enumerate(places):
            pair = _pair(database, f"C{chance.randrange(size.cases)}")
            if turn >= WARM:
                ours[place].append(pair.ours)
                bare[place].append(pair.bare)
    return [Pair(ours=_p95(a), bare=_p95(b)) for a, b in zip(ours, bare, strict=True)]


def _pair(database: Database, ref: str) -> Pair:
    with _reading(database) as session:
        ours, trace = _timed(database, partial(trace_of, session, ref, at=LAST))
        bare, _ = _timed(database, partial(fetch_trace, session, trace))
        return Pair(ours=ours, bare=bare)


def _reports(database: Database) -> Iterator[Row]:
    for name in QUESTIONS:
        with _reading(database) as session:
            ours, told = _timed(database, partial(_asked, session, name))
        with _reading(database) as session:
            bare, _ = _timed(database, partial(fetch_report, session, name))
        yield Row(
            what=f"report {name}, {told} rows",
            against="all its rows by bare SELECTs",
            ratio=ours / bare,
            goal=at_most(3),
        )


def _asked(session: Session, name: str) -> int:
    return len(answer(session, name, at=LAST).rows)


@contextmanager
def _municipality(size: Size) -> Iterator[Database]:
    """A database with a made-up municipality of a size."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'samspor.db'}"
        upgrade(url)
        database = open_database(url)
        with database.transaction(None) as session:
            found_municipality(session, name="Måling", number="9999", at=BEGIN)
            session.flush()
            Municipality(session, size).write()
        yield database
        database.close()


@contextmanager
def _reading(database: Database) -> Iterator[Session]:
    with database.reading(None) as session:
        bind(session, session.scalars(select(Tenant.id)).one())
        yield session


def _timed(database: Database, work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that work took, of the processor or of the clock."""
    is_here = database.engine.dialect.name == "sqlite"
    clock = time.thread_time if is_here else time.perf_counter
    gc.collect(1)
    began = clock()
    done = work()
    return clock() - began, done


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
