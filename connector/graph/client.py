"""The one place that asks Microsoft Graph, within time, size, pace and the own hosts.

A call is repeated only when that can do no harm: Graph said that it did nothing (429),
nothing had left this machine, or doing it twice comes to the same. What would have to
wait beyond the deadline is given back at once, as `ThrottledError` with the time from
which a job may ask again. Source: https://learn.microsoft.com/graph/best-practices-concept
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from connector.graph.addresses import Addresses, OutsideError
from connector.graph.answers import Reply, traced
from connector.graph.errors import (
    DeadlineError,
    ElsewhereError,
    GraphError,
    MalformedError,
    ServiceAwayError,
    ThrottledError,
    Trail,
)
from connector.graph.pace import Clock, Pace, TooLateError, asked_wait_s, backoff_s
from connector.wire import BrokenOffError, Question, TooMuchError, Wire

logger = logging.getLogger(__name__)

USER_AGENT: Final = "NONISV|Samspor|Samspor/1.0"
UNAUTHORIZED: Final = 401
ASKED_TOO_MUCH: Final = 429
AWAY: Final = 503
FAILED: Final = 400
REDIRECTS: Final = range(300, 400)
NOT_CHANGED: Final = 304
PASSING: Final = frozenset({408, 500, 502, 503, 504})
HARMLESS: Final = frozenset({"GET"})
QUERY_SAFE: Final = "@$,:'()*"


class Bearer(Protocol):
    """Who asks: gives a token, and forgets one that Graph did not take."""

    def token(self) -> str:
        """Return a token that is good for some minutes more."""

    def forget(self, token: str) -> None:
        """Give another token the next time."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long one call may take in all, how often it is tried, how much is read."""

    call_s: float = 60.0
    attempts: int = 4
    max_bytes: int = 16_000_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call. Each `{}` of the route is filled with a part, encoded.

    `value` is sent as JSON, `content` as it is. `units` are SharePoint's resource
    units. `may_repeat` says that doing it twice comes to the same as once; reading
    always does. `link` is an address that Graph gave, asked instead of the route; when
    it `is_signed`, without a token. Only a call that `may_point` may be answered with
    where the thing is found.
    """

    method: str = "GET"
    route: str
    parts: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    value: Mapping[str, Any] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    content_type: str = "application/octet-stream"
    link: str | None = field(default=None, repr=False)
    is_signed: bool = False
    may_point: bool = False
    units: int = 1
    may_repeat: bool = False
    max_bytes: int | None = None

    @property
    def is_harmless(self) -> bool:
        """Whether it may be asked again when nobody knows how it went."""
        return self.may_repeat or self.method in HARMLESS


class _PassingError(Exception):
    """A call that may go well the next time, and was not, or may be, repeated."""

    def __init__(
        self, error: GraphError, *, wait_s: float | None, attempts: int = 99
    ) -> None:
        super().__init__(error)
        self.error = error
        self.wait_s = wait_s
        self.attempts = attempts


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Graph for one tenant, asked as one bearer.

    A call has `limits.call_s` seconds; `within` sets a deadline for many together.
    Threads may share it.
    """

    wire: Wire
    bearer: Bearer
    pace: Pace
    addresses: Addresses = field(default_factory=Addresses)
    clock: Clock = field(default_factory=Clock)
    limits: Limits = field(default_factory=Limits)
    over_at: float | None = None

    def within(self, seconds: float) -> Graph:
        """Return the same, for calls that are all over in so many seconds."""
        over_at = self.clock.now() + seconds
        earlier = over_at if self.over_at is None else min(over_at, self.over_at)
        return replace(self, over_at=earlier)

    def left_s(self) -> float:
        """Return how many seconds a call would have now."""
        return self._over_at() - self.clock.now()

    def ask(self, call: Call) -> Reply:
        """Return the answer; its status is below 400, or 304.

        Raises:
            GraphError: one of its kinds, see `connector.graph.errors`.
        """
        over_at = self._over_at()
        attempt = 1
        while True:
            try:
                return self._turn(call, over_at)
            except _PassingError as trouble:
                self._wait(trouble, attempt, over_at)
            attempt += 1

    def _over_at(self) -> float:
        over_at = self.clock.now() + self.limits.call_s
        return over_at if self.over_at is None else min(over_at, self.over_at)

    def _wait(self, trouble: _PassingError, attempt: int, over_at: float) -> None:
        """Wait before the next attempt; what cannot be waited for is raised."""
        wait_s = trouble.wait_s
        if wait_s is None:
            wait_s = backoff_s(attempt, chance=self.clock.chance())
        is_last = attempt >= min(self.limits.attempts, trouble.attempts)
        if is_last or self.clock.now() + wait_s >= over_at:
            raise trouble.error
        if wait_s > 0:
            self.clock.sleep(wait_s)

    def _turn(self, call: Call, over_at: float) -> Reply:
        """Ask once, when it is this call's turn."""
        trail = Trail(
            what=f"{call.method} {call.route}", client_request_id=str(uuid.uuid4())
        )
        try:
            is_probe = self.pace.take(call.units, over_at=over_at)
        except TooLateError as late:
            raise self._throttled(trail, late.wait_s) from None
        try:
            return self._judged(call, self._asked(call, trail, over_at))
        finally:
            if is_probe:
                self.pace.probed()

    def _asked(self, call: Call, trail: Trail, over_at: float) -> Reply:
        token = None if call.is_signed else self.bearer.token()
        question = self._question(call, trail, token, over_at)
        try:
            answer = self.wire.ask(question)
        except BrokenOffError as broken:
            raise self._broken_off(call, trail, broken) from broken
        except TooMuchError:
            raise MalformedError(
                trail, where="size", may_be_done=not call.is_harmless
            ) from None
        if answer.status == UNAUTHORIZED and token is not None:
            self.bearer.forget(token)
        found = replace(trail, status=answer.status)
        return Reply(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            trail=traced(found, answer.headers, answer.body)
            if answer.status >= FAILED
            else replace(found, request_id=answer.headers.get("request-id", "")),
            may_be_done=not call.is_harmless,
        )

    def _question(
        self, call: Call, trail: Trail, token: str | None, over_at: float
    ) -> Question:
        headers = {"client-request-id": trail.client_request_id, **call.headers}
        content = call.content
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if call.value is not None:
            content = json.dumps(call.value, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        elif content is not None:
            headers["Content-Type"] = call.content_type
        return Question(
            method=call.method,
            address=self._address(call, trail),
            headers=headers,
            content=content,
            within_s=over_at - self.clock.now(),
            max_bytes=call.max_bytes or self.limits.max_bytes,
        )

    def _address(self, call: Call, trail: Trail) -> str:
        try:
            if call.link is None:
                asked = urlencode(call.query, safe=QUERY_SAFE)
                address = self.addresses.of(call.route, *call.parts)
                return f"{address}?{asked}" if asked else address
            if call.is_signed:
                return self.addresses.signed(call.link)
            return self.addresses.link(call.link)
        except OutsideError:
            raise ElsewhereError(trail) from None

    def _judged(self, call: Call, reply: Reply) -> Reply:
        """Return a good answer; tell whether another may be asked again."""
        if reply.status == ASKED_TOO_MUCH or self._asks_to_wait(reply):
            raise self._shut(call, reply)
        self.pace.open()
        if reply.status < FAILED:
            return self._unmoved(call, reply)
        error = reply.error()
        logger.info("Microsoft 365 refused a call", extra={"trail": str(reply.trail)})
        if reply.status == UNAUTHORIZED and not call.is_signed:
            raise _PassingError(error, wait_s=0.0, attempts=2)
        if reply.status in PASSING and call.is_harmless:
            raise _PassingError(error, wait_s=None)
        raise error

    def _unmoved(self, call: Call, reply: Reply) -> Reply:
        """Return the answer, unless it points elsewhere and that was not asked for."""
        is_moved = reply.status in REDIRECTS and reply.status != NOT_CHANGED
        if is_moved and not call.may_point:
            raise reply.malformed("status")
        return reply

    def _asks_to_wait(self, reply: Reply) -> bool:
        return reply.status == AWAY and "Retry-After" in reply.headers

    def _shut(self, call: Call, reply: Reply) -> Exception:
        asked = asked_wait_s(reply.headers.get("Retry-After"), at=self.clock.instant())
        wait_s = self.pace.shut(asked)
        logger.warning(
            "Microsoft 365 asks to wait",
            extra={"wait_s": wait_s, "trail": str(reply.trail)},
        )
        error = self._throttled(reply.trail, wait_s)
        # A refusal (429) was not carried out; of a failure (503) nobody knows.
        is_safe = reply.status == ASKED_TOO_MUCH or call.is_harmless
        return _PassingError(error, wait_s=0.0) if is_safe else reply.error()

    def _throttled(self, trail: Trail, wait_s: float) -> ThrottledError:
        until = self.clock.instant() + timedelta(seconds=wait_s)
        return ThrottledError(trail, until=until)

    def _broken_off(
        self, call: Call, trail: Trail, broken: BrokenOffError
    ) -> Exception:
        kind = DeadlineError if broken.is_late else ServiceAwayError
        may_be_done = broken.is_sent and not call.is_harmless
        error = kind(trail, may_be_done=may_be_done)
        return error if may_be_done else _PassingError(error, wait_s=None)
