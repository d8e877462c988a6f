import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import InvalidValueError
from workflows.law import deadlines
from workflows.law.deadlines import (
    add_working_days,
    is_working_day,
    working_days_between,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2025, 4, 30), True, id="a plain Wednesday"),
        pytest.param(date(2025, 5, 1), False, id="1 May"),
        pytest.param(date(2025, 5, 3), False, id="a Saturday"),
        pytest.param(date(2025, 5, 4), False, id="a Sunday"),
        pytest.param(date(2024, 5, 17), False, id="17 May on a Friday"),
        pytest.param(date(2025, 4, 17), False, id="Maundy Thursday"),
        pytest.param(date(2025, 4, 18), False, id="Good Friday"),
        pytest.param(date(2025, 4, 21), False, id="Easter Monday"),
        pytest.param(date(2025, 5, 29), False, id="Ascension Day"),
        pytest.param(date(2025, 6, 9), False, id="Whit Monday"),
        pytest.param(date(2025, 12, 24), True, id="Christmas Eve is no public holiday"),
        pytest.param(date(2025, 12, 26), False, id="second day of Christmas"),
    ],
)
def test_working_days_are_weekdays_without_the_norwegian_holidays(
    day: date, expected: bool
) -> None:
    assert is_working_day(day) is expected


def test_the_mandate_rounds_of_2025_last_ten_working_days() -> None:
    assert working_days_between(date(2025, 4, 24), date(2025, 5, 9)) == 10
    assert add_working_days(date(2025, 4, 24), 10) == date(2025, 5, 9)


def test_nothing_lies_between_a_day_and_itself_or_an_earlier_day() -> None:
    assert working_days_between(date(2025, 4, 24), date(2025, 4, 24)) == 0
    assert working_days_between(date(2025, 5, 9), date(2025, 4, 24)) == 0


def test_a_negative_number_of_working_days_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="n: -1"):
        add_working_days(date(2025, 4, 24), -1)


@given(DAYS, st.integers(1, 40))
def test_the_nth_working_day_after_is_one_and_counts_n(day: date, n: int) -> None:
    end = add_working_days(day, n)

    assert is_working_day(end)
    assert working_days_between(day, end) == n


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_periods_that_meet_add_up(day: date, first: int, second: int) -> None:
    middle = add_working_days(day, first)
    end = add_working_days(middle, second)

    assert working_days_between(day, end) == first + second


def test_the_examples_in_the_docstrings_are_true() -> None:
    assert doctest.testmod(deadlines).failed == 0
