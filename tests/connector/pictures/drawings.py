"""Reading a picture back: what the tests ask of an SVG."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from hypothesis import strategies as st
from lxml import etree

from workflows.trace.links import KINDS, LINES, RELATIONS, Edge, Node, Trace

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def covers(self, other: Box) -> bool:
        """Touching sides are no overlap; a tenth is lost in rounding."""
        return (
            self.x + self.width > other.x + 0.15
            and other.x + other.width > self.x + 0.15
            and self.y + self.height > other.y + 0.15
            and other.y + other.height > self.y + 0.15
        )


def parsed(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


def boxes(root: etree._Element) -> list[Box]:
    found = root.iter(f"{SVG}g")
    written = (g.get("data-box") for g in found)
    return [Box(*map(float, box.split())) for box in written if box]


def overlaps(found: list[Box]) -> list[tuple[Box, Box]]:
    return [(a, b) for a, b in combinations(found, 2) if a.covers(b)]


def marks(root: etree._Element, name: str) -> list[str]:
    return [g.get(name, "") for g in root.iter(f"{SVG}g") if g.get(name) is not None]


def texts(root: etree._Element) -> str:
    return " ".join(t.text or "" for t in root.iter(f"{SVG}text"))


nodes = st.builds(
    Node,
    ref=st.from_regex(r"[A-Z]{1,3}-[0-9]{1,4}", fullmatch=True),
    kind=st.sampled_from(KINDS),
    title=st.text(max_size=60),
    line=st.sampled_from(LINES),
    on=st.none() | st.dates(),
)


@st.composite
def traces(draw: st.DrawFn, *, acyclic: bool, most: int = 40) -> Trace:
    drawn = draw(
        st.lists(nodes, min_size=1, max_size=most, unique_by=lambda node: node.ref)
    )
    numbers = st.integers(0, len(drawn) - 1)
    pairs = draw(st.lists(st.tuples(numbers, numbers), max_size=80))
    relations = st.sampled_from([r for r in RELATIONS if r != "supersedes"])
    kinds = relations if acyclic else st.sampled_from(RELATIONS)
    ends = [sorted(pair) for pair in pairs if pair[0] != pair[1]] if acyclic else pairs
    edges = dict.fromkeys(
        Edge(drawn[a].ref, drawn[b].ref, draw(kinds)) for a, b in ends
    )
    return Trace(drawn[0].ref, tuple(drawn), tuple(edges))
