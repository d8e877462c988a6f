"""What has replaced what, told by either side: a pointer is followed both ways.

Somebody says that A is superseded by B, and B says nothing of it: both are linked all
the same, and that only one of them says so is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class OutputSupersession:
    """That `newer` has replaced `older`; `silent` is the one that does not say so."""

    newer: str
    older: str
    silent: str | None = None


def supersessions(told: Iterable[Mapping[str, Any]]) -> list[OutputSupersession]:
    """Return each replacement that anything tells of, by the older one.

    `told` are facts with `ref`, and may be `supersedes` and `superseded_by`. What
    points at something that is not told of is linked too, and that one is silent.
    """
    facts = list(told)
    by_newer = {
        (each["ref"], each["supersedes"]) for each in facts if each.get("supersedes")
    }
    by_older = {
        (each["superseded_by"], each["ref"])
        for each in facts
        if each.get("superseded_by")
    }
    return [
        OutputSupersession(
            newer=newer,
            older=older,
            silent=_silent(newer, older, by_newer=by_newer, by_older=by_older),
        )
        for newer, older in sorted(by_newer | by_older, key=lambda pair: pair[::-1])
    ]


def _silent(
    newer: str,
    older: str,
    *,
    by_newer: set[tuple[str, str]],
    by_older: set[tuple[str, str]],
) -> str | None:
    if (newer, older) not in by_newer:
        return newer
    return older if (newer, older) not in by_older else None
