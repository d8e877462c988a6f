"""Batches, the budget, the state on disk, and the stand-in as a process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import requests

from connector.standin.running import CARD, running
from tests.connector.standin.callers import BINARY, Caller, as_app, code, told
from tests.connector.standin.conftest import BEGINS


def test_a_batch_answers_each_call_by_its_id(app: Caller, drive: str) -> None:
    wanted = [
        {"id": "1", "method": "GET", "url": f"{drive}/root"},
        {"id": "2", "method": "GET", "url": f"{drive}/items/none"},
        {"id": "3", "method": "GET", "url": f"{drive}/root", "dependsOn": ["2"]},
        {
            "id": "4",
            "method": "POST",
            "url": f"{drive}/root/children",
            "headers": {"Content-Type": "application/json"},
            "body": {"name": "Fra en bunke", "folder": {}},
        },
    ]

    answers = app.post("/$batch", {"requests": wanted})["responses"]

    status = {answer["id"]: answer["status"] for answer in answers}
    assert status == {"1": 200, "2": 404, "3": 424, "4": 201}


def test_a_batch_holds_twenty_calls(app: Caller, drive: str) -> None:
    wanted = [
        {"id": str(n), "method": "GET", "url": f"{drive}/root"} for n in range(21)
    ]

    whole = app.post("/$batch", {"requests": wanted[:20]})["responses"]
    answer = app.call("POST", "/$batch", json={"requests": wanted})

    assert len(whole) == 20
    assert code(answer) == (400, "BadRequest")


def test_ids_in_a_batch_are_different(app: Caller, drive: str) -> None:
    wanted = [{"id": "1", "method": "GET", "url": f"{drive}/root"}] * 2

    assert code(app.call("POST", "/$batch", json={"requests": wanted}))[0] == 400


def test_one_call_of_a_batch_is_throttled_and_says_for_how_long(
    app: Caller, drive: str
) -> None:
    match = {"path": "/root$", "nth": 2}
    app.standin.faults.add({"match": match, "fault": "429-seconds", "seconds": 3})
    wanted = [{"id": str(n), "method": "GET", "url": f"{drive}/root"} for n in range(3)]

    answers = app.post("/$batch", {"requests": wanted})["responses"]

    assert [answer["status"] for answer in answers] == [200, 429, 200]
    assert answers[1]["headers"]["Retry-After"] == "3"


def test_an_app_that_calls_too_much_is_told_to_wait(
    furnished: Callable[[], Path],
) -> None:
    with running(furnished(), clock=BEGINS, units_per_minute=10) as standin:
        app = as_app(standin)
        drive = app.drive()
        answers = [app.call("GET", f"{drive}/root") for _ in range(12)]
        refused = answers[-1]
        standin.advance(float(refused.headers["Retry-After"]))
        after = app.call("GET", f"{drive}/root")
        app.session.close()

    assert code(refused) == (429, "activityLimitReached")
    assert "RateLimit-Remaining" in refused.headers
    assert after.status_code == 200


def test_what_a_call_weighs_is_kept(app: Caller, drive: str) -> None:
    before = len(app.standin.requests)

    app.get(f"{drive}/root/children")
    app.put(f"{drive}/root", "vekt.txt", b"x")
    app.get(f"{drive}/root/permissions".replace("root", root(app, drive)))

    assert [seen.units for seen in app.standin.requests[before:]] == [2, 2, 1, 5]


def test_calls_beside_graph_are_kept_too(app: Caller, drive: str) -> None:
    app.put(f"{drive}/root", "ved siden av.txt", b"x")
    before = len(app.standin.requests)

    app.content(f"{drive}/root:/ved siden av.txt:")

    graph, storage = app.standin.requests[before:]
    assert (graph.status, storage.status) == (302, 200)
    assert "authorization" in graph.headers
    assert "authorization" not in storage.headers


def test_a_body_that_comes_in_chunks_is_read_whole(app: Caller, drive: str) -> None:
    parts = iter([b"first, ", b"last"])
    address = f"{drive}/root:/deler.txt:/content"

    told(app.call("PUT", address, data=parts, headers=BINARY))

    assert app.content(f"{drive}/root:/deler.txt:") == b"first, last"


def root(app: Caller, drive: str) -> str:
    return f"items/{app.get(f'{drive}/root')['id']}"


def test_the_state_is_there_when_it_is_started_again(
    furnished: Callable[[], Path],
) -> None:
    folder = furnished()
    with running(folder) as standin:
        app = as_app(standin)
        item = app.put(f"{app.drive()}/root", "varig.txt", b"Hei")
        trusted = standin.ca.read_bytes()
        app.session.close()

    with running(folder) as standin:
        app = as_app(standin)
        path = f"{app.drive()}/items/{item['id']}"
        assert app.content(path) == b"Hei"
        assert app.get(path)["eTag"] == item["eTag"]
        assert standin.ca.read_bytes() == trusted
        app.session.close()


def test_a_call_that_fails_leaves_nothing_half_done(app: Caller, drive: str) -> None:
    address = f"{drive}/root:/~$feil.docx:/content"

    answer = app.call("PUT", address, data=b"x", headers=BINARY)

    assert code(answer) == (400, "invalidRequest")
    assert app.call("GET", f"{drive}/root:/~$feil.docx").status_code == 404


def test_ids_of_a_call_are_given_back(app: Caller, drive: str) -> None:
    mine = {"client-request-id": "6f5e1a52-6d9f-4d5c-9a0e-1c8d3b2a4f60"}

    answer = app.call("GET", f"{drive}/items/none", headers=mine)

    inner = answer.json()["error"]["innerError"]
    assert inner["client-request-id"] == mine["client-request-id"]
    assert answer.headers["client-request-id"] == mine["client-request-id"]


def test_it_runs_as_a_process_and_says_where(furnished: Callable[[], Path]) -> None:
    folder = furnished()
    command = [sys.executable, "-m", "connector.standin", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        card = json.loads((folder / CARD).read_text("utf-8"))
        keys = f"{card['authority']}/discovery/v2.0/keys"
        answer = told_keys(keys, card["ca"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    assert card["pages"] + "/" == address
    assert answer["keys"][0]["kty"] == "RSA"


def told_keys(address: str, ca: str) -> dict[str, list[dict[str, str]]]:
    with requests.Session() as session:
        session.trust_env = False
        return told(session.get(address, verify=ca, timeout=20))
