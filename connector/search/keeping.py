"""Keeps the index beside the record, in the transaction of each act.

What an act touches says its entry; that is read anew, and the words that it has now are
put in the place of those that it had. So the index is right as soon as the act is done,
and an act that is undone leaves nothing. What was written past this is caught up with
by the next act, or when the installation is opened; until then it is not used.
"""

from __future__ import annotations

import functools
import hashlib
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import resources
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from connector.database.engine import Database
from connector.search.postings import (
    LONGEST_WORD,
    SHORTEST_KEPT,
    IndexedBeginning,
    IndexedWord,
    SearchIndex,
    beginnings_of,
)
from connector.search.shelves import shelf_of
from connector.search.words import words_in
from workflows.base import MINE, TENANT, among_given, rows, tenant
from workflows.record.entries import Entry, RecordHead, locked_head
from workflows.trace.findable import DOCUMENT, DOCUMENT_MARK, FINDABLE, Findable
from workflows.trace.findable_rows import (
    kinds_of,
    refs_of,
    remarks_of,
    within_cases,
)

AT_A_TIME = 2_000
"""As many things are read and written at once when the index is made."""
RULES = (
    (
        "connector.search",
        ("words.toml", "words.py", "shelves.py", "postings.py", "keeping.py"),
    ),
    ("workflows.trace", ("findable.py",)),
    ("workflows.forms", ("plain.py",)),
)
"""The files that say which words stand where: when they change, it is made anew."""

Words: TypeAlias = set[tuple[str, str]]
Placed: TypeAlias = tuple[str, str, str]
Things: TypeAlias = dict[str, set[str]]


def is_kept(session: Session) -> bool:
    """Return whether the index tells all that the record does."""
    return any(
        row.reached == row.size and row.made_by == made_by()
        for row in rows(session, _REACHED)
    )


def keep(session: Session) -> None:
    """Bring the index up to the record; without an index nothing is done."""
    index = session.get(SearchIndex, tenant(session))
    size = locked_head(session).size
    if index is None or index.made_by != made_by() or index.reached == size:
        return
    _bring_up(session, _touched(session, since=index.reached))
    index.reached = size


def fill(database: Database, municipality: uuid.UUID) -> bool:
    """Make the index where there is none, or catch up; return whether it was needed."""
    with database.reading(municipality) as session:
        if is_kept(session):
            return False
    with database.transaction(municipality) as session:
        locked_head(session)
        index = session.get(SearchIndex, municipality)
        if index is None or index.made_by != made_by():
            rebuild(session)
        keep(session)
    return True


def rebuild(session: Session) -> int:
    """Make the whole index from the texts; return how many things can be found."""
    mine = tenant(session)
    size = locked_head(session).size
    for table in (IndexedWord, IndexedBeginning):
        session.execute(delete(table).where(table.municipality_id == mine))
    there = sum(_write_all(session, kind) for kind in FINDABLE)
    session.merge(SearchIndex(municipality_id=mine, reached=size, made_by=made_by()))
    return there


@functools.cache
def made_by() -> str:
    """Return a checksum of the rules that say which words stand where."""
    texts = [
        resources.files(package).joinpath(name).read_bytes()
        for package, names in RULES
        for name in names
    ]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def words_of(found: Findable) -> Words:
    """Return (shelf, word) of all words of something: of its title, and of all of it.

    What has no more than a title stands among the titles alone; what is under seal
    stands nowhere.
    """
    if found.is_sealed:
        return set()
    head, text = set(_kept(found.head)), set(_kept(found.text))
    titles = shelf_of(found, in_title=True)
    words = {(titles, word) for word in head}
    if text:
        texts = shelf_of(found, in_title=False)
        words |= {(texts, word) for word in head | text}
    return words


def _kept(text: str) -> Iterator[str]:
    for word, _, _ in words_in(text):
        if len(word) >= SHORTEST_KEPT:
            yield word[:LONGEST_WORD]


def _write_all(session: Session, kind: str) -> int:
    refs, there = iter(refs_of(session, kind)), 0
    while some := list(islice(refs, AT_A_TIME)):
        words = _words(session, kind, some)
        _change(session, set(), set(_flat(words)))
        there += len(words)
    return there


