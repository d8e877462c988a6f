"""DBOS, which keeps the queue of turns and begins each once, after a crash again.

Nothing else knows it. It has tables in the same database, in the schema `dbos` on
PostgreSQL, and connections of its own. Its tables have no row-level security, so they
get identifiers only. Its other wishes, and where each was met with in its source:

- the application's version is a constant, else a turn waits for ever for the program
  that it was handed over by;
- two live processes never have the same executor id: see `connector.jobs.slots`;
- what it keeps is JSON, not pickled classes, so that a new program can read it.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import pysqlite3
from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    error,
)
from sqlalchemy import URL, Engine, make_url
from sqlalchemy.orm import Session

from connector.database.tenants import RUNTIME
from connector.jobs.kinds import may_be_tried_at_once
from connector.jobs.runs import Runs
from connector.refusals import UnavailableError
from workflows.background.jobs import Job

NAME: Final = "samspor"
SCHEMA: Final = "dbos"
VERSION: Final = "1"
QUEUE: Final = "samspor.jobs"
TURN: Final = "samspor.turn"
AT_A_TIME = 2
# It begins no more than those at each look, so this is what it can do in a second.
LOOK_EVERY_S = 0.05
QUICK_TRIES = 3
PAUSE_S = 0.2


def migrate_engine(url: str) -> None:
    """Bring DBOS's own tables to what this program needs, as the owner of the database.

    On SQLite the worker does so when it begins.
    """
    if make_url(url).get_backend_name() == "postgresql":
        _be_quiet()
        DBOS.migrate(_plain(url), schema=SCHEMA, application_role=RUNTIME)


def launch(url: str, *, executor: str, runs: Runs) -> None:
    """Begin to do what is handed over; one engine in a process.

    Raises:
        UnavailableError: its tables are missing or too old.
    """

    @DBOS.workflow(name=TURN)
    def turn_of_job(municipality: str, identifier: str, turn: int) -> None:
        runs.run(uuid.UUID(municipality), uuid.UUID(identifier), turn, quickly=_quickly)

    DBOS(config=_config(url, executor))
    try:
        DBOS.launch()
    except Exception as problem:
        stop()
        raise UnavailableError(
            f"the queue of jobs cannot be used ({type(problem).__name__}); run"
            " `samspor db upgrade` as its owner"
        ) from problem
    DBOS.register_queue(
        QUEUE,
        worker_concurrency=AT_A_TIME,
        polling_interval_sec=LOOK_EVERY_S,
        on_conflict="always_update",
    )


def stop(*, patience_s: int = 0) -> None:
    """End the engine; what runs still gets so many seconds to end."""
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience_s)


class Handing:
    """Hands turns over to the engine, in the transaction of whoever asks."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(
            system_database_engine=engine,
            dbos_system_schema=SCHEMA,
            serializer=DBOSPortableJSONSerializer(),
            application_name=NAME,
            lazy=True,
        )

    def enqueue(self, session: Session, job: Job) -> None:
        """Hand over the present turn of a job; the same turn twice is once."""
        options: EnqueueOptions = {
            "workflow_name": TURN,
            "queue_name": QUEUE,
            "workflow_id": f"{job.municipality_id}:{job.id}:{job.turn}",
        }
        self._client.enqueue_in_transaction(
            session, options, str(job.municipality_id), str(job.id), job.turn
        )


def forget_turns(*, before: datetime) -> int:
    """Delete what the engine keeps of turns that ended; return how many."""
    found = DBOS.list_workflows(
        completed_before=before.isoformat(),
        load_input=False,
        load_output=False,
    )
    DBOS.delete_workflows([each.workflow_id for each in found])
    return len(found)


def _quickly(work: Callable[[], None]) -> None:
    options: Any = {
        "name": "attempt",
        "retries_allowed": True,
        "max_attempts": QUICK_TRIES,
        "interval_seconds": PAUSE_S,
        "should_retry": may_be_tried_at_once,
    }
    try:
        DBOS.run_step(options, work)
    except error.DBOSMaxStepRetriesExceeded as tried:
        raise tried.errors[-1] from None


def _config(url: str, executor: str) -> DBOSConfig:
    _be_quiet()
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": _plain(url),
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "log_level": "ERROR",
        "scheduler_polling_interval_sec": 3600.0,
    }
    if make_url(url).get_backend_name() == "sqlite":
        # Never the standard module beside ours on the same file.
        config |= {"db_engine_kwargs": {"module": pysqlite3}, "run_migrations": True}
    return config


def _plain(url: str) -> str:
    """Return the URL with its password, by the name of the kind of database alone."""
    target: URL = make_url(url)
    return target.set(drivername=target.get_backend_name()).render_as_string(
        hide_password=False
    )


def _be_quiet() -> None:
    """It tells what it does, line by line, and with the whole error what it retries."""
    logging.getLogger("dbos").setLevel(logging.ERROR)
