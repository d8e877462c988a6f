"""A person's dates as an iCalendar file: kind, reference, day and address, no text.

Nothing of it comes from the clock: the same record gives the same bytes. There is no
METHOD, so that DTSTAMP is when the event was last revised. Days are DATE values, so
that a deadline stands on its Norwegian day in every time zone; meetings are UTC.
Sources: RFC 5545 3.6.1, 3.8.7.2 (DTSTAMP), 3.8.7.4 (SEQUENCE); RFC 7986 5.7.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from connector.web.days import clock_of
from connector.web.texts import Say
from workflows.trace.calendar_dates import MEETINGS, CalendarDate, DateKind

MEDIA_TYPE = "text/calendar; charset=utf-8"
FETCHED_EVERY = timedelta(hours=4)

Address = Callable[[CalendarDate], str]


def calendar_file(
    dates: Iterable[CalendarDate],
    *,
    municipality: uuid.UUID,
    say: Say,
    address: Address,
) -> bytes:
    """Return a VCALENDAR of the dates; `address` gives the page of each."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Samspor//Kalender//{say.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("name", say("calendar.name"))
    calendar.add("x-wr-calname", say("calendar.name"))
    calendar.add("refresh-interval", FETCHED_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for each in dates:
        calendar.add_component(_event(each, municipality, say, address(each)))
    return bytes(calendar.to_ical())


def summary(each: CalendarDate, say: Say) -> str:
    """Return what a date is called: its kind and reference, and clock of a deadline."""
    values = {"ref": each.ref}
    if isinstance(each.when, datetime) and each.kind not in MEETINGS:
        values["clock"] = clock_of(each.when)
    if each.body:
        name = each.body.name_nn if say.language == "nn" else each.body.name_nb
        values["body"] = name
    return say(f"calendar.date.{each.kind}", **values)


def _event(
    each: CalendarDate, municipality: uuid.UUID, say: Say, address: str
) -> Event:
    event = Event()
    event.add("uid", f"{uid_of(each.kind, each.ref, municipality)}@samspor")
    event.add("dtstamp", each.changed_at.astimezone(UTC))
    event.add("last-modified", each.changed_at.astimezone(UTC))
    event.add("sequence", each.sequence)
    event.add("summary", summary(each, say))
    event.add("dtstart", _start(each))
    event.add("status", "CANCELLED" if each.is_off else "CONFIRMED")
    event.add("transp", "OPAQUE" if each.kind in MEETINGS else "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("url", address)
    event.add("description", address)
    if each.place:
        event.add("location", each.place)
    return event


def uid_of(kind: DateKind, ref: str, municipality: uuid.UUID) -> uuid.UUID:
    """Return the identifier of a date: the same for everybody, for all time."""
    return uuid.uuid5(municipality, f"{kind}/{ref}")


def _start(each: CalendarDate) -> object:
    if isinstance(each.when, datetime) and each.kind in MEETINGS:
        return each.when.astimezone(UTC)
    return each.day
