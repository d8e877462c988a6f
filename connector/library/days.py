"""Days and periods in running text, as «15. september–2. oktober 2025».

The names of the months are the same in bokmål and nynorsk.
"""

from __future__ import annotations

from datetime import date

MONTHS = (
    *("januar", "februar", "mars", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "desember"),
)


def written_day(on: date) -> str:
    """Return «2. september 2026»."""
    return f"{_short(on)} {on.year}"


def written_period(first: date, last: date) -> str:
    """Return «2.–15. mai 2025», with month and year only where they differ."""
    if first == last:
        return written_day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}.–{written_day(last)}"
    begun = _short(first) if first.year == last.year else written_day(first)
    return f"{begun}–{written_day(last)}"


def _short(on: date) -> str:
    return f"{on.day}. {MONTHS[on.month - 1]}"
