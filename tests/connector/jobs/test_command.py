"""`samspor jobs`: what is told of the background, and what is done of it."""

from __future__ import annotations

import json
import uuid

import pytest
from click.testing import CliRunner, Result

from connector.cli.jobs import jobs_command
from connector.installation import Installation
from connector.jobs.worker import Worker
from connector.refusals import InputRefusedError, UnavailableError
from tests.connector.jobs.houses import asked, job_of
from workflows.background.jobs import Job, JobState
from workflows.background.turns import begin, hand_over, park


def run(house: Installation, *arguments: str) -> Result:
    return CliRunner().invoke(jobs_command, [*arguments], obj=house.config)


def parked(house: Installation, about: str) -> Job:
    """Have a worker give a job up, and return it."""
    job, wall = asked(house, "deliver", about), house.config.wall()
    with house.unrecorded() as session:
        held = session.merge(job)
        hand_over(held, until=wall)
        session.flush()
        begin(session, job.id, turn=1, worker="worker-9", at=wall, until=wall)
        session.flush()
        park(session, job.id, turn=1, problem="ValueError", at=wall)
    return job


def test_what_is_parked_is_told_and_tried_again_by_the_start_of_its_id(
    house: Installation,
) -> None:
    job = parked(house, "O-1@1.0")
    listed = run(house, "--parked")

    retried = run(house, "--retry", str(job.id)[:8])

    assert listed.exit_code == 1
    assert "parkert" in listed.output
    assert "ValueError, 1 forsøk" in listed.output
    assert retried.exit_code == 0
    assert "venter" in retried.output
    assert job_of(house, job.id).state is JobState.WAITING
    run(house, "--drop", str(job.id))


def test_what_is_dropped_is_gone_from_the_list(house: Installation) -> None:
    job = parked(house, "O-2@1.0")

    dropped = run(house, "--drop", str(job.id))

    assert (dropped.exit_code, dropped.output) == (0, "Ingenting venter.\n")
    assert job_of(house, job.id).state is JobState.DROPPED


def test_programs_get_the_same_as_json(house: Installation) -> None:
    job = asked(house, "deliver", "O-3@1.0")

    (told,) = json.loads(run(house, "--format", "json").output)["jobs"]

    assert told["id"] == str(job.id)
    assert (told["kind"], told["about"], told["state"]) == (
        "deliver",
        "O-3@1.0",
        "waiting",
    )
    assert told["asked_at"].endswith("+00:00")
    run(house, "--drop", str(job.id))


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        (("--retry", str(uuid.UUID(int=7))), InputRefusedError),
        (("--drop", "no id"), InputRefusedError),
        (("--retry", "1", "--drop", "1"), SystemExit),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    house: Installation, arguments: tuple[str, ...], refused: type[BaseException]
) -> None:
    assert isinstance(run(house, *arguments).exception, refused)


def test_a_worker_is_refused_where_the_tables_of_the_queue_are_missing(
    postgres_house: Installation,
) -> None:
    worker = Worker(postgres_house, {})

    with pytest.raises(UnavailableError, match="samspor db upgrade"):
        worker.start()
