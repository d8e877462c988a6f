"""No two living workers have the same name; what a dead one had is taken over."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from connector.cli.serving import serve_command, worker_command
from connector.installation import Installation
from connector.jobs.lock import FileLock, LockedElsewhereError
from connector.jobs.slots import AdvisorySlot, SlotLostError, claim_slot
from connector.refusals import UnavailableError
from tests.connector.jobs.houses import asked, effects, job_of, until, worker_apart
from tests.connector.jobs.workers import EFFECT, SLOW, at_work
from workflows.background.jobs import Job, JobState

# Each is waited for, up to ten seconds: until then it holds its locks.
END_ALL_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def is_running(job: Job) -> bool:
    return job.done == 1


def is_done(job: Job) -> bool:
    return job.state is JobState.DONE


def test_what_a_killed_worker_had_begun_is_done_once_by_another(
    house: Installation,
) -> None:
    flag = house.config.data / "wait"
    flag.touch()
    with ExitStack() as living, worker_apart(house) as killed:
        slow = asked(house, SLOW, "O-1")
        sound = asked(house, EFFECT, "O-2")
        until(house, slow, is_running)
        until(house, sound, is_done)
        if house.database.engine.dialect.name == "postgresql":
            living.enter_context(at_work(house))
        killed.kill()
        killed.wait()
        if house.database.engine.dialect.name == "sqlite":
            living.enter_context(at_work(house))
        flag.unlink()
        done = until(house, slow, is_done)

    assert done.crashes == 2
    assert [effects(house, about) for about in ("O-1", "O-2")] == [1, 1]


def test_a_worker_that_is_stopped_gives_back_what_it_had_begun(
    house: Installation,
) -> None:
    flag = house.config.data / "wait"
    flag.touch()
    with at_work(house):
        slow = asked(house, SLOW, "O-3")
        until(house, slow, is_running)
    given_back = job_of(house, slow.id)

    flag.unlink()
    with at_work(house):
        until(house, slow, is_done)

    assert (given_back.state, given_back.crashes) == (JobState.WAITING, 0)
    assert effects(house, "O-3") == 1


def test_a_second_process_is_refused_on_sqlite_and_has_a_name_of_its_own_elsewhere(
    house: Installation,
) -> None:
    url, engine = house.config.database_url, house.database.engine
    first = claim_slot(url, engine)
    if engine.dialect.name == "sqlite":
        for command in (worker_command, serve_command):
            outcome = CliRunner().invoke(command, obj=house.config)
            assert isinstance(outcome.exception, UnavailableError)
            assert "serves this installation" in str(outcome.exception)
    else:
        second = claim_slot(url, engine)
        assert (first.name, second.name) == ("worker-1", "worker-2")
        second.give()
    first.give()

    again = claim_slot(url, engine)
    assert again.name == "worker-1"
    again.give()


def test_the_dead_are_told_from_the_living(postgres_house: Installation) -> None:
    engine = postgres_house.database.engine
    living, dying = AdvisorySlot(engine), AdvisorySlot(engine)
    names = {living.name, dying.name}
    with postgres_house.unrecorded() as session:
        before = living.dead(session, names)

    dying.give()
    with postgres_house.unrecorded() as session:
        after = living.dead(session, names)

    assert (before, after) == (set(), {"worker-2"})
    living.give()


def test_a_worker_whose_connection_broke_takes_its_slot_again(
    postgres_house: Installation,
) -> None:
    slot = AdvisorySlot(postgres_house.database.engine)
    with postgres_house.unrecorded() as session:
        session.execute(text(END_ALL_OTHERS))

    slot.keep()
    other = AdvisorySlot(postgres_house.database.engine)

    assert (slot.name, other.name) == ("worker-1", "worker-2")
    slot.give()
    other.give()


def test_a_worker_whose_slot_somebody_took_meanwhile_ends(
    postgres_house: Installation,
) -> None:
    slot = AdvisorySlot(postgres_house.database.engine)
    with postgres_house.unrecorded() as session:
        session.execute(text(END_ALL_OTHERS))
    taken = AdvisorySlot(postgres_house.database.engine)

    with pytest.raises(SlotLostError):
        slot.keep()

    taken.give()


def test_a_lock_on_a_file_tells_which_process_has_it(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    first.take()

    with pytest.raises(LockedElsewhereError, match=f"process {os.getpid()}"):
        second.take()

    first.give()
    second.take()
    second.give()
