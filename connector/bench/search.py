"""How fast a search is beside a SELECT of the same rows by their references.

The municipality is made up (`searched.py`); of 200 rounds it is a large one. A bare
SELECT fetches by reference, from their tables, the rows of what was found, one
statement a kind, on the same connection and through the same layer. What is beyond
that, the search adds: what the words are, where they stand, whether the visitor may
read it, and the line around the word.

Processor time counts on SQLite; on PostgreSQL, where the server does half, the clock.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.bench.bulk import FIRST
from connector.bench.measurements import Measurement, Row, at_most
from connector.bench.municipality import Size
from connector.bench.rounds import on_one_core, only_own_garbage
from connector.bench.searched import (
    SORTS,
    Sort,
    questions,
    reader_of_all,
    reader_of_little,
    written,
)
from connector.database.engine import Database, bind, open_database
from connector.database.schema import upgrade
from connector.search.finding import Hit, found
from connector.web.visits import Visit
from workflows.base import MINE, among_given, points_at, rows
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.followups import FollowUp, FollowUpReport
from workflows.decision.meetings import Treatment
from workflows.development.documents import Document, Version
from workflows.development.outputs import Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark
from workflows.development.rounds import Round
from workflows.people.municipalities import Municipality as Tenant
from workflows.people.municipalities import found_municipality

FULL = 200
SMALL = 0.01
WARM = 3
READERS: Mapping[str, Callable[[Session], Visit]] = {
    "who reads all": reader_of_all,
    "who reads little": reader_of_little,
}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Seconds, p95: of what the product does, and of the bare SELECTs; and hits."""

    ours: float
    bare: float
    hits: float


def measured(*, rounds: int) -> Measurement:
    """Return the measurement on SQLite; of 200 rounds the municipality is a large one.

    The small one beside it is a hundredth of it. Both are asked the same.
    """
    part, count = rounds / FULL, min(200, 4 * rounds)
    with (
        _municipality(SMALL * part) as few,
        _municipality(part) as many,
        on_one_core(),
        only_own_garbage(),
    ):
        pairs = dict(_pairs(few, many, count=count))
    return Measurement(
        bench="search",
        rows=tuple(row for name, pair in pairs.items() for row in _rows(name, *pair)),
        notes=(
            f"{Size.large(part)}",
            *(_note(name, after) for name, (_, after) in pairs.items()),
        ),
    )


def _pairs(
    few: Database, many: Database, *, count: int
) -> Iterator[tuple[str, tuple[Pair, Pair]]]:
    for sort in SORTS:
        for name, reader in READERS.items():
            yield (
                f"{sort.name}, {name}",
                (
                    timed(few, sort, reader, count=count),
                    timed(many, sort, reader, count=count),
                ),
            )


def timed(
    database: Database, sort: Sort, reader: Callable[[Session], Visit], *, count: int
) -> Pair:
    """Return how long questions of a sort take; those that nobody counts come first."""
    ours, bare, hits = [], [], []
    for turn, asked in enumerate(questions(sort, count=WARM + count)):
        with _reading(database) as session:
            visit = reader(session)
            spent, answer = _timed(database, partial(found, visit, asked))
            least, _ = _timed(database, partial(_fetch, session, answer))
        if turn >= WARM:
            ours.append(spent)
            bare.append(least)
            hits.append(len(answer))
    return Pair(ours=_p95(ours), bare=_p95(bare), hits=statistics.mean(hits))


def _rows(name: str, before: Pair, after: Pair) -> Iterator[Row]:
    yield Row(
        what=f"{name}, p95",
        against="the same rows by bare SELECTs",
        ratio=after.ours / after.bare,
        goal=at_most(3),
    )
    yield Row(
        what=f"{name}, p95",
        against="in a hundredth of the data",
        ratio=after.ours / before.ours,
    )


def _note(name: str, pair: Pair) -> str:
    ours, bare = 1000 * pair.ours, 1000 * pair.bare
    return f"{name}: {ours:.2f} ms, bare {bare:.2f} ms, {pair.hits:.0f} hits"


def _fetch(session: Session, answer: Sequence[Hit]) -> int:
    """Fetch the rows of what was found by their references; return how many."""
    refs: dict[str, list[str]] = {}
    for hit in answer:
        refs.setdefault(hit.source.group, []).append(hit.source.ref)
    return sum(
        len(rows(session, _BARE[kind], refs=some)) for kind, some in refs.items()
    )


def _columns(table: Any, *more: Any) -> Any:
    """A SELECT of all columns of some tables, of which the first has the reference."""
    columns = [column for each in (table, *more) for column in each.__table__.columns]
    mine = table.municipality_id == MINE
    return (
        select(*columns).select_from(table).where(mine, among_given(table.ref, "refs"))
    )


_BARE: Mapping[str, Any] = {
    "project": _columns(Project),
    "output": _columns(Output).join(Project, points_at(Output.project_id, Project)),
    "document": _columns(Version, Document).join(
        Document, points_at(Version.document_id, Document)
    ),
    "round": _columns(Round, Document)
    .join(Version, points_at(Round.version_id, Version))
    .join(Document, points_at(Version.document_id, Document)),
    "remark": _columns(Remark).join(Round, points_at(Remark.round_id, Round)),
    "case": _columns(Case),
    "decision_item": _columns(DecisionItem, Case)
    .join(Decision, points_at(DecisionItem.decision_id, Decision))
    .join(Treatment, points_at(Decision.treatment_id, Treatment))
    .join(Case, points_at(Treatment.case_id, Case)),
    "followup": _columns(FollowUp, FollowUpReport).join(
        FollowUpReport,
        (FollowUpReport.municipality_id == FollowUp.municipality_id)
        & (FollowUpReport.follow_up_id == FollowUp.id),
    ),
}


@contextmanager
def _municipality(part: float) -> Iterator[Database]:
    """A database with a made-up municipality, a part of a large one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'samspor.db'}"
        upgrade(url)
        database = open_database(url)
        fill_with(database, part)
        yield database
        database.close()


def fill_with(database: Database, part: float) -> None:
    """Found a municipality, a part of a large one, and index it."""
    with database.transaction(None) as session:
        found_municipality(session, name="Måling", number="9999", at=FIRST)
        session.flush()
        written(session, Size.large(part))


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


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
