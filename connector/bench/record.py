"""How fast the record is, and whether an altered one passes: on SQLite, as by default.

Appending is measured as it is done, inside a transaction. A large record is written in
bulk first, and then checked whole. Processor time counts: other programs do not.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from connector.bench.measurements import Measurement, Row, at_least, at_most
from connector.bench.record_alterations import ALTERATIONS, disarm
from connector.bench.record_packages import agreeing, small_package
from connector.database.engine import Database, bind, open_database
from connector.database.schema import upgrade
from workflows.base import TENANT, tenant
from workflows.people.hats import SYSTEM
from workflows.people.municipalities import Municipality, found_municipality
from workflows.people.subject_keys import KEY_BYTES
from workflows.record.entries import Entry, append, grow, locked_head
from workflows.record.leaves import (
    EntrySalt,
    RecordLeaf,
    RecordNode,
    body_of,
    commitments_of,
    inclusion_proof,
    log_name,
    new_salts,
    record_root,
)
from workflows.record.tree import arisen, grown, leaf_hash
from workflows.record.verification import flaws_against, verify

BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)
ENTRIES, WAYS, CHUNK, SMALL = 5_000, 10, 10_000, 60
PROOFS, PACKAGES = 200, 5


def measured(*, rounds: int) -> Measurement:
    """Return the measurement; of 200 rounds come a million entries, 2,000 ways."""
    size = ENTRIES * rounds
    with _record() as database:
        append_ms = _append_ms(database, rounds)
    with _record() as database:
        _write(database, size)
        verify_s, proof_ms = _verify_s(database), _proof_ms(database, size)
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
            Row(
                what=f"the whole record of {size} checked",
                against="s",
                ratio=verify_s,
                goal=at_most(30),
            ),
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
            entry = _entry(tenant(session), head.size)
            began = time.thread_time()
            grow(session, head, entry)
            taken.append(time.thread_time() - began)
            head.size += 1
            session.add(entry)
    return _p95(taken)


def _verify_s(database: Database) -> float:
    with _writing(database) as session:
        began = time.thread_time()
        held = verify(session)
        took = time.thread_time() - began
    assert held.flaws == []  # noqa: S101 - else the time says nothing
    return took


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
    """Write entries until there are `size`, as appending would, but many at a time."""
    with _writing(database) as session:
        head = locked_head(session)
        peaks = [bytes.fromhex(peak) for peak in head.peaks or []]
        for first in range(head.size, size, CHUNK):
            entries = [
                _entry(tenant(session), seq)
                for seq in range(first, min(first + CHUNK, size))
            ]
            peaks = _insert(session, entries, peaks)
        head.size = head.grown = size
        head.last_at, head.peaks = BEGIN + timedelta(days=365), [p.hex() for p in peaks]


def _entry(municipality: uuid.UUID, seq: int) -> Entry:
    """An entry such as people make: a position, a party, two references."""
    ref = f"R-{seq % 900:03}"
    return Entry(
        municipality_id=municipality,
        seq=seq,
        at=BEGIN + timedelta(seconds=seq),
        type="round.answered",
        subject=ref,
        refs=[ref, f"O-{seq % 400}@1.0"],
        states={ref: "open"},
        by={
            "person": str(uuid.UUID(int=seq)),
            "role": "party_member",
            "party": "T",
            "mandate": str(uuid.UUID(int=seq + 1)),
        },
        payload={"position": "agree", "late": False},
    )


def _insert(session: Session, entries: list[Entry], peaks: list[bytes]) -> list[bytes]:
    log, mine = log_name(tenant(session)), tenant(session)
    rows: dict[Any, list[dict[str, Any]]] = {
        kind: [] for kind in (Entry, RecordLeaf, EntrySalt, RecordNode)
    }
    for entry in entries:
        told, salts = entry.told(), new_salts()
        body = body_of(log, told, commitments=commitments_of(log, told, salts))
        peaks, hashes = grown(peaks, entry.seq, leaf_hash(body.encode()))
        key = {TENANT: mine, "seq": entry.seq}
        columns = (one.key for one in Entry.__mapper__.column_attrs)
        rows[Entry].append({name: getattr(entry, name) for name in columns})
        rows[RecordLeaf].append({**key, "body": body})
        rows[EntrySalt].append({**key, "matter": salts.matter, "by": salts.by})
        rows[RecordNode] += [
            {TENANT: mine, "level": one.level, "place": one.place, "hash": one.hash}
            for one in arisen(hashes, entry.seq)
        ]
    for kind, these in rows.items():
        session.execute(insert(kind.__table__), these)
    return peaks
