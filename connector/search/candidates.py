"""Candidates: what has every word asked for, on the shelves that somebody may read.

A word that stands in few things is fetched whole. Where all words stand in many, each
shelf is read by the rarest of them there, until there is enough: whole where that one
stands in some hundreds, else in its order, by a beginning that is kept. So what is
common costs no more than what is shown of it, and what is rare no more than there is.
No order comes from the database's own sorting: all of it is by letter.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from connector.search.postings import (
    LONGEST_WORD,
    IndexedBeginning,
    IndexedWord,
    is_whole,
    longest_kept,
)
from connector.search.shelves import SHELVES
from workflows.base import MINE, among_given, rows


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is fetched at once; what is found is the same with any.

    What stands in `few` places or fewer is fetched whole; so is what stands in `some`
    or fewer on a shelf, from there.
    """

    few: int = 100
    some: int = 400
    at_a_time: int = 50


USUAL = Limits()
AFTER_ALL = "\U0010ffff"
"""Comes after every letter that a word can have."""
NEXT = "\x01"
"""What a word is followed by, before any longer one: no word has it."""

Found: TypeAlias = tuple[str, str]


def candidates(
    session: Session,
    wanted: Sequence[str],
    shelves: Sequence[str],
    *,
    limits: Limits = USUAL,
) -> Iterator[list[Found]]:
    """Yield (shelf, key) in the order of the answer, some at a time.

    What has the words in its title comes again among the texts.
    """
    found = _found(session, wanted, shelves, limits)
    while some := list(islice(found, limits.at_a_time)):
        yield some


def _found(
    session: Session, wanted: Sequence[str], shelves: Sequence[str], limits: Limits
) -> Iterator[Found]:
    few = limits.few
    probes = {word: _some(session, [word], shelves, few) for word in wanted}
    words = sorted(wanted, key=lambda word: (len(probes[word]), -len(word)))
    rarest = probes[words[0]]
    if len(rarest) > few:
        yield from _by_shelf(session, words, shelves, limits)
    else:
        is_one = len(words) == 1
        yield from sorted(
            set(rarest if is_one else _some(session, words, shelves, few))
        )


def _range(word: str) -> tuple[str, str]:
    """Return the first word that fits and the first after it that does not."""
    kept = word[:LONGEST_WORD]
    return kept, kept + (NEXT if is_whole(word) else AFTER_ALL)


def _some(
    session: Session, words: Sequence[str], shelves: Sequence[str], most: int
) -> list[Found]:
    """Return the first places where all words stand, in no order: one more than most.

    The words come with the rarest first, by which the others are looked up.
    """
    bounds = _bounds(words) | {"most": most + 1}
    found = rows(session, _gather(len(words)), shelves=shelves, **bounds)
    return [(shelf, key) for shelf, key in found]


def _by_shelf(
    session: Session, wanted: Sequence[str], shelves: Sequence[str], limits: Limits
) -> Iterator[Found]:
    """Yield what is common, shelf by shelf, by the word that is rarest there."""
    counts = {word: _counts(session, word, shelves, limits.some) for word in wanted}
    for shelf in sorted(set.intersection(*map(set, counts.values()))):
        words = sorted(wanted, key=lambda word: counts[word][shelf])
        if counts[words[0]][shelf] <= limits.some:
            yield from sorted(set(_some(session, words, [shelf], limits.some)))
        else:
            keys = _streamed(session, words, shelf, limits.at_a_time)
            yield from ((shelf, key) for key in keys)


def _counts(
    session: Session, word: str, shelves: Sequence[str], most: int
) -> Mapping[str, int]:
    """Return in how many places a word stands on each shelf: at most one more."""
    bounds = _bounds([word]) | {"most": most + 1}
    found = rows(session, _counting(), shelves=shelves, **bounds)
    return {shelf: count for shelf, count in found if count}


def _streamed(
    session: Session, words: Sequence[str], shelf: str, at_a_time: int
) -> Iterator[str]:
    """Yield what is on a shelf with all words, in order."""
    beginning = longest_kept(words[0])[:LONGEST_WORD]
    if beginning == words[0]:
        words = words[1:]
    given = _bounds(words) | {"shelf": shelf, "beginning": beginning}
    given |= {"most": at_a_time}
    keys = [""]
    while keys:
        found = rows(session, _next(len(words)), after=keys[-1], **given)
        keys = [row[0] for row in found]
        yield from keys


_MOST = bindparam("most", type_=Integer())


def _bounds(words: Sequence[str]) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    for place, word in enumerate(words):
        bounds[f"from{place}"], bounds[f"to{place}"] = _range(word)
    return bounds


@functools.cache
def _gather(words: int) -> Any:
    """Some places where a number of words stand, found by the first of them."""
    here = aliased(IndexedWord)
    return (
        select(here.shelf, here.key)
        .where(
            here.municipality_id == MINE,
            among_given(here.shelf, "shelves"),
            *_fits(here.word, 0),
            *_also(here, range(1, words)),
        )
        .limit(_MOST)
    )


@functools.cache
def _counting() -> Any:
    """The shelves, each with in how many places a word stands there."""
    here, each = aliased(IndexedWord), _all_shelves()
    places = (
        select(here.key)
        .where(
            here.municipality_id == MINE,
            here.shelf == each.c.shelf,
            *_fits(here.word, 0),
        )
        .limit(_MOST)
        .correlate(each)
        .subquery()
    )
    count = select(func.count()).select_from(places).scalar_subquery()
    return select(each.c.shelf, count).where(among_given(each.c.shelf, "shelves"))


def _all_shelves() -> Any:
    names = (f"{part}{place:02}" for part in "01" for place in range(len(SHELVES)))
    each: list[Any] = [
        select(literal_column(f"'{name}'").label("shelf")) for name in names
    ]
    return union_all(*each).subquery()


@functools.cache
def _next(words: int) -> Any:
    """The next things on a shelf with a beginning and a number of words, in order."""
    here = IndexedBeginning
    beginning = bindparam("beginning", type_=String())
    return (
        select(here.key)
        .where(
            here.municipality_id == MINE,
            here.shelf == bindparam("shelf", type_=String()),
            here.beginning == beginning,
            here.key > bindparam("after", type_=String()),
            *_also(here, range(words)),
        )
        .order_by(here.key)
        .limit(_MOST)
    )


def _also(here: Any, words: range) -> list[ColumnElement[bool]]:
    """That some of the words stand on the same shelf for the same thing."""
    return [_stands_too(here, place) for place in words]


def _stands_too(here: Any, place: int) -> ColumnElement[bool]:
    """As a value and not as EXISTS, which PostgreSQL may turn into a join of all."""
    other = aliased(IndexedWord)
    found = select(other.word).where(
        other.municipality_id == MINE,
        other.key == here.key,
        other.shelf == here.shelf,
        *_fits(other.word, place),
    )
    return found.limit(1).correlate(here).scalar_subquery().is_not(None)


def _fits(word: Any, place: int) -> tuple[ColumnElement[bool], ...]:
    first = bindparam(f"from{place}", type_=String())
    last = bindparam(f"to{place}", type_=String())
    return word >= first, word < last
