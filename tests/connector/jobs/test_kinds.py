"""What failed is tried again later and later, and given up at last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.exports.pdf import OfficeUnavailableError
from connector.jobs.kinds import (
    HopelessError,
    TryLaterError,
    may_be_tried_at_once,
    pause_after,
)
from connector.jobs.registry import KINDS
from connector.refusals import UnavailableError
from connector.web.texts import texts
from workflows.background.turns import TakenOverError

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def pauses(problem: Exception) -> list[timedelta]:
    """Return the pauses after each failure until there are no more."""
    found: list[timedelta] = []
    while pause := pause_after(problem, failures=len(found)):
        found.append(pause)
    return found


def test_a_fault_of_ours_is_tried_five_times_in_little_over_an_hour() -> None:
    found = pauses(ValueError())

    assert len(found) == 4
    assert found == sorted(found)
    assert HOUR < sum(found, timedelta()) < 2 * HOUR


@pytest.mark.parametrize("problem", [UnavailableError, OfficeUnavailableError])
def test_what_is_outside_may_be_away_for_two_days(problem: type[Exception]) -> None:
    found = pauses(problem())

    assert found == sorted(found)
    assert max(found) == 30 * MINUTE
    assert 47 * HOUR < sum(found, timedelta()) < 49 * HOUR


@pytest.mark.parametrize(
    ("asked", "failures", "pause"),
    [
        pytest.param(2 * HOUR, 0, 2 * HOUR, id="longer than usual is obeyed"),
        pytest.param(MINUTE, 4, 30 * MINUTE, id="shorter than usual is not"),
    ],
)
def test_one_waits_at_least_as_long_as_one_is_asked_to(
    asked: timedelta, failures: int, pause: timedelta
) -> None:
    problem = TryLaterError("too many requests", delay=asked)

    assert pause_after(problem, failures=failures) == pause


def test_what_is_hopeless_is_parked_at_once() -> None:
    assert pauses(HopelessError()) == []


@pytest.mark.parametrize(
    ("problem", "at_once"),
    [
        (ValueError(), True),
        (UnavailableError("away"), True),
        (TryLaterError("busy", delay=MINUTE), False),
        (HopelessError(), False),
        (TakenOverError(), False),
    ],
)
def test_seconds_help_only_where_nobody_asked_for_more(
    problem: Exception, *, at_once: bool
) -> None:
    assert may_be_tried_at_once(problem) is at_once


def test_every_kind_of_job_has_its_words() -> None:
    assert {f"job.kind.{name}" for name in KINDS} - texts().keys() == set()
