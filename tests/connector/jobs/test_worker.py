"""Jobs are done, once, tried again when they fail, and parked when that is no use."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import inspect

from connector.database.models import metadata
from connector.database.schema import TABLES_OF_THE_QUEUE, check
from connector.installation import Installation
from tests.connector.jobs.houses import asked, effects, until
from tests.connector.jobs.workers import AWAY, EFFECT, HOPELESS, SLOW
from workflows.background.jobs import Job, JobState
from workflows.background.parked import retry


def is_done(job: Job) -> bool:
    return job.state is JobState.DONE


def is_parked(job: Job) -> bool:
    return job.state is JobState.PARKED


def test_a_job_is_done_once_however_often_it_is_asked_for(
    working: Installation,
) -> None:
    first = asked(working, EFFECT, "O-1", key="entry 1")
    until(working, first, is_done)

    again = asked(working, EFFECT, "O-1", key="entry 1")
    until(working, asked(working, EFFECT, "O-2"), is_done)

    assert again.id == first.id
    assert effects(working, "O-1") == 1


def test_a_hopeless_job_is_parked_and_the_others_go_on(working: Installation) -> None:
    hopeless = asked(working, HOPELESS, "O-3")
    unknown = asked(working, "of another program", "O-3")
    sound = asked(working, EFFECT, "O-3")

    until(working, sound, is_done)
    problems = [until(working, job, is_parked).problem for job in (hopeless, unknown)]

    assert problems == ["HopelessError", "UnknownKindError"]


def test_a_parked_job_that_is_tried_again_is_done(working: Installation) -> None:
    flag = working.config.data / "hopeless"
    job = until(working, asked(working, HOPELESS, "O-4"), is_parked)

    flag.touch()
    with working.unrecorded() as session:
        retry(session, job.id, at=working.config.wall())
    done = until(working, job, is_done)
    flag.unlink()

    assert (done.failures, done.problem) == (0, None)
    assert effects(working, "O-4") == 1


def test_what_is_away_is_tried_again_within_seconds_and_then_later(
    working: Installation,
) -> None:
    flag = working.config.data / "away"
    flag.touch()
    job = asked(working, AWAY, "O-5")

    waiting = until(working, job, lambda now: now.failures == 1)
    flag.unlink()

    pause = waiting.not_before - working.config.wall()
    assert waiting.state is JobState.WAITING
    assert waiting.problem == "UnavailableError"
    assert timedelta(seconds=5) < pause <= timedelta(seconds=10)
    assert flag.with_name("tried").read_text() == "xxx"


def test_how_far_a_job_has_come_is_seen_while_it_runs(working: Installation) -> None:
    flag = working.config.data / "wait"
    flag.touch()
    job = asked(working, SLOW, "O-6")

    running = until(working, job, lambda now: now.done == 1)
    flag.unlink()
    done = until(working, job, is_done)

    assert (running.state, running.total) == (JobState.RUNNING, 2)
    assert (done.done, done.total) == (2, 2)
    assert effects(working, "O-6") == 1


def test_the_tables_of_the_queue_disturb_no_check_of_the_schema(
    working: Installation,
) -> None:
    engine = working.database.engine
    ours = set(metadata().tables)
    is_sqlite = engine.dialect.name == "sqlite"

    beside = set(inspect(engine).get_table_names()) - ours - {"alembic_version"}

    assert beside == (TABLES_OF_THE_QUEUE if is_sqlite else set())
    assert not TABLES_OF_THE_QUEUE & ours
    assert check(working.config.database_url) == []
