"""Being told that something has changed in a library.

A notification only says «look»; what has changed is read as changes since last time.
Graph does not tell when it has lost one, or the whole subscription, of a library: so
both are also looked at by the clock. A subscription lasts under thirty days.
Source: https://learn.microsoft.com/graph/api/resources/subscription
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from connector.graph.client import Call, Graph
from connector.graph.paging import items
from connector.graph.shapes import Shape

LASTS: Final = timedelta(minutes=42_300)


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A subscription that Graph keeps until `ends_at`, and tells of at `address`."""

    id: str
    address: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Where Graph tells, over https, and the secret that each telling must carry."""

    address: str
    lifecycle_address: str
    client_state: str = field(repr=False)


def subscribe(graph: Graph, drive: str, hook: Hook) -> Subscription:
    """Ask to be told of changes in a library, as long as Graph allows.

    Graph asks the address for proof before it answers, so the pages must be up.
    """
    call = Call(
        method="POST",
        route="/subscriptions",
        value={
            "changeType": "updated",
            "resource": f"/drives/{drive}/root",
            "notificationUrl": hook.address,
            "lifecycleNotificationUrl": hook.lifecycle_address,
            "expirationDateTime": _latest(graph),
            "clientState": hook.client_state,
        },
        units=2,
    )
    return graph.ask(call).read(_subscription)


def renew(graph: Graph, subscription: str) -> Subscription:
    """Let a subscription last as long as Graph allows, from now; safe to do again.

    That confirms it as well, where Graph has asked for that. Source:
    https://learn.microsoft.com/graph/change-notifications-lifecycle-events

    Raises:
        ItemNotFoundError: it is lost; make another, then read the changes.
    """
    call = Call(
        method="PATCH",
        route="/subscriptions/{}",
        parts=(subscription,),
        value={"expirationDateTime": _latest(graph)},
        may_repeat=True,
    )
    return graph.ask(call).read(_subscription)


def subscriptions(graph: Graph) -> Iterator[Subscription]:
    """Yield the app's subscriptions in this tenant."""
    return items(graph, Call(route="/subscriptions", units=2), _subscription)


def unsubscribe(graph: Graph, subscription: str) -> None:
    """End a subscription."""
    call = Call(method="DELETE", route="/subscriptions/{}", parts=(subscription,))
    graph.ask(call).need_nothing()


def _latest(graph: Graph) -> str:
    """Return the latest end that Graph takes, a minute before it."""
    ends_at = graph.clock.instant() + LASTS - timedelta(minutes=1)
    return ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _subscription(shape: Shape) -> Subscription:
    return Subscription(
        id=shape.text("id"),
        address=shape.maybe_text("notificationUrl") or "",
        ends_at=shape.instant("expirationDateTime"),
    )
