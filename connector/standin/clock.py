"""The clock of the stand-in: the machine's, or one that stands until it is moved."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time. `starts_at` makes it stand there; `advance` moves either kind."""

    def __init__(self, starts_at: datetime | None = None) -> None:
        self._stands_at = starts_at
        self._moved = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the instant now, in UTC."""
        with self._lock:
            return (self._stands_at or datetime.now(UTC)) + self._moved

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        with self._lock:
            self._moved += timedelta(seconds=seconds)


def written(at: datetime) -> str:
    """Return an instant as Graph writes it: UTC, whole seconds, with Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """Return the instant of an ISO text. Raises `ValueError` when it is none."""
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
