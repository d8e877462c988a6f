"""A kind of background work: what a job of it does, and when it is tried again.

A new kind is a function that takes a `Work`, a `Kind` beside it, and a row in
`connector.jobs.registry.KINDS`. Ask for a job in the transaction of what calls for it,
with `workflows.background.jobs.enqueue`, or let `connector.jobs.triggers` do so.

The function may be stopped and begun again at any point. So what it does outside the
database must bear being done twice: look first, or name what is made by what it is made
from. What it does in the database it does in `Work.finishing`, which happens once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from connector.config import Config
from connector.graph.errors import away_in
from connector.installation import Installation
from connector.refusals import UnavailableError
from workflows.background.turns import TakenOverError, finish, tell

# After a fault of ours: five tries in all, over an hour and a quarter.
OURS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)
# After something outside is away: two days and nights.
OUTSIDE = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    *[timedelta(minutes=30)] * 95,
)


class TryLaterError(UnavailableError):
    """Something outside asks to be left alone for a while (RFC 9110, Retry-After)."""

    def __init__(self, text: str, *, delay: timedelta) -> None:
        super().__init__(text)
        self.delay = delay


class HopelessError(Exception):
    """The job will never succeed as it is: it is parked at once."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One turn of a job, as its function sees it. `about` is a reference, no text."""

    installation: Installation
    identifier: uuid.UUID
    kind: str
    about: str
    turn: int
    lease: timedelta

    def tell(self, done: int, total: int) -> None:
        """Show how far the job has come, and take another lease.

        Raises:
            TakenOverError: another worker has the job; stop here.
        """
        wall = self.installation.config.wall()
        with self.installation.unrecorded() as session:
            tell(
                session,
                self.identifier,
                turn=self.turn,
                done=done,
                total=total,
                until=wall + self.lease,
            )

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """Open the transaction that ends the job, for what it does in the database.

        Both are kept, once, or neither. A job that does nothing in the database need
        not open it.

        Raises:
            TakenOverError: another worker has the job, or has ended it.
        """
        wall = self.installation.config.wall()
        with self.installation.transaction() as session:
            finish(session, self.identifier, turn=self.turn, at=wall)
            yield session


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of job: its name in the database, its function, and its lease.

    A worker that shows no progress for as long as `lease` is taken for dead. `asks`
    says whether jobs of it ask Microsoft 365, under these settings: they are held back
    while it does not answer.
    """

    name: str
    do: Callable[[Work], None]
    lease: timedelta = timedelta(minutes=10)
    asks: Callable[[Config], bool] = lambda _: False


def may_be_tried_at_once(problem: BaseException) -> bool:
    """Say whether it makes sense to try again within seconds."""
    kinds = TakenOverError | HopelessError | TryLaterError
    # The client has tried Microsoft 365 a few times already.
    return not isinstance(problem, kinds) and away_in(problem) is None


def pause_after(problem: Exception, *, failures: int) -> timedelta | None:
    """Return how long to wait after a job's failure number `failures` + 1.

    None when it has been tried often enough.
    """
    if isinstance(problem, HopelessError):
        return None
    pauses = OUTSIDE if isinstance(problem, UnavailableError) else OURS
    if failures >= len(pauses):
        return None
    usual = pauses[failures]
    asked = problem.delay if isinstance(problem, TryLaterError) else usual
    return max(asked, usual)
