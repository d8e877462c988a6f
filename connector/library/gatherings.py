"""Where the parties met over an output: its rounds and the forum that concluded on it.

Only what is closed is told. What was answered is never told here: an open or sealed
round gives nothing away, and positions come from the frozen handover alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.days import written_day, written_period
from connector.pictures.sentences import listed
from connector.pictures.words import Language
from workflows.base import by_ref, get
from workflows.clock import norwegian_date
from workflows.development.answers import counted_answers
from workflows.development.forums import ForumItem, ForumMeeting, attendance
from workflows.development.rounds import Round, rounds_on
from workflows.forms.catalogue import form
from workflows.people.kinds import PARTIES, Party

WORDS: Mapping[Language, Mapping[str, str]] = {
    "nb": {
        "round": "Partsrunde {}",
        "forum": "Forummøte {}",
        "answered": "Svar fra {}",
        "silent": "ikke svart: {}",
        "present": "Til stede: {}",
    },
    "nn": {
        "round": "Partsrunde {}",
        "forum": "Forummøte {}",
        "answered": "Svar frå {}",
        "silent": "ikkje svart: {}",
        "present": "Til stades: {}",
    },
}


def gatherings(
    session: Session,
    output: str,
    said_in: Sequence[str],
    *,
    language: Language,
    at: datetime,
) -> Iterator[dict[str, Any]]:
    """Yield rows with `hva`, `tid` and `hvem`: rounds first, then forum meetings.

    `said_in` are the references where positions were given, as the handover has them.
    """
    for review in rounds_on(session, output):
        if review.closed_at is not None and review.closed_at <= at:
            yield _round_row(session, review, language=language, at=at)
    items = [ref for ref in dict.fromkeys(said_in) if "/" in ref]
    for ref in items:
        item = by_ref(session, ForumItem, ref)
        meeting = get(session, ForumMeeting, item.meeting_id)
        yield _forum_row(session, meeting, language=language)


def party_word(party: Party, language: Language) -> str:
    """Return «administrasjonen» and the like, as in running text."""
    column = form("basis").field("g_parties").columns[1]
    labels = {choice.key: choice.label.in_(language) for choice in column.choices}
    return labels[party.value].lower()


def forum_title(meeting: ForumMeeting, language: Language) -> str:
    """Return «Forummøte EF 6/25»."""
    return WORDS[language]["forum"].format(meeting.number)


def _round_row(
    session: Session, review: Round, *, language: Language, at: datetime
) -> dict[str, Any]:
    words = WORDS[language]
    said = {each.view.party for each in counted_answers(session, review, at=at)}
    answered = [party_word(p, language) for p in PARTIES if p in said]
    silent = [party_word(p, language) for p in PARTIES if p not in said]
    told = [words["answered"].format(listed(answered, language=language))]
    told += [words["silent"].format(listed(silent, language=language))] * bool(silent)
    opened, closed = review.made_available_at, review.closed_at
    assert opened is not None and closed is not None  # noqa: S101, PT018 - it is closed
    return {
        "_id": review.ref,
        "hva": words["round"].format(review.ref),
        "tid": written_period(norwegian_date(opened), norwegian_date(closed)),
        "hvem": "; ".join(told),
    }


def _forum_row(
    session: Session, meeting: ForumMeeting, *, language: Language
) -> dict[str, Any]:
    present = attendance(session, meeting)
    counted = [f"{party_word(p, language)} {present[p]}" for p in PARTIES]
    return {
        "_id": meeting.ref,
        "hva": forum_title(meeting, language),
        "tid": written_day(norwegian_date(meeting.starts_at)),
        "hvem": WORDS[language]["present"].format(listed(counted, language=language)),
    }
