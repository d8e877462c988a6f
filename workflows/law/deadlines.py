"""Working days in Norway: Monday to Friday, without the public holidays.

Source: lov 24. februar 1995 nr. 12 om helligdager og helligdagsfred § 2, and
lov 26. april 1947 nr. 1 om 1. og 17. mai som høytidsdager.
"""

from __future__ import annotations

import functools
from datetime import date, timedelta

from holidays import country_holidays

from workflows.errors import InvalidValueError

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Return whether `day` is a working day (virkedag) in Norway.

    >>> is_working_day(date(2025, 5, 1))
    False
    >>> is_working_day(date(2025, 5, 2))
    True
    """
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


@functools.lru_cache(maxsize=4096)
def add_working_days(day: date, n: int) -> date:
    """Return the n-th working day after `day`; with n = 0 `day` itself.

    >>> add_working_days(date(2025, 4, 24), 10)
    datetime.date(2025, 5, 9)

    Raises:
        InvalidValueError: n is negative.
    """
    if n < 0:
        raise InvalidValueError("n", f"{n} working days is less than none")
    while n:
        day += _ONE_DAY
        n -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days come after `start`, up to and including `end`.

    The day that starts the period is not counted, and 1 May 2025 is a holiday:

    >>> working_days_between(date(2025, 4, 24), date(2025, 5, 9))
    10
    """
    days = (start + _ONE_DAY * step for step in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))


@functools.lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year, found once: the package is slow."""
    return frozenset(country_holidays("NO", years=year))
