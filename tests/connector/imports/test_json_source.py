from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from connector.imports.errors import SourceAwayError, SourceRefusedError
from connector.imports.json_source import JsonSource, Limits
from tests.connector.imports.published import (
    ORGNUMBER,
    Hourglass,
    Published,
    Raw,
    published,
)

ASKED = {"orgnummer": ORGNUMBER}


@pytest.fixture
def town() -> Iterator[Published]:
    made = Published()
    with published(made):
        yield made


def source_of(town: Published, **limits: float) -> tuple[JsonSource, Hourglass]:
    glass = Hourglass()
    given = Limits(**{"attempts": 4, **limits})  # type: ignore[arg-type]  # mixed kinds
    return JsonSource(town.origin, given, glass.clock()), glass


def test_one_call_a_second_is_made_and_no_more(town: Published) -> None:
    source, glass = source_of(town)

    for _ in range(3):
        source.get("/enhet", ASKED)

    assert glass.waits == [1.0, 1.0]
    source.close()


def test_the_call_says_who_asks_and_carries_no_key_cookie_or_password(
    town: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    source, _ = source_of(town)

    source.get("/enhet", ASKED)

    (asked,) = town.asked
    assert asked.headers["User-Agent"].startswith("Samspor ")
    assert set(asked.headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    source.close()


@pytest.mark.parametrize(
    "origin",
    [
        "https://einnsyn.example",
        "http://api.einnsyn.no",
        "https://api.einnsyn.no.example",
        "https://api.einnsyn.no/annet",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_ours_is_refused_before_any_call(origin: str) -> None:
    with pytest.raises(SourceRefusedError, match=r"api\.einnsyn\.no"):
        JsonSource(origin)


@pytest.mark.parametrize(
    "target", ["https://einnsyn.example/enhet", "//127.0.0.2/enhet", "http://[::1]/"]
)
def test_a_redirect_to_another_place_is_refused(town: Published, target: str) -> None:
    town.first = [Raw(status=302, headers={"Location": target})]
    source, _ = source_of(town)

    with pytest.raises(SourceRefusedError, match="et annet nettsted"):
        source.get("/enhet", ASKED)

    assert len(town.asked) == 1
    source.close()


def test_a_redirect_within_the_source_is_followed_but_not_for_ever(
    town: Published,
) -> None:
    here = Raw(status=307, headers={"Location": f"/enhet?orgnummer={ORGNUMBER}"})
    source, _ = source_of(town)

    town.first = [here]
    assert source.get("/enhet", ASKED) != {"items": []}

    town.first = [here] * 9
    with pytest.raises(SourceRefusedError):
        source.get("/enhet", ASKED)
    source.close()


def test_a_page_for_people_is_an_error_although_the_status_is_200(
    town: Published,
) -> None:
    page = Raw(
        body=b"\n<!doctype html><p>Velkommen</p>", headers={"Content-Type": "text/html"}
    )
    town.first = [page]
    source, _ = source_of(town)

    with pytest.raises(SourceRefusedError, match="en nettside"):
        source.get("/enhet", ASKED)
    source.close()


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(Raw(status=503), id="the server is busy"),
        pytest.param(Raw(body=b'{"items": [', promised=99), id="half a body"),
        pytest.param(Raw(body=b'{"items": ['), id="half a value"),
        pytest.param(
            Raw(body=b"{}", headers={"Content-Encoding": "gzip"}), id="packed unasked"
        ),
    ],
)
def test_what_fails_in_passing_is_tried_again_after_a_longer_wait(
    town: Published, trouble: Raw
) -> None:
    town.first = [trouble, trouble]
    source, glass = source_of(town)

    answer = source.get("/enhet", ASKED)

    assert isinstance(answer, dict)
    assert len(answer["items"]) == 1
    assert glass.waits == [2.0, 4.0]
    source.close()


def test_a_source_that_asks_for_a_pause_gets_it_but_not_a_day(town: Published) -> None:
    town.first = [
        Raw(status=429, headers={"Retry-After": "30"}),
        Raw(status=429, headers={"Retry-After": "86400"}),
    ]
    source, glass = source_of(town)

    source.get("/enhet", ASKED)

    assert glass.waits == [30.0, 120.0]
    source.close()


def test_a_source_that_never_answers_soundly_is_away(town: Published) -> None:
    town.first = [Raw(status=500)] * 4
    source, _ = source_of(town)

    with pytest.raises(SourceAwayError, match="4 forsøk"):
        source.get("/enhet", ASKED)
    source.close()


@pytest.mark.parametrize("status", [400, 401, 403, 418])
def test_a_call_that_the_source_refuses_is_not_repeated(
    town: Published, status: int
) -> None:
    town.first = [Raw(status=status)]
    source, _ = source_of(town)

    with pytest.raises(SourceRefusedError, match=str(status)):
        source.get("/enhet", ASKED)

    assert len(town.asked) == 1
    source.close()


@pytest.mark.parametrize("is_slow_to_begin", [False, True])
def test_an_answer_that_comes_byte_by_byte_is_cut_by_the_clock_on_the_wall(
    town: Published, is_slow_to_begin: bool
) -> None:
    slow = Raw(body=b" " * 60, drip_s=0.05, is_slow_to_begin=is_slow_to_begin)
    town.first = [slow]
    source, _ = source_of(town, call_s=0.3, attempts=1)
    began = time.monotonic()

    with pytest.raises(SourceAwayError):
        source.get("/enhet", ASKED)

    assert time.monotonic() - began < 2
    source.close()


def test_an_answer_larger_than_the_limit_is_not_read(town: Published) -> None:
    town.first = [Raw(body=b" " * 2_000_001)]
    source, _ = source_of(town, max_bytes=2_000_000)

    with pytest.raises(SourceRefusedError, match="2 MB"):
        source.get("/enhet", ASKED)
    source.close()


def test_the_reading_ends_when_its_time_is_over(town: Published) -> None:
    source, glass = source_of(town, reading_s=2.5)

    with pytest.raises(SourceAwayError, match="på nytt"):
        [source.get("/enhet", ASKED) for _ in range(9)]

    assert len(town.asked) == 3
    assert glass.at <= 2.5
    source.close()


def test_a_nesting_that_no_parser_can_hold_is_no_crash(town: Published) -> None:
    town.first = [Raw(body=b"[" * 200_000)] * 4
    source, _ = source_of(town)

    with pytest.raises(SourceAwayError):
        source.get("/enhet", ASKED)
    source.close()
