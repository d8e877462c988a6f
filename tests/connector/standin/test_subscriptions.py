"""Subscriptions, the handshake, and notifications to a real server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.standin.clock import written
from connector.standin.running import Standin, running
from tests.connector.standin.callers import Caller, Json, as_app, code
from tests.connector.standin.conftest import BEGINS

PUBLIC = "https://samspor.elvestrand.example"


class Listener(ThreadingHTTPServer):
    """Somebody who is told. `repeats` is whether it answers the handshake."""

    repeats = True
    status = 202

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[Json] = []

    def wait_for(self, number: int, *, tries: int = 500) -> list[Json]:
        """Return what was heard when so much has come; else what came meanwhile."""
        return wait(lambda: self.heard, number, tries=tries)


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"] or 0))
        asked = parse_qs(urlsplit(self.path).query).get("validationToken", [""])[0]
        body = asked if self.server.repeats else "no"
        self.send_response(200 if asked else self.server.status)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(body.encode())
        if not asked:
            self.server.heard += json.loads(data)["value"]

    def log_message(self, *_: Any) -> None: ...


def wait(
    found: Callable[[], list[Json]], number: int, *, tries: int = 500
) -> list[Json]:
    for _ in range(tries):
        if len(found()) >= number:
            break
        time.sleep(0.01)
    return found()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def standin(furnished: Callable[[], Path], listener: Listener) -> Iterator[Standin]:
    tunnels = {PUBLIC: f"http://127.0.0.1:{listener.server_port}"}
    with running(furnished(), clock=BEGINS, tunnels=tunnels) as started:
        yield started


def wanted(app: Caller, drive: str, **more: Any) -> Json:
    """Return the form of a subscription for an hour."""
    ends = written(app.standin.clock.now().replace(hour=13))
    return {
        "changeType": "updated",
        "resource": f"{drive}/root",
        "notificationUrl": f"{PUBLIC}/graph/notifications",
        "expirationDateTime": ends,
        "clientState": "a secret",
        **more,
    }


def test_a_change_is_told_to_who_subscribes(
    app: Caller, drive: str, listener: Listener
) -> None:
    made = app.post("/subscriptions", wanted(app, drive))

    app.put(f"{drive}/root", "ny.txt", b"x")
    (heard,) = listener.wait_for(1)

    assert "clientState" not in made
    assert heard["clientState"] == "a secret"
    assert heard["subscriptionId"] == made["id"]
    assert heard["resource"] == f"{drive}/root".strip("/")


def test_a_subscription_needs_the_handshake(
    app: Caller, drive: str, listener: Listener
) -> None:
    listener.repeats = False

    answer = app.call("POST", "/subscriptions", json=wanted(app, drive))

    assert code(answer) == (400, "ValidationError")
    assert app.get("/subscriptions")["value"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"changeType": "created"},
        {"notificationUrl": "http://samspor.elvestrand.example/"},
        {"resource": "/drives/x/items/y"},
        {"clientState": "x" * 129},
    ],
)
def test_what_cannot_be_subscribed_to_is_refused(
    app: Caller, drive: str, wrong: Json
) -> None:
    answer = app.call("POST", "/subscriptions", json=wanted(app, drive, **wrong))

    assert code(answer) == (400, "BadRequest")


def test_a_subscription_lasts_42_300_minutes_at_most(app: Caller, drive: str) -> None:
    too_long = wanted(app, drive, expirationDateTime="2026-10-02T12:00:00Z")

    answer = app.call("POST", "/subscriptions", json=too_long)

    assert code(answer) == (400, "InvalidRequest")


def test_a_subscription_is_renewed_and_ends(app: Caller, drive: str) -> None:
    first = app.post("/subscriptions", wanted(app, drive))
    other = app.post("/subscriptions", wanted(app, drive))
    later = {"expirationDateTime": "2026-09-03T12:00:00Z"}
    app.call("PATCH", f"/subscriptions/{first['id']}", json=later)

    app.standin.advance(2 * 3600)
    again = as_app(app.standin)
    kept = again.get("/subscriptions")["value"]
    gone = again.call("GET", f"/subscriptions/{other['id']}")
    ended = again.call("DELETE", f"/subscriptions/{first['id']}")
    again.session.close()

    assert [each["id"] for each in kept] == [first["id"]]
    assert (gone.status_code, ended.status_code) == (404, 204)


def test_who_did_not_take_a_notification_is_told_again(
    app: Caller, drive: str, listener: Listener
) -> None:
    app.post("/subscriptions", wanted(app, drive))
    listener.status = 503
    app.put(f"{drive}/root", "ny.txt", b"x")
    listener.wait_for(1)
    listener.status = 202

    for _ in range(100):
        app.standin.advance(15)
        if len(listener.wait_for(2, tries=5)) > 1:
            break

    assert len(listener.heard) > 1


def test_notifications_are_lost_and_doubled_by_the_script(
    app: Caller, drive: str, listener: Listener
) -> None:
    app.post("/subscriptions", wanted(app, drive))
    app.standin.faults.add(
        {"match": {"method": "NOTIFY", "nth": 1}, "fault": "lost"},
        {"match": {"method": "NOTIFY", "nth": 2}, "fault": "doubled"},
    )

    app.put(f"{drive}/root", "tapt.txt", b"x")
    wait(lambda: [{} for _ in app.standin.faults.made], 1)
    app.put(f"{drive}/root", "dobbel.txt", b"x")

    assert len(listener.wait_for(2)) == 2


def test_a_subscription_that_ends_soon_is_warned_about_once(
    app: Caller, drive: str, listener: Listener
) -> None:
    form = wanted(app, drive, lifecycleNotificationUrl=f"{PUBLIC}/graph/lifecycle")

    app.post("/subscriptions", form)

    heard = listener.wait_for(1)
    assert [each["lifecycleEvent"] for each in heard] == ["reauthorizationRequired"]
