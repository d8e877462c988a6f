"""Keeps machines off what anybody can send, without knowing who anybody is.

No address is kept and nobody is counted. A field that people do not see stays empty; a
signed time says that the form was not sent the moment it was shown; and a hearing takes
so many answers an hour, whoever sends them.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, Signer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.web.forms import Submitted
from workflows.base import tenant
from workflows.development.hearing_answers import Channel, HearingAnswer
from workflows.development.hearings import Hearing

TRAP = "nettsted"
STAMP = "vist"
SHORTEST_S = 3
LONGEST_S = 24 * 3600
MOST_AN_HOUR = 60
HOUR_S = 3600


def stamp(ref: str, *, now: float) -> str:
    """Return a signed mark of which form was shown, and when (seconds since 1970)."""
    return _signer().sign(f"{ref} {int(now)}").decode()


def look_for_machine(form: Submitted, ref: str, *, now: float) -> None:
    """Note a fault when a form bears the marks of a machine; see the module."""
    if form.text(TRAP):
        form.fault(TRAP, "hearing.fault.trap")
    age = _age(form.text(STAMP), ref, now=now)
    if age is None or age > LONGEST_S:
        form.fault("respondent", "hearing.fault.old")
    elif age < SHORTEST_S:
        form.fault("respondent", "hearing.fault.fast")


def is_full(session: Session, hearing: Hearing, *, at: datetime) -> bool:
    """Return whether a hearing has had all the web answers that it takes in an hour."""
    query = select(func.count()).where(
        HearingAnswer.municipality_id == tenant(session),
        HearingAnswer.hearing_id == hearing.id,
        HearingAnswer.channel == Channel.WEB,
        HearingAnswer.at > at - timedelta(hours=1),
    )
    return (session.scalar(query) or 0) >= MOST_AN_HOUR


class WrongLinks:
    """How many links that lead nowhere have been tried lately, by everybody together.

    Whoever guesses is answered no more than so many times an hour. A right link is
    always answered, so that nobody can shut others out by guessing.
    """

    def __init__(self, *, most: int = MOST_AN_HOUR) -> None:
        """Keep the times of the last `most` tries, and nothing of who tried."""
        self._times: deque[float] = deque(maxlen=most)

    def note(self, *, now: float) -> bool:
        """Note one more (seconds); return whether there are too many in this hour."""
        times = self._times
        is_full = len(times) == times.maxlen and now - times[0] < HOUR_S
        times.append(now)
        return is_full


def _age(mark: str, ref: str, *, now: float) -> float | None:
    try:
        shown, seconds = _signer().unsign(mark).decode().rsplit(" ", maxsplit=1)
    except (BadSignature, ValueError):
        return None
    return now - int(seconds) if shown == ref else None


def _signer() -> Signer:
    return Signer(str(current_app.secret_key), salt="hearing form")
