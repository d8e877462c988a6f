"""The way of each relation through the picture: its bends, its curve, its arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from connector.pictures import svg
from connector.pictures.layout import Item, Segment
from connector.pictures.sheets import Sheet
from workflows.trace.links import Edge

BEND = 14.0
TIP = 7.0
SIDE = 20.0
RING = 6.0
DOTS = "1 4"

# Two boxes this near each other, at most, have nothing between them.
STRAIGHT = 26.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Route:
    """Where an edge passes, from left to right: two ends and the bends between them.

    `is_onward` says that the work flows from left to right, as it mostly does.
    """

    edge: Edge
    stops: tuple[str, ...]
    columns: tuple[int, ...]
    is_onward: bool


@dataclass(frozen=True)
class Ground:
    """What the routes pass: the columns, and where boxes and bends stand.

    `centres` and `heights` are by key; `root` is the key of the box with a ring.
    """

    sheet: Sheet
    centres: Mapping[str, float]
    heights: Mapping[str, float]
    root: str

    def left(self, stop: str, column: int) -> Point:
        """Return the middle of the left side of a box or bend."""
        return self.sheet.lefts[column] - self._ring(stop), self.centres[stop]

    def right(self, stop: str, column: int) -> Point:
        """Return the middle of the right side of a box or bend."""
        side = self.sheet.lefts[column] + self.sheet.box
        return side + self._ring(stop), self.centres[stop]

    def _ring(self, stop: str) -> float:
        return RING if stop == self.root else 0.0


def route(edge: Edge, column: Mapping[str, int]) -> Route:
    """Return the way of `edge`; edges that leave one node share their bends."""
    before, after = edge.flow
    left, right = sorted((before, after), key=column.__getitem__)
    between = range(column[left] + 1, column[right])
    way = "on" if left == before else "back"
    bends = (f"{way} {number} {before}" for number in between)
    return Route(
        edge=edge,
        stops=(end(left), *bends, end(right)),
        columns=(column[left], *between, column[right]),
        is_onward=left == before,
    )


def end(ref: str) -> str:
    """Return the key of a node in the layout; it is never the key of a bend."""
    return f"node {ref}"


def bends(routes: Sequence[Route]) -> list[Item]:
    """Return the bends of all routes, each once, as items that take a little room."""
    found = {
        stop: column
        for way in routes
        for stop, column in zip(way.stops[1:-1], way.columns[1:-1], strict=True)
    }
    return [Item(stop, column, BEND) for stop, column in found.items()]


def segments(routes: Sequence[Route]) -> list[Segment]:
    """Return the links between neighbouring columns, each once."""
    found = {
        Segment(left, right): None
        for way in routes
        if way.columns[0] != way.columns[-1]
        for left, right in pairwise(way.stops)
    }
    return list(found)


def drawn(way: Route, *, ground: Ground, title: str, ink: str, thickness: float) -> str:
    """Return the edge as a group: its sentence, its curve and its arrow."""
    is_within = way.columns[0] == way.columns[-1]
    curve, tip = _within(way, ground) if is_within else _through(way, ground)
    return svg.element(
        "g",
        svg.words("title", title),
        svg.element(
            "path",
            d=curve,
            fill="none",
            stroke=ink,
            stroke_width=thickness,
            stroke_dasharray=DOTS if way.edge.kind == "supersedes" else "none",
            stroke_linecap="round",
        ),
        svg.element("path", d=tip, fill=ink),
        data_edge=f"{way.edge.source} {way.edge.kind} {way.edge.target}",
    )


def _through(way: Route, ground: Ground) -> tuple[str, str]:
    points = list(_points(way, ground))
    at, heading = (points[-1], 1.0) if way.is_onward else (points[0], -1.0)
    shortened = (at[0] - heading * (TIP - 1), at[1])
    points[-1 if way.is_onward else 0] = shortened
    return _curve(points), _tip(at, heading)


def _points(way: Route, ground: Ground) -> Iterator[Point]:
    """Yield the points of the curve: both edges of each bend, and of the ends one."""
    last = len(way.stops) - 1
    for number, (stop, column) in enumerate(zip(way.stops, way.columns, strict=True)):
        if number > 0:
            yield ground.left(stop, column)
        if number < last:
            yield ground.right(stop, column)


def _within(way: Route, ground: Ground) -> tuple[str, str]:
    """Return curve and arrow between two boxes of one column.

    Neighbours are joined straight, others by a curve on their right.
    """
    start, finish = (end(ref) for ref in way.edge.flow)
    down = 1.0 if ground.centres[start] < ground.centres[finish] else -1.0
    leave = ground.centres[start] + down * ground.heights[start] / 2
    arrive = ground.centres[finish] - down * ground.heights[finish] / 2
    if 0 < down * (arrive - leave) <= STRAIGHT:
        middle = ground.sheet.lefts[way.columns[0]] + ground.sheet.box / 2
        return _straight(middle, leave, arrive)
    return _beside(way, ground)


def _straight(x: float, leave: float, arrive: float) -> tuple[str, str]:
    down = 1.0 if arrive > leave else -1.0
    back = arrive - down * TIP
    curve = f"M{_pair((x, leave))}V{svg.number(back + down)}"
    sides = f"L{_pair((x - 4, back))}L{_pair((x + 4, back))}"
    return curve, f"M{_pair((x, arrive))}{sides}z"


def _beside(way: Route, ground: Ground) -> tuple[str, str]:
    """Return a curve on the right of a column; from a box to itself, a small loop."""
    start, finish = (end(ref) for ref in way.edge.flow)
    x, leave = ground.right(start, way.columns[0])
    to_x, arrive = ground.right(finish, way.columns[0])
    nudge = 10.0 if leave < arrive else -10.0
    leave, arrive = leave + nudge, arrive - nudge
    out = max(x, to_x) + SIDE
    curve = _pair((out, leave)), _pair((out, arrive)), _pair((to_x + TIP - 1, arrive))
    return f"M{_pair((x, leave))}C{' '.join(curve)}", _tip((to_x, arrive), -1.0)


def _curve(points: Sequence[Point]) -> str:
    """Return a path that is level at every point; every second piece is straight."""
    steps = [f"M{_pair(points[0])}"]
    for number, (here, there) in enumerate(pairwise(points)):
        middle = (here[0] + there[0]) / 2
        bent = f"C{_pair((middle, here[1]))} {_pair((middle, there[1]))} {_pair(there)}"
        steps.append(f"H{svg.number(there[0])}" if number % 2 else bent)
    return "".join(steps)


def _tip(at: Point, heading: float) -> str:
    back = at[0] - heading * TIP
    return f"M{_pair(at)}L{_pair((back, at[1] - 4))}L{_pair((back, at[1] + 4))}z"


def _pair(point: Point) -> str:
    return f"{svg.number(point[0])} {svg.number(point[1])}"
