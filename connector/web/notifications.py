"""Where Microsoft 365 tells that a document library has changed.

The only page that takes a form without a token of our own: whoever calls has no cookie
that counts, and proves itself by the secret of its subscription.
"""

from __future__ import annotations

import logging

from apiflask import APIBlueprint
from flask import Response, current_app, request
from sqlalchemy.exc import DBAPIError

from connector.library.notifications import (
    KnownSubscriptions,
    NotificationRefusedError,
    is_echoable,
    store,
    told_in,
)
from connector.web.guards import without_session
from connector.web.visits import installation

LOG = logging.getLogger(__name__)
LARGEST = 1024 * 1024
# What is echoed is text to the browser and nothing else, should one ever open it.
ECHOED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Type": "text/plain; charset=utf-8",
}
RETRY_AFTER_S = 30

pages = APIBlueprint("notifications", __name__, enable_openapi=False)


@pages.post("/m365/notifications")
@without_session
def changed() -> Response:
    """Store what a subscription tells, or echo the token that proves the address."""
    return _answered()


@pages.post("/m365/lifecycle")
@without_session
def lifecycle() -> Response:
    """Store that a subscription needs care, which the next reading gives it."""
    return _answered()


def _answered() -> Response:
    if "validationToken" in request.args:
        return _echoed(request.args["validationToken"])
    request.max_content_length = LARGEST
    house = installation()
    known: KnownSubscriptions = current_app.extensions["subscriptions"]
    try:
        told = told_in(request.get_data(cache=False))
        store(house.database, told, at=house.now(), known=known)
    except NotificationRefusedError:
        return Response(status=400)
    except DBAPIError:
        LOG.exception("a notification was not stored")
        return Response(status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    return Response(status=202)


def _echoed(token: str) -> Response:
    if not is_echoable(token):
        return Response(status=400)
    return Response(token, headers=ECHOED)
