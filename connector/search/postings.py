"""The index: which words stand in what can be found.

It says nothing that the texts do not say, and can be made again from them at any time;
it is in no dump. Words are kept as they are looked up, and of a person's name there is
none: names stand behind keys and are in no text that can be found.
"""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from connector.search.words import SHORTEST
from workflows.base import TENANT, Base

# Letter by letter, as SQLite has it anyway: an order of the language would put «aa»
# last, and then no beginning of a word is a range of words.
BY_LETTERS = String().with_variant(String(collation="C"), "postgresql")
LONGEST_WORD = 60
"""Letters of a word that are kept; an index of PostgreSQL has room for 2,700 bytes."""
SHORTEST_KEPT = 2
"""Letters that a word has that can be asked for."""
BEGINNINGS = (SHORTEST, 6)
"""How long the beginnings are that are kept beside the words."""


def is_whole(word: str) -> bool:
    """Return whether a word is looked up as it is, and not by its beginning.

    So are what has fewer letters than a beginning needs, and what has a digit.
    """
    return len(word) < SHORTEST or any(letter.isdigit() for letter in word)


def beginnings_of(word: str) -> set[str]:
    """Return what a word is found by in `IndexedBeginning`: a whole word by itself."""
    parts = {word[:length] for length in BEGINNINGS if len(word) >= length}
    kept = {part for part in parts if not is_whole(part)}
    return kept | {word} if is_whole(word) else kept


def longest_kept(asked: str) -> str:
    """Return the longest beginning that is kept of what a word asked for begins."""
    if is_whole(asked):
        return asked
    return asked[: max(length for length in BEGINNINGS if length <= len(asked))]


class IndexedWord(Base, kw_only=True):
    """That a word stands in something, by its key, on one shelf; see `shelves.py`."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index(None, TENANT, "shelf", "word", "key"),
        {"sqlite_with_rowid": False, "info": {"private": True}},
    )

    municipality_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("municipality.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)
    shelf: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)
    word: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)


class IndexedBeginning(Base, kw_only=True):
    """That something has a word with this beginning; in the order of the answer.

    What stands in many things is read from here until there is enough.
    """

    __tablename__ = "search_beginning"
    __table_args__ = ({"sqlite_with_rowid": False, "info": {"private": True}},)

    municipality_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("municipality.id"), primary_key=True
    )
    shelf: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)
    beginning: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)
    key: Mapped[str] = mapped_column(BY_LETTERS, primary_key=True)


class SearchIndex(Base, kw_only=True):
    """How far the index has come in the record, and by which rules it was made."""

    __tablename__ = "search_index"
    __table_args__ = ({"info": {"private": True}},)

    municipality_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("municipality.id"), primary_key=True
    )
    reached: Mapped[int]
    made_by: Mapped[str]
