"""Keeps a subscription on the changes of a library alive.

Microsoft 365 never tells that a library's subscription is lost, so it is looked at on a
timer: renewed at half its life, or when it is told to be confirmed, and begun anew when
it is gone or tells another address than that of our pages. Every change is read on a
timer too, so that one that is told of late, or never, comes in all the same.
"""

from __future__ import annotations

import contextlib
import enum
import logging
import secrets
import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from connector.graph.client import Graph
from connector.graph.errors import GraphError, ItemNotFoundError
from connector.graph.subscriptions import (
    LASTS,
    Hook,
    Subscription,
    subscribe,
    unsubscribe,
)
from connector.graph.subscriptions import renew as renew_there
from connector.graph.subscriptions import subscriptions as subscriptions_there
from connector.installation import Installation
from connector.library.document_library import DocumentLibrary
from connector.library.items import (
    LibraryNotification,
    WebhookSubscription,
    notifications,
    subscriptions,
)
from connector.library.notifications import secret_sha256
from connector.library.sharepoint import SharePointLibrary
from workflows.base import get

logger = logging.getLogger(__name__)

SECRET_BYTES = 32
PATH, CARE = "/m365/notifications", "/m365/lifecycle"


class Kept(enum.StrEnum):
    """What keeping a subscription did."""

    BEGUN = "begun"
    RENEWED = "renewed"
    STANDS = "stands"


def keep_subscribed(
    installation: Installation, graph: Graph, drive: str, *, library: str, pages: str
) -> Kept:
    """Let a subscription on a library stand; safe to do again, and often.

    `pages` is the address of our pages as Microsoft 365 reaches it, over https. One
    that had been lost is begun anew, and the changes are to be read after that.

    Raises:
        GraphError: Microsoft 365 did not answer, or refused.
    """
    with installation.reading() as session:
        known = _known(session, library)
        told = [each.id for each in notifications(session, library) if each.lifecycle]
    if known is None:
        return _begin(installation, graph, drive, library=library, pages=pages)
    there = {each.id: each for each in subscriptions_there(graph)}
    found = there.get(known.subscription)
    if found is None or found.address != f"{pages}{PATH}":
        logger.warning("a subscription is lost or tells elsewhere; it is begun anew")
        end_subscription(installation, graph, library=library)
        return _begin(installation, graph, drive, library=library, pages=pages)
    if not told and found.ends_at - graph.clock.instant() > LASTS / 2:
        return Kept.STANDS
    _note(installation, renew_there(graph, found.id), told)
    return Kept.RENEWED


def keep_told(installation: Installation, library: DocumentLibrary) -> Kept | None:
    """Keep a subscription where one can be, None elsewhere; end one that cannot be.

    A folder tells nothing, and Microsoft 365 only tells pages that it can reach. That a
    subscription is refused is logged and no more: changes are read all the same.
    """
    pages = installation.config.public_url
    if not isinstance(library, SharePointLibrary):
        return None
    try:
        if pages is None:
            end_subscription(installation, library.graph, library=library.key)
            return None
        return keep_subscribed(
            installation, library.graph, library.drive, library=library.key, pages=pages
        )
    except GraphError:
        logger.warning("Microsoft 365 does not tell of changes", exc_info=True)
        return None


def end_subscription(installation: Installation, graph: Graph, *, library: str) -> None:
    """End the subscription on a library, if there is one."""
    with installation.reading() as session:
        known = _known(session, library)
    if known is None:
        return
    with contextlib.suppress(ItemNotFoundError):  # It has run out, as good.
        unsubscribe(graph, known.subscription)
    _forget(installation, known)


def _known(session: Session, library: str) -> WebhookSubscription | None:
    found = (row for row in subscriptions(session) if row.library == library)
    return next(found, None)


def _begin(
    installation: Installation, graph: Graph, drive: str, *, library: str, pages: str
) -> Kept:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    hook = Hook(
        address=f"{pages}{PATH}",
        lifecycle_address=f"{pages}{CARE}",
        client_state=secret,
    )
    begun = subscribe(graph, drive, hook)
    with installation.unrecorded() as session:
        session.add(
            WebhookSubscription(
                subscription=begun.id,
                library=library,
                secret_sha256=secret_sha256(secret),
                begun_at=installation.now(),
                expires_at=begun.ends_at,
            )
        )
    return Kept.BEGUN


def _note(
    installation: Installation, renewed: Subscription, told: Iterable[uuid.UUID]
) -> None:
    """Remember how long it lasts; what was told of it before is cared for."""
    with installation.unrecorded() as session:
        for row in subscriptions(session):
            if row.subscription == renewed.id:
                row.expires_at = renewed.ends_at
        for identifier in told:
            session.delete(get(session, LibraryNotification, identifier))


def _forget(installation: Installation, known: WebhookSubscription) -> None:
    """Forget a subscription, and what was told of it."""
    with installation.unrecorded() as session:
        for row in subscriptions(session):
            if row.id == known.id:
                session.delete(row)
        for each in notifications(session, known.library):
            if each.lifecycle:
                session.delete(each)
