"""What falls due by itself: rounds close, hearings too, agreements run out.

Each is done at the instant when it fell due, in that order, so that the record tells it
as it happened, whether swept every minute or between two steps of a story.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from workflows.decision.followups import delay, overdue
from workflows.decision.reviews import falling_due, tell_of_review
from workflows.development.agreements import end as end_agreement
from workflows.development.agreements import ending as ending_agreements
from workflows.development.answers import close_round
from workflows.development.assessments import close_assessment, past_assessments
from workflows.development.hearing_summaries import close_hearing
from workflows.development.hearings import past_hearings
from workflows.development.rounds import past_deadline
from workflows.people.mandates import ending, warn_of_ending
from workflows.trace.deferred_access import deferred_until, open_deferred

Due = tuple[datetime, Callable[[], object]]


def sweep(session: Session, *, at: datetime) -> int:
    """Do everything that fell due up to `at`; return how many acts it took."""
    due = sorted(_due(session, at=at), key=lambda each: each[0])
    for _, act in due:
        act()
    if due:
        session.flush()
    return len(due)


def _due(session: Session, *, at: datetime) -> list[Due]:
    return [
        *(
            (when, partial(close_round, session, row, at=when))
            for when, row in past_deadline(session, at=at)
        ),
        *(
            (when, partial(close_hearing, session, row, at=when))
            for when, row in past_hearings(session, at=at)
        ),
        *(
            (when, partial(delay, session, row, at=when))
            for when, row in overdue(session, at)
        ),
        *(
            (when, partial(end_agreement, session, row, at=when))
            for when, row in ending_agreements(session, at=at)
        ),
        *(
            (when, partial(close_assessment, session, row, at=when))
            for when, row in past_assessments(session, at=at)
        ),
        *(
            (when, partial(warn_of_ending, session, row, at=when))
            for when, row in ending(session, at=at)
        ),
        *(
            (when, partial(tell_of_review, session, row, at=when))
            for when, row in falling_due(session, at=at)
        ),
        *(
            (when, partial(open_deferred, session, row, at=when))
            for when, row in deferred_until(session, at=at)
        ),
    ]
