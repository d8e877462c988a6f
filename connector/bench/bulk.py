"""Rows written in bulk, past the acts: they wait here and go in twenty thousand a time.

The same seed makes the same rows. Of the record only the entries are written, and by
which references they are found, not the tree above them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from workflows.base import TENANT, Base, tenant
from workflows.people.hats import SYSTEM
from workflows.record.entries import Entry, RecordHead, locked_head
from workflows.record.touches import EntryRef

FIRST = datetime(2024, 1, 2, 8, tzinfo=UTC)
LAST = FIRST + timedelta(days=700)
DAY = date(2024, 6, 3)
AT_A_TIME = 20_000
# On SQLite the keys' indexes are to stay in memory while they grow at random places.
CACHE_KIB = 1_000_000
WORDS = (
    *("sykefravær", "nærvær", "turnus", "heltid", "barnehage", "skole", "vikar"),
    *("hjemmetjeneste", "bemanning", "kompetanse", "arbeidsmiljø", "budsjett"),
    *("vaktplan", "opplæring", "medvirkning", "omstilling", "sykehjem", "renhold"),
    "brannvern",
)


_BY = SYSTEM.as_record()
Rows = Sequence[Mapping[str, Any]]
Write = Callable[[Session, Table, Rows], None]


class Bulk:
    """What is written into the municipality of `session`."""

    def __init__(self, session: Session, *, seed: int, write: Write) -> None:
        self.session = session
        self._write = write
        self.chance = Random(seed)  # noqa: S311 - replayed
        self.words: Sequence[str] = WORDS
        self.seq = locked_head(session).size
        self._mine = {TENANT: tenant(session)}
        self._waiting: dict[type[Base], list[dict[str, Any]]] = {}
        self._waits = 0
        if session.get_bind().dialect.name == "sqlite":
            connection = session.connection()
            connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")

    def row(self, table: type[Base], **values: Any) -> uuid.UUID:
        """Put a row in line, and return the key that it gets."""
        key = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        self._put(table, {"id": key, **values})
        return key

    def told(
        self,
        act: str,
        ref: str,
        state: str | None = None,
        *,
        at: datetime = FIRST,
        by: Mapping[str, str] | None = None,
    ) -> int:
        """Put an entry about a reference in line, and return its number."""
        key = {"seq": self.seq, "at": at}
        states = {ref: state} if state else {}
        told = {
            "refs": [ref],
            "states": states,
            "by": {**_BY, **(by or {})},
            "payload": {},
        }
        self._put(Entry, {**key, "type": act, "subject": ref, **told})
        self._put(EntryRef, {**key, "ref": ref, "led_to": state})
        self.seq += 1
        return self.seq - 1

    def title(self) -> str:
        """Return four words, as a title or a text."""
        return " ".join(self.chance.choices(self.words, k=4))

    def end(self) -> None:
        """Write what is left, and set the head of the record behind it."""
        self._flush()
        self.session.execute(
            update(RecordHead)
            .where(RecordHead.municipality_id == tenant(self.session))
            .values(size=self.seq, grown=self.seq, last_at=LAST)
        )
        self.session.expire_all()

    def _put(self, table: type[Base], values: dict[str, Any]) -> None:
        self._waiting.setdefault(table, []).append({**self._mine, **values})
        self._waits += 1
        if self._waits >= AT_A_TIME:
            self._flush()

    def _flush(self) -> None:
        for table in _in_order(self._waiting):
            held = table.metadata.tables[table.__tablename__]
            self._write(self.session, held, self._waiting.pop(table))
        self._waits = 0


def _in_order(tables: Collection[type[Base]]) -> list[type[Base]]:
    """Tables in the order in which their rows may refer to each other."""
    places = {t.name: n for n, t in enumerate(Base.metadata.sorted_tables)}
    return sorted(tables, key=lambda each: places[each.__tablename__])


def inserted(session: Session, table: Table, found: Rows) -> None:
    """Write rows with one INSERT, made once, for all of them."""
    session.connection().execute(insert(table), list(found))
