"""One installation: its database, its clock and its municipality."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from connector.config import Config
from connector.database.engine import Database, open_database
from connector.database.schema import missing_migrations, upgrade
from connector.library.own_templates import OwnTemplates
from connector.refusals import InputRefusedError, UnavailableError
from workflows.people.municipalities import only_municipality
from workflows.record.entries import locked_head
from workflows.trace.sweep import sweep


@dataclass(frozen=True)
class Installation:
    """An open installation, working for its one municipality."""

    config: Config
    database: Database
    municipality: uuid.UUID

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes; what fell due before now is done first."""
        with self.database.transaction(self.municipality) as session:
            locked_head(session)
            sweep(session, at=self.now())
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with self.database.reading(self.municipality) as session:
            yield session

    @property
    def templates(self) -> OwnTemplates:
        """The municipality's own templates, and the standard ones for the rest."""
        return OwnTemplates(self.config.templates)

    def now(self) -> datetime:
        """Return the installation's present instant."""
        return self.config.now()


def prepared_database(config: Config) -> Database:
    """Return the installation's database, made and brought to the newest schema."""
    config.data.mkdir(parents=True, exist_ok=True)
    if config.database_url.startswith("sqlite"):
        upgrade(config.database_url)
    database = open_database(config.database_url)
    with database.engine.connect() as connection:
        missing = missing_migrations(connection)
    if missing:
        database.close()
        raise UnavailableError(f"{missing[0]}; run `samspor db upgrade` as its owner")
    return database


def open_installation(config: Config) -> Installation:
    """Return the installation with its municipality; refuse when there is none yet."""
    database = prepared_database(config)
    with database.reading(None) as session:
        found = only_municipality(session)
    if found is None:
        database.close()
        raise InputRefusedError(
            f"{config.data}: there is no municipality here yet; set one up with "
            f"`samspor init`, load a story, or run `samspor demo`"
        )
    return Installation(config, database, found.id)
