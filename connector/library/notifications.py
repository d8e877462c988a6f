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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.database.engine import Database
from connector.library.items import LibraryNotification, WebhookSubscription

MOST_ITEMS = 1000
LONGEST_TOKEN = 2048
# Microsoft may send any sentence as a token, but never marks of HTML.
FORBIDDEN = frozenset("<>")


class NotificationRefusedError(Exception):
    """The body is no list of notifications, or too long a one."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One notification: which subscription, and the secret that it carries."""

    subscription: str
    secret: str


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


def store(database: Database, told: Sequence[Told], *, at: datetime) -> int:
    """Store one for each library that those which are ours name; return how many."""
    with database.reading(None) as session:
        named = {(row.municipality_id, row.library) for row in _ours(session, told)}
    for municipality, library in sorted(named):
        with database.transaction(municipality) as session:
            session.add(LibraryNotification(library=library, received_at=at))
    return len(named)


def _told(item: Any) -> Told | None:
    if not isinstance(item, dict):
        return None
    named, secret = item.get("subscriptionId"), item.get("clientState")
    if not isinstance(named, str) or not isinstance(secret, str):
        return None
    return Told(subscription=named, secret=secret)


def _ours(session: Session, told: Sequence[Told]) -> Iterator[WebhookSubscription]:
    """Yield each subscription that is told of with its secret."""
    secrets = {each.subscription: secret_sha256(each.secret) for each in told}
    query = select(WebhookSubscription).where(
        WebhookSubscription.subscription.in_(secrets)
    )
    for row in session.scalars(query):
        if hmac.compare_digest(row.secret_sha256, secrets[row.subscription]):
            yield row
