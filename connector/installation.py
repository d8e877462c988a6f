"""One installation: its database, its clock and its municipality."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from connector.config import Config
from connector.database.engine import Database, open_database
from connector.database.schema import missing_migrations, upgrade
from connector.jobs.triggers import enqueue_what_follows
from connector.library.own_templates import OwnTemplates
from connector.record.anchors import (
    BrokenRecordError,
    LockedRecordError,
    loss_outside,
    put_outside,
)
from connector.record.keys import make_master_key, master_key, public_keys
from connector.record.personal import has_keys, seal_names
from connector.record.sealing import seal_transaction
from connector.refusals import InputRefusedError, UnavailableError
from connector.search.keeping import fill, keep
from workflows.people.municipalities import only_municipality
from workflows.record.checkpoints import Loss, is_locked, lock
from workflows.record.entries import locked_head
from workflows.trace.sweep import sweep

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Installation:
    """An open installation, working for its one municipality."""

    config: Config
    database: Database
    municipality: uuid.UUID

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes; what fell due before now is done first.

        What was appended is signed at the end; the jobs that it calls for are kept, and
        what it says can be found at once.

        Raises:
            LockedRecordError: the record is not the one that was seen outside.
        """
        with self.database.transaction(self.municipality) as session:
            head = locked_head(session)
            if head.locked:
                raise LockedRecordError
            before = head.size
            sweep(session, at=self.now())
            yield session
            seal_transaction(session, data=self.config.data, at=self.now())
            keep(session)
            enqueue_what_follows(session, before=before, at=self.config.wall())

    @contextmanager
    def unrecorded(self) -> Iterator[Session]:
        """Open a session that writes rows beside the record: jobs, and how they go."""
        with self.database.transaction(self.municipality) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with self.database.reading(self.municipality) as session:
            yield session

    def lay_outside(self) -> Path | None:
        """Lay a copy of the newest checkpoint outside; return its file when new.

        Raises:
            BrokenRecordError: the record does not go on from the copy before. It is
                locked from now on.
        """
        publics = public_keys(self.config.data)
        try:
            with self.reading() as session:
                return put_outside(session, self.config.library, publics)
        except BrokenRecordError as broken:
            self.lock(broken.loss)
            raise

    def lock(self, loss: Loss) -> None:
        """Let nothing more be written until the restoration is recorded."""
        logger.error("the record is not the one that was seen outside; it is locked")
        with self.database.transaction(self.municipality) as session:
            lock(session, loss)

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
    database = open_database(config.database_url, master_key=master_key(config.data))
    with database.engine.connect() as connection:
        missing = missing_migrations(connection)
    if missing:
        database.close()
        raise UnavailableError(f"{missing[0]}; run `samspor db upgrade` as its owner")
    try:
        is_open = has_keys(database) or master_key(config.data) is not None
    except UnavailableError:
        database.close()
        raise
    return database if is_open else _with_new_key(database, config)


def _with_new_key(database: Database, config: Config) -> Database:
    """Make the master key where nothing is sealed; one that is lost is not replaced."""
    database.close()
    make_master_key(config.data)
    return open_database(config.database_url, master_key=master_key(config.data))


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
    installation = Installation(config, database, found.id)
    _hold_against_outside(installation)
    seal_names(database, found.id)
    fill(database, found.id)
    return installation


def _hold_against_outside(installation: Installation) -> None:
    """Lock a record that lacks what a copy of its newest checkpoint has."""
    config = installation.config
    with installation.reading() as session:
        loss = loss_outside(session, config.library, public_keys(config.data))
        is_new = loss is not None and not is_locked(session)
    if loss and is_new:
        installation.lock(loss)
