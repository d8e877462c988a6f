"""The three ways in which a text gets to its hole, for one text or for a whole column.

Source is a pool of `filling`: of texts for single controls, of columns for a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Bare:
    """The text as it stands in the pool."""

    place: int

    def column(self, pool: Sequence[list[bytes]]) -> list[bytes]:
        """Return the texts of a column."""
        return pool[self.place]


@dataclass(frozen=True)
class Wrap:
    """The text between two constants, or another constant when it is empty."""

    place: int
    before: bytes
    after: bytes
    empty: bytes

    def column(self, pool: Sequence[list[bytes]]) -> list[bytes]:
        """Return the texts of a column, each wrapped."""
        before, after, empty = self.before, self.after, self.empty
        return [before + one + after if one else empty for one in pool[self.place]]


@dataclass(frozen=True)
class Switch:
    """One of two constants, by whether the text is empty."""

    place: int
    filled: bytes
    empty: bytes

    def column(self, pool: Sequence[list[bytes]]) -> list[bytes]:
        """Return the constant for each text of a column."""
        texts = pool[self.place]
        if all(texts):
            return [self.filled] * len(texts)
        filled, empty = self.filled, self.empty
        return [filled if one else empty for one in texts]


Step: TypeAlias = Bare | Wrap | Switch


class Plan:
    """Steps over one pool, run kind by kind: three loops instead of a call a hole."""

    def __init__(self, steps: Iterable[Step]) -> None:
        numbered = list(enumerate(steps))
        bare = [(n, step) for n, step in numbered if isinstance(step, Bare)]
        wraps = [(n, step) for n, step in numbered if isinstance(step, Wrap)]
        switches = [(n, step) for n, step in numbered if isinstance(step, Switch)]
        self.order = [n for n, _ in (*bare, *wraps, *switches)]
        self._bare = [step.place for _, step in bare]
        self._wraps = [(w.place, w.before, w.after, w.empty) for _, w in wraps]
        self._switches = [(s.place, s.filled, s.empty) for _, s in switches]

    def run(self, pool: Sequence[bytes]) -> list[bytes]:
        """Return what each step gives, in `order`."""
        wrapped = [
            before + pool[place] + after if pool[place] else empty
            for place, before, after, empty in self._wraps
        ]
        switched = [
            filled if pool[place] else empty for place, filled, empty in self._switches
        ]
        return [*[pool[place] for place in self._bare], *wrapped, *switched]
