"""What an iCalendar file says, read again by another hand."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from connector.notices.calendar import calendar_file
from connector.web.texts import Say
from workflows.clock import norwegian_date
from workflows.trace.calendar_dates import MEETINGS, CalendarDate, DateKind

HERE = uuid.UUID(int=7)
instants = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis wants a naive bound
    datetime(2090, 1, 1),  # noqa: DTZ001 - Hypothesis wants a naive bound
    timezones=st.just(UTC),
).map(lambda at: at.replace(microsecond=0))
days = st.dates(date(2000, 1, 1), date(2090, 1, 1))
ON_A_DAY = {DateKind.FOLLOW_UP, DateKind.FOLLOW_UP_REPORT, DateKind.REVIEW}
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=90
).map(str.strip)


@st.composite
def dates(draw: st.DrawFn) -> CalendarDate:
    kind = draw(st.sampled_from([each for each in DateKind if each != "body_meeting"]))
    return CalendarDate(
        kind=kind,
        ref=draw(words),
        when=draw(days if kind in ON_A_DAY else instants),
        is_off=draw(st.booleans()),
        place=draw(words),
        changed_at=draw(instants),
        sequence=draw(st.integers(0, 99)),
    )


@settings(max_examples=40)
@given(dates())
def test_whatever_a_date_is_it_is_read_back_as_it_was(given_: CalendarDate) -> None:
    data = calendar_file(
        [given_], municipality=HERE, say=Say("nb"), address=lambda _: "https://x/é"
    )

    read: Any = Calendar.from_ical(data)
    (event,) = read.walk("VEVENT")

    start = event.decoded("DTSTART")
    is_meeting = given_.kind in MEETINGS
    assert start == (given_.when if is_meeting else given_.day)
    assert given_.ref in str(event["SUMMARY"])
    assert str(event.get("LOCATION", "")) == given_.place
    assert event.decoded("DTSTAMP") == given_.changed_at
    assert (event["STATUS"] == "CANCELLED") == given_.is_off
    assert event["SEQUENCE"] == given_.sequence
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


@given(st.lists(dates(), max_size=6, unique_by=lambda each: (each.kind, each.ref)))
@settings(max_examples=8)
def test_the_same_record_gives_the_same_bytes_and_each_date_its_own_name(
    given_: list[CalendarDate],
) -> None:
    def written() -> bytes:
        return calendar_file(
            given_, municipality=HERE, say=Say("nn"), address=lambda _: "https://x"
        )

    whole: Any = Calendar.from_ical(written())
    read = whole.walk("VEVENT")

    assert written() == written()
    assert len({str(each["UID"]) for each in read}) == len(given_)


def test_a_deadline_stands_on_its_norwegian_day() -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    given_ = CalendarDate(
        kind=DateKind.ROUND, ref="R-1", when=late, changed_at=late, sequence=0
    )

    data = calendar_file(
        [given_], municipality=HERE, say=Say("nb"), address=lambda _: "https://x"
    )

    assert norwegian_date(late) == date(2026, 7, 2)
    assert b"DTSTART;VALUE=DATE:20260702\r\n" in data
    assert "Frist kl. 00.30: partsrunde R-1" in data.decode()
