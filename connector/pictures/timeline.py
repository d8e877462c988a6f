"""Dated events on one axis: the development line above it, the decision line below.

Natural size, container and table beside: as `connector.pictures.trace`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from connector.pictures import svg
from connector.pictures.lettering import wrap
from connector.pictures.sentences import PictureTexts
from connector.pictures.words import LINE_WORDS, MONTHS, Language, day, phrase
from workflows.trace.links import LINES, Line

WIDTH = 1280.0
MARGIN = 12.0
LEFT, RIGHT = 36.0, 1104.0
LABEL = 152.0
TITLE_Y = 38.0
LANES_Y = 58.0
NAME_ROOM = 40.0
AXIS = 34.0
STEM = 16.0
ROW = 66.0
LEADING = 15.0
TICK_ROOM = 64.0
LANE_BOTTOM = 14.0

# The months between two ticks: one, a quarter, half a year, or whole years.
STEPS = (1, 3, 6, 12, 24, 60, 120, 600, 1200, 6000, 12000)


@dataclass(frozen=True)
class Event:
    """Something that happened on a Norwegian day, in one of the two lines."""

    on: date
    label: str
    line: Line


@dataclass(frozen=True)
class _Spot:
    """An event with its place: `row` 0 is nearest to the axis."""

    event: Event
    x: float
    row: int


@dataclass(frozen=True)
class _Scale:
    """The days at the two ends of the axis."""

    first: date
    last: date

    def x(self, on: date) -> float:
        days = max((self.last - self.first).days, 1)
        return LEFT + (RIGHT - LEFT) * (on - self.first).days / days


def timeline_svg(
    events: Sequence[Event], *, language: Language, texts: PictureTexts | None = None
) -> str:
    """Return the events as one standalone, accessible SVG, 1280 wide.

    No label covers another and no stem goes through a label; the picture grows in
    height instead. Equal events give equal text, in whatever order they come.
    """
    ordered = sorted(events, key=lambda event: (event.on, event.line, event.label))
    told = texts or timeline_texts(ordered, language=language)
    scale = _scale(ordered)
    lanes = {line: _placed(ordered, line, scale) for line in LINES}
    axis = LANES_Y + _lane_height(lanes["development"])
    bottom = axis + AXIS + _lane_height(lanes["decision"])
    return svg.picture(
        svg.lettered(
            _one_line(told.title), x=MARGIN + 2, y=TITLE_Y, size=18, font_weight="bold"
        ),
        _lane("development", LANES_Y, axis, language),
        _lane("decision", axis + AXIS, bottom, language),
        *(_ticks(scale, axis) if ordered else ()),
        *(_event(spot, axis, language) for line in LINES for spot in lanes[line]),
        size=(WIDTH, bottom + MARGIN),
        title=told.title,
        description=told.description,
        language=language,
        has_links=False,
    )


def timeline_texts(events: Sequence[Event], *, language: Language) -> PictureTexts:
    """Return the name of a timeline, and its first and last day and counts in words."""
    title = phrase("timeline", language=language)
    if not events:
        nothing = phrase("no_events", language=language)
        return PictureTexts(title=title, description=f"{title}. {nothing}.")
    first, last = min(event.on for event in events), max(event.on for event in events)
    span = f"{day(first)} {phrase('to', language=language)} {day(last)}"
    told = (_counted(events, line, language) for line in LINES)
    return PictureTexts(title=title, description=f"{title} {span}. {' '.join(told)}")


def _counted(events: Sequence[Event], line: Line, language: Language) -> str:
    count = sum(event.line == line for event in events)
    word = phrase("event" if count == 1 else "events", language=language)
    return f"{LINE_WORDS[line].of(language)}: {count} {word}."


def _scale(events: Sequence[Event]) -> _Scale:
    if not events:
        return _Scale(date.min, date.max)
    return _Scale(events[0].on, events[-1].on)


def _placed(events: Sequence[Event], line: Line, scale: _Scale) -> list[_Spot]:
    """Return the events of a line from right to left, each above those it would cover.

    A label stands to the right of its stem. Placed from the right, a label goes one row
    beyond every label that begins within its width, so that their stems end before it.
    """
    spots: list[_Spot] = []
    for event in reversed([event for event in events if event.line == line]):
        x = scale.x(event.on)
        covered = [spot.row for spot in spots if spot.x < x + LABEL]
        spots.append(_Spot(event, x, max(covered, default=-1) + 1))
    return spots


def _lane_height(spots: Sequence[_Spot]) -> float:
    rows = max((spot.row for spot in spots), default=0) + 1
    return NAME_ROOM + rows * ROW + STEM + LANE_BOTTOM


def _one_line(text: str) -> str:
    line = wrap(text, room=WIDTH - 3 * MARGIN, size=18, lines=1, bold=True)
    return "".join(line)


def _lane(line: Line, top: float, bottom: float, language: Language) -> str:
    name_y = top + 26 if line == "development" else bottom - 14
    return svg.element(
        "rect",
        x=MARGIN,
        y=top,
        width=WIDTH - 2 * MARGIN,
        height=bottom - top,
        rx=12,
        fill=svg.BAND[line],
    ) + svg.lettered(
        LINE_WORDS[line].of(language),
        x=MARGIN + 12,
        y=name_y,
        size=16,
        fill=svg.LINE_INK[line],
        font_weight="bold",
    )


def _ticks(scale: _Scale, axis: float) -> Iterator[str]:
    for on, text in _marks(scale):
        x = scale.x(on)
        yield svg.element(
            "path",
            d=f"M{svg.number(x)} {svg.number(axis)}v6",
            stroke=svg.MUTED,
            stroke_width=1.3,
        )
        yield svg.lettered(text, x=x, y=axis + 22, fill=svg.MUTED, text_anchor="middle")


def _marks(scale: _Scale) -> list[tuple[date, str]]:
    """Return the first days of months to mark, as close as there is room for."""
    start = scale.first.year * 12 + scale.first.month - 1
    stop = scale.last.year * 12 + scale.last.month - 1
    step = next(step for step in STEPS if _has_room(stop - start, step))
    months = (month for month in range(start, stop + 1) if month % step == 0)
    days = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [(on, _mark(on, step)) for on in days if on >= scale.first]


def _has_room(months: int, step: int) -> bool:
    return (RIGHT - LEFT) * step / max(months, 1) >= TICK_ROOM


def _mark(on: date, step: int) -> str:
    return str(on.year) if step >= 12 else f"{MONTHS[on.month - 1]} {on.year}"


def _event(spot: _Spot, axis: float, language: Language) -> str:
    is_above = spot.event.line == "development"
    root = axis if is_above else axis + AXIS
    reach = STEM + spot.row * ROW
    top = root - reach - ROW if is_above else root + reach
    far = top if is_above else top + _depth(spot)
    ink = svg.LINE_INK[spot.event.line]
    title = f"{day(spot.event.on)}: {spot.event.label}"
    return svg.element(
        "g",
        svg.words("title", f"{title} ({LINE_WORDS[spot.event.line].of(language)})"),
        svg.element(
            "path",
            d=f"M{svg.number(spot.x)} {svg.number(root)}V{svg.number(far)}",
            stroke=ink,
            stroke_width=1.3,
        ),
        _dot(spot, root),
        _label(spot, top),
        data_event=title,
        data_box=" ".join(map(svg.number, (spot.x, top, LABEL, ROW))),
    )


def _dot(spot: _Spot, y: float) -> str:
    """Return the mark on the axis: round in one line, square in the other."""
    ink = svg.LINE_INK[spot.event.line]
    if spot.event.line == "development":
        return svg.element("circle", cx=spot.x, cy=y, r=4.5, fill=ink)
    return svg.element("rect", x=spot.x - 4, y=y - 4, width=8, height=8, fill=ink)


def _lines(spot: _Spot) -> tuple[str, ...]:
    return wrap(spot.event.label, room=LABEL - 16, size=12, lines=3)


def _depth(spot: _Spot) -> float:
    """Return the height of the written label, its day included."""
    return 16 + LEADING * len(_lines(spot))


def _label(spot: _Spot, top: float) -> str:
    ink = svg.LINE_INK[spot.event.line]
    written = [
        svg.lettered(line, x=spot.x + 7, y=top + 12 + LEADING * number)
        for number, line in enumerate(_lines(spot), start=1)
    ]
    when = svg.lettered(
        day(spot.event.on), x=spot.x + 7, y=top + 12, fill=ink, font_weight="bold"
    )
    return when + "".join(written)
