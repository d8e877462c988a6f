"""Many calls in one: twenty at a time, each with an outcome of its own.

A call that Graph refuses for now (429) is asked again with the others of its kind, when
that can be waited for. Source: https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from connector.graph.addresses import OutsideError
from connector.graph.answers import Reply, traced
from connector.graph.client import ASKED_TOO_MUCH, FAILED, QUERY_SAFE, Call, Graph
from connector.graph.errors import ElsewhereError, GraphError, ThrottledError, Trail
from connector.graph.pace import asked_wait_s, backoff_s
from connector.graph.shapes import Shape, WrongShapeError

MOST: Final = 20
ROUNDS: Final = 4
JSON: Final = "application/json"

Outcome = Reply | GraphError


def ask_all(graph: Graph, calls: Sequence[Call]) -> tuple[Outcome, ...]:
    """Return what came of each call, in their order: an answer, or its error.

    A call has a JSON value or nothing; content and links go in calls of their own.

    Raises:
        GraphError: a batch as a whole came to nothing; those before it are done.
    """
    outcomes: dict[int, Outcome] = {}
    left: Sequence[int] = range(len(calls))
    for _ in range(ROUNDS):
        for some in _twenties(left):
            outcomes |= _asked(graph, {n: calls[n] for n in some})
        left = [n for n in left if isinstance(outcomes[n], ThrottledError)]
        if not left or not _can_wait(graph):
            break
    return tuple(outcomes[n] for n in range(len(calls)))


def _twenties(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), MOST):
        yield numbers[first : first + MOST]


def _can_wait(graph: Graph) -> bool:
    """Tell whether the time that Graph asked for ends before the deadline."""
    return graph.pace.shut_s() <= graph.left_s()


def _asked(graph: Graph, calls: Mapping[int, Call]) -> dict[int, Outcome]:
    whole = Call(
        method="POST",
        route="/$batch",
        value={"requests": [_one(graph, n, call) for n, call in calls.items()]},
        units=sum(call.units for call in calls.values()),
        may_repeat=all(call.is_harmless for call in calls.values()),
    )
    reply = graph.ask(whole)
    answers = reply.read(lambda shape: _by_number(shape, set(calls)))
    return {
        n: _outcome(graph, reply, calls[n], answer) for n, answer in answers.items()
    }


def _one(graph: Graph, number: int, call: Call) -> dict[str, Any]:
    asked = urlencode(call.query, safe=QUERY_SAFE)
    try:
        path = graph.addresses.path(call.route, *call.parts)
    except OutsideError:
        raise ElsewhereError(Trail(what=f"{call.method} {call.route}")) from None
    one: dict[str, Any] = {
        "id": str(number),
        "method": call.method,
        "url": f"{path}?{asked}" if asked else path,
    }
    headers = dict(call.headers)
    if call.value is not None:
        one["body"] = call.value
        headers["Content-Type"] = JSON
    return {**one, "headers": headers} if headers else one


def _by_number(shape: Shape, asked: set[int]) -> dict[int, Shape]:
    """Return the answers by the number of their call: each of them once."""
    answers = shape.parts("responses")
    found = {each.text("id"): each for each in answers}
    if len(answers) != len(asked) or set(found) != {str(n) for n in asked}:
        raise WrongShapeError("responses")
    return {int(n): each for n, each in found.items()}


def _outcome(graph: Graph, whole: Reply, call: Call, answer: Shape) -> Outcome:
    try:
        reply = _reply(whole, call, answer)
    except WrongShapeError as wrong:
        return whole.malformed(wrong.where)
    if reply.status < FAILED:
        return reply
    if reply.status == ASKED_TOO_MUCH:
        return _throttled(graph, reply)
    return reply.error()


def _reply(whole: Reply, call: Call, answer: Shape) -> Reply:
    status = answer.number("status")
    named = answer.maybe_part("headers")
    headers = {
        _cased(name): value
        for name, value in (named.values if named else {}).items()
        if isinstance(value, str)
    }
    body = json.dumps(answer.values.get("body")).encode()
    trail = replace(
        whole.trail, what=f"{call.method} {call.route} (batch)", status=status
    )
    told = traced(trail, {"request-id": whole.trail.request_id, **headers}, body)
    return Reply(
        status=status,
        headers={"Content-Type": JSON, **headers},
        body=body,
        trail=told,
        may_be_done=not call.is_harmless,
    )


def _cased(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def _throttled(graph: Graph, reply: Reply) -> ThrottledError:
    asked = asked_wait_s(reply.headers.get("Retry-After"), at=graph.clock.instant())
    wait_s = backoff_s(2, chance=graph.clock.chance()) if asked is None else asked
    graph.pace.shut(wait_s)
    until = graph.clock.instant() + timedelta(seconds=wait_s)
    return ThrottledError(reply.trail, until=until)
