"""Jobs that ask Microsoft 365 are held back while it does not answer.

After three failures in a row, of whichever jobs, nobody asks for a minute, then for
longer each time, at most a quarter of an hour; when Microsoft 365 says until when it
wants to be left alone, until then. A question of its own goes first, a job like any
other, so that one worker asks, and no job spends its tries on it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.config import Config
from connector.graph.client import Limits
from connector.graph.errors import (
    GraphAwayError,
    GraphError,
    ThrottledError,
    away_in,
)
from connector.graph.opening import opened
from connector.graph.sites import site_at
from connector.installation import Installation
from connector.jobs.kinds import Kind, Work
from connector.microsoft365 import Microsoft365
from workflows.background.hold_backs import (
    Service,
    hold_back_of,
    note_answer,
    note_done,
    note_failure,
)
from workflows.background.jobs import covers, enqueue

logger = logging.getLogger(__name__)

ANSWERS: Final = Service.MICROSOFT_365.value
THROTTLED: Final = ThrottledError.__name__


@dataclass(frozen=True, kw_only=True)
class Held:
    """Jobs are held back until then; `is_asked` when Microsoft 365 asked for that."""

    until: datetime
    is_asked: bool


def held(session: Session) -> Held | None:
    """Return whether jobs that ask Microsoft 365 are held back, for people to see."""
    row = hold_back_of(session, Service.MICROSOFT_365)
    if row is None or row.until is None:
        return None
    return Held(until=row.until, is_asked=row.problem == THROTTLED)


def held_back(
    session: Session, kinds: Mapping[str, Kind], config: Config
) -> frozenset[str]:
    """Return the names of the kinds that are held back now."""
    if held(session) is None:
        return frozenset()
    return frozenset(name for name, kind in kinds.items() if kind.asks(config))


def heed_away(house: Installation, away: GraphAwayError, *, chance: float) -> None:
    """Note that Microsoft 365 did not answer; that may hold jobs back."""
    with suppress(IntegrityError), house.unrecorded() as session:
        # Of two that note the first failure at once, one is enough.
        row = note_failure(
            session,
            Service.MICROSOFT_365,
            problem=type(away).__name__,
            at=house.config.wall(),
            chance=chance,
            asked_until=away.until if isinstance(away, ThrottledError) else None,
        )
        if row.until is not None:
            logger.warning("jobs are held back", extra={"until": row.until.isoformat()})


def heed_done(house: Installation) -> None:
    """Note that a job that asks Microsoft 365 was done; failures count from none."""
    with house.reading() as session:
        if hold_back_of(session, Service.MICROSOFT_365) is None:
            return
    with house.unrecorded() as session:
        note_done(session, Service.MICROSOFT_365)


def ask_whether_it_answers(session: Session, *, at: datetime) -> None:
    """Ask for the question that goes first, when its time has come."""
    found = held(session)
    if found and found.until <= at and not covers(session, ANSWERS, ANSWERS):
        enqueue(session, ANSWERS, ANSWERS, key=at.isoformat(), at=at)


def ask_microsoft365(work: Work) -> None:
    """Ask once whether Microsoft 365 answers; a refusal is an answer too."""
    house = work.installation
    away = _away(house.config.microsoft365)
    if away is not None:
        heed_away(house, away, chance=random.random())  # noqa: S311 - no secret
        return
    with house.unrecorded() as session:
        note_answer(session, Service.MICROSOFT_365)


def _away(settings: Microsoft365 | None) -> GraphAwayError | None:
    if settings is None:
        return None
    try:
        with opened(settings, limits=Limits(attempts=1)) as tenant:
            site_at(tenant.graph, host=settings.site_host, path=settings.site_path)
    except GraphError as trouble:
        return away_in(trouble)
    return None


ANSWERS_KIND = Kind(name=ANSWERS, do=ask_microsoft365)
