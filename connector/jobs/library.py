"""A round of the document library in the background: changes in, files out.

One a quarter of an hour, which is what makes it right; one more at once when a
notification has come or a text was delivered, which only makes it fast. A library that
does not answer is asked again in the next round, and its page says so meanwhile; where
it is Microsoft 365 that does not answer, as soon as it does.

There is one round at a time, whichever worker does it: the units that Microsoft 365 is
asked for in a minute are counted for a round, and not for a process.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from connector.config import Config
from connector.graph.errors import away_in
from connector.jobs.kinds import Kind, Work
from connector.library.document_library import LibraryError
from connector.library.items import notifications
from connector.library.opening import library_key, opened_library
from connector.library.subscribing import keep_told
from connector.library.tending import tend
from workflows.background.jobs import covers, enqueue, jobs_under_way

logger = logging.getLogger(__name__)

LIBRARY: Final = "library"
EVERY = timedelta(minutes=15)
# It is prolonged after each page and each file; one that shows nothing is taken over.
LEASE = timedelta(hours=1)


def enqueue_rounds(session: Session, config: Config, *, at: datetime) -> None:
    """Ask for the round of this quarter of an hour, and for one that was heard of.

    However many workers ask, each is done once. None is asked for while one goes on,
    which may take longer than to the next.
    """
    key = library_key(config)
    if key is None or jobs_under_way(session, LIBRARY):
        return
    quarter = int(at.timestamp() // EVERY.total_seconds())
    ask_for_round(session, config, key=f"quarter {quarter}", at=at)
    heard = notifications(session, key)
    if heard:
        ask_for_round(session, config, key=f"heard {heard[-1].id}", at=at)


def ask_for_round(session: Session, config: Config, *, key: str, at: datetime) -> None:
    """Ask for a round beside those of the clock, unless one waits that will do."""
    if library_key(config) and not covers(session, LIBRARY, LIBRARY):
        enqueue(session, LIBRARY, LIBRARY, key=key, at=at)


def do_round(work: Work) -> None:
    """Do one round; nothing of it is lost when it breaks off.

    One that begins while another goes on leaves it to that and to the next.

    Raises:
        LibraryError: Microsoft 365 does not answer, so that it is held back.
    """
    house = work.installation
    if library_key(house.config) is None or _is_second(work):
        return
    try:
        with opened_library(house.config) as library:
            keep_told(house, library)
            tend(house, library, alive=lambda: work.tell(0, 0))
    except LibraryError as trouble:
        if away_in(trouble) is not None:
            raise
        logger.warning("the document library does not answer", exc_info=True)


def _is_second(work: Work) -> bool:
    """Say whether a round that was asked for earlier goes on."""
    with work.installation.reading() as session:
        first = jobs_under_way(session, LIBRARY)[:1]
    return any(job.id != work.identifier for job in first)


def asks_microsoft365(config: Config) -> bool:
    """Say whether the document library is in Microsoft 365."""
    return config.microsoft365 is not None and config.shared_folder is None


LIBRARY_KIND = Kind(name=LIBRARY, do=do_round, lease=LEASE, asks=asks_microsoft365)
