"""People: the few facts about a person that the work needs, and no more.

Union membership is never stored, only the office (verv) that a person holds; see
`mandates.py`. Source: GDPR art. 9.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, new_reference

ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
NEIGHBOURS = str.maketrans("äö", "æø")


class Person(Owned, Base, kw_only=True):
    """A person (person) who acts, or whose office is named in a document."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(default=None)
    sort_key: Mapped[str] = mapped_column(init=False, index=True, default="")

    def __post_init__(self) -> None:
        """Names sort as Norwegians sort them, in every database."""
        self.sort_key = sort_key(self.name)


def sort_key(name: str) -> str:
    """Return a key whose byte order is Norwegian order: æ, ø and å come after z."""
    letters = unicodedata.normalize("NFC", name.lower()).replace("aa", "å")
    return "".join(_place(letter) for letter in letters if letter.isalpha())


def register_person(
    session: Session,
    *,
    ref: str,
    name: str,
    title: str = "",
    email: str | None = None,
    by: Hat,
    at: datetime,
) -> Person:
    """Register a person; the record keeps the reference, never the name."""
    permit(by, "person.registered", at=at)
    person = Person(
        ref=new_reference(session, ref), name=name, title=title, email=email
    )
    session.add(person)
    append(session, "person.registered", person, by=by, at=at)
    return person


def _place(letter: str) -> str:
    """Letters of neighbours sort with ours, and é as e; all others come last."""
    known = letter.translate(NEIGHBOURS)
    if known not in ALPHABET:
        known = unicodedata.normalize("NFD", letter)[0]
    return f"{ALPHABET.index(known):02d}" if known in ALPHABET else f"~{letter}"
