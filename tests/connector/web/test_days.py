"""Days and numbers as Norwegians write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from connector.web.days import long_day, moment, number, short_day


def test_a_day_in_running_text_names_the_weekday_in_the_right_language() -> None:
    day = date(2026, 9, 1)

    assert long_day(day, "nb") == "tirsdag 1. september 2026"
    assert long_day(day, "nn") == "tysdag 1. september 2026"


def test_an_instant_is_told_by_norwegian_clocks() -> None:
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)

    assert moment(at) == "01.04.2026 kl.\N{NO-BREAK SPACE}00.30"
    assert short_day(at) == "01.04.2026"


def test_no_day_is_a_dash() -> None:
    assert short_day(None) == "–"


def test_numbers_have_decimal_comma_and_hard_spaces() -> None:
    assert number(450000) == "450\N{NO-BREAK SPACE}000"
    assert number(9.8) == "9,8"
