"""Nobody asks Microsoft 365 while it does not answer; what waits keeps its order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from connector.bench.outage import Hands, SetConfig
from connector.bench.standins import settings_of
from connector.cli.jobs import jobs_command
from connector.graph.errors import LockedError, ServiceAwayError, ThrottledError, Trail
from connector.installation import Installation
from connector.jobs.holding_back import (
    ANSWERS,
    ANSWERS_KIND,
    ask_whether_it_answers,
    held,
    held_back,
)
from connector.jobs.kinds import Kind, Work, may_be_tried_at_once
from connector.jobs.runs import Runs
from connector.library.document_library import LibraryUnavailableError
from connector.standin.running import Standin, running
from workflows.background.hold_backs import Service, note_done
from workflows.background.jobs import Job, JobState, enqueue, jobs_in
from workflows.background.parked import drop
from workflows.background.turns import due_jobs, hand_over

TRAIL = Trail(what="GET /sites/{}")
PUT, MINUTE = "put", timedelta(minutes=1)
NUMBERS = count()


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("standin"), check_every=0) as started:
        yield started


@dataclass
class Queue:
    """Jobs that ask Microsoft 365, and workers for them whose clock is set."""

    house: Installation
    hands: Hands
    problem: Exception | None = None
    tried: list[str] = field(default_factory=list)

    def put(self, work: Work) -> None:
        self.tried.append(work.about)
        if self.problem is not None:
            raise self.problem

    def ask(self, jobs: int) -> list[str]:
        names = [f"job-{next(NUMBERS):03}" for _ in range(jobs)]
        with self.house.unrecorded() as session:
            for number, name in enumerate(names):
                at = self.hands.at - timedelta(seconds=jobs - number)
                enqueue(session, PUT, name, at=at)
        return names

    def work(self, *, worker: str = "worker-1") -> list[str]:
        """Do what is due as a worker that has just been started; return what it was."""
        kinds = {
            PUT: Kind(name=PUT, do=self.put, asks=lambda _: True),
            ANSWERS: ANSWERS_KIND,
        }
        runs = Runs(
            installation=self.house, worker=worker, kinds=kinds, chance=lambda: 1.0
        )
        at = self.hands.at
        with self.house.unrecorded() as session:
            ask_whether_it_answers(session, at=at)
            back = held_back(session, kinds, self.house.config)
            due = due_jobs(session, at=at, most=10, held_back=back)
            for job in due:
                hand_over(job, until=at + MINUTE)
            turns = [(job.id, job.turn, job.about) for job in due]
        for identifier, turn, _ in turns:
            runs.run(self.house.municipality, identifier, turn, quickly=lambda do: do())
        return [about for *_, about in turns]

    def waiting(self) -> list[Job]:
        with self.house.reading() as session:
            return list(jobs_in(session, JobState.WAITING))


@pytest.fixture
def queue(house: Installation, standin: Standin, tmp_path: Path) -> Iterator[Queue]:
    hands = Hands()
    config = SetConfig(
        data=tmp_path,
        database_url=house.config.database_url,
        hands=hands,
        microsoft365=settings_of(standin),
    )
    made = Queue(replace(house, config=config), hands)
    yield made
    standin.faults.clear()
    with house.unrecorded() as session:
        note_done(session, Service.MICROSOFT_365)
        for job in jobs_in(session, JobState.WAITING):
            drop(session, job.id, at=hands.at)


def test_after_three_failures_the_others_are_not_tried(queue: Queue) -> None:
    queue.problem = ServiceAwayError(TRAIL)
    names = queue.ask(6)

    handed_over = queue.work()

    assert handed_over == names
    assert queue.tried == names[:3]
    assert [job.failures for job in queue.waiting()] == [1, 1, 1, 0, 0, 0]


def test_one_question_goes_first_and_then_all_in_the_order_they_came(
    queue: Queue, standin: Standin
) -> None:
    queue.problem = ServiceAwayError(TRAIL)
    names = queue.ask(6)
    queue.work()
    queue.tried.clear()
    standin.faults.add({"fault": "503", "times": 1_000})

    queue.hands.at += MINUTE
    away = queue.work(worker="worker-2")
    asked = len(standin.faults.made)
    queue.hands.at += MINUTE
    too_soon = queue.work(worker="worker-2")
    standin.faults.clear()
    queue.problem = None
    queue.hands.at += 2 * MINUTE
    answered = queue.work(worker="worker-2")
    done = queue.work(worker="worker-2")

    assert (away, too_soon, answered) == ([ANSWERS], [], [ANSWERS])
    assert asked == 1
    assert done == queue.tried == names


def test_a_job_that_is_done_lets_failures_count_from_none(queue: Queue) -> None:
    queue.problem = ServiceAwayError(TRAIL)
    queue.ask(2)
    queue.work()
    queue.problem = None
    queue.ask(1)
    queue.work()

    queue.problem = ServiceAwayError(TRAIL)
    queue.ask(2)
    queue.work()

    with queue.house.reading() as session:
        assert held(session) is None


@pytest.mark.parametrize(
    ("problem", "is_held"),
    [
        (ThrottledError(TRAIL, until=Hands().at + 9 * MINUTE), True),
        (ServiceAwayError(TRAIL), False),
        (LockedError(TRAIL), False),
        (LibraryUnavailableError("a folder"), False),
        (ValueError(), False),
    ],
)
def test_one_failure_holds_back_only_where_that_was_asked_for(
    queue: Queue, problem: Exception, *, is_held: bool
) -> None:
    queue.problem = problem
    queue.ask(1)

    queue.work()

    with queue.house.reading() as session:
        found = held(session)
    assert (found is not None) is is_held
    if found:
        assert (found.until, found.is_asked) == (queue.hands.at + 9 * MINUTE, True)


def test_what_is_held_back_is_told_on_the_command_line(queue: Queue) -> None:
    queue.problem = ServiceAwayError(TRAIL)
    queue.ask(3)
    queue.work()

    told = CliRunner().invoke(jobs_command, [], obj=queue.house.config).output
    as_json = CliRunner().invoke(
        jobs_command, ["--format", "json"], obj=queue.house.config
    )

    first, *others = told.splitlines()
    assert first == "Microsoft 365 svarer ikke. Neste forsøk kl. 09.01."
    assert len(others) == 3
    assert json.loads(as_json.output)["held_until"] == "2026-01-01T08:01:00+00:00"


def test_nobody_tries_within_seconds_what_the_client_has_tried() -> None:
    assert not may_be_tried_at_once(ServiceAwayError(TRAIL))
