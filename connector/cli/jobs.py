"""`samspor jobs`: what waits in the background, and what to do of what is parked."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from connector.config import Config
from connector.installation import Installation, open_installation
from connector.jobs.holding_back import Held, held
from connector.refusals import InputRefusedError
from workflows.background.jobs import Job, JobState, jobs_in
from workflows.background.parked import drop, retry
from workflows.clock import oslo

STATES = (
    JobState.PARKED,
    JobState.RUNNING,
    JobState.HANDED_OVER,
    JobState.WAITING,
)
WORDS = {
    JobState.PARKED: "parkert",
    JobState.RUNNING: "i gang",
    JobState.HANDED_OVER: "står for tur",
    JobState.WAITING: "venter",
}
FINDINGS = 1

Change = Callable[..., Job]


@click.command("jobs")
@click.option("--parked", is_flag=True, help="Only what was given up.")
@click.option("--retry", "again", metavar="ID", help="Try a job again, now.")
@click.option("--drop", "never", metavar="ID", help="Say that a job is not to be done.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
@click.pass_obj
def jobs_command(
    config: Config, *, parked: bool, again: str | None, never: str | None, shape: str
) -> None:
    """List the background work that is not done; status 1 when some of it is parked.

    A job that failed is tried again by itself, later and later, and parked at last.
    """
    if again and never:
        raise click.UsageError("give --retry or --drop, not both")
    installation = open_installation(config)
    with closing(installation.database):
        if again or never:
            _change(installation, again or never or "", retry if again else drop)
        with installation.reading() as session:
            found = jobs_in(session, *(STATES[:1] if parked else STATES))
            back = held(session)
        click.echo(_told(found, back, shape))
    if any(job.state is JobState.PARKED for job in found):
        click.get_current_context().exit(FINDINGS)


def _change(installation: Installation, identifier: str, change: Change) -> None:
    with installation.unrecorded() as session:
        job = _job(session, identifier)
        change(session, job, at=installation.config.wall())


def _job(session: Session, identifier: str) -> uuid.UUID:
    """Return the id that begins so, as the list shows it."""
    found = [
        job.id
        for job in jobs_in(session, *STATES)
        if str(job.id).startswith(identifier)
    ]
    if len(found) != 1:
        text = "no job" if not found else f"{len(found)} jobs"
        raise InputRefusedError(f"{text} with an id that begins with {identifier}")
    return found[0]


def _told(jobs: Sequence[Job], back: Held | None, shape: str) -> str:
    if shape == "json":
        until = back.until.isoformat() if back else None
        told = {"jobs": [as_json(job) for job in jobs], "held_until": until}
        return json.dumps(told, ensure_ascii=False)
    lines = [_line(job) for job in jobs] or ["Ingenting venter."]
    return "\n".join([*([_held_line(back)] if back else []), *lines])


def _held_line(back: Held) -> str:
    why = "ber oss vente" if back.is_asked else "svarer ikke"
    return f"Microsoft 365 {why}. Neste forsøk kl. {oslo(back.until):%H.%M}."


def as_json(job: Job) -> dict[str, Any]:
    """Return what is told of a job: identifiers, numbers and times, no text."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "about": job.about,
        "state": job.state.value,
        "asked_at": job.asked_at.isoformat(),
        "not_before": job.not_before.isoformat(),
        "done": job.done,
        "total": job.total,
        "failures": job.failures,
        "crashes": job.crashes,
        "problem": job.problem,
    }


def _line(job: Job) -> str:
    told = [f"{str(job.id)[:8]}  {WORDS[job.state]:13}{job.kind:17}{job.about:18}"]
    told.append(_clock(job.asked_at))
    if job.total:
        told.append(f"{job.done} av {job.total}")
    if job.problem:
        told.append(f"{job.problem}, {job.failures} forsøk")
    if job.state is JobState.WAITING:
        told.append(f"tidligst {_clock(job.not_before)}")
    return "  ".join(told)


def _clock(at: datetime) -> str:
    return f"{oslo(at):%d.%m.%Y %H:%M}"
