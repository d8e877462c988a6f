"""Finding: which of the texts that a visitor may read have all the words asked for.

The index yields candidates from the shelves that the visitor may read; whether one is
the visitor's is decided anew, by what it is now. The scan of all texts says what is to
be found: it stands in where there is no index, and tests hold the index against it.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from connector.search.candidates import candidates
from connector.search.keeping import is_kept
from connector.search.postings import LONGEST_WORD, SHORTEST_KEPT, is_whole
from connector.search.shelves import (
    is_for_titles,
    kind_on,
    shelf_of,
    shelves_read,
)
from connector.search.words import words_in
from connector.web.visits import Visit
from workflows.people.reading import Matter
from workflows.trace.findable import (
    DOCUMENT_MARK,
    FINDABLE,
    Findable,
    sealed_remarks,
)

MOST = 50
"""As many are shown; who wants fewer asks with more words."""
LONGEST = 200
"""Letters of what is asked for; the rest is not looked at."""
AROUND = 60
"""Letters on each side of the first word found."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The words asked for: those looked up as they are, and those by their beginning.

    Of all the words every one must be there.
    """

    words: tuple[str, ...]
    whole: frozenset[str]
    beginnings: tuple[str, ...]

    @property
    def is_cut(self) -> bool:
        """Whether a word is longer than the index keeps it."""
        return any(len(word) > LONGEST_WORD for word in self.words)

    def fits(self, word: str) -> bool:
        """Return whether a word of a text is one of those asked for."""
        return word in self.whole or word.startswith(self.beginnings)

    def are_among(self, there: Collection[str]) -> bool:
        """Return whether every word asked for is among the words of a text."""
        return self.whole <= {*there} and all(
            any(word.startswith(beginning) for word in there)
            for beginning in self.beginnings
        )


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found: the snippet is plain text around the first word found."""

    source: Findable
    snippet: str
    in_title: bool

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in an answer: by shelf, then by reference."""
        return shelf_of(self.source, in_title=self.in_title), self.source.key


def found(visit: Visit, asked: str) -> list[Hit]:
    """Return at most 50 of the things that have every word asked for.

    A word is found in all its forms in both written standards, and by its beginning; a
    reference as it is written. What is found in a title comes first, then kind by kind
    what is open to most, by reference.
    """
    wanted = wanted_in(asked)
    if not wanted.words:
        return []
    if not is_kept(visit.session):
        return scanned(visit, wanted, all_texts(visit.session))
    hits = [*_looked_up(visit, wanted), *_hits(_sealed(visit), wanted)]
    return sorted(hits, key=lambda hit: hit.place)[:MOST]


def wanted_in(asked: str) -> Wanted:
    """Return the words that are asked for; a single letter is none."""
    asked = asked[:LONGEST]
    words = {word for word, _, _ in words_in(asked) if len(word) >= SHORTEST_KEPT}
    return Wanted(
        words=tuple(sorted(words)),
        whole=frozenset(filter(is_whole, words)),
        beginnings=tuple(word for word in words if not is_whole(word)),
    )


def scanned(visit: Visit, wanted: Wanted, texts: Iterable[Findable]) -> list[Hit]:
    """Return what is to be found in texts, by reading every one of them."""
    hits = _hits(_read(visit, texts), wanted)
    return sorted(hits, key=lambda hit: hit.place)[:MOST]


def all_texts(session: Session) -> Iterator[Findable]:
    """Yield everything that somebody could find."""
    for kind in FINDABLE:
        yield from FINDABLE[kind](session, None)


def _read(visit: Visit, there: Iterable[Findable]) -> Iterator[Findable]:
    """Yield what the visitor may read today; a matter is asked about once."""
    own, reads = visit.hat.party if visit.hat else None, functools.cache(visit.reads)
    for each in there:
        is_own = not each.is_sealed or (own is not None and own is each.party)
        if is_own and (each.matter is None or reads(each.matter)):
            yield each


def _looked_up(visit: Visit, wanted: Wanted) -> Iterator[Hit]:
    """Yield what the index knows of until there is enough."""
    shelves, seen, count = shelves_read(visit.reads), set[str](), 0
    for some in candidates(visit.session, wanted.words, shelves):
        # What stands on two shelves is found on the first, which is that of titles.
        new = {key: shelf for shelf, key in reversed(some) if key not in seen}
        there = _read(visit, _fetched(visit, new))
        hits = [hit for each in there if (hit := _checked(each, new, wanted))]
        yield from hits
        seen |= new.keys()
        count += len(hits)
        if count >= MOST:
            return


def _fetched(visit: Visit, shelves: Mapping[str, str]) -> Iterator[Findable]:
    """Yield what has some keys, as it is now."""
    refs: dict[str, list[str]] = {}
    for key, shelf in shelves.items():
        ref = key.removesuffix(DOCUMENT_MARK)
        refs.setdefault(kind_on(shelf), []).append(ref)
    for kind, some in refs.items():
        yield from FINDABLE[kind](visit.session, some)


def _checked(each: Findable, shelves: Mapping[str, str], wanted: Wanted) -> Hit | None:
    """Return the hit; where a word was cut for the index the text says if it is one."""
    if wanted.is_cut:
        return _hit(each, wanted)
    in_title = is_for_titles(shelves[each.key])
    return Hit(source=each, snippet=_snippet(each.text, wanted), in_title=in_title)


def _sealed(visit: Visit) -> Iterator[Findable]:
    """Yield what the visitor's own party has said under seal: no index has it."""
    party = visit.hat.party if visit.hat else None
    if party and visit.reads(Matter.ROUND):
        yield from sealed_remarks(visit.session, party)


def _hits(there: Iterable[Findable], wanted: Wanted) -> Iterator[Hit]:
    return filter(None, (_hit(each, wanted) for each in there))


def _hit(each: Findable, wanted: Wanted) -> Hit | None:
    named = {word for word, _, _ in words_in(each.head)}
    there = named | {word for word, _, _ in words_in(each.text)}
    if not wanted.are_among(there):
        return None
    in_title = wanted.are_among(named)
    return Hit(source=each, snippet=_snippet(each.text, wanted), in_title=in_title)


def _snippet(text: str, wanted: Wanted) -> str:
    """Return the line around the first word found, cut between words."""
    words = words_in(text)
    place = next((at for word, *at in words if wanted.fits(word)), None)
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


def _marked(text: str, *, before: bool, after: bool) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    parts = ("…" if before else "", *shown.split(), "…" if after else "")
    return " ".join(filter(None, parts))
