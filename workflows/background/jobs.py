"""Jobs: work that goes on beside the pages, as rows that commit with what they follow.

A job carries references only, no text and no names. It is asked for in the transaction
of the act that calls for it: both are kept, or neither. A worker does it afterwards.

waiting      asked for; not before its time
handed_over  given to the workers, none has begun
running      a worker does it, until its lease runs out
done         done, once and for all
parked       given up; a person looks at it, and has it tried again or drops it
dropped      a person said that it is not to be done

Each time a job is handed over its `turn` goes up. Whoever works on an earlier turn can
end nothing any more: what a worker does in the database and that the job is done are
one transaction, so a worker that was taken for dead does nothing twice.

Times are of the wall clock, also where the clock of an installation stands still.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Index, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, codes, owned, tenant
from workflows.errors import NotFoundError

NAMESPACE: Final = uuid.UUID("7d1f3b6e-7f0a-5a53-9b57-3f5c1f1f0c5b")


class JobState(enum.StrEnum):
    """Where a job is; see the module."""

    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"


S = JobState
ENDED = frozenset({S.DONE, S.DROPPED})
ACTIVE = frozenset({S.HANDED_OVER, S.RUNNING})


class Job(Owned, Base, kw_only=True):
    """A piece of background work (bakgrunnsjobb): its kind and what it is about.

    `crashes` counts starts that came to no end, `failures` ends with an error;
    `problem` is the name of the last error's class, never its text.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(None, TENANT, "state", "not_before"),
        Index(None, TENANT, "kind", "about"),
        {"info": {"private": True}},
    )

    kind: Mapped[str]
    about: Mapped[str]
    state: Mapped[JobState] = mapped_column(codes(JobState), default=S.WAITING)
    asked_at: Mapped[datetime]
    not_before: Mapped[datetime]
    turn: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


def enqueue(
    session: Session,
    kind: str,
    about: str,
    *,
    at: datetime,
    key: str = "",
    delay: timedelta = timedelta(0),
) -> uuid.UUID:
    """Ask for a job in the transaction of `session`, and return its id.

    The same kind, reference and `key` is the same job: asked for again, whatever has
    become of it, nothing happens. Give a key that tells what is new since, such as the
    number of an entry, a day or an eTag.
    """
    identifier = job_id(session, kind, about, key=key)
    make = postgresql.insert if _is_postgresql(session) else sqlite.insert
    values: dict[str, Any] = {
        TENANT: tenant(session),
        "id": identifier,
        "kind": kind,
        "about": about,
        "state": S.WAITING,
        "asked_at": at,
        "not_before": at + delay,
        **dict.fromkeys(("turn", "crashes", "failures", "done", "total"), 0),
    }
    session.execute(make(Job).values(values).on_conflict_do_nothing())
    return identifier


def job_id(session: Session, kind: str, about: str, *, key: str = "") -> uuid.UUID:
    """Return the id that `enqueue` gives a job: always the same for the same."""
    return uuid.uuid5(NAMESPACE, "\n".join((str(tenant(session)), kind, about, key)))


def find_job(session: Session, identifier: uuid.UUID) -> Job | None:
    """Return the job with this id, None when there is none."""
    return session.get(Job, (tenant(session), identifier))


def covers(session: Session, kind: str, about: str) -> bool:
    """Say whether such a job waits that will see what this transaction writes.

    It cannot begin before the transaction ends: its row is locked.
    """
    query = (
        update(Job)
        .where(*mine(session), Job.kind == kind, Job.about == about)
        .where(Job.state.in_([S.WAITING, S.HANDED_OVER]))
        .values(about=about)
    )
    return changed(session, query) > 0


def active_jobs(session: Session) -> Sequence[Job]:
    """Return the jobs that are handed over or running."""
    return session.scalars(owned(session, Job).where(Job.state.in_(ACTIVE))).all()


def jobs_in(session: Session, *states: JobState) -> Sequence[Job]:
    """Return the jobs in any of the states, the oldest first."""
    query = owned(session, Job).where(Job.state.in_(states))
    return session.scalars(query.order_by(Job.asked_at, Job.id)).all()


def jobs_under_way(session: Session, kind: str) -> Sequence[Job]:
    """Return the jobs of a kind that a worker does now, the one first asked first."""
    return [job for job in jobs_in(session, S.RUNNING) if job.kind == kind]


def latest(session: Session, kind: str, about: str) -> Job | None:
    """Return the job of a kind about something that was asked for last, if any."""
    query = owned(session, Job).where(Job.kind == kind, Job.about == about)
    return session.scalars(query.order_by(Job.asked_at.desc()).limit(1)).first()


def counts(session: Session) -> dict[JobState, int]:
    """Return how many jobs there are in each state, zeros included."""
    query = select(Job.state, func.count()).where(*mine(session)).group_by(Job.state)
    found: dict[JobState, int] = dict(session.execute(query).all())
    return {state: found.get(state, 0) for state in JobState}


def forget_ended(session: Session, *, before: datetime) -> int:
    """Delete the jobs that ended before an instant; return how many."""
    query = delete(Job).where(
        *mine(session), Job.state.in_(ENDED), Job.ended_at < before
    )
    return changed(session, query)


def held(session: Session, identifier: uuid.UUID) -> Job:
    """Return a job, locked until the transaction ends; raises `NotFoundError`."""
    key = (tenant(session), identifier)
    job = session.get(Job, key, with_for_update=True, populate_existing=True)
    if job is None:
        raise NotFoundError("Job", identifier)
    return job


def let_wait(job: Job, not_before: datetime) -> None:
    """Let a job wait to be handed over, no sooner than at an instant."""
    job.state, job.not_before = S.WAITING, not_before
    job.worker = job.lease_until = None


def end(job: Job, state: JobState, *, at: datetime, problem: str | None) -> None:
    """Let a job go no further."""
    job.state, job.ended_at, job.problem = state, at, problem
    job.worker = job.lease_until = None


def mine(session: Session) -> tuple[Any, ...]:
    """Return the condition that every statement about jobs begins with."""
    return (Job.municipality_id == tenant(session),)


def changed(session: Session, statement: Any) -> int:
    """Return how many rows a statement changed; loaded ones are as they were."""
    options = {"synchronize_session": False}
    result: Any = session.execute(statement, execution_options=options)
    return int(result.rowcount)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