def _touched(session: Session, *, since: int) -> set[str]:
    """Return the references in the entries from a number on, also without a version."""
    refs = {ref for row in rows(session, _TOUCHED, since=since) for ref in row.refs}
    return refs | {ref.rpartition("@")[0] for ref in refs if "@" in ref}


def _bring_up(session: Session, refs: Collection[str]) -> None:
    """Put right what stands of some things, and of what is read with them.

    When a round closes its seal is opened; a case takes with it what is in it.
    """
    things: Things = {}
    for kind, ref in kinds_of(session, refs):
        things.setdefault(kind, set()).add(ref)
    if rounds := things.get("round"):
        things.setdefault("remark", set()).update(remarks_of(session, rounds))
    moved = _put_right(session, things)
    if cases := moved & things.get("case", set()):
        _put_right(session, within_cases(session, cases))


def _put_right(session: Session, things: Things) -> set[str]:
    """Give things the words that they have now; return what stands on other shelves."""
    wanted: dict[str, Words] = {
        _key(kind, ref): set() for kind, refs in things.items() for ref in refs
    }
    for kind, refs in things.items():
        wanted |= {
            found.key: words_of(found) for found in FINDABLE[kind](session, refs)
        }
    there: dict[str, Words] = {key: set() for key in wanted}
    for row in rows(session, _THERE, keys=wanted):
        there[row.key].add((row.shelf, row.word))
    _change(session, set(_flat(there)), set(_flat(wanted)))
    return {key for key in wanted if _shelves(there[key]) != _shelves(wanted[key])}


def _words(session: Session, kind: str, refs: Collection[str]) -> dict[str, Words]:
    return {each.key: words_of(each) for each in FINDABLE[kind](session, refs)}


def _flat(words: Mapping[str, Words]) -> Iterator[Placed]:
    for key, each in words.items():
        yield from ((key, shelf, word) for shelf, word in each)


def _change(session: Session, before: set[Placed], after: set[Placed]) -> None:
    """Put some words in the place of others, with their beginnings."""
    _write(session, _REMOVE_WORDS, before - after)
    _write(session, _ADD_WORDS, after - before)
    had, has = _beginnings(before), _beginnings(after)
    _write(session, _REMOVE_BEGINNINGS, had - has)
    _write(session, _ADD_BEGINNINGS, has - had)


def _beginnings(words: Iterable[Placed]) -> set[Placed]:
    return {
        (key, shelf, part) for key, shelf, word in words for part in beginnings_of(word)
    }


def _write(session: Session, change: Any, words: Iterable[Placed]) -> None:
    mine = tenant(session)
    told = [
        {"mine": mine, "k": key, "s": shelf, "w": word} for key, shelf, word in words
    ]
    if told:
        session.connection().execute(change, told)


def _shelves(words: Words) -> set[str]:
    return {shelf for shelf, _ in words}


def _key(kind: str, ref: str) -> str:
    return ref + DOCUMENT_MARK if kind == DOCUMENT else ref


_REACHED = (
    select(RecordHead.size, SearchIndex.reached, SearchIndex.made_by)
    .join(SearchIndex, SearchIndex.municipality_id == RecordHead.municipality_id)
    .where(RecordHead.municipality_id == MINE)
)
_TOUCHED = select(Entry.refs).where(
    Entry.municipality_id == MINE, Entry.seq >= bindparam("since")
)
_THERE = select(IndexedWord.key, IndexedWord.shelf, IndexedWord.word).where(
    IndexedWord.municipality_id == MINE, among_given(IndexedWord.key, "keys")
)
_TABLES: tuple[tuple[Any, Any], ...] = (
    (IndexedWord, IndexedWord.word),
    (IndexedBeginning, IndexedBeginning.beginning),
)
_ADD_WORDS, _ADD_BEGINNINGS = (
    insert(table).values(
        {
            TENANT: MINE,
            "key": bindparam("k"),
            "shelf": bindparam("s"),
            column.key: bindparam("w"),
        }
    )
    for table, column in _TABLES
)
_REMOVE_WORDS, _REMOVE_BEGINNINGS = (
    delete(table).where(
        table.municipality_id == MINE,
        table.key == bindparam("k"),
        table.shelf == bindparam("s"),
        column == bindparam("w"),
    )
    for table, column in _TABLES
)
