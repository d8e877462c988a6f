"""The picture of a trace: what it came from to the left, what came of it to the right.

The development line stands in the left band, the decision line in the right one, with a
border between them. The picture has its natural size (all text at 12 px or more) and
must not be shrunk: put it in a container with `overflow-x: auto` that takes the focus
(`tabindex="0"`, a role and a name), so that it scrolls on a narrow screen and by
keyboard; WCAG 2.2, 1.4.10 makes this exception for diagrams. The same data as a table
comes from `connector.pictures.table` and belongs beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector.pictures import cards, routes, svg
from connector.pictures.cards import Card, Href, Style
from connector.pictures.layout import Item, arrange
from connector.pictures.legend import legend
from connector.pictures.lettering import wrap
from connector.pictures.routes import Ground, Route
from connector.pictures.sentences import PictureTexts, relation_sentence, trace_texts
from connector.pictures.sheets import BAND_PADDING, MARGIN, Sheet, natural, place, sheet
from connector.pictures.words import (
    LINE_WORDS,
    MIXED_COLUMN_WORDS,
    Language,
    kind_word,
    phrase,
)
from workflows.trace.links import LINES, Edge, Line, Node, Trace

TITLE_Y = 38.0
BAND_Y = 58.0
NAMES_Y = 86.0
HEADINGS_Y = 116.0
CARDS_Y = 138.0
LEGEND_GAP = 6.0

SPACE = 16.0


@dataclass(frozen=True)
class Plan:
    """Where everything stands; `centres` has the middles of cards and of bends."""

    sheet: Sheet
    style: Style
    cards: tuple[Card, ...]
    routes: tuple[Route, ...]
    centres: Mapping[str, float]
    bottom: float


def trace_svg(
    trace: Trace,
    *,
    language: Language,
    texts: PictureTexts | None = None,
    href: Href | None = None,
) -> str:
    """Return the trace as one standalone, accessible SVG.

    `texts` replaces the name and the description that are otherwise told from the
    trace. With `href` every node that it gives an address for is a link, in reading
    order, and the picture is a `group` instead of an `img`. Equal traces give equal
    text, in whatever order their nodes and edges come. Raises `KeyError` for a state
    without words.
    """
    told = texts or trace_texts(trace, language=language)
    plan = _planned(trace, language=language, href=href)
    key = legend(trace, language=language, room=plan.sheet.width - 2 * MARGIN)
    return svg.picture(
        _title(told.title, plan.sheet),
        *(_band(line, plan, language=language) for line in LINES),
        _border(plan),
        *_headings(trace, plan, language=language),
        *_edges(trace, plan, language=language),
        *_boxes(plan),
        key.drawn(x=MARGIN, y=plan.bottom + LEGEND_GAP),
        size=(plan.sheet.width, plan.bottom + LEGEND_GAP + key.height + MARGIN),
        title=told.title,
        description=told.description,
        language=language,
        has_links=href is not None,
    )


def _planned(trace: Trace, *, language: Language, href: Href | None) -> Plan:
    nodes = sorted(trace.nodes, key=natural)
    spread = sheet(nodes)
    style = Style(width=spread.box, language=language, root=trace.root, href=href)
    made = tuple(
        cards.card(node, style=style, has_kind=_is_mixed(node, trace)) for node in nodes
    )
    column = {node.ref: spread.column(node) for node in nodes}
    ways = tuple(routes.route(edge, column) for edge in sorted(trace.edges, key=_key))
    standing = [_item(card, column) for card in made] + routes.bends(ways)
    centres = arrange(standing, routes.segments(ways))
    low = max(centres[item.key] + item.height / 2 for item in standing)
    placed = {key: CARDS_Y + centre for key, centre in centres.items()}
    return Plan(spread, style, made, ways, placed, CARDS_Y + low + BAND_PADDING / 2)


def _key(edge: Edge) -> tuple[str, str, str]:
    return edge.source, edge.target, edge.kind


def _is_mixed(node: Node, trace: Trace) -> bool:
    there = place(node)
    return any(
        place(other) == there and other.kind != node.kind for other in trace.nodes
    )


def _item(card: Card, column: Mapping[str, int]) -> Item:
    """Return the room of a card with the space around it and that of a root's tab."""
    return Item(
        routes.end(card.node.ref), column[card.node.ref], card.outer_height + SPACE
    )


