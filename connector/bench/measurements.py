"""What a benchmark measured: ratios with their goals, on a machine that is named."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROCESSORS = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Goal:
    """A bound that a ratio must keep: at least, or at most, so much."""

    text: str
    is_kept_by: Callable[[float], bool]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison. Without a goal it only informs, and counts as met."""

    what: str
    against: str
    ratio: float
    goal: Goal | None = None

    @property
    def met(self) -> bool:
        """Say whether the goal is kept."""
        return self.goal is None or self.goal.is_kept_by(self.ratio)

    def as_json(self) -> dict[str, Any]:
        """Return the row as `samspor bench --format json` prints it."""
        return {
            "what": self.what,
            "against": self.against,
            "ratio": round(self.ratio, 2),
            "goal": self.goal.text if self.goal else None,
            "met": self.met,
        }


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """All rows of one benchmark; `notes` tell what was checked and absolute times."""

    bench: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Say whether every goal is kept."""
        return all(row.met for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return the measurement as `samspor bench --format json` prints it."""
        return {
            "bench": self.bench,
            "machine": machine(),
            "rows": [row.as_json() for row in self.rows],
            "notes": list(self.notes),
        }


def at_least(least: float) -> Goal:
    """Return the goal that a ratio is so large."""
    return Goal(f"≥ {least:g}", lambda ratio: ratio >= least)


def at_most(most: float) -> Goal:
    """Return the goal that a ratio is no larger."""
    return Goal(f"≤ {most:g}", lambda ratio: ratio <= most)


def machine() -> str:
    """Return one line on the machine: processor, cores, system, Python."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {platform.platform()}, {python}"


def _processor() -> str:
    lines = _PROCESSORS.read_text().splitlines() if _PROCESSORS.exists() else []
    names = [line.partition(":")[2] for line in lines if line.startswith("model name")]
    return names[0].strip() if names else platform.processor()
