"""How fast the record is, and whether an altered one passes: on SQLite, as by default.

Appending is measured as it is done, inside a transaction, in processor time: other
programs do not count. A large record is written in bulk first, and then checked whole
on both kinds of databases, by the clock.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from connector.bench.measurements import Measurement, Row, at_least, at_most
from connector.bench.record_alterations import ALTERATIONS, disarm
from connector.bench.record_packages import agreeing, small_package
from connector.bench.record_whole import on_postgres, on_sqlite
from connector.bench.record_writing import BEGIN, entry_at, write
from connector.database.engine import Database, bind, open_database
from connector.database.schema import upgrade
from workflows.base import tenant
from workflows.people.hats import SYSTEM
from workflows.people.municipalities import Municipality, found_municipality
from workflows.people.subject_keys import KEY_BYTES
from workflows.record.entries import append, grow, locked_head
from workflows.record.leaves import (
    inclusion_proof,
    record_root,
)
from workflows.record.verification import flaws_against

ENTRIES, WAYS, SMALL = 5_000, 10, 60
PROOFS, PACKAGES = 200, 5


def measured(*, rounds: int) -> Measurement:
    """Return the measurement; of 200 rounds come a million entries, 2,000 ways."""
    size = ENTRIES * rounds
    with _record() as database:
        append_ms = _append_ms(database, rounds)
    with _record() as database:
        _write(database, size)
        wholes = (on_sqlite(database, size), on_postgres(size))
        proof_ms = _proof_ms(database, size)
    with _record() as database:
        _write(database, SMALL)
        found = _found(database, WAYS * rounds)
    alike = _alike(PACKAGES * rounds)
    return Measurement(
        bench="record",
        rows=(
            Row(
                what="what the tree adds to an act, p95",
                against="ms, inside its transaction",
                ratio=append_ms,
                goal=at_most(1),
            ),
            *(whole.row for whole in wholes),
            Row(
                what="a proof of one entry, p95",
                against="ms",
                ratio=proof_ms,
                goal=at_most(5),
            ),
            Row(
                what=f"{WAYS * rounds} alterations found",
                against="part of all, below a root kept outside",
                ratio=found,
                goal=at_least(1),
            ),
            Row(
                what=f"{PACKAGES * rounds} packages told alike",
                against="part of all, by Python and by the page",
                ratio=alike,
                goal=at_least(1),
            ),
        ),
        notes=tuple(whole.note for whole in wholes),
    )


def _alike(number: int) -> float:
    with tempfile.TemporaryDirectory() as name, _empty(Path(name)) as database:
        whole = small_package(database, Path(name))
        return agreeing(whole, number=number, folder=Path(name))


@contextmanager
def _record() -> Iterator[Database]:
    """A new database with a founded municipality."""
    with tempfile.TemporaryDirectory() as name, _empty(Path(name)) as database:
        with database.transaction(None) as session:
            found_municipality(session, name="Måling", number="9999", at=BEGIN)
        yield database


@contextmanager
def _empty(folder: Path) -> Iterator[Database]:
    url = f"sqlite:///{folder / 'samspor.db'}"
    upgrade(url)
    database = open_database(url, master_key=bytes(KEY_BYTES))
    yield database
    database.close()


@contextmanager
def _writing(database: Database) -> Iterator[Session]:
    with database.reading(None) as session:
        municipality = session.scalars(select(Municipality.id)).one()
    with database.transaction(municipality) as session:
        yield session


def _append_ms(database: Database, rounds: int) -> float:
    taken = []
    with _writing(database) as session:
        municipality = session.scalars(select(Municipality)).one()
        for _ in range(rounds * 5):
            append(session, "title.given", municipality, by=SYSTEM, at=BEGIN)
            head = locked_head(session)
            entry = entry_at(tenant(session), head.size)
            began = time.thread_time()
            grow(session, head, [entry])
            taken.append(time.thread_time() - began)
            head.size += 1
            session.add(entry)
    return _p95(taken)


def _proof_ms(database: Database, size: int) -> float:
    chance, taken = Random(1), []  # noqa: S311 - replayed
    with _writing(database) as session:
        for _ in range(PROOFS):
            seq = chance.randrange(size)
            began = time.thread_time()
            inclusion_proof(session, seq, size=size)
            taken.append(time.thread_time() - began)
    return _p95(taken)


def _p95(seconds: list[float]) -> float:
    return 1000 * statistics.quantiles(seconds, n=20)[-1]


def _found(database: Database, number: int) -> float:
    """Return which part of the alterations is found."""
    found = 0
    ways = list(ALTERATIONS.values())
    with database.engine.connect() as connection:
        disarm(connection)
        for turn in range(number):
            found += _is_found(connection, ways[turn % len(ways)], turn)
        connection.rollback()
    return found / number


def _is_found(connection: Connection, alter: Any, turn: int) -> bool:
    attempt = connection.begin_nested()
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        bind(session, session.scalars(select(Municipality.id)).one())
        size = locked_head(session).size
        seen = {each: record_root(session, each) for each in (size // 2, size)}
        alter(session.connection(), Random(turn))  # noqa: S311 - replayed
        session.expire_all()
        is_found = bool(flaws_against(session, seen))
    attempt.rollback()
    return is_found


def _write(database: Database, size: int) -> None:
    with _writing(database) as session:
        write(session, size)
