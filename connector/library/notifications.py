"""Notifications that a library has changed: told from forged ones, and stored.

A notification is a hint that makes the next reading of changes come sooner. It is
stored before it is answered, and is answered the same whether it was known or not, so
that nobody learns which subscriptions there are. Sources:
https://learn.microsoft.com/graph/change-notifications-delivery-webhooks and
https://learn.microsoft.com/graph/change-notifications-lifecycle-events.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from connector.database.engine import Database
from connector.library.items import LibraryNotification, WebhookSubscription
from workflows.base import TENANT

MOST_ITEMS = 1000
LONGEST_TOKEN = 2048
REMEMBERED_S = 60.0
# What is told of a subscription itself: confirm it, it is gone, something was not told.
LIFECYCLE = frozenset({"reauthorizationRequired", "subscriptionRemoved", "missed"})
ADDED = insert(LibraryNotification)
# Microsoft may send any sentence as a token, but never marks of HTML.
FORBIDDEN = frozenset("<>")


class NotificationRefusedError(Exception):
    """The body is no list of notifications, or too long a one."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One notification: which subscription, and the secret that it carries.

    `lifecycle` is the word of one that is about the subscription itself.
    """

    subscription: str
    secret: str
    lifecycle: str | None = None


@dataclass(frozen=True, kw_only=True)
class Subscribed:
    """A subscription that there is: whose, on which library, and its secret's hash.

    It is looked up anew after `until`, in seconds of the clock that counts.
    """

    municipality: uuid.UUID
    library: str
    secret_sha256: str
    until: float


class KnownSubscriptions:
    """The subscriptions that were named of late, so that each is looked up seldom.

    One that has ended is known for at most a minute more; a notification of it makes a
    reading of changes come sooner, and no more. One that is not there is never
    remembered. Threads may share it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Subscribed] = {}

    def proved(
        self, database: Database, told: Sequence[Told]
    ) -> Iterator[tuple[Subscribed, Told]]:
        """Yield each notification that carries its secret, with its subscription."""
        found = self._found(database, {each.subscription for each in told})
        for each in told:
            there = found.get(each.subscription)
            if there and _is_its_secret(there, each.secret):
                yield there, each

    def _found(self, database: Database, named: Set[str]) -> Mapping[str, Subscribed]:
        now = self._clock()
        fresh = {
            name: self._known[name]
            for name in named & self._known.keys()
            if now < self._known[name].until
        }
        missing = named - fresh.keys()
        if missing:
            looked_up = _looked_up(database, missing, until=now + REMEMBERED_S)
            self._known |= looked_up
            return fresh | looked_up
        return fresh


def secret_sha256(secret: str) -> str:
    """Return what is kept of a subscription's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_echoable(token: str) -> bool:
    """Say whether a validation token may be sent back as it came."""
    is_plain = token.isprintable() and not FORBIDDEN & set(token)
    return is_plain and 0 < len(token) <= LONGEST_TOKEN


def told_in(body: bytes) -> list[Told]:
    """Return the notifications of a body, each once; those without an id are left out.

    Raises:
        NotificationRefusedError: it is no JSON, no list, or has more than 1000.
    """
    try:
        value = json.loads(body)["value"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise NotificationRefusedError("no list of notifications") from problem
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise NotificationRefusedError(f"more than {MOST_ITEMS}, or no list")
    return list(dict.fromkeys(filter(None, map(_told, value))))


def store(
    database: Database,
    told: Sequence[Told],
    *,
    at: datetime,
    known: KnownSubscriptions,
) -> int:
    """Store one for each library that those which are ours name; return how many.

    One more for each word that a subscription itself is told of.
    """
    proved = known.proved(database, told)
    named = {
        (there.municipality, there.library, each.lifecycle) for there, each in proved
    }
    for municipality, library, lifecycle in named:
        row = {
            TENANT: municipality,
            "id": uuid.uuid4(),
            "library": library,
            "received_at": at,
            "lifecycle": lifecycle,
        }
        with database.adding(municipality) as connection:
            connection.execute(ADDED, row)
    return len(named)


def _told(item: Any) -> Told | None:
    if not isinstance(item, dict):
        return None
    named, secret = item.get("subscriptionId"), item.get("clientState")
    if not isinstance(named, str) or not isinstance(secret, str):
        return None
    word = item.get("lifecycleEvent")
    lifecycle = word if isinstance(word, str) and word in LIFECYCLE else None
    return Told(subscription=named, secret=secret, lifecycle=lifecycle)


def _is_its_secret(there: Subscribed, secret: str) -> bool:
    return hmac.compare_digest(there.secret_sha256, secret_sha256(secret))


def _looked_up(
    database: Database, named: Set[str], *, until: float
) -> dict[str, Subscribed]:
    """Return those that there are, by their ids, whosever they are."""
    query = select(WebhookSubscription).where(
        WebhookSubscription.subscription.in_(named)
    )
    with database.reading(None) as session:
        return {
            row.subscription: Subscribed(
                municipality=row.municipality_id,
                library=row.library,
                secret_sha256=row.secret_sha256,
                until=until,
            )
            for row in session.scalars(query)
        }
