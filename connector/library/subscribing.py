"""Keeps a subscription on the changes of a library alive.

Microsoft 365 never tells that a library's subscription is lost, so it is looked at on a
timer: renewed at half its life, and begun anew when it is gone. Every change is read on
a timer too, so that one that is told of late, or never, comes in all the same.
"""

from __future__ import annotations

import contextlib
import enum
import logging
import secrets

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
from connector.library.items import WebhookSubscription, subscriptions
from connector.library.notifications import secret_sha256
from connector.library.sharepoint import SharePointLibrary

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
    there = {each.id: each for each in subscriptions_there(graph)}
    if known and known.subscription not in there:
        logger.warning("a subscription was lost and is begun anew")
        _forget(installation, known)
        known = None
    if known is None:
        return _begin(installation, graph, drive, library=library, pages=pages)
    if there[known.subscription].ends_at - graph.clock.instant() > LASTS / 2:
        return Kept.STANDS
    _note(installation, renew_there(graph, known.subscription))
    return Kept.RENEWED


def keep_told(installation: Installation, library: DocumentLibrary) -> Kept | None:
    """Keep a subscription where one can be, None elsewhere.

    A folder tells nothing, and Microsoft 365 only tells pages that it can reach. That a
    subscription is refused is logged and no more: changes are read all the same.
    """
    pages = installation.config.public_url
    if not isinstance(library, SharePointLibrary) or pages is None:
        return None
    try:
        return keep_subscribed(
            installation, library.graph, library.drive, library=library.key, pages=pages
        )
    except GraphError:
        logger.warning("Microsoft 365 does not tell of changes", exc_info=True)
        return None


def end_subscription(installation: Installation, graph: Graph, *, library: str) -> bool:
    """End the subscription on a library; return whether there was one."""
    with installation.reading() as session:
        known = _known(session, library)
    if known is None:
        return False
    with contextlib.suppress(ItemNotFoundError):  # It has run out, as good.
        unsubscribe(graph, known.subscription)
    _forget(installation, known)
    return True


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


def _note(installation: Installation, renewed: Subscription) -> None:
    with installation.unrecorded() as session:
        for row in subscriptions(session):
            if row.subscription == renewed.id:
                row.expires_at = renewed.ends_at


def _forget(installation: Installation, known: WebhookSubscription) -> None:
    with installation.unrecorded() as session:
        for row in subscriptions(session):
            if row.id == known.id:
                session.delete(row)