def _title(text: str, spread: Sheet) -> str:
    room = spread.width - 2 * MARGIN
    line = wrap(text, room=room, size=18, lines=1, bold=True)
    return svg.lettered(
        "".join(line), x=MARGIN + 2, y=TITLE_Y, size=18, font_weight="bold"
    )


def _band(line: Line, plan: Plan, *, language: Language) -> str:
    left, right = _sides(line, plan.sheet)
    is_empty = all(found[0] != line for found in plan.sheet.places)
    nothing = phrase("nothing", language=language)
    return (
        svg.element(
            "rect",
            x=left,
            y=BAND_Y,
            width=right - left,
            height=plan.bottom - BAND_Y,
            rx=12,
            fill=svg.BAND[line],
        )
        + svg.lettered(
            LINE_WORDS[line].of(language),
            x=left + BAND_PADDING,
            y=NAMES_Y,
            size=16,
            fill=svg.LINE_INK[line],
            font_weight="bold",
        )
        + (_remark(nothing, left + BAND_PADDING) if is_empty else "")
    )


def _remark(text: str, x: float) -> str:
    return svg.lettered(text, x=x, y=HEADINGS_Y, fill=svg.MUTED, font_style="italic")


def _sides(line: Line, spread: Sheet) -> tuple[float, float]:
    if line == "development":
        return MARGIN, spread.border - 4
    return spread.border + 4, spread.width - MARGIN


def _border(plan: Plan) -> str:
    x = plan.sheet.border
    return svg.element(
        "path",
        d=f"M{svg.number(x)} {svg.number(BAND_Y)}V{svg.number(plan.bottom)}",
        stroke=svg.INK,
        stroke_width=2,
        stroke_linecap="round",
    )


def _headings(trace: Trace, plan: Plan, *, language: Language) -> Iterator[str]:
    for there, left in zip(plan.sheet.places, plan.sheet.lefts, strict=True):
        found = [node.kind for node in trace.nodes if place(node) == there]
        text = _heading(found, there[1], language)
        lines = wrap(text, room=plan.sheet.box, size=12, lines=2, bold=True)
        for number, line in enumerate(lines):
            yield svg.lettered(
                line,
                x=left + 1,
                y=HEADINGS_Y + 15 * number,
                fill=svg.MUTED,
                font_weight="bold",
            )


def _heading(kinds: list[str], rank: int, language: Language) -> str:
    if len(set(kinds)) > 1:
        return MIXED_COLUMN_WORDS[rank].of(language)
    return kind_word(kinds[0], language=language, count=len(kinds)).capitalize()


def _edges(trace: Trace, plan: Plan, *, language: Language) -> Iterator[str]:
    """Yield the edges, those from one line to the other last and so on top."""
    nodes = trace.by_ref
    ground = _ground(trace, plan)
    lines = {way: _lines(way.edge, nodes) for way in plan.routes}
    for way in sorted(plan.routes, key=lambda way: len(lines[way])):
        is_across = len(lines[way]) > 1
        yield routes.drawn(
            way,
            ground=ground,
            title=relation_sentence(way.edge, nodes, language=language),
            ink=svg.ACROSS if is_across else svg.LINE_EDGE[min(lines[way])],
            thickness=2.6 if is_across else 1.5,
        )


def _ground(trace: Trace, plan: Plan) -> Ground:
    heights = {routes.end(card.node.ref): card.outer_height for card in plan.cards}
    root = routes.end(trace.root)
    return Ground(plan.sheet, plan.centres, heights, root)


def _lines(edge: Edge, nodes: Mapping[str, Node]) -> frozenset[Line]:
    return frozenset((nodes[edge.source].line, nodes[edge.target].line))


def _boxes(plan: Plan) -> Iterator[str]:
    """Yield the cards in reading order: column by column, from top to bottom."""
    spots = {card.node.ref: _corner(card, plan) for card in plan.cards}
    for card in sorted(plan.cards, key=lambda card: spots[card.node.ref]):
        x, y = spots[card.node.ref]
        yield cards.drawn(card, x=x, y=y, style=plan.style)


def _corner(card: Card, plan: Plan) -> tuple[float, float]:
    left = plan.sheet.lefts[plan.sheet.column(card.node)]
    return left, plan.centres[routes.end(card.node.ref)] - card.height / 2
