"""Microsoft 365 away for eight hours of a set clock, with many jobs waiting.

The queue of jobs, its pauses and the client are those of the service; the engine that
keeps turns over a crash is not part of it. The clock is set on where nothing is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from connector.bench.faulty_calls import Table, a_table
from connector.bench.writing_operations import Place
from connector.config import Config
from connector.database.engine import open_database
from connector.database.schema import upgrade
from connector.graph import uploads
from connector.installation import Installation
from connector.jobs.holding_back import (
    ANSWERS,
    ANSWERS_KIND,
    ask_whether_it_answers,
    held,
    held_back,
)
from connector.jobs.kinds import Kind, Work
from connector.jobs.runs import Runs
from connector.microsoft365 import Microsoft365
from workflows.background.jobs import JobState, enqueue, jobs_in
from workflows.background.turns import due_jobs, hand_over
from workflows.people.municipalities import found_municipality
from workflows.people.subject_keys import KEY_BYTES

BEGIN: Final = datetime(2026, 1, 1, 8, tzinfo=UTC)
AWAY: Final = timedelta(hours=8)
WORKER, PUT = "worker-1", "put"
AT_ONCE: Final = 50
LEASE: Final = timedelta(hours=1)
EVER: Final = 1_000_000_000
OPEN: Final = (JobState.WAITING, JobState.HANDED_OVER, JobState.RUNNING)


@dataclass
class Hands:
    """A clock that is set."""

    at: datetime = BEGIN


@dataclass(frozen=True, kw_only=True)
class SetConfig(Config):
    """Settings whose wall clock is a set one."""

    hands: Hands = field(default_factory=Hands)

    def wall(self) -> datetime:
        """Return where the clock is set."""
        return self.hands.at


@dataclass(frozen=True, kw_only=True)
class Outage:
    """What came of it: requests that were made in vain, and what is wrong after it."""

    requests: int
    flaws: Sequence[str]


def outage(folder: Path, *, jobs: int, lasts: timedelta = AWAY) -> Outage:
    """Let so many jobs wait while Microsoft 365 is away, and drain them."""
    names = [f"{number:05}.txt" for number in range(jobs)]
    with a_table(folder / "m365") as table:
        place, hands, done = table.place(), Hands(), list[str]()
        house = _house(folder, hands, table.settings)

        def put(work: Work) -> None:
            content = work.about.encode()
            graph, drive = place.graph, place.drive
            uploads.create(graph, drive, place.folder.id, work.about, content)
            done.append(work.about)

        putting = Kind(name=PUT, do=put, asks=lambda _: True)
        runs = Runs(
            installation=house,
            worker=WORKER,
            kinds={PUT: putting, ANSWERS: ANSWERS_KIND},
            chance=Random(jobs).random,  # noqa: S311 - replayed
        )
        _ask(house, names)
        requests = _away(table, runs, hands, lasts)
        while _turned(runs, hands, until=None):
            pass
        flaws = [*_flaws(place, house, names, done)]
        house.database.close()
    return Outage(requests=requests, flaws=flaws)


def _house(folder: Path, hands: Hands, settings: Microsoft365) -> Installation:
    url = f"sqlite:///{folder / 'samspor.db'}"
    upgrade(url)
    database = open_database(url, master_key=bytes(KEY_BYTES))
    with database.transaction(None) as session:
        found = found_municipality(session, name="Måling", number="9999", at=BEGIN)
    config = SetConfig(
        data=folder, database_url=url, hands=hands, microsoft365=settings
    )
    return Installation(config, database, found.id)


def _ask(house: Installation, names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        at = BEGIN - timedelta(seconds=len(names) - number)
        with house.unrecorded() as session:
            enqueue(session, PUT, name, at=at)


def _away(table: Table, runs: Runs, hands: Hands, lasts: timedelta) -> int:
    """Be away for so long, and return how many calls there were meanwhile."""
    faults = table.standin.faults
    before = len(faults.made)
    faults.add({"fault": "503", "times": EVER})
    while _turned(runs, hands, until=BEGIN + lasts):
        pass
    faults.clear()
    hands.at = BEGIN + lasts
    return len(faults.made) - before


def _turned(runs: Runs, hands: Hands, *, until: datetime | None) -> bool:
    """Do what is due, or set the clock on; say whether that led anywhere."""
    house = runs.installation
    with house.unrecorded() as session:
        ask_whether_it_answers(session, at=hands.at)
        back = held_back(session, runs.kinds, house.config)
        due = due_jobs(session, at=hands.at, most=AT_ONCE, held_back=back)
        for job in due:
            hand_over(job, until=hands.at + LEASE)
        turns = [(job.id, job.turn) for job in due]
    for identifier, turn in turns:
        runs.run(house.municipality, identifier, turn, quickly=lambda do: do())
    return bool(turns) or _set_on(runs, hands, until=until)


def _set_on(runs: Runs, hands: Hands, *, until: datetime | None) -> bool:
    house = runs.installation
    with house.reading() as session:
        waiting = jobs_in(session, JobState.WAITING)
        back = held(session)
        kinds = held_back(session, runs.kinds, house.config)
    times = [job.not_before for job in waiting if job.kind not in kinds]
    following = min([*times, *([back.until] if back else [])], default=None)
    if following is None or (until is not None and following >= until):
        return False
    hands.at = following
    return True


def _flaws(
    place: Place, house: Installation, names: Sequence[str], done: Sequence[str]
) -> list[str]:
    with house.reading() as session:
        left = jobs_in(session, *OPEN, JobState.PARKED)
    wanted = {name: name.encode() for name in names}
    told = {
        f"{len(left)} jobs are left": bool(left),
        "not drained in the order that was asked for": list(done) != list(names),
        "there lies something else": place.files() != wanted,
    }
    return [flaw for flaw, is_so in told.items() if is_so]
