"""Which act answers which call. The rows stand in `app.py`.

An item of a library is written in four ways: `root`, `items/ID`, and either of them
followed by `:/PATH` and, where more follows, a closing colon.
Source: learn.microsoft.com/graph/onedrive-addressing-driveitems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call
from connector.standin.world import World

ITEM = r"(?:root|items/[^/:]+)(?::/[^:]+:(?=/)|:/[^:]+:?(?=$))?"

# What is given to an act: the world, the call, who calls, and the names in the path.
Act = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """A method and a path, and the act that answers.

    `{item}` stands for an item in any of the four ways, other names for one segment.
    `units` is what the call weighs when SharePoint counts. An act that `waits` for
    somebody outside does not hold the state.
    """

    method: str
    template: str
    act: Act
    units: int = 1
    waits: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The template as a pattern."""
        parts = re.split(r"(\{\w+\})", self.template)
        return re.compile("".join(_part(part) for part in parts))


@dataclass(frozen=True)
class Found:
    """A route, and what the names in its path stood for."""

    route: Route
    names: dict[str, str]

    def answer(self, world: World, call: Call, who: Caller) -> Answer:
        """Let the act answer."""
        return self.route.act(world, call, who, **self.names)


def find(routes: Sequence[Route], method: str, path: str) -> Found | None:
    """Return the route of a call, or None when there is none."""
    for route in routes:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return Found(route, match.groupdict())
    return None


def _part(part: str) -> str:
    if part == "{item}":
        return f"(?P<item>{ITEM})"
    if part.startswith("{"):
        return f"(?P<{part[1:-1]}>[^/:]+)"
    return re.escape(part)
