"""A made-up municipality to search in: its words, and those who ask.

The words are drawn as people use them: some stand in every tenth text, their compounds
in every hundredth or less, and thousands in a few texts each. Every fifth case is
exempt from public access, and nothing of the outputs' own texts is published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from connector.bench.bulk import LAST, WORDS
from connector.bench.municipality import Municipality, Size
from connector.search.keeping import rebuild
from connector.web.visits import Visit
from workflows.base import tenant
from workflows.decision.cases import Case
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.municipalities import Municipality as Tenant

COMMON = WORDS
LATTERS = (
    "ordning avtale gruppe leder møte tiltak rapport kurs utvalg modell rutine forsøk "
    "strategi arbeid kontor rådgiver oversikt kartlegging evaluering"
)
COMPOUNDS = tuple(first + latter for first in COMMON for latter in LATTERS.split())
RARE = 10_000
_LETTERS = "bcdfghjklm"


def rare_word(number: int) -> str:
    """Return a word that stands in few texts; its letters are those of no other."""
    return "kv" + "".join(_LETTERS[int(digit)] for digit in f"{number:04}") + "z"


def written(session: Session, size: Size) -> int:
    """Write a municipality and its index; return how many things can be found."""
    made_up = Municipality(session, size)
    rare = [rare_word(number) for number in range(RARE)]
    # Of a hundred words nine are rare, thirty common and the rest compounds.
    made_up.bulk.words = [*(COMMON * 1_750), *(COMPOUNDS * 180), *rare]
    made_up.write()
    is_mine = Case.municipality_id == tenant(session)
    exempt = is_mine & Case.ref.like("%5") | is_mine & Case.ref.like("%7")
    session.execute(
        update(Case).where(exempt).values(restricted="exemption_negotiation")
    )
    session.expire_all()
    return rebuild(session)


def reader_of_all(session: Session) -> Visit:
    """Return a visit of the archive, which reads what is not a draft."""
    hat = Hat(person_id=None, person_ref="P-1", role=Role.RECORDS_MANAGER)
    return _visit(session, hat)


def reader_of_little(session: Session) -> Visit:
    """Return a visit of somebody from the public."""
    return _visit(session, None)


def _visit(session: Session, hat: Hat | None) -> Visit:
    municipality = session.get_one(Tenant, tenant(session))
    return Visit(
        session=session, at=LAST, language="nb", municipality=municipality, hat=hat
    )


@dataclass(frozen=True)
class Sort:
    """A sort of questions, and what makes one of it."""

    name: str
    ask: Callable[[Random], str]


def _one(words: Sequence[str]) -> Callable[[Random], str]:
    return lambda chance: chance.choice(words)


def _two(chance: Random) -> str:
    return f"{chance.choice(COMMON)} {chance.choice([*COMMON, *COMPOUNDS])}"


def _beginning(chance: Random) -> str:
    word = chance.choice([*COMMON, *COMPOUNDS, rare_word(chance.randrange(RARE))])
    return word[: chance.randint(3, min(len(word), 8))]


SORTS = (
    Sort("a rare word", lambda chance: rare_word(chance.randrange(RARE))),
    Sort("a compound", _one(COMPOUNDS)),
    Sort("a common word", _one(COMMON)),
    Sort("two words", _two),
    Sort("a beginning", _beginning),
    Sort("a reference", lambda chance: f"C{chance.randrange(300)}-T1/1"),
)


def questions(sort: Sort, *, count: int) -> Iterator[str]:
    """Yield the same questions each time."""
    chance = Random(3)  # noqa: S311 - replayed
    for _ in range(count):
        yield sort.ask(chance)
