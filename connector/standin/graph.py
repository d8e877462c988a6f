"""Microsoft Graph: a call's way from the token over the contract to its act."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from connector.standin.access import Caller, caller
from connector.standin.calls import Answer, Call, RefusedError, json_answer, refuse
from connector.standin.contract import broken_by_answer, broken_by_call
from connector.standin.routes import Found, Route, find
from connector.standin.throttling import Budget
from connector.standin.world import World, new_id

REMEMBERED = 200_000


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A call that was answered. `units` is what it weighed, `app` who called."""

    at: str
    method: str
    path: str
    status: int
    units: int
    app: str
    headers: Mapping[str, str] = field(repr=False)


class Graph:
    """Answers calls to Graph.

    `seen` holds the calls so far, and `broken` every breach of the contract: by a
    caller, who got 400, and by the stand-in itself, which then answered 500.
    """

    def __init__(self, world: World, routes: Sequence[Route]) -> None:
        self.seen: deque[Seen] = deque(maxlen=REMEMBERED)
        self.broken: list[str] = []
        self._world = world
        self.routes = tuple(routes)
        self._budget = Budget(world.settings.units_per_minute, world.clock)
        self._count = itertools.count()

    def note(self, call: Call, status: int, *, app: str, units: int) -> None:
        """Remember a call: those to Graph, and those that belong to them elsewhere."""
        self.seen.append(
            Seen(
                at=self._world.now(),
                method=call.method,
                path=call.path,
                status=status,
                units=units,
                app=app,
                headers=call.headers,
            )
        )

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call. The path begins after `/v1.0`."""
        try:
            who = caller(self._world, call)
        except RefusedError as refused:
            return self._finished(call, self._refusal(call, refused), app="", units=0)
        return self.answer_for(call, who)

    def answer_for(self, call: Call, who: Caller) -> Answer:
        """Return the answer to a caller who is known: an item of a batch too."""
        found = find(self.routes, call.method, call.path)
        units = found.route.units if found else 1
        is_checked = self._is_checked()
        try:
            self._need_kept(call, is_checked=is_checked)
            if found is None:
                refuse(400, "BadRequest", "Resource not found for the segment.")
            self._budget.need(who.app, units)
            answer = self._acted(call, who, found)
        except RefusedError as refused:
            answer = self._refusal(call, refused)
        if is_checked:
            answer = self._kept(call, answer)
        headers = {**answer.headers, **self._budget.told(who.app)}
        answer = Answer(status=answer.status, body=answer.body, headers=headers)
        return self._finished(call, answer, app=who.app, units=units)

    def _acted(self, call: Call, who: Caller, found: Found) -> Answer:
        state = self._world.state
        with nullcontext() if found.route.waits else state.held():
            return found.answer(self._world, call, who)

    def _is_checked(self) -> bool:
        every = self._world.settings.check_every
        return every > 0 and next(self._count) % every == 0

    def _need_kept(self, call: Call, *, is_checked: bool) -> None:
        wrong = broken_by_call(call) if is_checked else ""
        if wrong:
            self.broken.append(f"call {call.method} {call.path}: {wrong}")
            refuse(400, "BadRequest", wrong)

    def _kept(self, call: Call, answer: Answer) -> Answer:
        """Return the answer, or 500 when it is none that Graph would give."""
        wrong = broken_by_answer(call, answer) if answer.status != 400 else ""
        if not wrong:
            return answer
        self.broken.append(f"answer {call.method} {call.path}: {wrong}")
        return self._refusal(call, RefusedError(500, "generalException", wrong, {}))

    def _refusal(self, call: Call, refused: RefusedError) -> Answer:
        inner = {
            "date": self._world.now().removesuffix("Z"),
            "request-id": new_id(),
            "client-request-id": call.header("client-request-id") or new_id(),
        }
        error = {"code": refused.code, "message": refused.message, "innerError": inner}
        return json_answer(refused.status, {"error": error}, refused.headers)

    def _finished(self, call: Call, answer: Answer, *, app: str, units: int) -> Answer:
        self.note(call, answer.status, app=app, units=units)
        ids = {
            "request-id": new_id(),
            "client-request-id": call.header("client-request-id") or new_id(),
        }
        headers = {**ids, **answer.headers}
        return Answer(status=answer.status, body=answer.body, headers=headers)
