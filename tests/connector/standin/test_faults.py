"""The fault script: what goes wrong, which call it hits, and whether work was done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from connector.standin.faults import NAMES, REFUSALS, Faults, WrongFaultError
from connector.standin.running import Standin
from tests.connector.standin.callers import BINARY, Caller, code, confidential

Script = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def _no_faults(standin: Standin) -> Iterator[None]:
    yield
    standin.faults.clear()


def upload(app: Caller, drive: str, name: str) -> requests.Response:
    return app.call(
        "PUT", f"{drive}/root:/{name}:/content", data=b"12345678", headers=BINARY
    )


def is_there(app: Caller, drive: str, name: str) -> bool:
    return app.call("GET", f"{drive}/root:/{name}").status_code == 200


def on_put(fault: str, **more: Any) -> dict[str, Any]:
    return {"match": {"method": "PUT", "path": "/content$"}, "fault": fault, **more}


def test_there_are_as_many_faults_as_the_synchronising_has_to_stand() -> None:
    assert len(NAMES) >= 25


@pytest.mark.parametrize("fault", sorted(REFUSALS))
def test_a_refusal_is_answered_and_nothing_is_done(
    app: Caller, drive: str, fault: str
) -> None:
    app.standin.faults.add(on_put(fault))

    answer = upload(app, drive, f"{fault}.txt")

    assert code(answer) == REFUSALS[fault]
    assert not is_there(app, drive, f"{fault}.txt")


def test_retry_after_is_seconds_or_a_date_or_nothing(app: Caller, drive: str) -> None:
    names = ("429", "429-seconds", "429-date")
    app.standin.faults.add(*(on_put(name, seconds=7) for name in names))

    bare, seconds, date = (
        upload(app, drive, "vent.txt").headers.get("Retry-After", "") for _ in names
    )

    wait = parsedate_to_datetime(date) - app.standin.clock.now()
    assert (bare, seconds, wait.total_seconds()) == ("", "7", 7)


def test_a_claims_challenge_says_which_claims(app: Caller, drive: str) -> None:
    app.standin.faults.add(on_put("401-claims"))

    answer = upload(app, drive, "krav.txt")

    assert "insufficient_claims" in answer.headers["WWW-Authenticate"]


def test_a_refusal_of_delta_leads_to_a_new_beginning(app: Caller, drive: str) -> None:
    app.standin.faults.add({"match": {"path": "/delta$"}, "fault": "410-upload"})

    gone = app.call("GET", f"{drive}/root/delta?token=latest")

    assert code(gone) == (410, "resyncChangesUploadDifferences")
    assert "root" in app.get(gone.headers["Location"])["value"][0]


@pytest.mark.parametrize(
    ("fault", "is_done"),
    [("reset", False), ("reset-after-work", True), ("half-body", True)],
)
def test_a_connection_breaks_before_or_after_the_work(
    app: Caller, drive: str, fault: str, is_done: bool
) -> None:
    app.standin.faults.add(on_put(fault))

    with pytest.raises(requests.RequestException):
        upload(app, drive, f"{fault}.txt")

    assert is_there(app, drive, f"{fault}.txt") is is_done


def test_no_answer_comes(app: Caller, drive: str) -> None:
    app.standin.faults.add(on_put("timeout"))

    with pytest.raises(requests.Timeout):
        app.session.put(
            f"{app.standin.base}{drive}/root:/stum.txt:/content",
            data=b"x",
            headers=BINARY,
            timeout=0.3,
        )


def test_an_answer_drips_without_end(app: Caller) -> None:
    path = f"/sites/{app.standin.site}"
    app.standin.faults.add({"match": {"path": path}, "fault": "drip", "seconds": 0.02})
    began = time.monotonic()

    answer = app.session.get(app.standin.base + path, stream=True, timeout=5)
    for number, _ in enumerate(answer.iter_content(1)):
        if number == 10:
            break
    answer.close()

    assert time.monotonic() - began > 0.15


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("html", b"<!doctype html>"),
        ("not-json", b'{"value": ['),
        ("empty", b""),
        ("wrong-shape", b'{"id": 7'),
    ],
)
def test_an_answer_is_200_and_yet_none(app: Caller, fault: str, body: bytes) -> None:
    app.standin.faults.add({"match": {"path": "/sites/"}, "fault": fault})

    answer = app.call("GET", f"/sites/{app.standin.site}")

    assert answer.status_code == 200
    assert answer.content.startswith(body)


def test_an_answer_leads_to_another_host(app: Caller, drive: str) -> None:
    app.standin.faults.add(
        {"match": {"path": "/children$", "nth": 1}, "fault": "redirect"},
        {"match": {"path": "/children$", "nth": 2}, "fault": "next-link"},
    )

    first = app.call("GET", f"{drive}/root/children")
    second = app.call("GET", f"{drive}/root/children")

    assert first.headers["Location"].startswith("https://elsewhere.example/")
    assert second.json()["@odata.nextLink"].startswith("https://elsewhere.example/")


def test_a_fault_hits_the_calls_that_are_named_and_no_other(
    app: Caller, drive: str
) -> None:
    line = {"match": {"method": "GET", "path": "/root$", "nth": 2}, "fault": "503"}
    app.standin.faults.add({**line, "times": 2})

    codes = [app.call("GET", f"{drive}/root").status_code for _ in range(4)]

    assert codes == [200, 503, 503, 200]
    assert app.call("GET", drive).status_code == 200


def test_the_token_endpoint_can_fail_too(standin: Standin) -> None:
    standin.faults.add({"match": {"path": "/oauth2/v2.0/token$"}, "fault": "empty"})
    scope = "https://graph.microsoft.com/.default"

    with pytest.raises(ValueError, match="Expecting value"):
        confidential(standin).acquire_token_for_client([scope])


def test_a_script_is_set_from_another_process(app: Caller, drive: str) -> None:
    secret = {"X-Standin-Secret": app.standin.card()["secret"]}
    address = f"{app.standin.origin}/_admin/faults"

    stranger = app.plain(address, "POST", json=[on_put("507")])
    known = app.plain(address, "POST", json=[on_put("507")], headers=secret)

    assert (stranger.status_code, known.status_code) == (403, 200)
    assert upload(app, drive, "full.txt").status_code == 507
    assert app.plain(address, headers=secret).json()["made"][-1].startswith("507 PUT")


@pytest.mark.parametrize(
    "line", [{"fault": "418"}, {"fault": "500", "when": 1}, {"match": {}}]
)
def test_a_script_that_is_not_understood_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(WrongFaultError):
        Faults([line])
