"""The periods in which the follow-up of decisions is reported: thirds of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from workflows.clock import at_oslo, end_of_day

TERTIAL_MONTHS = 4


@dataclass(frozen=True, kw_only=True)
class Period:
    """First and last day, both included; in Norway."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        """The instant at which the first day begins."""
        return at_oslo(self.first, time.min)

    @property
    def ends_at(self) -> datetime:
        """The last instant of the last day."""
        return end_of_day(self.last)

    def holds(self, instant: datetime) -> bool:
        """Return whether an instant lies in the period."""
        return self.begins_at <= instant <= self.ends_at


def tertial_of(on: date) -> Period:
    """Return the tertial from its first day up to a day in it."""
    month = (on.month - 1) // TERTIAL_MONTHS * TERTIAL_MONTHS + 1
    return Period(first=date(on.year, month, 1), last=on)
