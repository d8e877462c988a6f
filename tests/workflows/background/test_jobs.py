"""A job is kept when, and only when, what calls for it is; and it is done once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from connector.database.engine import Database
from tests.conftest import FOUNDED_AT
from workflows.background.jobs import (
    Job,
    JobState,
    counts,
    covers,
    enqueue,
    find_job,
    forget_ended,
    jobs_in,
    latest,
)
from workflows.background.parked import drop, retry
from workflows.background.turns import (
    CRASHED,
    MOST_CRASHES,
    SUSPECT_CRASHES,
    TakenOverError,
    begin,
    due_jobs,
    finish,
    give_back,
    hand_over,
    jobs_left,
    park,
    postpone,
    take_back,
    tell,
)
from workflows.base import all_of
from workflows.errors import NotFoundError, RuleBrokenError
from workflows.people.municipalities import found_municipality
from workflows.people.persons import Person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOBODY = uuid.UUID(int=7)
SOON, HOUR = timedelta(minutes=1), timedelta(hours=1)


def ask(session: Session, about: str = "O-1@1.0", *, key: str = "") -> Job:
    """Ask for a job, and return it."""
    job = find_job(session, enqueue(session, "deliver", about, key=key, at=NOW))
    assert job is not None
    return job


def start(session: Session, job: Job, *, worker: str = "worker-1") -> int:
    """Hand a job over, let a worker begin it, and return the turn."""
    hand_over(job, until=NOW + HOUR)
    session.flush()
    assert begun(session, job, worker=worker) is job
    return job.turn


def begun(
    session: Session, job: Job, *, worker: str, turn: int | None = None
) -> Job | None:
    return begin(
        session,
        job.id,
        turn=job.turn if turn is None else turn,
        worker=worker,
        at=NOW,
        until=NOW + HOUR,
    )


def fail_after_asking(database: Database, home: uuid.UUID) -> None:
    with database.transaction(home) as session:
        session.add(Person(ref="P-1", stored_name="Kari Oppdiktet"))
        ask(session)
        raise ZeroDivisionError


def test_neither_the_act_nor_its_job_is_kept_when_the_act_fails(
    database: Database,
) -> None:
    with database.transaction(None) as session:
        home = found_municipality(
            session, name="Testvik kommune", number="9999", at=FOUNDED_AT
        ).id

    with pytest.raises(ZeroDivisionError):
        fail_after_asking(database, home)
    with database.transaction(home) as session:
        session.add(Person(ref="P-2", stored_name="Ola Oppdiktet"))
        kept = ask(session)

    with database.reading(home) as session:
        people = [person.ref for person in all_of(session, Person)]
        assert (people, [job.id for job in jobs_in(session, *JobState)]) == (
            ["P-2"],
            [kept.id],
        )


def test_the_same_job_asked_for_again_is_one_job(session: Session) -> None:
    first = ask(session, key="entry 7")
    turn = start(session, first)
    finish(session, first.id, turn=turn, at=NOW)

    again = ask(session, key="entry 7")
    other = ask(session, key="entry 8")

    assert again is first
    assert first.state is JobState.DONE
    assert counts(session)[JobState.WAITING] == 1
    assert latest(session, "deliver", other.about) in (first, other)


def test_a_job_that_waits_covers_what_is_written_now_and_a_running_one_does_not(
    session: Session,
) -> None:
    job = ask(session)

    waiting = covers(session, "deliver", job.about)
    other = covers(session, "deliver", "O-2@1.0")
    start(session, job)
    running = covers(session, "deliver", job.about)

    assert (waiting, other, running) == (True, False, False)


def test_jobs_are_handed_over_in_the_order_in_which_they_were_asked_for(
    session: Session,
) -> None:
    enqueue(session, "deliver", "O-2@1.0", at=NOW + SOON)
    enqueue(session, "deliver", "O-1@1.0", at=NOW)
    enqueue(session, "deliver", "O-3@1.0", at=NOW, delay=HOUR)

    now = due_jobs(session, at=NOW + SOON, most=10)
    one = due_jobs(session, at=NOW + SOON, most=1)

    assert [job.about for job in now] == ["O-1@1.0", "O-2@1.0"]
    assert [job.about for job in one] == ["O-1@1.0"]
    assert jobs_left(session, at=NOW + SOON) == 2


def test_a_turn_is_begun_by_one_worker_and_again_only_by_the_same(
    session: Session,
) -> None:
    job = ask(session)
    hand_over(job, until=NOW + HOUR)
    session.flush()

    first = begun(session, job, worker="worker-1")
    other = begun(session, job, worker="worker-2")
    again = begun(session, job, worker="worker-1")
    earlier = begun(session, job, worker="worker-1", turn=job.turn - 1)

    assert (first, other, again, earlier) == (job, None, job, None)
    assert job.crashes == 2


def test_who_was_taken_for_dead_can_neither_tell_nor_end_anything(
    session: Session,
) -> None:
    job = ask(session)
    turn = start(session, job, worker="worker-1")

    taken = take_back(session, dead={"worker-1"}, at=NOW)
    start(session, job, worker="worker-2")

    assert taken == 1
    with pytest.raises(TakenOverError):
        tell(session, job.id, turn=turn, done=1, total=2, until=NOW)
    with pytest.raises(TakenOverError):
        finish(session, job.id, turn=turn, at=NOW)
    with pytest.raises(TakenOverError):
        postpone(session, job.id, turn=turn, problem="Late", not_before=NOW)
    with pytest.raises(TakenOverError):
        park(session, job.id, turn=turn, problem="Late", at=NOW)
    finish(session, job.id, turn=job.turn, at=NOW)
    with pytest.raises(TakenOverError):
        finish(session, job.id, turn=job.turn, at=NOW)


def test_a_worker_that_shows_nothing_for_as_long_as_its_lease_loses_the_job(
    session: Session,
) -> None:
    job = ask(session)
    turn = start(session, job)

    within = take_back(session, dead=set(), at=NOW + HOUR - SOON)
    tell(session, job.id, turn=turn, done=1, total=2, until=NOW + 2 * HOUR)
    told = take_back(session, dead=set(), at=NOW + HOUR + SOON)
    silent = take_back(session, dead=set(), at=NOW + 2 * HOUR + SOON)

    assert (within, told, silent) == (0, 0, 1)
    session.flush()
    session.refresh(job)
    assert (job.state, job.done, job.total) == (JobState.WAITING, 1, 2)


def test_a_job_that_ends_its_workers_is_parked_and_the_others_go_on(
    session: Session,
) -> None:
    poison, sound = ask(session, "O-1@1.0"), ask(session, "O-2@1.0")
    order = []
    for _ in range(MOST_CRASHES + 3):
        for job in due_jobs(session, at=NOW, most=10):
            hand_over(job, until=NOW + HOUR)
            session.flush()
            if begun(session, job, worker="worker-1"):
                order.append((job.about, job.crashes))
        session.flush()
        if poison.crashes >= SUSPECT_CRASHES and sound.state is JobState.RUNNING:
            finish(session, sound.id, turn=sound.turn, at=NOW)
        take_back(session, dead={"worker-1"}, at=NOW)

    assert (poison.state, poison.problem) == (JobState.PARKED, CRASHED)
    assert poison.crashes == MOST_CRASHES
    assert sound.state is JobState.DONE
    assert [crashes for about, crashes in order if about == "O-1@1.0"] == [
        *range(1, MOST_CRASHES + 1)
    ]


def test_a_job_that_was_there_when_workers_died_runs_alone(session: Session) -> None:
    suspect, sound = ask(session, "O-1@1.0"), ask(session, "O-2@1.0")
    suspect.crashes = SUSPECT_CRASHES
    session.flush()

    first = due_jobs(session, at=NOW, most=10)
    start(session, sound)
    meanwhile = due_jobs(session, at=NOW, most=10)
    finish(session, sound.id, turn=sound.turn, at=NOW)
    session.flush()
    alone = due_jobs(session, at=NOW, most=10)
    start(session, suspect)
    later = ask(session, "O-3@1.0")

    assert (first, meanwhile, alone) == ([sound], [], [suspect])
    assert due_jobs(session, at=NOW, most=10) == []
    assert later.state is JobState.WAITING


def test_a_worker_that_ends_in_good_order_counts_as_no_crash(session: Session) -> None:
    job = ask(session)
    start(session, job, worker="worker-1")

    given = give_back(session, worker="worker-1", at=NOW)

    assert given == 1
    assert (job.state, job.crashes) == (JobState.WAITING, 0)


def test_a_parked_job_is_tried_again_with_its_failures_forgotten(
    session: Session,
) -> None:
    job = ask(session)
    park(session, job.id, turn=start(session, job), problem="Broken", at=NOW)
    session.flush()
    parked = [each.problem for each in jobs_in(session, JobState.PARKED)]

    retry(session, job.id, at=NOW + HOUR)

    assert parked == ["Broken"]
    assert (job.state, job.failures, job.problem) == (JobState.WAITING, 0, None)
    assert due_jobs(session, at=NOW + HOUR, most=10) == [job]


def test_only_what_waits_or_is_parked_is_dropped_or_tried_again(
    session: Session,
) -> None:
    waiting, running = ask(session, "O-1@1.0"), ask(session, "O-2@1.0")
    start(session, running)

    drop(session, waiting.id, at=NOW)

    assert waiting.state is JobState.DROPPED
    for change in (drop, retry):
        with pytest.raises(RuleBrokenError):
            change(session, running.id, at=NOW)
        with pytest.raises(RuleBrokenError):
            change(session, waiting.id, at=NOW)
        with pytest.raises(NotFoundError):
            change(session, NOBODY, at=NOW)


def test_what_ended_long_ago_is_forgotten_and_nothing_else(session: Session) -> None:
    done, parked, waiting = (ask(session, f"O-{number}@1.0") for number in (1, 2, 3))
    finish(session, done.id, turn=start(session, done), at=NOW)
    park(session, parked.id, turn=start(session, parked), problem="X", at=NOW)
    session.flush()

    early = forget_ended(session, before=NOW)
    late = forget_ended(session, before=NOW + SOON)

    assert (early, late) == (0, 1)
    assert {job.about for job in jobs_in(session, *JobState)} == {
        parked.about,
        waiting.about,
    }
