"""The budget of an app: so many resource units a minute, and 429 beyond them.

Source: learn.microsoft.com/sharepoint/dev/general-development/
how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online. A call that is refused
counts as well. From 80 % of the budget the answers tell how much is left.
"""

from __future__ import annotations

import threading

from connector.standin.calls import refuse
from connector.standin.clock import Clock

WINDOW_S = 60
TOLD_FROM = 0.8


class Budget:
    """Counts units in windows of a minute, for each app."""

    def __init__(self, units: int, clock: Clock) -> None:
        self._units = units
        self._clock = clock
        self._lock = threading.Lock()
        self._used: dict[str, tuple[int, int]] = {}

    def need(self, app: str, units: int) -> None:
        """Take units from the budget. Refuses with Retry-After when it is empty."""
        used = self._take(app, units)
        if self._units and used > self._units:
            seconds = {"Retry-After": str(self._left_s())}
            refuse(429, "activityLimitReached", "The request was throttled.", seconds)

    def told(self, app: str) -> dict[str, str]:
        """Return what the answers say of the budget."""
        used = self._take(app, 0)
        if not self._units or used < self._units * TOLD_FROM:
            return {}
        return {
            "RateLimit-Limit": str(self._units),
            "RateLimit-Remaining": str(max(0, self._units - used)),
            "RateLimit-Reset": str(self._left_s()),
        }

    def _take(self, app: str, units: int) -> int:
        window = int(self._clock.now().timestamp()) // WINDOW_S
        with self._lock:
            began, used = self._used.get(app, (window, 0))
            used = units + (used if began == window else 0)
            self._used[app] = (window, used)
            return used

    def _left_s(self) -> int:
        return WINDOW_S - int(self._clock.now().timestamp()) % WINDOW_S
