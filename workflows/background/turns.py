"""A turn of a job: handed over, begun by one worker, ended, or taken back from it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflows.background.jobs import (
    ACTIVE,
    Job,
    JobState,
    active_jobs,
    changed,
    end,
    held,
    let_wait,
    mine,
)
from workflows.base import owned
from workflows.errors import WorkflowError

S = JobState
# A job that was running this often when its worker died is parked.
MOST_CRASHES = 5
# From this on it runs alone, so that it cannot take others with it.
SUSPECT_CRASHES = 2
CRASHED: Final = "WorkerDied"


class TakenOverError(WorkflowError):
    """The job is no longer this worker's: another turn has begun, or it has ended."""


def due_jobs(
    session: Session, *, at: datetime, most: int, held_back: Collection[str] = ()
) -> Sequence[Job]:
    """Return the jobs to hand over now, the oldest first; no two workers get the same.

    Of those that may have ended a worker there is at most one, when all else is done.
    The kinds that are held back wait, and keep their order.
    """
    waiting = (
        owned(session, Job)
        .where(Job.state == S.WAITING, Job.not_before <= at)
        .where(Job.kind.not_in(held_back))
        .order_by(Job.asked_at, Job.id)
        .with_for_update(skip_locked=True)
    )
    active = active_jobs(session)
    if any(job.crashes >= SUSPECT_CRASHES for job in active):
        return []
    room = max(0, most - len(active))
    sound = session.scalars(
        waiting.where(Job.crashes < SUSPECT_CRASHES).limit(room)
    ).all()
    if sound or active:
        return sound
    return session.scalars(waiting.limit(1)).all()


def jobs_left(
    session: Session, *, at: datetime, held_back: Collection[str] = ()
) -> int:
    """Return how many jobs are due, handed over or running; not those held back."""
    is_due = (Job.state == S.WAITING) & (Job.not_before <= at)
    is_due &= Job.kind.not_in(held_back)
    query = select(func.count()).where(*mine(session), is_due | Job.state.in_(ACTIVE))
    return session.scalars(query).one()


def is_due(session: Session, *, at: datetime, held_back: Collection[str] = ()) -> bool:
    """Say whether any job waits whose time has come, of kinds not held back."""
    query = select(Job.id).where(*mine(session), Job.state == S.WAITING)
    query = query.where(Job.kind.not_in(held_back))
    return (
        session.scalars(query.where(Job.not_before <= at).limit(1)).first() is not None
    )


def hand_over(job: Job, *, until: datetime) -> None:
    """Give a waiting job to the workers; one must have begun `until`."""
    job.turn += 1
    job.state, job.worker, job.lease_until = S.HANDED_OVER, None, until


def begin(
    session: Session,
    identifier: uuid.UUID,
    *,
    turn: int,
    worker: str,
    at: datetime,
    until: datetime,
) -> Job | None:
    """Let a worker begin a turn of a job; None when the turn is not its to do.

    A worker may begin its own running turn again: that is what it does after it died.
    A job that was running at too many deaths is parked.
    """
    job = held(session, identifier)
    if job.turn != turn or not _may_begin(job, worker):
        return None
    if job.crashes >= MOST_CRASHES:
        end(job, S.PARKED, at=at, problem=CRASHED)
        return None
    job.crashes += 1
    job.state, job.worker, job.lease_until = S.RUNNING, worker, until
    return job


def wait_again(session: Session, identifier: uuid.UUID, *, turn: int) -> bool:
    """Let a job that was handed over wait again as before; say whether it did.

    For a turn that is not begun, and no fault of the job's.
    """
    job = held(session, identifier)
    if job.turn != turn or job.state is not S.HANDED_OVER:
        return False
    let_wait(job, job.not_before)
    return True


def tell(
    session: Session,
    identifier: uuid.UUID,
    *,
    turn: int,
    done: int,
    total: int,
    until: datetime,
) -> None:
    """Keep how far a running job has come, and let it go on `until`.

    Raises:
        TakenOverError: the turn is over.
    """
    query = (
        update(Job)
        .where(*mine(session), Job.id == identifier)
        .where(Job.turn == turn, Job.state == S.RUNNING)
        .values(done=done, total=total, lease_until=until)
    )
    if not changed(session, query):
        raise TakenOverError(f"job {identifier} is no longer at turn {turn}")


def finish(session: Session, identifier: uuid.UUID, *, turn: int, at: datetime) -> None:
    """End a running job well, in the transaction that holds what it did.

    Raises:
        TakenOverError: the turn is over; what was to be done in this transaction is
            done already, or will be.
    """
    job = _running(session, identifier, turn)
    job.done = job.total
    end(job, S.DONE, at=at, problem=None)


def postpone(
    session: Session,
    identifier: uuid.UUID,
    *,
    turn: int,
    problem: str,
    not_before: datetime,
) -> None:
    """Let a running job that failed wait to be tried again.

    Raises:
        TakenOverError: the turn is over.
    """
    job = _running(session, identifier, turn)
    job.failures, job.crashes, job.problem = job.failures + 1, 0, problem
    let_wait(job, not_before)


def park(
    session: Session, identifier: uuid.UUID, *, turn: int, problem: str, at: datetime
) -> None:
    """Give a running job up until a person has looked at it.

    Raises:
        TakenOverError: the turn is over.
    """
    job = _running(session, identifier, turn)
    job.failures, job.crashes = job.failures + 1, 0
    end(job, S.PARKED, at=at, problem=problem)


def take_back(session: Session, *, dead: Collection[str], at: datetime) -> int:
    """Let wait anew what dead workers did and what outlived its lease; return how many.

    Only a worker that began counts as a crash; that is counted already.
    """
    lost = (Job.worker.in_(dead)) | (Job.lease_until < at)
    query = owned(session, Job).where(Job.state.in_(ACTIVE), lost)
    jobs = session.scalars(query.with_for_update(skip_locked=True)).all()
    for job in jobs:
        let_wait(job, at)
    return len(jobs)


def give_back(session: Session, *, worker: str, at: datetime) -> int:
    """Let wait anew what a worker that ends in good order had begun; return how many.

    That it ended is no fault of the job's.
    """
    query = owned(session, Job).where(Job.state == S.RUNNING, Job.worker == worker)
    jobs = session.scalars(query.with_for_update()).all()
    for job in jobs:
        job.crashes -= 1
        let_wait(job, at)
    return len(jobs)


def workers_of(session: Session) -> set[str]:
    """Return the names of the workers that jobs are running at."""
    query = select(Job.worker).where(*mine(session), Job.state == S.RUNNING)
    return {name for name in session.scalars(query.distinct()) if name}


def _may_begin(job: Job, worker: str) -> bool:
    is_again = job.state is S.RUNNING and job.worker == worker
    return job.state is S.HANDED_OVER or is_again


def _running(session: Session, identifier: uuid.UUID, turn: int) -> Job:
    job = held(session, identifier)
    if job.turn != turn or job.state is not S.RUNNING:
        raise TakenOverError(f"job {identifier} is no longer at turn {turn}")
    return job
