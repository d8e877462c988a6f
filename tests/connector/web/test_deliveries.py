"""A text that the parties stand on lies in the library soon after the act."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from connector.installation import Installation
from connector.jobs.kinds import Work
from connector.jobs.nightly import NIGHTLY, enqueue_tonight
from connector.jobs.registry import KINDS
from connector.jobs.runs import Runs
from connector.library.folder import FolderLibrary
from templates_docx.read import read
from tests.connector.web.visitors import Visitor
from workflows.background.jobs import Job, JobState, jobs_in
from workflows.background.turns import TakenOverError, due_jobs, hand_over
from workflows.people.custody import is_recorded_delivery

Enter = Callable[..., Visitor]
AGREEMENT = "PR1-A@2.0"
SIGNED = {"place": "Testvik", "read": "yes"}


def jobs(house: Installation, *states: JobState) -> list[tuple[str, str]]:
    """Return kind and reference of the jobs in some states, of all without any."""
    with house.reading() as session:
        return [(job.kind, job.about) for job in jobs_in(session, *states or JobState)]


def do_all(house: Installation) -> None:
    """Do what waits, as a worker would."""
    runs = Runs(installation=house, worker="worker-1", kinds=KINDS)
    wall = house.config.wall()
    with house.unrecorded() as session:
        found = due_jobs(session, at=wall, most=100)
        for job in found:
            hand_over(job, until=wall)
    for job in found:
        runs.run(house.municipality, job.id, job.turn, quickly=lambda work: work())


def delivered(house: Installation) -> list[str]:
    return list(FolderLibrary(house.config.library).names())


def test_an_agreement_that_is_signed_is_delivered_and_entered(
    visitor: Enter, house: Installation
) -> None:
    visitor("M-15").done("/avtaler/PR1-A/signer", **SIGNED)
    asked = jobs(house, JobState.WAITING)

    do_all(house)

    (name,) = delivered(house)
    data = FolderLibrary(house.config.library).get(name)
    with house.reading() as session:
        assert is_recorded_delivery(session, sha256(data).hexdigest())
    assert asked == [("deliver", AGREEMENT)]
    assert jobs(house, JobState.DONE) == asked
    assert read(data, name=name).document == "PR1-A"


def test_an_act_that_is_refused_calls_for_nothing(
    visitor: Enter, house: Installation
) -> None:
    answer = visitor("M-15").send("/avtaler/PR1-A/signer", place="Testvik")

    assert answer.status_code == 422
    assert jobs(house) == []


def test_what_touches_no_agreed_text_calls_for_nothing(
    visitor: Enter, house: Installation
) -> None:
    visitor("M-13").done("/innsyn", asked_for="Mandatet", received_on="01.09.2026")

    assert jobs(house) == []


def test_what_was_done_before_the_worker_died_is_not_done_again(
    visitor: Enter, house: Installation
) -> None:
    visitor("M-15").done("/avtaler/PR1-A/signer", **SIGNED)
    do_all(house)
    with house.reading() as session:
        (job,) = jobs_in(session, JobState.DONE)
    late = Work(
        installation=house,
        identifier=job.id,
        kind=job.kind,
        about=job.about,
        turn=job.turn,
        lease=timedelta(minutes=1),
    )

    with pytest.raises(TakenOverError):
        KINDS[job.kind].do(late)

    assert len(delivered(house)) == 1
    assert jobs(house, JobState.DONE) == [("deliver", AGREEMENT)]


def test_a_job_of_another_municipality_is_not_found(house: Installation) -> None:
    runs = Runs(installation=house, worker="worker-1", kinds=KINDS)

    with house.reading() as session:
        before = jobs_in(session, *JobState)

    with pytest.raises(Exception, match="no Job"):
        runs.run(uuid.uuid4(), uuid.uuid4(), 1, quickly=lambda work: work())
    assert before == []


def test_the_night_delivers_what_a_story_brought(house: Installation) -> None:
    two = datetime(2026, 9, 2, 0, 30, tzinfo=UTC)
    with house.unrecorded() as session:
        early = enqueue_tonight(session, at=two - timedelta(hours=1))
        due = enqueue_tonight(session, at=two)
        again = enqueue_tonight(session, at=two + timedelta(hours=3))
    do_all(house)
    asked = jobs(house, JobState.WAITING)

    do_all(house)

    assert (early, due, again) == (False, True, False)
    assert {kind for kind, _ in asked} == {"deliver"}
    assert len(delivered(house)) == len(asked) > 1
    assert jobs(house, JobState.PARKED, JobState.WAITING) == []
    assert (NIGHTLY, NIGHTLY) in jobs(house, JobState.DONE)


def test_old_jobs_are_forgotten_at_night(house: Installation) -> None:
    long_ago = house.config.wall() - timedelta(days=40)
    with house.unrecorded() as session:
        for state in (JobState.DONE, JobState.PARKED):
            session.add(old(state, at=long_ago))
        enqueue_tonight(session, at=datetime(2026, 9, 2, 9, tzinfo=UTC))

    do_all(house)

    assert ("deliver", JobState.DONE) not in jobs(house)
    assert ("deliver", JobState.PARKED) in jobs(house)


def old(state: JobState, *, at: datetime) -> Job:
    return Job(
        kind="deliver",
        about=state,
        state=state,
        asked_at=at,
        not_before=at,
        ended_at=at,
    )
