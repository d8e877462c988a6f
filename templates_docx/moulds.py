"""Documents of one shape are cast in one mould: constants with holes for the texts.

A mould is learned from the careful way itself: it makes the parts of a document with a
mark in place of every text, and what stands between the marks is the same in every
document of the shape. So a document is made by setting texts between constants.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from templates_docx.outlines import Outline
from templates_docx.store import Identity
from templates_docx.texts import Texts, escaped

_MARK = re.compile(rb"\0([sbi]\d+)\0")
# The marks of what tells which document it is: the head of the store, and a line.
IDENTITY_MARKS = b"\0i0\0", b"\0i1\0"
_KEPT = 8
# A larger document takes its time anyway; its mould would only take memory.
_LARGEST = 1_000_000


class Cast(NamedTuple):
    """One part: constants with an empty place before each but the first."""

    ready: list[bytes]
    pick: Callable[[Sequence[bytes]], Sequence[bytes]]

    def of(self, texts: Sequence[bytes]) -> bytes:
        """Return the part with these texts."""
        pieces = self.ready.copy()
        pieces[1::2] = self.pick(texts)
        return b"".join(pieces)


Mould = tuple[Cast, ...]


class Moulds:
    """The moulds of a template: made for a shape that comes back, the latest kept.

    Threads may make one at once: the moulds are set whole.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Mould | None] = {}

    def cast(
        self, outline: Outline, identity: Identity, learn: Callable[[], list[bytes]]
    ) -> list[bytes] | None:
        """Return the parts of a document, `None` when its shape is new.

        `learn` makes the parts with a mark in place of every text.
        """
        shape = (*outline.shape,)
        if shape not in self._known:
            self._keep(shape, None)
            return None
        pool = _pool(outline, identity)
        if pool is None:
            return None
        mould = self._known[shape]
        if mould is None:
            texts = len(outline.texts)
            mould = self._keep(shape, moulded(learn(), texts=texts))
        return [cast.of(pool) for cast in mould] if mould else None

    def _keep(self, shape: Hashable, mould: Mould | None) -> Mould | None:
        others = [one for one in self._known.items() if one[0] != shape]
        self._known = dict([*others[1 - _KEPT :], (shape, mould)])
        return mould


def marked(stretches: Iterable[Texts], *, unmarked: int) -> list[Texts]:
    """Return the texts with a mark in place of each that is not empty.

    The last `unmarked` texts of the first stretch stay as they are.
    """
    numbers = itertools.count()
    first, *others = stretches
    kept = len(first.stored) - unmarked
    head, tail = first.cut([kept, unmarked])
    begun = _marked(head, numbers)
    joined = Texts(begun.stored + tail.stored, begun.shown + tail.shown)
    return [joined, *(_marked(texts, numbers) for texts in others)]


def moulded(parts: Sequence[bytes], *, texts: int) -> Mould | None:
    """Return the mould that marked parts are, none for a very large document."""
    if sum(map(len, parts)) > _LARGEST:
        return None
    return tuple(_cast(part, texts) for part in parts)


def _cast(part: bytes, texts: int) -> Cast:
    """An empty text ends each part, so that there are always two or more to pick."""
    pieces = [*_MARK.split(part), b"e0", b"", b"e0", b""]
    after = 2 * texts
    starts = {"s": 0, "b": texts, "i": after, "e": after + len(IDENTITY_MARKS)}
    marks = [one.decode() for one in pieces[1::2]]
    pieces[1::2] = [b""] * len(marks)
    return Cast(
        pieces, operator.itemgetter(*(starts[one[0]] + int(one[1:]) for one in marks))
    )


def _marked(texts: Texts, numbers: Iterable[int]) -> Texts:
    places = [next(iter(numbers)) if one else -1 for one in texts.stored]
    stored = [b"\0s%d\0" % place if place >= 0 else b"" for place in places]
    shown = [b"\0b%d\0" % place if place >= 0 else b"" for place in places]
    return Texts(stored, shown)


def _pool(outline: Outline, identity: Identity) -> list[bytes] | None:
    try:
        stored, shown, have_breaks = escaped(outline.texts)
    except (ValueError, TypeError):
        return None
    if have_breaks and not _may_break(outline):
        return None
    shown = shown.copy()
    for place, texts in outline.converted:
        shown[place : place + len(texts)] = texts
    return [*stored, *shown, identity.head, identity.line, b""]


def _may_break(outline: Outline) -> bool:
    """A line break stands in a table or rich text only, and in no id of a row."""
    ids = itertools.chain.from_iterable(outline.rows.values())
    return not any("\n" in one for one in outline.texts[: outline.single]) and not any(
        "\n" in one or "\t" in one for one in ids
    )
