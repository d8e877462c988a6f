"""Large files in parts."""

from __future__ import annotations

import pytest
import requests

from tests.connector.standin.callers import Caller, Json, code

UNIT = 327_680
DATA = bytes(range(256)) * 2560 + b"the end"
FAIL = {"item": {"@microsoft.graph.conflictBehavior": "fail"}}


@pytest.fixture
def session(app: Caller, drive: str, request: pytest.FixtureRequest) -> Json:
    """A session for a file that has the name of the test."""
    name = f"{request.node.name}.bin".replace("[", "").replace("]", "")
    return app.post(f"{drive}/root:/{name}:/createUploadSession", FAIL)


def part(
    app: Caller, session: Json, first: int, last: int, *, total: int = len(DATA)
) -> requests.Response:
    """Put the bytes from `first` up to `last`."""
    span = {"Content-Range": f"bytes {first}-{last - 1}/{total}"}
    return app.plain(session["uploadUrl"], "PUT", data=DATA[first:last], headers=span)


def test_parts_in_order_become_a_file(app: Caller, drive: str, session: Json) -> None:
    first = part(app, session, 0, UNIT)
    middle = part(app, session, UNIT, 2 * UNIT)
    last = part(app, session, 2 * UNIT, len(DATA))

    assert (first.status_code, middle.status_code, last.status_code) == (202, 202, 201)
    assert first.json()["nextExpectedRanges"] == [f"{UNIT}-{len(DATA) - 1}"]
    assert app.content(f"{drive}/items/{last.json()['id']}") == DATA


def test_a_part_that_is_there_already_is_refused_and_the_next_is_told(
    app: Caller, session: Json
) -> None:
    part(app, session, 0, UNIT)

    again = part(app, session, 0, UNIT)
    told = app.plain(session["uploadUrl"]).json()

    assert code(again) == (416, "invalidRange")
    assert told["nextExpectedRanges"] == [f"{UNIT}-{len(DATA) - 1}"]


def test_a_part_must_be_a_multiple_of_320_kib(app: Caller, session: Json) -> None:
    assert code(part(app, session, 0, UNIT - 1)) == (400, "invalidRequest")


def test_a_part_that_shows_a_token_is_refused(app: Caller, session: Json) -> None:
    span = {"Content-Range": f"bytes 0-{UNIT - 1}/{len(DATA)}"}

    answer = app.call("PUT", session["uploadUrl"], data=DATA[:UNIT], headers=span)

    assert answer.status_code == 401


def test_a_name_that_is_taken_shows_at_the_last_part(
    app: Caller, drive: str, session: Json
) -> None:
    part(app, session, 0, UNIT)
    part(app, session, UNIT, 2 * UNIT)
    name = "test_a_name_that_is_taken_shows_at_the_last_part.bin"
    app.put(f"{drive}/root", name, b"another")

    last = part(app, session, 2 * UNIT, len(DATA))

    assert code(last) == (409, "nameAlreadyExists")
    assert app.content(f"{drive}/root:/{name}:") == b"another"


def test_without_a_conflict_behaviour_a_session_replaces(
    app: Caller, drive: str
) -> None:
    item = app.put(f"{drive}/root", "erstattes.bin", b"old")
    session = app.post(f"{drive}/root:/erstattes.bin:/createUploadSession", {})

    answer = part(app, session, 0, 100, total=100)

    assert (answer.status_code, answer.json()["id"]) == (200, item["id"])


def test_a_session_for_a_file_that_somebody_changed_is_refused(
    app: Caller, drive: str
) -> None:
    item = app.put(f"{drive}/root", "endret.bin", b"old")
    app.put(f"{drive}/root", "endret.bin", b"new")

    answer = app.call(
        "POST",
        f"{drive}/items/{item['id']}/createUploadSession",
        json={},
        headers={"If-Match": item["eTag"]},
    )

    assert code(answer) == (412, "preconditionFailed")


def test_a_session_ends_when_it_is_cancelled_and_after_a_day(
    app: Caller, drive: str, session: Json
) -> None:
    other = app.post(f"{drive}/root:/dagen.bin:/createUploadSession", FAIL)

    cancelled = app.plain(session["uploadUrl"], "DELETE")
    app.standin.advance(24 * 3600 + 1)

    assert cancelled.status_code == 204
    for each in (session, other):
        assert code(part(app, each, 0, UNIT)) == (404, "itemNotFound")


def test_a_deferred_file_is_there_when_it_is_asked_for(app: Caller, drive: str) -> None:
    address = f"{drive}/root:/utsatt.bin:/createUploadSession"
    session = app.post(address, {**FAIL, "deferCommit": True})

    waiting = part(app, session, 0, 100, total=100)
    made = app.plain(session["uploadUrl"], "POST")

    assert (waiting.status_code, made.status_code) == (202, 201)
    assert waiting.json()["nextExpectedRanges"] == []
