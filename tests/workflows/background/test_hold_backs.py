"""A service that does not answer is asked by nobody for a while, in jobs' order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from workflows.background.hold_backs import (
    LONGEST_ASKED,
    MOST_FAILURES,
    HoldBack,
    Service,
    held_until,
    note_answer,
    note_done,
    note_failure,
)
from workflows.background.jobs import Job, JobState, enqueue, jobs_in
from workflows.background.turns import (
    due_jobs,
    hand_over,
    is_due,
    jobs_left,
    wait_again,
)

M365 = Service.MICROSOFT_365
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def fail(
    session: Session,
    times: int,
    *,
    chance: float = 1.0,
    asked_until: datetime | None = None,
) -> HoldBack:
    for _ in range(times):
        row = note_failure(
            session,
            M365,
            problem="ServiceAwayError",
            at=NOW,
            chance=chance,
            asked_until=asked_until,
        )
        session.flush()
    return row


def test_two_failures_are_borne_and_the_third_holds_back_for_a_minute(
    session: Session,
) -> None:
    fail(session, MOST_FAILURES - 1)
    before = held_until(session, M365)

    fail(session, 1)

    assert (before, held_until(session, M365)) == (None, NOW + MINUTE)


def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour(session: Session) -> None:
    waits = [fail(session, MOST_FAILURES).until or NOW]
    waits += [fail(session, 1).until or NOW for _ in range(5)]

    minutes = [(until - NOW) / MINUTE for until in waits]

    assert minutes == [1, 2, 4, 8, 15, 15]


def test_chance_spreads_the_questions_and_keeps_three_quarters(
    session: Session,
) -> None:
    row = fail(session, MOST_FAILURES, chance=0.0)

    assert row.until == NOW + 0.75 * MINUTE


def test_what_the_service_asks_for_holds_at_once_and_no_longer_than_a_day(
    session: Session,
) -> None:
    first = fail(session, 1, asked_until=NOW + 30 * MINUTE).until

    longest = fail(session, 1, asked_until=NOW + 9 * DAY).until

    assert (first, longest) == (NOW + 30 * MINUTE, NOW + LONGEST_ASKED)


def test_after_an_answer_one_failure_holds_longer_and_a_done_job_forgets(
    session: Session,
) -> None:
    fail(session, MOST_FAILURES)
    note_answer(session, M365)
    answered = held_until(session, M365)
    again = fail(session, 1).until

    note_done(session, M365)
    session.flush()
    fail(session, 1)

    assert answered is None
    assert again == NOW + 2 * MINUTE
    assert held_until(session, M365) is None


def test_jobs_that_are_held_back_wait_and_keep_their_order(session: Session) -> None:
    for number in range(3):
        enqueue(session, "library", f"L-{number}", at=NOW + number * MINUTE)
    enqueue(session, "deliver", "O-1@1.0", at=NOW + 3 * MINUTE)
    later = NOW + 5 * MINUTE

    back = due_jobs(session, at=later, most=10, held_back={"library"})
    all_of_them = due_jobs(session, at=later, most=10)

    assert [job.about for job in back] == ["O-1@1.0"]
    assert [job.about for job in all_of_them] == ["L-0", "L-1", "L-2", "O-1@1.0"]
    assert jobs_left(session, at=later, held_back={"library"}) == 1
    assert not is_due(session, at=later, held_back={"library", "deliver"})


def test_a_turn_that_nobody_began_waits_again_and_no_other(session: Session) -> None:
    job: Job
    enqueue(session, "library", "L-1", at=NOW)
    (job,) = jobs_in(session, JobState.WAITING)
    hand_over(job, until=NOW + MINUTE)
    session.flush()

    of_another = wait_again(session, job.id, turn=job.turn + 1)
    own = wait_again(session, job.id, turn=job.turn)

    assert (of_another, own) == (False, True)
    assert (job.state, job.not_before) == (JobState.WAITING, NOW)
    assert (job.failures, job.crashes) == (0, 0)
