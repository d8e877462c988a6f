"""Installations with background work, on both kinds of database."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from connector.config import Config
from connector.database.engine import open_database
from connector.installation import Installation
from connector.jobs.engine import migrate_engine
from tests.conftest import FOUNDED_AT
from tests.connector.jobs.workers import checksum
from tests.installations import Installation as Urls
from workflows.background.jobs import Job, enqueue, find_job
from workflows.people.municipalities import found_municipality
from workflows.record.entries import Entry

PATIENCE_S = 20.0


def founded(urls: Urls, data: Path) -> Installation:
    """Return an installation of the newly founded Testvik kommune."""
    database = open_database(urls.url)
    with database.transaction(None) as session:
        found = found_municipality(
            session, name="Testvik kommune", number="9999", at=FOUNDED_AT
        )
    return Installation(Config(data=data, database_url=urls.url), database, found.id)


@contextmanager
def a_house(urls: Urls, data: Path) -> Iterator[Installation]:
    """Give an installation with a municipality and the tables of the queue."""
    migrate_engine(urls.owner_url)
    house = founded(urls, data)
    yield house
    house.database.close()


def asked(house: Installation, kind: str, about: str, *, key: str = "") -> Job:
    """Ask for a job as an act would, and return it."""
    with house.unrecorded() as session:
        identifier = enqueue(session, kind, about, key=key, at=house.config.wall())
    return job_of(house, identifier)


def job_of(house: Installation, identifier: uuid.UUID) -> Job:
    """Return a job as it is now."""
    with house.reading() as session:
        found = find_job(session, identifier)
    assert found is not None
    return found


def until(house: Installation, job: Job, holds: Callable[[Job], bool]) -> Job:
    """Return a job when something holds of it; fail when it never does."""
    patience = time.monotonic() + PATIENCE_S
    while not holds(now := job_of(house, job.id)):
        assert time.monotonic() < patience, f"{now.kind} is {now.state} {now.problem}"
        time.sleep(0.05)
    return now


def effects(house: Installation, about: str) -> int:
    """Return how often the record tells of the effect of jobs about a reference."""
    with house.reading() as session:
        query = select(Entry.payload).where(Entry.type == "documents.delivered")
        told = session.scalars(query).all()
    return sum(checksum(about) in payload["sha256"] for payload in told)


@contextmanager
def worker_apart(house: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """Let a worker work in a process of its own, which can be killed."""
    config = house.config
    arguments = [str(config.data), config.database_url, str(house.municipality)]
    module = "tests.connector.jobs.workers"
    with subprocess.Popen([sys.executable, "-m", module, *arguments]) as process:
        try:
            yield process
        finally:
            process.kill()
