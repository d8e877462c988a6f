"""The page of work in the background: what waits, what goes on, and what is parked.

It shows kinds, references and numbers; no text, no name, and of an error its kind only.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apiflask import APIBlueprint
from flask import render_template, url_for
from sqlalchemy.orm import Session

from connector.jobs.holding_back import held
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.progress import Progress, progress_of
from connector.web.texts import texts
from connector.web.visits import Visit, installation
from workflows.background.jobs import Job, JobState, counts, jobs_in
from workflows.background.parked import drop, retry
from workflows.people.reading import Matter

SHOWN = 100

pages = APIBlueprint("background", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A job in the list; `kind` is the key of a text."""

    id: uuid.UUID
    kind: str
    about: str
    failures: int
    progress: Progress


@pages.get("/bakgrunn")
@reads(Matter.BACKGROUND)
def page(visit: Visit) -> str:
    """Show how many jobs there are, those that are parked, and those under way."""
    return show(visit)


def show(
    visit: Visit, *, job: uuid.UUID | None = None, form: Submitted | None = None
) -> str:
    """Return the page; of each list the oldest hundred. `job` was not to be changed."""
    under_way = (JobState.RUNNING, JobState.HANDED_OVER, JobState.WAITING)
    return render_template(
        "background.html",
        held=held(visit.session),
        counts=counts(visit.session),
        parked=_rows(jobs_in(visit.session, JobState.PARKED)),
        waiting=_rows(jobs_in(visit.session, *under_way)),
        job=job,
        form=form or Submitted(),
    )


@pages.post("/bakgrunn/<uuid:job>/igjen")
@acts("job.retried", again=show)
def try_again(visit: Visit, form: Submitted, job: uuid.UUID) -> Done:
    """Have a parked job tried at once, its failures forgotten."""
    return _changed(visit, form, job, retry, "job.retried")


@pages.post("/bakgrunn/<uuid:job>/dropp")
@acts("job.dropped", again=show)
def drop_it(visit: Visit, form: Submitted, job: uuid.UUID) -> Done:
    """Say that a job is not to be done."""
    return _changed(visit, form, job, drop, "job.dropped")


Change = Callable[..., Job]


def _changed(
    visit: Visit, form: Submitted, job: uuid.UUID, change: Change, message: str
) -> Done:
    form.require_sound()
    wall: datetime = installation().config.wall()
    session: Session = visit.session
    about = change(session, job, at=wall).about
    return Done(url_for("background.page"), visit.say(message, about=about))


def _rows(jobs: Sequence[Job]) -> list[Row]:
    return [
        Row(
            id=job.id,
            kind=_kind_key(job.kind),
            about=job.about,
            failures=job.failures + job.crashes,
            progress=progress_of(job),
        )
        for job in jobs[:SHOWN]
    ]


def _kind_key(kind: str) -> str:
    key = f"job.kind.{kind}"
    return key if key in texts() else "job.kind.other"
