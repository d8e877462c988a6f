"""Finding: which of the texts that a visitor may read have all the words asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connector.search.sources import Source, sources
from connector.search.words import SHORTEST, words_in
from connector.web.visits import Visit

MOST = 50
"""As many are shown; who wants fewer asks with more words."""
LONGEST = 200
"""Letters of what is asked for; the rest is not looked at."""
AROUND = 60
"""Letters on each side of the first word found."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found: the snippet is plain text around the first word found."""

    source: Source
    snippet: str
    in_title: bool


def found(visit: Visit, asked: str) -> list[Hit]:
    """Return at most 50 of the things that have every word asked for.

    A word is found in all its forms in both written standards, and by its beginning; a
    reference as it is written. What is found in a title comes first.
    """
    wanted = _wanted(asked)
    if not wanted:
        return []
    hits = (_hit(source, wanted) for source in sources(visit))
    return sorted(filter(None, hits), key=lambda hit: not hit.in_title)[:MOST]


def _wanted(asked: str) -> frozenset[str]:
    return frozenset(word for word, _, _ in words_in(asked[:LONGEST]) if len(word) >= 2)


def _hit(source: Source, wanted: frozenset[str]) -> Hit | None:
    head = f"{source.ref} {source.title}"
    named = {word for word, _, _ in words_in(head)}
    in_text = list(words_in(source.text))
    there = named | {word for word, _, _ in in_text}
    if not all(_among(word, there) for word in wanted):
        return None
    return Hit(
        source=source,
        snippet=_snippet(source.text, in_text, wanted),
        in_title=all(_among(word, named) for word in wanted),
    )


def _among(word: str, there: Iterable[str]) -> bool:
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return word in there
    return any(each.startswith(word) for each in there)


def _snippet(
    text: str, words: Iterable[tuple[str, int, int]], wanted: frozenset[str]
) -> str:
    """Return the line around the first word found, cut between words."""
    place = next((at for word, *at in words if _fits(word, wanted)), None)
    if place is None:
        return ""
    begins, ends = place
    line = text.rfind("\n", 0, begins) + 1
    stop = text.find("\n", ends)
    stop = len(text) if stop < 0 else stop
    first, last = max(line, begins - AROUND), min(stop, ends + AROUND)
    if first > line:
        first = text.find(" ", first, begins) + 1 or begins
    if last < stop:
        last = max(text.rfind(" ", ends, last), ends)
    return _marked(text[first:last], before=first > line, after=last < stop)


def _fits(word: str, wanted: frozenset[str]) -> bool:
    return any(_among(each, [word]) for each in wanted)


def _marked(text: str, *, before: bool, after: bool) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    parts = ("…" if before else "", *shown.split(), "…" if after else "")
    return " ".join(filter(None, parts))
