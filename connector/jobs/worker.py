"""A worker: hands jobs over, takes over from the dead, and does what falls due.

One thread looks a few times a second; the engine's threads do the jobs. Any number of
workers may work at a PostgreSQL database, one at an SQLite file.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from connector.installation import Installation
from connector.jobs import engine
from connector.jobs.holding_back import ask_whether_it_answers, held_back
from connector.jobs.kinds import Kind
from connector.jobs.library import enqueue_rounds
from connector.jobs.nightly import enqueue_tonight
from connector.jobs.runs import Runs
from connector.jobs.slots import Slot, SlotLostError, claim_slot
from connector.jobs.sweep import sweep_once
from connector.notices.sending import ask_to_tell
from workflows.background.jobs import active_jobs
from workflows.background.turns import (
    due_jobs,
    give_back,
    hand_over,
    is_due,
    take_back,
    workers_of,
)

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5
RESCUE_EVERY = timedelta(seconds=2)
SWEEP_EVERY = timedelta(minutes=1)
# As many turns may lie with the engine, and so long until one of them has begun.
MOST_ACTIVE = 50
BEGUN_WITHIN = timedelta(hours=1)
KEPT_TURNS = timedelta(days=7)


class Worker:
    """One worker of an installation, from `start` to `stop`."""

    def __init__(
        self,
        installation: Installation,
        kinds: Mapping[str, Kind],
        *,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self.installation = installation
        self.kinds = kinds
        self.lost = threading.Event()
        self._look_every_s = look_every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True, name="worker")
        self._next_rescue = self._next_sweep = self._wall()

    def start(self) -> None:
        """Claim a slot and begin.

        Raises:
            UnavailableError: another process has the installation, or the queue's
                tables are missing.
        """
        config, database = self.installation.config, self.installation.database
        self._slot: Slot = claim_slot(config.database_url, database.engine)
        runs = Runs(
            installation=self.installation, worker=self._slot.name, kinds=self.kinds
        )
        try:
            engine.launch(config.database_url, executor=self._slot.name, runs=runs)
        except Exception:
            self._slot.give()
            raise
        self._handing = engine.Handing(database.engine)
        self._look_once()
        self._thread.start()

    def stop(self, *, patience_s: int = 0) -> None:
        """End; what still runs after so many seconds is begun anew by another."""
        self._stop.set()
        self._thread.join(30)
        engine.stop(patience_s=patience_s if self._is_busy() else 0)
        with self.installation.unrecorded() as session:
            give_back(session, worker=self._slot.name, at=self._wall())
        self._slot.give()

    def _is_busy(self) -> bool:
        with self.installation.reading() as session:
            return self._slot.name in workers_of(session)

    def _look(self) -> None:
        while not self._stop.wait(self._look_every_s) and not self.lost.is_set():
            self._look_once()

    def _look_once(self) -> None:
        try:
            self._turn(self._wall())
        except SlotLostError:
            logger.exception("the worker lost its slot and ends")
            self.lost.set()
        except Exception:
            logger.exception("the worker's look failed; it looks again")

    def _turn(self, wall: datetime) -> None:
        if wall >= self._next_rescue:
            self._next_rescue = wall + RESCUE_EVERY
            self._slot.keep()
            self._rescue(wall)
        if wall >= self._next_sweep:
            self._next_sweep = wall + SWEEP_EVERY
            self._do_what_falls_due(wall)
        self._hand_over(wall)

    def _hand_over(self, wall: datetime) -> None:
        with self.installation.reading() as session:
            back = held_back(session, self.kinds, self.installation.config)
            if not is_due(session, at=wall, held_back=back):
                return
        with self.installation.unrecorded() as session:
            for job in due_jobs(session, at=wall, most=MOST_ACTIVE, held_back=back):
                hand_over(job, until=wall + BEGUN_WITHIN)
                self._handing.enqueue(session, job)

    def _rescue(self, wall: datetime) -> None:
        with self.installation.reading() as session:
            if not active_jobs(session):
                return
        with self.installation.unrecorded() as session:
            dead = self._slot.dead(session, workers_of(session))
            if taken := take_back(session, dead=dead, at=wall):
                logger.warning("took back %d jobs of dead workers", taken)

    def _do_what_falls_due(self, wall: datetime) -> None:
        with self.installation.unrecorded() as session:
            is_new = enqueue_tonight(session, at=wall)
            enqueue_rounds(session, self.installation.config, at=wall)
            ask_whether_it_answers(session, at=wall)
        if is_new:
            engine.forget_turns(before=wall - KEPT_TURNS)
        sweep_once(self.installation)
        ask_to_tell(self.installation, at=wall)

    def _wall(self) -> datetime:
        return self.installation.config.wall()
