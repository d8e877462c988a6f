"""Notices as a message outside the pages: what has happened, and where it stands.

Only kinds, references, days and addresses. The name of a person, which party another
one speaks for by name, and every word of a text stay on the pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.web.days import moment, short_day
from connector.web.people.told import key_of, place_of
from connector.web.texts import Say, texts
from workflows.people.notices import Notice

# The addresses of pages, for those who have no request to ask; a test holds them.
PATHS: Mapping[str, str] = {
    "rounds.review": "/runder/{ref}",
    "hearings.hearing": "/horinger/{ref}",
    "projects.project": "/prosjekter/{ref}",
    "documents.version": "/dokumenter/{ref}",
    "consents.consents": "/dokumenter/{ref}/samtykke",
    "questions.question": "/sporsmal/{name}",
    "break_glass.listing": "/nodlesing",
    "audits.listing": "/revisjon",
    "party.mine": "/min-part",
    "telling.page": "/varsling",
}
INSTANTS = {"deadline_at": "deadline", "ends_at": "until"}
DAYS = {"last_day": "last", "ends_on": "last", "review_on": "day"}


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A message as people read it: `lines` are the notices, each with its address."""

    subject: str = field(repr=False)
    lines: tuple[tuple[str, str], ...] = field(repr=False)
    text: str = field(repr=False)


def wording(
    notices: Sequence[Notice],
    *,
    say: Say,
    municipality: str,
    origin: str,
    is_repeated: bool = False,
) -> Wording:
    """Return the message for some notices, in their order.

    `origin` is the address of the pages, without a stroke at its end. `is_repeated`
    says that it may have been sent before.
    """
    lines = tuple((sentence(row, say), address_of(row, origin)) for row in notices)
    head = [say("outside.greeting"), say("outside.lead", municipality=municipality)]
    again = [say("outside.again")] if is_repeated else []
    foot = say("outside.foot", address=origin + PATHS["telling.page"])
    body = (f"{words}\n{where}" for words, where in lines)
    return Wording(
        subject=_subject(len(notices), say),
        lines=lines,
        text="\n\n".join([*head, *again, *body, foot]) + "\n",
    )


def sentence(row: Notice, say: Say) -> str:
    """Return one notice as a sentence without names."""
    key = f"outside.{row.kind}"
    values = {"about": row.about, **dict(_values(row, say))}
    return say(key if key in texts() else f"notice.{key_of(row)}", **values)


def address_of(row: Notice, origin: str) -> str:
    """Return the address of the page that a notice is about; else «Min part»."""
    endpoint, values = place_of(row) or ("party.mine", {})
    return origin + PATHS[endpoint].format(**values)


def _values(row: Notice, say: Say) -> Iterator[tuple[str, str]]:
    for fact, word in INSTANTS.items():
        if fact in row.facts:
            yield word, moment(datetime.fromisoformat(row.facts[fact]))
    for fact, word in DAYS.items():
        if fact in row.facts:
            yield word, short_day(row.facts[fact])
    if "party" in row.facts:
        yield "party", say(f"codes.party.{row.facts['party']}")


def _subject(count: int, say: Say) -> str:
    if count == 1:
        return say("outside.subject_one")
    return say("outside.subject_many", count=count)
