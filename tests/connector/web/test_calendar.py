"""A person's calendar: made, renewed and taken back on a page, fetched by a program."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from connector.installation import Installation
from tests.connector.web.conftest import visitors_of
from tests.connector.web.exempt_cases import CANARIES, house_with
from tests.connector.web.story import NOW, SEALED_REMARK
from tests.connector.web.story_of_the_parties import TALK_IN_SECRET
from tests.connector.web.visitors import Visitor
from workflows.base import all_of
from workflows.development.answers import answer_round
from workflows.development.positions import Position
from workflows.development.rounds import extend_round
from workflows.people.calendar_feeds import CalendarFeed
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import end_mandate, wear

Enter = Callable[..., Visitor]
ROUND = "Frist kl. 12.00: partsrunde R-03"
SEALED = "Frist kl. 12.00: partsrunde R-04"


def made(visitor: Visitor) -> str:
    """Make an address on the page, and return its path as the page shows it."""
    assert visitor.send("/kalender", do="make").status_code == 303
    shown = visitor.get("/kalender").text
    (address,) = re.findall(r'id="f-address" value="([^"]+)"', shown)
    return str(urlsplit(address).path)


def events(visitor: Visitor, path: str) -> dict[str, Any]:
    """Return the events of a calendar by what they are called."""
    answer = visitor.get(path)
    assert answer.status_code == 200
    read: Any = Calendar.from_ical(answer.data)
    return {str(each["SUMMARY"]): each for each in read.walk("VEVENT")}


def act(house: Installation, done: Callable[..., object], **values: object) -> None:
    with house.transaction() as session:
        by = wear(session, person="P15", role=Role.PARTY_CONTACT, at=NOW)
        done(session, by=by, at=NOW, **values)


def test_the_dates_of_a_party_stand_in_its_calendar(visitor: Enter) -> None:
    mine = visitor("M-15")

    found = events(visitor(), made(mine))

    assert found[ROUND].decoded("DTSTART") == date(2026, 9, 16)
    assert str(found[ROUND]["URL"]) == "http://127.0.0.1/runder/R-03"
    assert found["Drøfting D-2"].decoded("DTSTART") == datetime.fromisoformat(
        "2026-09-02T07:00:00Z"
    )
    assert {"Forummøte E-3", "Frist kl. 12.00: egenvurdering SE-2"} <= set(found)
    assert not any("Møte i" in name or "oppfølging" in name for name in found)


def test_each_hat_brings_its_own_dates_and_no_others(visitor: Enter) -> None:
    chief = events(visitor(), made(visitor("M-06")))
    elected = events(visitor(), made(visitor("M-01")))
    archive = events(visitor(), made(visitor("M-13")))

    assert chief["Frist: oppfølging F-01"].decoded("DTSTART") == date(2026, 8, 1)
    assert {"Drøfting D-2", ROUND} <= set(chief)
    assert "Drøfting D-2" not in elected
    assert ROUND in elected
    assert archive == {}


def test_no_word_of_a_text_stands_in_a_calendar(visitor: Enter) -> None:
    for mandate in ("M-15", "M-06", "M-22", "M-10"):
        told = visitor().get(made(visitor(mandate))).text

        for hidden in (TALK_IN_SECRET, SEALED_REMARK, "Nærvær", "bemanning"):
            assert hidden not in told.replace("\r\n ", "")


def test_an_exempt_case_is_told_to_those_alone_who_may_read_it(
    played: Path, tmp_path: Path
) -> None:
    house = house_with(played, tmp_path / "h", ("C77", "exemption_deferred", 1))
    with house.transaction() as session:
        end_mandate(
            session, mandate="M-11", last_day=NOW.date(), by=SYSTEM, at=house.now()
        )
    enter = visitors_of(house)

    told = enter().get(made(enter("M-11"))).text

    assert "Ny vurdering NV-771" in told
    assert not any(word in told for word in CANARIES if word != "NV-77")
    house.database.close()


def test_an_answer_under_seal_changes_nothing_of_anybodys_calendar(
    visitor: Enter, house: Installation
) -> None:
    path = made(visitor("M-01"))
    before = visitor().get(path)

    act(house, answer_round, review="R-04", position=Position.AGREE)
    after = visitor().get(path)

    assert SEALED in before.text
    assert (after.data, after.headers["ETag"], after.last_modified) == (
        before.data,
        before.headers["ETag"],
        before.last_modified,
    )


def test_a_deadline_that_moves_is_the_same_event_changed_once_more(
    visitor: Enter, house: Installation
) -> None:
    path = made(visitor("M-15"))
    before = events(visitor(), path)[ROUND]

    act(house, extend_round, review="R-03", working_days=2, reason="Ferie.")
    after = events(visitor(), path)[ROUND]

    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)
    assert after.decoded("DTSTART") == date(2026, 9, 18)
    assert after.decoded("DTSTAMP") == after.decoded("LAST-MODIFIED") == NOW
    assert after["STATUS"] == "CONFIRMED"


def test_a_calendar_that_is_unchanged_is_not_sent_again(visitor: Enter) -> None:
    path = made(visitor("M-15"))
    first = visitor().get(path)

    by_tag = visitor().get(path, headers={"If-None-Match": first.headers["ETag"]})
    since = first.headers["Last-Modified"]
    by_time = visitor().get(path, headers={"If-Modified-Since": since})

    assert (by_tag.status_code, by_tag.data) == (304, b"")
    assert by_time.status_code == 304
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.content_type == "text/calendar; charset=utf-8"
    assert first.headers["Referrer-Policy"] == "no-referrer"


def test_lines_are_folded_and_ended_as_the_standard_says(visitor: Enter) -> None:
    for language in ("nb", "nn"):
        data = visitor().get(made(visitor("M-01", language=language))).data

        assert data.endswith(b"END:VCALENDAR\r\n")
        assert data.count(b"\n") == data.count(b"\r\n")
        assert max(len(line) for line in data.split(b"\r\n")) <= 75


def test_the_feed_speaks_the_language_of_whoever_made_it(visitor: Enter) -> None:
    told = events(visitor(), made(visitor("M-06", language="nn")))

    assert any(name.startswith("Frist kl. 12.00: høyring") for name in told)


def wrong(visitor: Visitor, path: str) -> tuple[int, str, object]:
    """Return an answer without the address itself, which its own page holds."""
    answer = visitor.get(path)
    token = re.sub(r'value="[^"]*"', "", answer.text)
    kept = {key: value for key, value in answer.headers if key != "Set-Cookie"}
    kept.pop("Content-Length")
    return answer.status_code, token, kept


@pytest.mark.parametrize("why", ["revoked", "renewed", "ended", "unknown"])
def test_an_address_that_works_no_more_is_told_as_any_that_is_not_there(
    visitor: Enter,
    visitor_at: Callable[[datetime], Enter],
    house: Installation,
    why: str,
) -> None:
    holder, path = visitor("M-15"), "/kalender/x.ics"
    guest = visitor()
    if why != "unknown":
        path = made(holder)
    if why == "revoked":
        page = holder.done("/kalender", do="revoke")
        assert "Du har ingen kalenderadresse." in page
    if why == "renewed":
        made(holder)
    if why == "ended":
        with house.transaction() as session:
            end_mandate(session, mandate="M-15", last_day=NOW.date(), by=SYSTEM, at=NOW)
        guest = visitor_at(NOW + timedelta(days=2))()

    assert wrong(guest, path) == wrong(guest, "/kalender/noe-annet")
    assert guest.get(path).status_code == 404


def test_the_secret_is_kept_nowhere_and_shown_once(
    visitor: Enter, house: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    mine = visitor("M-15")
    path = made(mine)
    secret = path.removeprefix("/kalender/").removesuffix(".ics")
    before = mine.page("/kalender")
    visitor().get(path)
    after = mine.page("/kalender")

    with house.reading() as session:
        (row,) = all_of(session, CalendarFeed)
    assert row.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) >= 43
    assert "Ikke hentet av noen kalender ennå." in before
    assert "Sist hentet 02.09.2026." in after
    assert secret not in after + caplog.text
