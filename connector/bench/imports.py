"""How fast decisions are read in from files, beside writing the same rows and no more.

The files are tables as people fill them in, 10,000 rows each. The peer is handed what a
part of the file wrote, read back out of the database, and writes it with executemany of
SQLAlchemy Core into another database of the same schema: same rows, same transactions.
It comes after each part, so that a machine that gets slower does so for both.

Time is the processor's on SQLite; on PostgreSQL, where the server does half, the clock.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Table, insert, literal_column, select
from sqlalchemy.orm import Session

from connector.bench.measurements import Measurement, Row, at_most
from connector.bench.rounds import only_own_garbage
from connector.bench.servers import postgres
from connector.config import Config
from connector.database.engine import open_database
from connector.database.schema import upgrade
from connector.imports.apply import apply_batch, in_parts
from connector.imports.table import COLUMNS, read_table
from connector.installation import Installation, prepared_database
from workflows.base import Base
from workflows.decision.bodies import BodyKind, register_body
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.municipalities import found_municipality
from workflows.people.persons import register_person

BEGIN = datetime(2020, 1, 1, 8, tzinfo=UTC)
FIRST_YEAR = 2010
FOR_EACH_ROUND, IN_A_FILE = 500, 10_000
BODIES = (
    ("KST", "Kommunestyret", BodyKind.COUNCIL),
    ("FSK", "Formannskapet", BodyKind.EXECUTIVE_BOARD),
)
MOST = 4
WORDS = (
    "kommunen skal vurdere sykefravær turnus heltid barnehage skole hjemmetjeneste "
    "bemanning opplæring medvirkning budsjett brannvern før neste møte"
)
# What changes in place: the peer has had it before anything was read in.
_ONE_ROW = frozenset({"municipality", "record_head"})
# The index of the search is made when an installation is opened, and is not made here.
_NOT_MADE = frozenset({"search_word", "search_beginning", "search_index"})


def measured(*, rounds: int) -> Measurement:
    """Return the measurement; of 200 rounds it is 100,000 decisions in ten files."""
    count = FOR_EACH_ROUND * rounds
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), count)
        lite = _on_sqlite(Path(folder), files)
        great = _on_postgres(Path(folder), files)
    return Measurement(
        bench="imports",
        rows=(
            lite.row(f"{count} decisions, SQLite"),
            great.row(f"{count} decisions, PostgreSQL"),
        ),
        notes=(lite.note("SQLite"), great.note("PostgreSQL")),
    )


@dataclass
class Taken:
    """Seconds that both sides took, and how many rows of each table were written."""

    ours: float = 0
    bare: float = 0
    rows: Counter[str] = field(default_factory=Counter)
    parts: int = 0

    def row(self, what: str) -> Row:
        """Return the import beside the bare writing."""
        return Row(
            what=what,
            against=f"executemany of its {self.rows.total()} rows",
            ratio=self.ours / self.bare,
            goal=at_most(MOST),
        )

    def note(self, where: str) -> str:
        """Return the absolute numbers."""
        told = ", ".join(f"{name} {count}" for name, count in self.rows.most_common())
        return (
            f"{where}: {self.ours:.1f} s, bare {self.bare:.1f} s, "
            f"{self.parts} transactions; {told}"
        )


def written(folder: Path, count: int) -> list[Path]:
    """Write tables of so many decisions, and return the files."""
    chance, files = Random(3), []  # noqa: S311 - replayed
    for number, first in enumerate(range(0, count, IN_A_FILE)):
        path = folder / f"vedtak-{number}.csv"
        rows = range(first, min(first + IN_A_FILE, count))
        lines = [";".join(COLUMNS), *(_line(chance, each, number) for each in rows)]
        path.write_text("\r\n".join(lines), encoding="utf-8")
        files.append(path)
    return files


def _line(chance: Random, row: int, file: int) -> str:
    """A row: of three cases one is treated twice, of a hundred one is exempt."""
    case, turn = row // 4 * 3 + max(row % 4 - 1, 0), row % 4
    day = date(FIRST_YEAR + file, 1, 10) + timedelta(days=row % IN_A_FILE // 40)
    points = "\n".join(f"{n}. {_words(chance, 12)}." for n in range(1, 4))
    cells = (
        BODIES[turn == 0][1],
        day.isoformat(),
        f"PS {row % IN_A_FILE + 1}/{day.year}",
        f"{day.year}/{case % IN_A_FILE + 1}",
        _words(chance, 5),
        f'"Kommunestyret vedtar:\n{points}"',
        "innstilling" if turn == 0 else "enstemmig vedtatt",
        "nei" if turn == 0 else "ja",
        "",
        "Offl. § 13" if row % 400 == 399 else "",
    )
    return ";".join(cells)


def _words(chance: Random, count: int) -> str:
    return " ".join(chance.choices(WORDS.split(), k=count)).capitalize()


def _on_sqlite(folder: Path, files: Sequence[Path]) -> Taken:
    urls = [f"sqlite:///{folder / name}.db" for name in ("ours", "bare")]
    for url in urls:
        upgrade(url)
    return _taken(folder, urls, files, clock=time.thread_time)


def _on_postgres(folder: Path, files: Sequence[Path]) -> Taken:
    with postgres() as ours, postgres() as bare:
        return _taken(folder, (ours, bare), files, clock=time.perf_counter)


def _taken(
    folder: Path,
    urls: Sequence[str],
    files: Sequence[Path],
    *,
    clock: Callable[[], float],
) -> Taken:
    taken = Taken()
    with (
        _installation(folder, urls[0]) as house,
        _peer(house, urls[1]) as peer,
        only_own_garbage(),
    ):
        for path in files:
            parts = _read_in(house, path)
            while _is_next(parts, taken, clock):
                peer.write_what_came(taken, clock)
    return taken


def _is_next(parts: Iterator[None], taken: Taken, clock: Callable[[], float]) -> bool:
    gc.collect()
    began = clock()
    is_there = next(parts, parts) is None
    taken.ours += clock() - began
    taken.parts += is_there
    return is_there


def _read_in(house: Installation, path: Path) -> Iterator[None]:
    """Read a file as the command does, and stop after each transaction."""
    for part in in_parts(read_table(path)):
        with house.transaction() as session:
            at = house.now()
            by = wear(session, person="US", role=Role.COMMITTEE_SECRETARY, at=at)
            log = apply_batch(session, part, by=by, at=at)
        if log.has_refusals:
            raise AssertionError([row for row in log.rows if row.problem][:3])
        yield


@contextmanager
def _installation(folder: Path, url: str) -> Iterator[Installation]:
    """A municipality with two bodies and a secretary."""
    config = Config(data=folder, database_url=url)
    database = prepared_database(config)
    with database.transaction(None) as session:
        town = found_municipality(session, name="Måling", number="9999", at=BEGIN)
    house = Installation(config, database, town.id)
    with house.transaction() as session:
        _set_up(session)
    yield house
    database.close()


def _set_up(session: Session) -> None:
    at = BEGIN
    register_person(session, ref="US", name="Prøve Prøvesen", by=SYSTEM, at=at)
    give_mandate(
        session,
        ref="M-US",
        person="US",
        role=Role.COMMITTEE_SECRETARY,
        valid_from=at.date(),
        by=SYSTEM,
        at=at,
    )
    for ref, name, kind in BODIES:
        register_body(
            session, ref=ref, name_nb=name, name_nn=name, kind=kind, by=SYSTEM, at=at
        )


class _Peer:
    """The other database, and how far what stands in ours has been written there."""

    def __init__(self, house: Installation, other: Installation) -> None:
        self._house = house
        self._other = other
        self._place = "rowid"
        self._last: dict[str, Any] = {}
        if house.database.engine.dialect.name == "postgresql":
            # The transaction that wrote a row; its place in the file may be reused.
            self._place = "xmin::text::bigint"
        self._write({table: rows for table, rows in self._new() if rows})

    def write_what_came(self, taken: Taken, clock: Callable[[], float]) -> None:
        """Write the rows that came since the last time, and count them."""
        came = {table: rows for table, rows in self._new() if rows}
        gc.collect()
        began = clock()
        self._write(came)
        taken.bare += clock() - began
        taken.rows.update({table.name: len(rows) for table, rows in came.items()})

    def _write(self, came: dict[Table, list[dict[str, Any]]]) -> None:
        with self._other.unrecorded() as session:
            connection = session.connection()
            for table, rows in came.items():
                connection.execute(insert(table), rows)

    def _new(self) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
        """Yield the new rows of each table in the order they were written in."""
        with self._house.reading() as session:
            for table in Base.metadata.sorted_tables:
                if table.name not in _NOT_MADE:
                    yield table, self._of(session, table)

    def _of(self, session: Session, table: Table) -> list[dict[str, Any]]:
        place: Any = literal_column(f"{table.name}.{self._place}").label("_place")
        query = select(table, place).order_by(place)
        if table.name in self._last:
            if table.name in _ONE_ROW:
                return []
            query = query.where(place > literal_column(self._last[table.name]))
        rows = [dict(row) for row in session.execute(query).mappings()]
        for row in rows:
            self._last[table.name] = str(row.pop("_place"))
        return rows


@contextmanager
def _peer(house: Installation, url: str) -> Iterator[_Peer]:
    database = open_database(url)
    yield _Peer(house, Installation(house.config, database, house.municipality))
    database.close()
