"""What is done once a night: what nobody delivered, and what may be forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from connector.jobs.kinds import Kind, Work
from connector.jobs.triggers import DELIVER
from connector.library.delivery import deliverable
from workflows.background.jobs import enqueue, find_job, forget_ended, job_id
from workflows.clock import oslo

NIGHTLY: Final = "nightly"
HOUR = 2
KEPT = timedelta(days=30)


def enqueue_tonight(session: Session, *, at: datetime) -> bool:
    """Ask for tonight's job when its hour has come; return whether it is new.

    By the Norwegian clock; however many workers ask, it is done once.
    """
    clock = oslo(at)
    if clock.hour < HOUR:
        return False
    day = clock.date().isoformat()
    if find_job(session, job_id(session, NIGHTLY, NIGHTLY, key=day)):
        return False
    enqueue(session, NIGHTLY, NIGHTLY, key=day, at=at)
    return True


def do_nightly(work: Work) -> None:
    """Ask for delivery of every text that is to be delivered, and forget old jobs.

    Most were delivered after their act; those of a loaded story were not. One that was
    asked for here is so again when that is forgotten.
    """
    wall = work.installation.config.wall()
    with work.finishing() as session:
        forget_ended(session, before=wall - KEPT)
        for version in deliverable(session):
            enqueue(session, DELIVER, version.ref, key="night", at=wall)


NIGHTLY_KIND = Kind(name=NIGHTLY, do=do_nightly)
