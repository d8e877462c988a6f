"""What a person says of a job that is parked, or that waits long: again, or never."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.background.jobs import Job, JobState, end, held, let_wait
from workflows.errors import RuleBrokenError

S = JobState


def retry(session: Session, identifier: uuid.UUID, *, at: datetime) -> Job:
    """Have a parked or waiting job tried now, its failures forgotten.

    Raises:
        NotFoundError: there is no such job.
        RuleBrokenError: it runs, or has ended.
    """
    job = _stopped(session, identifier)
    job.failures = job.crashes = 0
    job.problem = job.ended_at = None
    let_wait(job, at)
    return job


def drop(session: Session, identifier: uuid.UUID, *, at: datetime) -> Job:
    """Say that a parked or waiting job is not to be done.

    Raises:
        NotFoundError: there is no such job.
        RuleBrokenError: it runs, or has ended.
    """
    job = _stopped(session, identifier)
    end(job, S.DROPPED, at=at, problem=job.problem)
    return job


def _stopped(session: Session, identifier: uuid.UUID) -> Job:
    job = held(session, identifier)
    if job.state not in (S.PARKED, S.WAITING):
        raise RuleBrokenError(
            f"job {identifier} is {job.state}", rule="only a job that waits"
        )
    return job
