"""The box of one node: its lines of text, its height, and its drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connector.pictures import svg
from connector.pictures.lettering import width, wrap
from connector.pictures.states import StateWords, note_text, state_words
from connector.pictures.words import Language, day, kind_word, phrase
from workflows.trace.links import Node

Href = Callable[[Node], str | None]

PADDING = 8.0
SIZE = 12.0
LEADING = 15.0
SIGN_ROOM = 17.0
TAB_HEIGHT = 20.0
ROUNDING = 9.0


@dataclass(frozen=True)
class Letters:
    """One line of a card, with its base line `y` below the upper edge of the card."""

    text: str
    x: float
    y: float
    role: str


@dataclass(frozen=True)
class Card:
    """A node made ready to draw: everything but where it stands."""

    node: Node
    width: float
    height: float
    letters: tuple[Letters, ...]
    state: StateWords | None
    sign_y: float
    is_root: bool

    @property
    def outer_height(self) -> float:
        """The height with a root's tab, and as much below so that the middle stays."""
        return self.height + (2 * TAB_HEIGHT if self.is_root else 0)


@dataclass(frozen=True)
class Style:
    """What all cards of one picture share."""

    width: float
    language: Language
    root: str
    href: Href | None


def card(node: Node, *, style: Style, has_kind: bool) -> Card:
    """Return the card of `node`; `has_kind` says whether the kind is written on it."""
    state = state_words(node.kind, node.state) if node.state else None
    letters, y = [], PADDING - 3
    for text, role in _rows(node, style=style, has_kind=has_kind):
        y += LEADING + (1 if role == "ref" else 0)
        letters.append(Letters(text, PADDING, y, role))
    sign_y = y + 7
    for text in _state_rows(state, style):
        y += LEADING + (3 if y < sign_y else 0)
        letters.append(Letters(text, PADDING + SIGN_ROOM, y, "state"))
    return Card(
        node=node,
        width=style.width,
        height=y + PADDING,
        letters=tuple(letters),
        state=state,
        sign_y=sign_y,
        is_root=node.ref == style.root,
    )


def drawn(card: Card, *, x: float, y: float, style: Style) -> str:
    """Return the card as a group with its upper left corner at (x, y)."""
    title = spoken(card.node, language=style.language)
    group = svg.element(
        "g",
        svg.words("title", title),
        _frame(card),
        _tab(card, style) if card.is_root else "",
        *(_letters(line, card) for line in card.letters),
        svg.sign(card.state.tone, x=PADDING, y=card.sign_y) if card.state else "",
        transform=f"translate({svg.number(x)} {svg.number(y)})",
        data_ref=card.node.ref,
        data_kind=card.node.kind,
        data_box=_box(card, x=x, y=y),
    )
    target = style.href(card.node) if style.href else None
    return svg.element("a", group, href=target, aria_label=title) if target else group


def spoken(node: Node, *, language: Language) -> str:
    """Return all that the card says, and the note, as one sentence."""
    kind = kind_word(node.kind, language=language)
    said = [f"{kind[0].upper()}{kind[1:]} {node.ref}: {node.title}"]
    if node.state:
        said.append(state_words(node.kind, node.state).words.of(language))
    if node.on:
        said.append(day(node.on))
    if node.note:
        said.append(note_text(node, language=language))
    return ". ".join(part.rstrip(".") for part in said) + "."


def _rows(node: Node, *, style: Style, has_kind: bool) -> Iterator[tuple[str, str]]:
    room = style.width - 2 * PADDING
    for line in wrap(node.ref, room=room, size=13, lines=2, bold=True):
        yield line, "ref"
    if has_kind:
        kind = kind_word(node.kind, language=style.language)
        yield from ((row, "kind") for row in wrap(kind, room=room, size=SIZE, lines=2))
    for line in wrap(node.title, room=room, size=SIZE, lines=3):
        yield line, "title"
    if node.on:
        yield day(node.on), "date"


def _state_rows(state: StateWords | None, style: Style) -> tuple[str, ...]:
    if state is None:
        return ()
    room = style.width - 2 * PADDING - SIGN_ROOM
    return wrap(state.words.of(style.language), room=room, size=SIZE, lines=3)


def _frame(card: Card) -> str:
    is_open = card.state is not None and card.state.tone in svg.UNFINISHED
    frame = svg.element(
        "rect",
        width=card.width,
        height=card.height,
        rx=ROUNDING,
        fill=svg.CARD,
        stroke=svg.LINE_INK[card.node.line],
        stroke_width=1.3,
        stroke_dasharray="5 3" if is_open else "none",
    )
    return (_halo(card) if card.is_root else "") + frame


def _halo(card: Card) -> str:
    return svg.element(
        "rect",
        x=-5,
        y=-5,
        width=card.width + 10,
        height=card.height + 10,
        rx=ROUNDING + 5,
        fill=svg.CARD,
        stroke=svg.LINE_INK[card.node.line],
        stroke_width=2.6,
    )


def _tab(card: Card, style: Style) -> str:
    text = phrase("root", language=style.language)
    across = width(text, size=SIZE, bold=True) + 12
    left = (card.width - across) / 2
    ink = svg.LINE_INK[card.node.line]
    return svg.element(
        "rect",
        x=left,
        y=-TAB_HEIGHT,
        width=across,
        height=TAB_HEIGHT - 2,
        rx=6,
        fill=ink,
    ) + svg.lettered(
        text,
        x=card.width / 2,
        y=-7,
        fill=svg.CARD,
        font_weight="bold",
        text_anchor="middle",
    )


def _letters(line: Letters, card: Card) -> str:
    ink = {
        "ref": svg.LINE_INK[card.node.line],
        "title": svg.INK,
        "state": svg.TONE_INK[card.state.tone] if card.state else svg.INK,
    }
    return svg.lettered(
        line.text,
        x=line.x,
        y=line.y,
        size=13 if line.role == "ref" else SIZE,
        fill=ink.get(line.role, svg.MUTED),
        font_weight="bold" if line.role in {"ref", "state"} else "normal",
    )


def _box(card: Card, *, x: float, y: float) -> str:
    return " ".join(map(svg.number, (x, y, card.width, card.height)))
