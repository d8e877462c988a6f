"""People: the few facts about a person that the work needs, and no more.

Name, title and e-mail stand behind the person's own key (`subject_keys.py`): erased,
they are gone from every copy, and the person is a code with a role. Union membership is
never stored, only the office (verv) that a person holds; see `mandates.py`. Source:
GDPR art. 9.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint, and_, event
from sqlalchemy.orm import (
    Mapped,
    QueryContext,
    Session,
    foreign,
    mapped_column,
    relationship,
)
from sqlalchemy.orm.attributes import set_committed_value

from workflows.base import TENANT, Base, Owned, all_of
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.subject_keys import (
    SubjectKey,
    is_sealed,
    master_key,
    new_subject_key,
    require_master_key,
)
from workflows.record.entries import append, new_reference

ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
NEIGHBOURS = str.maketrans("äö", "æø")
NAMELESS = {
    "erased": {"nb": "slettet person", "nn": "sletta person"},
    "restricted": {"nb": "sperret person", "nn": "sperra person"},
    "unreadable": {"nb": "navn uten nøkkel", "nn": "namn utan nøkkel"},
}


class Nameless(str):
    """What stands for the name of a person whose name is not shown; in bokmål."""

    __slots__ = ()

    def of(self, language: str) -> str:
        """Return the words in a language."""
        words = (each for each in NAMELESS.values() if each["nb"] == str(self))
        return next(words)[language]


class _HoldsMasterKey:
    """Remembers the master key that a row was read with; it is never stored."""

    _master: bytes | None = None


class Person(_HoldsMasterKey, Owned, Base, kw_only=True):
    """A person (person) who acts, or whose office is named in a document.

    The columns hold what is sealed; `name`, `title` and `email` open it.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    stored_name: Mapped[str] = mapped_column("name")
    stored_title: Mapped[str] = mapped_column("title", default="")
    stored_email: Mapped[str | None] = mapped_column("email", default=None)
    key: Mapped[SubjectKey | None] = relationship(
        primaryjoin=lambda: and_(
            Person.municipality_id == foreign(SubjectKey.municipality_id),
            Person.id == foreign(SubjectKey.id),
        ),
        viewonly=True,
        uselist=False,
        lazy="joined",
        init=False,
        repr=False,
        default=None,
    )

    @property
    def nameless(self) -> str | None:
        """Why the name is not shown: erased, restricted or unreadable; else None."""
        if self.key and self.key.wrapped is None:
            return "erased"
        if self.key and self.key.restricted_at:
            return "restricted"
        return "unreadable" if self.kept_name is None else None

    @property
    def name(self) -> str:
        """The name, or `Nameless` where it is erased, restricted or lacks its key."""
        why = self.nameless
        return Nameless(NAMELESS[why]["nb"]) if why else self.kept_name or ""

    def name_in(self, language: str) -> str:
        """Return the name; who has none is told in a language."""
        name = self.name
        return name.of(language) if isinstance(name, Nameless) else name

    @property
    def title(self) -> str:
        """The title; empty where the name is not shown."""
        return "" if self.nameless else self._opened("title", self.stored_title) or ""

    @property
    def email(self) -> str | None:
        """The address; None where the name is not shown."""
        return None if self.nameless else self._opened("email", self.stored_email)

    def kept(self) -> dict[str, str | None]:
        """Return all that is kept, also while it is restricted; None is gone."""
        return {
            "name": self.kept_name,
            "title": self._opened("title", self.stored_title),
            "email": self._opened("email", self.stored_email),
        }

    @property
    def kept_name(self) -> str | None:
        """The name as it is kept, also while it is restricted; None when it is gone."""
        return self._opened("name", self.stored_name)

    @property
    def sort_key(self) -> tuple[bool, str, str]:
        """Names sort as Norwegians sort them; people without a name come last."""
        return self.nameless is not None, sort_key(self.name), self.ref

    def seal(self, key: SubjectKey, master: bytes) -> None:
        """Put what stands open behind the person's key; what is behind it stays."""
        self._master = master
        set_committed_value(self, "key", key)
        if is_sealed(self.stored_name):
            return
        self.stored_name = key.sealed("name", self.stored_name, master=master)
        self.stored_title = key.sealed("title", self.stored_title, master=master)
        if self.stored_email is not None:
            self.stored_email = key.sealed("email", self.stored_email, master=master)

    def _opened(self, field: str, stored: str | None) -> str | None:
        if stored is None or not is_sealed(stored):
            return stored
        if self.key is None or self._master is None:
            return None
        return self.key.shown(field, stored, master=self._master)


@event.listens_for(Person, "load")
def _remember_master_key(person: Person, context: QueryContext) -> None:
    """A person that outlives the session can still tell the name."""
    person._master = master_key(context.session)  # noqa: SLF001 - our own class


def sort_key(name: str) -> str:
    """Return a key whose byte order is Norwegian order: æ, ø and å come after z."""
    letters = unicodedata.normalize("NFC", name.lower()).replace("aa", "å")
    return "".join(_place(letter) for letter in letters if letter.isalpha())


def persons_in_order(session: Session) -> Sequence[Person]:
    """Return everybody in the order of their names, those without one last."""
    return sorted(all_of(session, Person), key=lambda person: person.sort_key)


def open_names(session: Session) -> list[Person]:
    """Return those who were registered before there were keys."""
    everybody = all_of(session, Person)
    return [each for each in everybody if not is_sealed(each.stored_name)]


def seal_open_names(session: Session) -> int:
    """Put behind keys what was stored before there were any; return how many people."""
    found = open_names(session)
    for person in found:
        key = person.key or new_subject_key(session, person.id)
        person.seal(key, require_master_key(session))
    return len(found)


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
    """Register a person; the record keeps the reference, never the name.

    Raises:
        RuleBrokenError: the master key is not there, or the reference is taken.
    """
    permit(by, "person.registered", at=at)
    master = require_master_key(session)
    person = Person(
        ref=new_reference(session, ref),
        stored_name=name,
        stored_title=title,
        stored_email=email,
    )
    session.add(person)
    person.seal(new_subject_key(session, person.id), master)
    append(session, "person.registered", person, by=by, at=at)
    return person


def _place(letter: str) -> str:
    """Letters of neighbours sort with ours, and é as e; all others come last."""
    known = letter.translate(NEIGHBOURS)
    if known not in ALPHABET:
        known = unicodedata.normalize("NFD", letter)[0]
    return f"{ALPHABET.index(known):02d}" if known in ALPHABET else f"~{letter}"
