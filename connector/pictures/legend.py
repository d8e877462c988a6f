"""What the shapes and lines of a trace mean, below the picture: only those in use."""

from __future__ import annotations

from dataclasses import dataclass

from connector.pictures import svg
from connector.pictures.lettering import width
from connector.pictures.routes import DOTS
from connector.pictures.states import TONE_WORDS, Tone, state_words
from connector.pictures.words import Language, phrase
from workflows.trace.links import Trace

SIZE = 12.0
ROW = 24.0
SIGN = 24.0
BETWEEN = 26.0


@dataclass(frozen=True)
class Entry:
    """A mark of 16 by 12 and what it means, with its place in the legend."""

    mark: str
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Legend:
    """The entries, in rows, and the height of them all."""

    entries: tuple[Entry, ...]
    height: float

    def drawn(self, *, x: float, y: float) -> str:
        """Return the legend with its upper left corner at (x, y)."""
        return svg.element(
            "g",
            *(_entry(entry) for entry in self.entries),
            transform=f"translate({svg.number(x)} {svg.number(y)})",
        )


def legend(trace: Trace, *, language: Language, room: float) -> Legend:
    """Return what the marks of `trace` mean, in rows of at most `room`."""
    entries: list[Entry] = []
    x, y = 0.0, 12.0
    for mark, text in _marks(trace, language):
        across = SIGN + width(text, size=SIZE) + BETWEEN
        if x and x + across > room:
            x, y = 0.0, y + ROW
        entries.append(Entry(mark, text, x, y))
        x += across
    return Legend(tuple(entries), y + ROW if entries else 0.0)


def _marks(trace: Trace, language: Language) -> list[tuple[str, str]]:
    tones = {
        state_words(node.kind, node.state).tone for node in trace.nodes if node.state
    }
    marks = [
        (svg.sign(tone, x=2, y=0), TONE_WORDS[tone].of(language))
        for tone in Tone
        if tone in tones
    ]
    if tones & svg.UNFINISHED:
        marks.append((_dashed(), phrase("open_border", language=language)))
    if _has_crossing(trace):
        marks.append((_across(), phrase("across", language=language)))
    if any(edge.kind == "supersedes" for edge in trace.edges):
        marks.append((_dotted(), phrase("superseded", language=language)))
    return marks


def _has_crossing(trace: Trace) -> bool:
    nodes = trace.by_ref
    return any(nodes[e.source].line != nodes[e.target].line for e in trace.edges)


def _dashed() -> str:
    return svg.element(
        "rect",
        x=0.7,
        y=0.7,
        width=15,
        height=10.6,
        rx=3,
        fill=svg.CARD,
        stroke=svg.INK,
        stroke_width=1.3,
        stroke_dasharray="5 3",
    )


def _across() -> str:
    return svg.element("path", d="M0 6h16", stroke=svg.ACROSS, stroke_width=2.6)


def _dotted() -> str:
    return svg.element(
        "path",
        d="M1 6h15",
        stroke=svg.INK,
        stroke_width=1.5,
        stroke_dasharray=DOTS,
        stroke_linecap="round",
    )


def _entry(entry: Entry) -> str:
    return svg.element(
        "g",
        entry.mark,
        svg.lettered(entry.text, x=SIGN, y=10.3, size=SIZE, fill=svg.MUTED),
        transform=f"translate({svg.number(entry.x)} {svg.number(entry.y)})",
    )
