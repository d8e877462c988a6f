"""How fast one tenant is asked: a budget of resource units, and one probe at a time.

SharePoint counts an app's calls in resource units, per tenant; the smallest tenants get
1,200 a minute. A refused call counts too, so after a refusal everybody waits, and then
one call goes first. The budget holds for one opened tenant; there is one round of the
library at a time, which is what asks for much.
Source: https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

UNITS_PER_MIN: Final = 1_000.0
BURST_UNITS: Final = 200.0
PROBE_POLL_S: Final = 0.25
FIRST_BACKOFF_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 30.0
LONGEST_ASKED_S: Final = 86_400.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A clock that only goes forward, in seconds, the instant, waiting, and chance."""

    now: Callable[[], float] = time.monotonic
    instant: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class TooLateError(Exception):
    """The turn comes after the deadline, in `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class Pace:
    """The turns of one tenant; threads share it."""

    def __init__(
        self,
        clock: Clock,
        *,
        units_per_min: float = UNITS_PER_MIN,
        burst: float = BURST_UNITS,
    ) -> None:
        self._clock = clock
        self._rate = units_per_min / 60
        self._burst = self._units = burst
        self._filled_at = clock.now()
        self._shut_until: float | None = None
        self._is_probing = False
        self._refusals = 0
        self._lock = threading.Lock()

    def take(self, units: int, *, over_at: float) -> bool:
        """Wait for a turn that costs `units`; tell whether it is a probe.

        Raises:
            TooLateError: it would come after `over_at`; nothing was waited for.
        """
        while True:
            wait_s, is_probe = self._tried(units)
            if wait_s <= 0:
                return is_probe
            if self._clock.now() + wait_s > over_at:
                raise TooLateError(wait_s)
            self._clock.sleep(wait_s)

    def shut(self, asked_s: float | None) -> float:
        """Let nobody ask for so many seconds, and return how many.

        When the refusal named none, they double with each refusal in a row.
        """
        with self._lock:
            self._refusals += 1
            doubled = backoff_s(self._refusals + 1, chance=self._clock.chance())
            wait_s = doubled if asked_s is None else asked_s
            at = self._clock.now() + wait_s
            self._shut_until = max(at, self._shut_until or at)
            return wait_s

    def shut_s(self) -> float:
        """Return for how many seconds nobody may ask, 0 when everybody may."""
        with self._lock:
            return max(self._shut_s(), 0.0)

    def open(self) -> None:
        """A call came through: everybody may ask again, unless told to wait since."""
        with self._lock:
            if self._shut_until is not None and self._clock.now() >= self._shut_until:
                self._shut_until = None
                self._refusals = 0

    def probed(self) -> None:
        """The probe is over, however it went."""
        with self._lock:
            self._is_probing = False

    def _tried(self, units: int) -> tuple[float, bool]:
        with self._lock:
            wait_s = max(self._shut_s(), self._short_s(min(units, self._burst)))
            if wait_s > 0:
                return wait_s, False
            self._units -= min(units, self._burst)
            is_probe = self._shut_until is not None
            self._is_probing = self._is_probing or is_probe
            return 0.0, is_probe

    def _shut_s(self) -> float:
        if self._shut_until is None:
            return 0.0
        left = self._shut_until - self._clock.now()
        return max(left, PROBE_POLL_S) if self._is_probing else left

    def _short_s(self, units: float) -> float:
        now = self._clock.now()
        gained = (now - self._filled_at) * self._rate
        self._units, self._filled_at = min(self._burst, self._units + gained), now
        return (units - self._units) / self._rate


def asked_wait_s(retry_after: str | None, *, at: datetime) -> float | None:
    """Return the seconds that a Retry-After asks for, in either of its forms.

    None when there is none, or none that can be read. Source: RFC 9110, 10.2.3.
    """
    if retry_after is None:
        return None
    given = retry_after.strip()
    if given.isascii() and given.isdigit():
        return min(float(given[:9]), LONGEST_ASKED_S)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return None
    # A date without a zone is one of GMT: there is no other in HTTP.
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - at).total_seconds(), 0.0), LONGEST_ASKED_S)


def backoff_s(attempt: int, *, chance: float) -> float:
    """Return the wait after an attempt, 1 the first: doubled each time, with jitter.

    `chance` lies between 0 and 1. At least half of the doubled time is always waited.
    """
    doubled = FIRST_BACKOFF_S * 2.0 ** min(attempt - 1, 16)
    return min(doubled, LONGEST_BACKOFF_S) * (0.5 + chance / 2)
