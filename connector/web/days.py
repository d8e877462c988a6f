"""Days, clock times and numbers as Norwegians write them.

Running text «14. mars 2026», tables «14.03.2026», time «kl. 12.30», decimal comma.
"""

from __future__ import annotations

from datetime import date, datetime

from connector.pictures.words import Language, day
from workflows.clock import norwegian_date, oslo

MONTHS = (
    *("januar", "februar", "mars", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "desember"),
)
WEEKDAYS = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "nn": ("måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"),
}


def long_day(on: date, language: Language) -> str:
    """Return «onsdag 2. september 2026»; the months are the same in both languages."""
    weekday = WEEKDAYS[language][on.weekday()]
    return f"{weekday} {on.day}. {MONTHS[on.month - 1]} {on.year}"


def short_day(on: date | datetime | str | None) -> str:
    """Return «02.09.2026»; an instant is told as its day in Norway, None as a dash."""
    if on is None:
        return "–"
    if isinstance(on, str):
        on = date.fromisoformat(on)
    return day(norwegian_date(on) if isinstance(on, datetime) else on)


def moment(at: datetime) -> str:
    """Return «02.09.2026 kl. 12.30», in Norwegian time."""
    local = oslo(at)
    return f"{day(local.date())} kl.\N{NO-BREAK SPACE}{local:%H.%M}"


def clock_of(at: datetime) -> str:
    """Return «12.30», in Norwegian time."""
    return f"{oslo(at):%H.%M}"


def number(value: float) -> str:
    """Return a number with decimal comma, and hard spaces between thousands."""
    whole = f"{value:,.1f}" if value != int(value) else f"{int(value):,}"
    return whole.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def decimal(value: float) -> str:
    """Return a number with two decimals and a decimal comma: «4,25»."""
    return f"{value:.2f}".replace(".", ",")
