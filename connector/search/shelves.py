"""Where in the index a word stands: by what was found, and who may read it.

A search looks on the shelves that the visitor may read and on no other, so that
nothing else of the index is touched: neither count, order nor time tells of it. What
stands on a shelf is in the order of its references, letter by letter as Unicode has
them and not as a database sorts, and the shelves are in the order of the answer: first
what has the words in its title, then what has them in its text.
"""

from __future__ import annotations

from collections.abc import Callable

from workflows.people.reading import Matter
from workflows.trace.findable import Findable

SHELVES: tuple[tuple[str, Matter | None], ...] = (
    ("project", Matter.PROJECT),
    ("project", Matter.IDEA),
    ("output", Matter.PROJECT),
    ("output", Matter.IDEA),
    ("document", Matter.MANDATE),
    ("document", Matter.AGREEMENT),
    ("document", Matter.PUBLISHED_OUTPUT),
    ("document", None),
    ("document", Matter.REPORT),
    ("document", Matter.UNSIGNED_AGREEMENT),
    ("document", Matter.HANDED_OVER_OUTPUT),
    ("document", Matter.DELIVERED_OUTPUT),
    ("document", Matter.ROUND),
    ("document", Matter.DRAFT),
    ("round", Matter.ROUND),
    ("remark", Matter.ROUND),
    ("hearing", None),
    ("hearing", Matter.ROUND),
    ("case", Matter.CASE),
    ("case", Matter.RESTRICTED_CASE),
    ("decision_item", Matter.CASE),
    ("decision_item", Matter.RESTRICTED_CASE),
    ("followup", Matter.CASE),
    ("followup", Matter.RESTRICTED_CASE),
)
"""What is found, and as which matter, in the order of an answer; None is for all."""

_PLACES = {shelf: place for place, shelf in enumerate(SHELVES)}
_TITLE, _TEXT = "0", "1"


def shelf_of(found: Findable, *, in_title: bool) -> str:
    """Return the name of the shelf where the words of a title, or of all of it, stand.

    Names are sorted as the shelves are.
    """
    part = _TITLE if in_title else _TEXT
    return f"{part}{_PLACES[found.group, found.matter]:02}"


def shelves_read(reads: Callable[[Matter], bool]) -> list[str]:
    """Return the names of the shelves that somebody may read, in order."""
    places = [
        place
        for (_, matter), place in _PLACES.items()
        if matter is None or reads(matter)
    ]
    return [f"{part}{place:02}" for part in (_TITLE, _TEXT) for place in places]


def is_for_titles(shelf: str) -> bool:
    """Return whether the words on a shelf are those of titles."""
    return shelf.startswith(_TITLE)


def kind_on(shelf: str) -> str:
    """Return the kind of what stands on a shelf, as `findable` names it."""
    return SHELVES[int(shelf[1:])][0]
