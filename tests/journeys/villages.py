"""A village that lives on a borrowed connection: its acts, its pages and its clock.

The acts are done by the domain, the pages are asked for as a browser does it, and both
see the same rows. Nothing of it is ever kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from connector.config import Config
from connector.database.engine import Database
from connector.installation import Installation
from tests.connector.web.applications import APPLICATIONS
from tests.connector.web.visitors import Visitor
from tests.workflows.development.towns import Town, session_on
from workflows.people.municipalities import Municipality
from workflows.record.entries import locked_head
from workflows.trace.sweep import sweep


@dataclass(frozen=True)
class Borrowed(Installation):
    """An installation whose transactions are savepoints of a borrowed connection."""

    connection: Connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes; what fell due before now is done first."""
        with session_on(self.connection) as session:
            locked_head(session)
            sweep(session, at=self.now())
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that is thrown away."""
        with session_on(self.connection) as session:
            yield session


class Village:
    """Testvik with its pages; `town` is where acts are done, at the village's time."""

    def __init__(self, connection: Connection, *, data: Path) -> None:
        with session_on(connection) as session:
            town = session.scalars(select(Municipality.id)).one()
            now = Town(session).now
        config = Config(data=data, database_url="", clock_stands_at=now)
        database = Database(connection.engine)
        self.house = Borrowed(config, database, town, connection)
        self.app: Flask = APPLICATIONS.lend(self.house)

    @property
    def now(self) -> datetime:
        """The village's time."""
        return self.house.now()

    @contextmanager
    def acts(self) -> Iterator[Town]:
        """Let acts be done at the village's time; the clock follows them."""
        with session_on(self.house.connection) as session:
            town = Town(session)
            town.now = self.now
            yield town
            session.commit()
        self.stand_at(town.now)

    def wait(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        """Let time pass, and what falls due on the way be done."""
        past = timedelta(days=days, hours=hours, minutes=minutes)
        with self.acts() as town:
            town.wait(until=self.now + past)

    def stand_at(self, now: datetime) -> None:
        """Set the clock."""
        config = replace(self.house.config, clock_stands_at=now)
        self.house = replace(self.house, config=config)
        self.app.extensions["installation"] = self.house

    def visitor(self, mandate: str | None = None, *, language: str = "nb") -> Visitor:
        """A visitor in the hat of a mandate; the town's mandates are «M-P-A» …"""
        return Visitor(self.app, self.house, mandate=mandate, language=language)
