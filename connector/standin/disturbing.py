"""Does to a call what the fault script says."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from connector.standin.calls import JSON, Answer, Call, json_answer
from connector.standin.clock import Clock
from connector.standin.faults import REFUSALS, Fault
from connector.standin.server import Wire, head

ELSEWHERE = "https://elsewhere.example"
HTML = b"<!doctype html><title>Service</title><p>Something went wrong."
CLAIMS = {"access_token": {"nbf": {"essential": True, "value": "1604106651"}}}
NEVER_S = 3600.0
ENDLESS = 1_000_000_000


def refusal(fault: Fault, call: Call, clock: Clock) -> Answer:
    """Return the answer of a fault that is a refusal."""
    status, code = REFUSALS[fault.name]
    error = {"error": {"code": code, "message": f"Fault script: {fault.name}."}}
    return json_answer(status, error, _headers(fault, call, clock))


def disturbed(
    fault: Fault, call: Call, wire: Wire, clock: Clock, work: Callable[[], Answer]
) -> Answer | None:
    """Return what is answered instead; None when the connection was broken off.

    `work` does what was asked for, and returns what would have been answered.
    """
    done = work() if fault.does_work else None
    if fault.name in REFUSALS:
        return refusal(fault, call, clock)
    if fault.name in LIES:
        return LIES[fault.name](done or json_answer(200, {}), call)
    _break(fault, wire, done)
    return None


def _headers(fault: Fault, call: Call, clock: Clock) -> dict[str, str]:
    if fault.name.endswith("-seconds"):
        return {"Retry-After": f"{fault.seconds:g}"}
    if fault.name == "429-date":
        at = clock.now() + timedelta(seconds=fault.seconds)
        return {"Retry-After": format_datetime(at, usegmt=True)}
    if fault.name == "401-claims":
        claims = base64.b64encode(json.dumps(CLAIMS).encode()).decode()
        text = f'Bearer realm="", error="insufficient_claims", claims="{claims}"'
        return {"WWW-Authenticate": text}
    if fault.name.startswith("410"):
        return {"Location": f"https://{call.host}{quote(call.path)}?token="}
    return {}


def _break(fault: Fault, wire: Wire, done: Answer | None) -> None:
    if fault.name == "timeout":
        wire.rest(NEVER_S)
    if fault.name == "half-body" and done:
        body = done.body[: len(done.body) // 2]
        wire.send(head(done) + body)
    if fault.name == "drip" and done:
        _drip(fault, wire, done)
    wire.reset()


def _drip(fault: Fault, wire: Wire, done: Answer) -> None:
    """Send a byte now and then for as long as somebody reads."""
    begun = head(done).replace(
        b"Content-Length: %d" % len(done.body), b"Content-Length: %d" % ENDLESS
    )
    with suppress(OSError):
        wire.send(begun)
        while wire.rest(fault.seconds):
            wire.send(b" ")


def _html(done: Answer, call: Call) -> Answer:
    return Answer(status=200, body=HTML, headers={"Content-Type": "text/html"})


def _not_json(done: Answer, call: Call) -> Answer:
    return Answer(status=200, body=b'{"value": [', headers={"Content-Type": JSON})


def _empty(done: Answer, call: Call) -> Answer:
    return Answer(status=200, headers={"Content-Type": JSON})


def _wrong_shape(done: Answer, call: Call) -> Answer:
    return json_answer(200, {"id": 7, "value": "nothing", "access_token": []})


def _redirect(done: Answer, call: Call) -> Answer:
    return Answer(status=302, headers={"Location": f"{ELSEWHERE}{call.path}"})


def _next_link(done: Answer, call: Call) -> Answer:
    """Let a list go on at another host."""
    told: dict[str, Any] = json.loads(done.body or b"{}")
    told.pop("@odata.deltaLink", None)
    told["@odata.nextLink"] = f"{ELSEWHERE}{call.path}?$skiptoken=x"
    headers = {**done.headers, "Content-Type": JSON}
    return replace(done, body=json.dumps(told).encode(), headers=headers)


LIES: Mapping[str, Callable[[Answer, Call], Answer]] = {
    "html": _html,
    "not-json": _not_json,
    "empty": _empty,
    "wrong-shape": _wrong_shape,
    "redirect": _redirect,
    "next-link": _next_link,
}
