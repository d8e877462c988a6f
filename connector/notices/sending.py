"""The job that tells people outside the pages what waits to be told.

What is to be sent is noted in a transaction of its own before, and what came of it
after. Where nobody knows, because the process died between or the answer was lost, it
is sent once more and says so; after that it is left. So nobody gets the same e-mail
more than twice, and nobody is left without for a fault of the network.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.config import Config
from connector.graph.errors import GraphError, ThrottledError
from connector.graph.opening import opened
from connector.installation import Installation
from connector.jobs.kinds import Kind, TryLaterError, Work
from connector.notices.outgoing import message_of
from connector.notices.outlets import Addressed, Sender, give
from workflows.background.jobs import covers, enqueue
from workflows.base import get
from workflows.people.persons import Person
from workflows.people.telling import (
    Dispatch,
    DispatchState,
    Outlet,
    begin_dispatch,
    broken_off,
    choice_of,
    end_dispatch,
    notices_in,
    take_back,
    try_again,
)
from workflows.trace.digests import Digest, due_digests

logger = logging.getLogger(__name__)

TELL: Final = "tell"
LEASE: Final = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class _Sending:
    """A message on its way; `dispatch` is None until it is noted."""

    person: uuid.UUID
    outlet: Outlet
    notices: tuple[uuid.UUID, ...]
    told: Addressed
    dispatch: uuid.UUID | None = None


def ask_to_tell(installation: Installation, *, at: datetime) -> bool:
    """Ask for the job when something waits to be sent; return whether it was.

    `at` is the wall clock. Where nothing is sent outside, nothing is asked for.
    """
    if not installation.config.tells_outside:
        return False
    with installation.reading() as session:
        now = installation.now()
        if not broken_off(session, before=at - LEASE) and not due_digests(
            session, at=now
        ):
            return False
    with installation.unrecorded() as session:
        if covers(session, TELL, TELL):
            return False
        enqueue(session, TELL, TELL, key=at.isoformat(), at=at)
    return True


def tell(work: Work) -> None:
    """Send all that waits, one message at a time; what fails stops the rest.

    Raises:
        TryLaterError: Microsoft 365 asks to be left alone for longer than a call lasts.
        GraphError: it does not take more now; see `send_all`.
    """
    house = work.installation
    settings, mailbox = house.config.microsoft365, house.config.mailbox
    if settings is not None and mailbox is not None:
        with opened(settings) as tenant:
            sender = Sender(graph=tenant.graph, mailbox=mailbox, app=settings.client)
            _send_in_time(house, sender)
    with work.finishing():
        pass


def _send_in_time(house: Installation, sender: Sender) -> None:
    try:
        send_all(house, sender)
    except ThrottledError as throttled:
        left = throttled.until - sender.graph.clock.instant()
        raise TryLaterError(str(throttled), delay=left) from throttled


def send_all(house: Installation, sender: Sender) -> int:
    """Send what was broken off and what is due; return how many were taken.

    Raises:
        GraphError: Microsoft 365 does not take more now. What was taken is noted.
    """
    taken = sum(_send(house, sender, each) for each in _once_more(house))
    with house.reading() as session:
        due = due_digests(session, at=house.now())
        waiting = [_of_digest(session, each, house.config) for each in due]
    return taken + sum(_send_new(house, sender, each) for each in waiting)


def _once_more(house: Installation) -> Iterator[_Sending]:
    wall = house.config.wall()
    with house.unrecorded() as session:
        rows = [
            row
            for row in broken_off(session, before=wall - LEASE)
            if try_again(session, row.id, at=wall)
        ]
        found = [_of_dispatch(session, row, house.config) for row in rows]
    yield from (each for each in found if each is not None)


def _of_dispatch(session: Session, row: Dispatch, config: Config) -> _Sending | None:
    """Return what was broken off, None where the person has no address any more."""
    person = get(session, Person, row.person_id)
    if person.email is None:
        return None
    notices = notices_in(session, row)
    language = choice_of(session, person.id).language
    said = message_of(session, notices, language, config, is_repeated=True)
    return _Sending(
        person=person.id,
        outlet=row.outlet,
        notices=tuple(each.id for each in notices),
        told=Addressed(to=person.email, wording=said),
        dispatch=row.id,
    )


def _of_digest(session: Session, digest: Digest, config: Config) -> _Sending:
    said = message_of(session, digest.notices, digest.language, config)
    return _Sending(
        person=digest.person.id,
        outlet=digest.outlet,
        notices=tuple(each.id for each in digest.notices),
        told=Addressed(to=digest.person.email or "", wording=said),
    )


def _send_new(house: Installation, sender: Sender, sending: _Sending) -> bool:
    try:
        with house.unrecorded() as session:
            row = begin_dispatch(
                session,
                person_id=sending.person,
                outlet=sending.outlet,
                notices=sending.notices,
                at=house.config.wall(),
            )
            noted = row.id
    except IntegrityError:
        logger.info("somebody else sends it")
        return False
    return _give(house, sender, sending, noted)


def _send(house: Installation, sender: Sender, sending: _Sending) -> bool:
    return sending.dispatch is not None and _give(
        house, sender, sending, sending.dispatch
    )


def _give(
    house: Installation, sender: Sender, sending: _Sending, dispatch: uuid.UUID
) -> bool:
    """Send, and note what came of it; of what was surely not sent, nothing is left."""
    try:
        is_taken = give(sending.outlet, sender, sending.told)
    except GraphError as error:
        if not error.may_be_done:
            with house.unrecorded() as session:
                take_back(session, dispatch)
        raise
    state = DispatchState.SENT if is_taken else DispatchState.REFUSED
    with house.unrecorded() as session:
        end_dispatch(session, dispatch, state=state, at=house.config.wall())
    return is_taken


TELL_KIND = Kind(
    name=TELL, do=tell, lease=LEASE, asks=lambda config: config.tells_outside
)
