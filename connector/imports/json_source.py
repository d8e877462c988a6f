"""One source of JSON on the web, read only, politely and within limits.

Only the source's own address is asked: what points elsewhere, as a redirect or a link
to the next page, is refused. The environment is not read, so no proxy and no password
from a `.netrc` comes along. At most one call a second; a call that fails in passing is
tried again, each time after a longer wait.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit

from connector.imports.errors import SourceAwayError, SourceRefusedError
from connector.imports.problems import problem
from connector.wire import (
    Answer,
    BrokenOffError,
    Parameters,
    Question,
    TooMuchError,
    Wire,
)

PUBLIC_HOSTS: Final = frozenset({"api.einnsyn.no", "api.test.einnsyn.no"})
THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})
USER_AGENT: Final = "Samspor (reads what a municipality has published)"
OK: Final = 200
GONE: Final = frozenset({404, 410})
TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS: Final = 3
LONGEST_WAIT_S: Final = 120.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long a source is waited for, in seconds, and how much of it is read.

    `reading_s` is for all the calls together, `call_s` for one answer to its last byte,
    `silence_s` between two bytes; `gap_s` is the least time between two calls.
    """

    reading_s: float = 3600.0
    call_s: float = 60.0
    silence_s: float = 20.0
    gap_s: float = 1.0
    attempts: int = 4
    max_bytes: int = 20_000_000


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A clock that only goes forward, in seconds, and how to wait by it."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class _PassingError(Exception):
    """A call that failed, and may go well the next time."""

    def __init__(self, *, wait_s: float = 0.0) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


@dataclass
class JsonSource:
    """The source at `origin`, as «https://api.einnsyn.no»; close it after use."""

    origin: str
    limits: Limits = field(default_factory=Limits)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        """Refuse an origin that is none of ours before anything is asked."""
        parts = urlsplit(self.origin)
        self.name = parts.hostname or self.origin
        is_public = parts.scheme == "https" and self.name in PUBLIC_HOSTS
        is_own = parts.scheme in {"http", "https"} and self.name in THIS_MACHINE
        if not (is_public or is_own) or parts.path.strip("/") or parts.query:
            raise SourceRefusedError(self.name, problem("source_unknown"))
        self._began = self.clock.now()
        self._free_at = self._began
        self._wire = Wire(user_agent=USER_AGENT, silence_s=self.limits.silence_s)

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def get(self, path: str, parameters: Parameters | None = None) -> object:
        """Return the JSON value at a path, `None` when nothing is there (404, 410).

        Raises:
            SourceAwayError: no sound answer came in time; it may come later.
            SourceRefusedError: the source answers what cannot be used.
        """
        address = self._own(path)
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._asked(address, parameters or {})
            except _PassingError as trouble:
                self._wait(max(2.0**attempt, trouble.wait_s), is_last=self._is(attempt))
        raise SourceAwayError(self.name, problem("source_away", self.limits.attempts))

    def cursor_of(self, link: str) -> tuple[str, ...]:
        """Return where the page that a link points to starts, from its address.

        Raises:
            SourceRefusedError: the link points to another address, or to no place.
        """
        asked = parse_qs(urlsplit(self._own(link)).query)
        cursor = tuple(asked.get("startingAfter", ()))
        if not cursor:
            raise SourceRefusedError(self.name, problem("source_lost"))
        return cursor

    def _is(self, attempt: int) -> bool:
        return attempt == self.limits.attempts

    def _own(self, link: str) -> str:
        """Return the address of a link, relative or not, on this very origin."""
        address = urljoin(f"{self.origin.rstrip('/')}/", link)
        theirs, ours = urlsplit(address), urlsplit(self.origin)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise SourceRefusedError(self.name, problem("source_elsewhere"))
        return address

    def _asked(self, address: str, parameters: Parameters) -> object:
        for _ in range(MAX_REDIRECTS + 1):
            self._take_turn()
            answer = self._answer(address, parameters)
            if answer.status not in REDIRECTS:
                wait_s = _seconds(answer.headers.get("Retry-After", ""))
                return self._value(answer.status, answer.body, wait_s)
            address, parameters = (
                self._own(urljoin(address, answer.headers.get("Location", ""))),
                {},
            )
        raise SourceRefusedError(self.name, problem("source_elsewhere"))

    def _answer(self, address: str, parameters: Parameters) -> Answer:
        left = self._began + self.limits.reading_s - self.clock.now()
        try:
            return self._wire.ask(
                Question(
                    address=address,
                    parameters=parameters,
                    within_s=min(self.limits.call_s, left),
                    max_bytes=self.limits.max_bytes,
                )
            )
        except TooMuchError as trouble:
            raise SourceRefusedError(
                self.name, problem("source_too_big", self.limits.max_bytes // 1_000_000)
            ) from trouble
        except BrokenOffError as trouble:
            raise _PassingError from trouble

    def _value(self, status: int, body: bytes, wait_s: float) -> object:
        if status in TRY_AGAIN:
            raise _PassingError(wait_s=min(wait_s, LONGEST_WAIT_S))
        if status in GONE:
            return None
        if status != OK:
            raise SourceRefusedError(self.name, problem("source_refuses", status))
        # A wrong address is answered with a page for people, and with «all is well».
        if body.lstrip().startswith(b"<"):
            raise SourceRefusedError(self.name, problem("source_web_page"))
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as trouble:
            raise _PassingError from trouble

    def _take_turn(self) -> None:
        """Wait until a second has gone since the call before."""
        self._wait(self._free_at - self.clock.now(), is_last=False)
        self._free_at = self.clock.now() + self.limits.gap_s

    def _wait(self, seconds: float, *, is_last: bool) -> None:
        """Wait, unless the time for the whole reading is over first."""
        over_at = self._began + self.limits.reading_s
        if self.clock.now() + max(seconds, 0.0) >= over_at:
            raise SourceAwayError(self.name, problem("source_slow"))
        if seconds > 0 and not is_last:
            self.clock.sleep(seconds)


def _seconds(asked: str) -> float:
    """Return the seconds of a Retry-After; one that is a date counts as none."""
    return float(asked) if asked.strip().isdigit() else 0.0
