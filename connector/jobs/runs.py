"""One turn of a job from its beginning to its end, whichever that is."""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from connector.graph.errors import away_in
from connector.installation import Installation
from connector.jobs.holding_back import heed_away, heed_done, held_back
from connector.jobs.kinds import HopelessError, Kind, Work, pause_after
from workflows.background.jobs import Job, JobState, held
from workflows.background.turns import (
    TakenOverError,
    begin,
    finish,
    park,
    postpone,
    wait_again,
)
from workflows.base import get

logger = logging.getLogger(__name__)

# Does what it is given, and again within seconds when that fails.
Quickly = Callable[[Callable[[], None]], None]


class UnknownKindError(HopelessError):
    """This program knows no jobs of that kind; an older or newer one may."""


@dataclass(frozen=True, kw_only=True)
class Runs:
    """What a worker needs to do jobs: the house, its own name, and the kinds."""

    installation: Installation
    worker: str
    kinds: Mapping[str, Kind]
    chance: Callable[[], float] = random.random

    def run(
        self,
        municipality: uuid.UUID,
        identifier: uuid.UUID,
        turn: int,
        *,
        quickly: Quickly,
    ) -> None:
        """Do one turn of a job; nothing when the turn is another's or is over.

        A failure is kept with the job, and when it is to be tried again.
        """
        house = replace(self.installation, municipality=municipality)
        work = self.begun(house, identifier, turn)
        if work is None:
            return
        try:
            quickly(lambda: self.do(work))
        except TakenOverError:
            logger.info("job taken over", extra={"job": str(identifier)})
        except Exception as problem:
            logger.exception("job failed", extra={"job": str(identifier)})
            keep_failure(work, problem)
            self.heed(work, problem)

    def begun(
        self, installation: Installation, identifier: uuid.UUID, turn: int
    ) -> Work | None:
        """Return the work of a turn that this worker may begin, None otherwise.

        A job that was handed over before its kind was held back waits again.
        """
        wall = installation.config.wall()
        with installation.unrecorded() as session:
            kind = held(session, identifier).kind
            if kind in held_back(session, self.kinds, installation.config):
                wait_again(session, identifier, turn=turn)
                return None
            lease = self.lease_of(kind)
            job = begin(
                session,
                identifier,
                turn=turn,
                worker=self.worker,
                at=wall,
                until=wall + lease,
            )
            if job is None:
                return None
            return Work(
                installation=installation,
                identifier=identifier,
                kind=job.kind,
                about=job.about,
                turn=turn,
                lease=lease,
            )

    def lease_of(self, kind: str) -> timedelta:
        """Return how long a job of a kind may show no progress."""
        known = self.kinds.get(kind)
        return known.lease if known else timedelta(minutes=1)

    def asks(self, work: Work) -> bool:
        """Say whether a job asks Microsoft 365."""
        known = self.kinds.get(work.kind)
        return known is not None and known.asks(work.installation.config)

    def heed(self, work: Work, problem: Exception) -> None:
        """Hold jobs back when Microsoft 365 is what a job that asks it failed by."""
        away = away_in(problem) if self.asks(work) else None
        if away is not None:
            heed_away(work.installation, away, chance=self.chance())

    def do(self, work: Work) -> None:
        """Call the job's function, and end the job unless the function did so."""
        if work.kind not in self.kinds:
            raise UnknownKindError(work.kind)
        self.kinds[work.kind].do(work)
        house = work.installation
        with house.reading() as session:
            is_ended = get(session, Job, work.identifier).state is JobState.DONE
        if not is_ended:
            with house.unrecorded() as session:
                wall = house.config.wall()
                finish(session, work.identifier, turn=work.turn, at=wall)
        if self.asks(work):
            heed_done(house)


def keep_failure(work: Work, problem: Exception) -> None:
    """Let a job that failed wait for its next try, or park it after the last."""
    house, name = work.installation, type(problem).__name__
    wall = house.config.wall()
    with house.unrecorded() as session:
        failures = held(session, work.identifier).failures
        pause = pause_after(problem, failures=failures)
        if pause is None:
            park(session, work.identifier, turn=work.turn, problem=name, at=wall)
            return
        postpone(
            session,
            work.identifier,
            turn=work.turn,
            problem=name,
            not_before=wall + pause,
        )
