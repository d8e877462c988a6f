"""Entries before they have their number: what an act tells, but for who and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Recorded(Protocol):
    """Anything with a short reference that an entry can be about."""

    @property
    def ref(self) -> Any:
        """The short code that people use, unique in the municipality."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry before it has its number: all but who, and when."""

    act: str
    subject: str
    refs: list[str]
    states: dict[str, Any]
    facts: dict[str, Any]


def drafted(
    act: str,
    subject: Recorded,
    *,
    moved: Sequence[Any] = (),
    refs: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> Draft:
    """Return the entry of an act as it will be appended; see `entries.append`."""
    touched = [subject.ref, *(row.ref for row in moved), *refs]
    return Draft(
        act=act,
        subject=subject.ref,
        refs=list(dict.fromkeys(touched)),
        states={row.ref: row.state.value for row in moved},
        facts=dict(facts or {}),
    )
