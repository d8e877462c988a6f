"""Several calls in one.

Source: learn.microsoft.com/graph/json-batching: at most 20, each with an id of its own,
a status of its own and Retry-After of its own; what depends on a call that failed is
answered 424.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connector.standin.access import Caller
from connector.standin.calls import JSON, Answer, Call, json_answer, refuse
from connector.standin.world import World

FAILED = 400
AnswerFor = Callable[[Call, Caller], Answer]
TOLD_HEADERS = ("Content-Type", "Location", "Retry-After")


class Batch:
    """Answers a batch by letting each of its calls be answered."""

    def __init__(self, answer_for: AnswerFor) -> None:
        self._answer_for = answer_for

    def __call__(self, world: World, call: Call, who: Caller) -> Answer:
        """Return the answers, each with the id of its call."""
        wanted = call.json()["requests"]
        if len({each["id"] for each in wanted}) != len(wanted):
            refuse(400, "BadRequest", "Each request needs an id of its own.")
        answers: dict[str, Answer] = {}
        for each in wanted:
            answers[each["id"]] = self._one(each, who, answers)
        told = [_told(name, answer) for name, answer in answers.items()]
        return json_answer(200, {"responses": told})

    def _one(
        self, wanted: dict[str, Any], who: Caller, answers: dict[str, Answer]
    ) -> Answer:
        for name in wanted.get("dependsOn", []):
            if name not in answers or answers[name].status >= FAILED:
                error = {"code": "FailedDependency", "message": f"{name} failed."}
                return json_answer(424, {"error": error})
        return self._answer_for(_call(wanted), who)


def _call(wanted: dict[str, Any]) -> Call:
    address = urlsplit(wanted["url"])
    headers = {name.lower(): text for name, text in wanted.get("headers", {}).items()}
    body = wanted.get("body")
    if body is not None and "content-type" not in headers:
        refuse(400, "BadRequest", "A body needs the header Content-Type.")
    is_json = headers.get("content-type", JSON).startswith(JSON)
    data = json.dumps(body).encode() if is_json else base64.b64decode(body or "")
    return Call(
        method=wanted["method"],
        path=unquote(address.path),
        query=dict(parse_qsl(address.query, keep_blank_values=True)),
        headers=headers,
        body=data if body is not None else b"",
    )


def _told(name: str, answer: Answer) -> dict[str, Any]:
    headers = {
        key: answer.headers[key] for key in TOLD_HEADERS if key in answer.headers
    }
    told = {"id": name, "status": answer.status, "headers": headers}
    if not answer.body:
        return told
    is_json = answer.headers.get("Content-Type") == JSON
    text = base64.b64encode(answer.body).decode()
    return {**told, "body": json.loads(answer.body) if is_json else text}
