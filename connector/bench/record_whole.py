"""How long a large record takes to check whole, on SQLite and on PostgreSQL.

By the clock, with as many processes as an installation would use; beside it stands the
processor time of all of them, on which other programs have less to say. PostgreSQL's
own processor time is not in it.
"""

from __future__ import annotations

import os
import resource
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from connector.bench.measurements import Row, at_most
from connector.bench.record_writing import BEGIN, write
from connector.bench.servers import postgres
from connector.database.engine import Database, open_database
from connector.record.processes import fitting, verify_whole
from workflows.people.municipalities import Municipality, found_municipality

GOAL_S = 30


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole record checked: by the clock and in processor time, in seconds."""

    row: Row
    note: str


def on_sqlite(database: Database, size: int) -> Whole:
    """Return what it takes on SQLite, where the record is written already."""
    url = database.engine.url.render_as_string(hide_password=False)
    return _checked(database, url, "SQLite", size)


def on_postgres(size: int) -> Whole:
    """Return what it takes on a PostgreSQL of its own."""
    with postgres() as url, _written(url, size) as database:
        return _checked(database, url, "PostgreSQL", size)


@contextmanager
def _written(url: str, size: int) -> Iterator[Database]:
    database = open_database(url)
    with database.transaction(None) as session:
        found = found_municipality(session, name="Måling", number="9999", at=BEGIN)
    with database.transaction(found.id) as session:
        write(session, size)
    yield database
    database.close()


def _checked(database: Database, url: str, kind: str, size: int) -> Whole:
    with database.reading(_municipality(database)) as session:
        began, worked = time.monotonic(), _processor_s()
        held = verify_whole(session, url)
        took, work = time.monotonic() - began, _processor_s() - worked
    assert (held.flaws, held.size) == ([], size)  # noqa: S101 - else the time says nothing
    busy, _, _ = os.getloadavg()
    return Whole(
        row=Row(
            what=f"the whole record of {size} checked, {kind}",
            against="s, by the clock",
            ratio=took,
            goal=at_most(GOAL_S),
        ),
        note=f"{kind}: {took:.1f} s by the clock, {work:.1f} s of processor time in "
        f"{fitting(size)} processes; load average {busy:.1f}",
    )


def _municipality(database: Database) -> uuid.UUID:
    with database.reading(None) as session:
        return session.scalars(select(Municipality.id)).one()


def _processor_s() -> float:
    """Return the processor time of this process and of those it started and ended."""
    own, ended = (
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
