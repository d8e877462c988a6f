"""One value three times: as it was, as the record has it, and as Word has it.

A change on one side alone arrives. The same change on both sides is no conflict. Two
different changes are, and only a person can tell which of the values holds.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


class Side(enum.StrEnum):
    """Whose value holds where two changes collide."""

    BASE = "base"
    RECORD = "record"
    WORD = "word"


Choices: TypeAlias = Mapping[str, Side]


@dataclass(frozen=True, kw_only=True)
class Triple:
    """The three values of one thing to decide; `None` says that there is nothing.

    `key` is a field `m_name`, a row `m_effect[r1]`, a cell `m_effect[r1].maal`, or the
    order of the rows `m_effect.order`, whose values are the ids of rows.
    """

    key: str
    base: Any
    record: Any
    word: Any

    @property
    def is_clean(self) -> bool:
        """Say whether Word changed this and the record did not."""
        return bool(self.record == self.base != self.word)

    @property
    def is_conflict(self) -> bool:
        """Say whether Word and the record changed this, each in its own way."""
        return self.base not in (self.record, self.word) and self.record != self.word

    def decided(self, choices: Choices) -> Any:
        """Return the value that holds; `KeyError` for a conflict without a choice."""
        if self.is_conflict:
            return getattr(self, choices[self.key].value)
        return self.word if self.is_clean else self.record


@dataclass(frozen=True, kw_only=True)
class ValueMerge:
    """A field that is merged as a whole."""

    field: str
    triple: Triple

    @property
    def triples(self) -> tuple[Triple, ...]:
        """What there is to decide."""
        return (self.triple,)

    def result(self, choices: Choices) -> Any:
        """Return the value of the field, `None` when it is empty."""
        return self.triple.decided(choices)
