"""Candidates: what has every word asked for, on the shelves that somebody may read.

A word that stands in few things is fetched whole. One that stands in many is not: then
each shelf is read in its order, by a beginning that is kept, until there is enough. So
what is common costs no more than what is shown of it, and what is rare no more than
there is. No order comes from the database's own sorting: all of it
is by letter.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    bindparam,
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

AT_A_TIME = 50
FEW = 100
"""What stands in as many or fewer places is fetched whole."""
AFTER_ALL = "\U0010ffff"
"""Comes after every letter that a word can have."""
NEXT = "\x01"
"""What a word is followed by, before any longer one: no word has it."""

Found: TypeAlias = tuple[str, str]


def candidates(
    session: Session, wanted: Sequence[str], shelves: Sequence[str]
) -> Iterator[list[Found]]:
    """Yield (shelf, key) in the order of the answer, some at a time.

    What has the words in its title comes again among the texts.
    """
    probes = {word: _some(session, [word], shelves) for word in wanted}
    words = sorted(wanted, key=lambda word: (len(probes[word]), -len(word)))
    if len(probes[words[0]]) > FEW:
        yield from _streamed(session, words, shelves)
        return
    few = probes[words[0]] if len(words) == 1 else _some(session, words, shelves)
    few = sorted(set(few))
    for first in range(0, len(few), AT_A_TIME):
        yield few[first : first + AT_A_TIME]


def _range(word: str) -> tuple[str, str]:
    """Return the first word that fits and the first after it that does not."""
    kept = word[:LONGEST_WORD]
    return kept, kept + (NEXT if is_whole(word) else AFTER_ALL)


def _some(
    session: Session, words: Sequence[str], shelves: Sequence[str]
) -> list[Found]:
    """Return the first places where all words stand, in no order: one more than few."""
    found = rows(session, _gather(len(words)), shelves=shelves, **_bounds(words))
    return [(shelf, key) for shelf, key in found]


def _streamed(
    session: Session, words: Sequence[str], shelves: Sequence[str]
) -> Iterator[list[Found]]:
    """Yield what is common, shelf by shelf."""
    beginning = longest_kept(words[0])[:LONGEST_WORD]
    if beginning == words[0]:
        words = words[1:]
    given, query = _bounds(words) | {"beginning": beginning}, _stream(len(words))
    filled = rows(session, _filled(), shelves=shelves, beginning=beginning)
    waiting: list[Found] = []
    for shelf in sorted(row[0] for row in filled):
        after, is_full = "", True
        while is_full:
            lacking = AT_A_TIME - len(waiting)
            given |= {"shelf": shelf, "after": after, "lacking": lacking}
            keys = [row[0] for row in rows(session, query, **given)]
            waiting += ((shelf, key) for key in keys)
            if is_full := len(keys) == lacking:
                yield waiting
                waiting, after = [], keys[-1]
    yield waiting


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
        .limit(FEW + 1)
    )


@functools.cache
def _filled() -> Any:
    """The shelves where a beginning stands at all."""
    here, each = IndexedBeginning, _all_shelves()
    is_there = (
        select(here.key)
        .where(*_begins(here, each.c.shelf))
        .limit(1)
        .scalar_subquery()
        .is_not(None)
    )
    return select(each.c.shelf).where(among_given(each.c.shelf, "shelves"), is_there)


def _all_shelves() -> Any:
    names = (f"{part}{place:02}" for part in "01" for place in range(len(SHELVES)))
    each: list[Any] = [
        select(literal_column(f"'{name}'").label("shelf")) for name in names
    ]
    return union_all(*each).subquery()


@functools.cache
def _stream(words: int) -> Any:
    """The next things on a shelf with a beginning and a number of words, in order."""
    here = IndexedBeginning
    return (
        select(here.key)
        .where(
            *_begins(here, bindparam("shelf", type_=String())),
            here.key > bindparam("after", type_=String()),
            *_also(here, range(words)),
        )
        .order_by(here.key)
        .limit(bindparam("lacking", type_=Integer()))
    )


def _begins(here: Any, shelf: Any) -> tuple[ColumnElement[bool], ...]:
    beginning = bindparam("beginning", type_=String())
    return (
        here.municipality_id == MINE,
        here.shelf == shelf,
        here.beginning == beginning,
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
