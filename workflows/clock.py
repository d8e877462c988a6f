"""Instants are aware and in UTC; days and deadlines are Norwegian.

Nothing in the domain reads the clock: each act is given `at`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def norwegian_date(instant: datetime) -> date:
    """Return the day in Norway at `instant`, which must be aware."""
    return oslo(instant).date()


def oslo(instant: datetime) -> datetime:
    """Return the same instant as a Norwegian clock shows it."""
    if instant.tzinfo is None:
        raise ValueError(f"naive datetime: {instant!r}")
    return instant.astimezone(OSLO)


def at_oslo(day: date, clock: time) -> datetime:
    """Return the instant, in UTC, when Norwegian clocks show `clock` on `day`."""
    return datetime.combine(day, clock, OSLO).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the last microsecond of `day` in Norway, in UTC."""
    return at_oslo(day, time.max)
