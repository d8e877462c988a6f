"""The fault script: which call goes wrong, and how.

A fault is an object: `fault` is its name; `match` says which call, by `method`, by
`path` (a regular expression that is searched for) and by `nth` (which of the matching
calls, from 1); `times` is how many calls go wrong from there on. `seconds` is what
Retry-After says, how late a notification is, or how slowly bytes drip. `work` says
whether the call does its work all the same.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Answered with this status and this code, and nothing is done.
REFUSALS: Mapping[str, tuple[int, str]] = {
    "401-expired": (401, "InvalidAuthenticationToken"),
    "401-claims": (401, "InvalidAuthenticationToken"),
    "403": (403, "accessDenied"),
    "404": (404, "itemNotFound"),
    "409": (409, "nameAlreadyExists"),
    "410-apply": (410, "resyncChangesApplyDifferences"),
    "410-upload": (410, "resyncChangesUploadDifferences"),
    "412": (412, "preconditionFailed"),
    "416": (416, "invalidRange"),
    "423": (423, "resourceLocked"),
    "429": (429, "activityLimitReached"),
    "429-date": (429, "activityLimitReached"),
    "429-seconds": (429, "activityLimitReached"),
    "500": (500, "generalException"),
    "502": (502, "badGateway"),
    "503": (503, "serviceNotAvailable"),
    "503-seconds": (503, "serviceNotAvailable"),
    "504": (504, "gatewayTimeout"),
    "507": (507, "quotaLimitReached"),
}
# The connection itself: no answer, or one that breaks off or never ends.
BREAKS = ("timeout", "reset", "reset-after-work", "half-body", "drip")
# An answer that looks well and is not, or leads somewhere else.
LIES = (
    *("html", "not-json", "empty", "wrong-shape"),
    *("redirect", "next-link"),
)
# What happens to a notification on its way; `method` is NOTIFY.
LOSSES = ("lost", "doubled", "late")
NAMES = frozenset({*REFUSALS, *BREAKS, *LIES, *LOSSES})
AFTER_WORK = frozenset({"reset-after-work", "half-body", "drip", "next-link"})
SECONDS = 2.0


class WrongFaultError(ValueError):
    """A fault script is not understood."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One line of the script."""

    name: str
    method: str = ""
    path: str = ""
    nth: int = 1
    times: int = 1
    seconds: float = SECONDS
    does_work: bool = False

    def is_for(self, method: str, path: str) -> bool:
        """Return whether a call is one of those that are counted."""
        named = not self.method or self.method == method
        return named and re.search(self.path, path) is not None


@dataclass
class _Line:
    """A fault with the calls that it was for, and how often it was made."""

    fault: Fault
    seen: int = 0
    made: int = 0
    is_due: bool = False

    def count(self, method: str, path: str) -> None:
        """Count a call, and say whether this fault is due for it.

        A fault that had to wait because another hit the call is due at the next.
        """
        is_for = self.fault.is_for(method, path)
        self.seen += is_for
        is_left = self.seen >= self.fault.nth and self.made < self.fault.times
        self.is_due = is_for and is_left


class Faults:
    """The script that runs, and the faults that were made so far."""

    def __init__(self, script: Iterable[Mapping[str, Any]] = ()) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Line] = []
        self.made: list[str] = []
        self.add(*script)

    def add(self, *lines: Mapping[str, Any]) -> None:
        """Add lines. Raises `WrongFaultError` when one is not understood."""
        read = [_read(line) for line in lines]
        with self._lock:
            self._waiting += [_Line(fault) for fault in read]

    def clear(self) -> None:
        """Forget the script."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return what goes wrong with a call, None when nothing does."""
        with self._lock:
            for each in self._waiting:
                each.count(method, path)
            hit = next((each for each in self._waiting if each.is_due), None)
            if hit is None:
                return None
            hit.made += 1
            self.made.append(f"{hit.fault.name} {method} {path}")
            return hit.fault


def _read(line: Mapping[str, Any]) -> Fault:
    name, match = line.get("fault"), line.get("match", {})
    known = {"match", "fault", "times", "seconds", "work"}
    if name not in NAMES or line.keys() - known:
        raise WrongFaultError(f"{dict(line)}: one of {', '.join(sorted(NAMES))}")
    try:
        re.compile(match.get("path", ""))
    except re.error as error:
        raise WrongFaultError(f"{match['path']}: {error}") from None
    return Fault(
        name=name,
        method=match.get("method", ""),
        path=match.get("path", ""),
        nth=match.get("nth", 1),
        times=line.get("times", 1),
        seconds=line.get("seconds", SECONDS),
        does_work=line.get("work", name in AFTER_WORK),
    )
