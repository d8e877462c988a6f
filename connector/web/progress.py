"""How a job goes, as a page tells it: a bar that comes again by itself, without script.

Whoever reads the page may ask it to stand still (WCAG 2.2, 2.2.1 and 2.2.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from connector.web.texts import texts
from workflows.background.jobs import ACTIVE, Job, JobState

AGAIN_S = 4
UNKNOWN = "job.problem.other"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A job in words and numbers; `state` is None when there is no job.

    `problem` is the key of a text, `next_at` when a job that failed is tried again.
    """

    state: JobState | None = None
    done: int = 0
    total: int = 0
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    next_at: datetime | None = None
    problem: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the job is neither done nor given up."""
        return self.state in ACTIVE or self.state is JobState.WAITING


def progress_of(job: Job | None) -> Progress:
    """Return how a job goes."""
    if job is None:
        return Progress()
    is_again = job.state is JobState.WAITING and job.problem
    return Progress(
        state=job.state,
        done=job.done,
        total=job.total,
        asked_at=job.asked_at,
        ended_at=job.ended_at,
        next_at=job.not_before if is_again else None,
        problem=problem_key(job.problem) if job.problem else None,
    )


def problem_key(problem: str) -> str:
    """Return the key of what a problem is called; of an unknown one, a general text."""
    key = f"job.problem.{problem}"
    return key if key in texts() else UNKNOWN


def follows(progress: Progress) -> bool:
    """Say whether the page is to come again by itself."""
    return progress.is_under_way and "stille" not in request.args


def following(page: str, progress: Progress) -> Response:
    """Return a page that is asked for again in some seconds while the job goes on.

    The header is not in a standard of its own, and every browser knows it:
    https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-refresh-header
    """
    answer = Response(page, content_type="text/html; charset=utf-8")
    if follows(progress):
        answer.headers["Refresh"] = f"{AGAIN_S}; url={request.path}"
    return answer
