"""Tells those who subscribe, from a thread of its own.

Source: learn.microsoft.com/graph/change-notifications-delivery-webhooks: an answer is
waited for 3 seconds, and what was not taken is tried again for up to four hours. For
SharePoint there is no notice of a lost or ended subscription: only
`reauthorizationRequired`, once, on the last day.
"""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

from connector.standin.clock import instant, written
from connector.standin.outside import UnreachableError, post
from connector.standin.settings import TENANT
from connector.standin.state import Row
from connector.standin.world import World

WITHIN_S = 3.0
GIVES_UP = timedelta(hours=4)
FIRST_RETRY_S = 10.0
WARNS = timedelta(days=1)
LOOKS_EVERY_S = 0.05
TAKEN = range(200, 300)


class Notifier:
    """Sends what is due until it is stopped."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is under way is finished first."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOKS_EVERY_S):
            for row in _due(self._world):
                _tell(self._world, row)


def _due(world: World) -> list[Row]:
    """Return what is to be sent now, after those who end soon were warned."""
    with world.state.held():
        _warn(world)
        sql = (
            "SELECT notification.*, subscription.definition, subscription.drive"
            " FROM notification JOIN subscription"
            " ON subscription.id = notification.subscription"
            " WHERE due_at <= ? AND expires_at > ? ORDER BY notification.id"
        )
        due = world.state.all(sql, world.now(), world.now())
        # A change from here on is told by another notification.
        sent = "UPDATE notification SET tries = tries + 1 WHERE id = ?"
        for row in due:
            world.state.run(sent, row["id"])
        return due


def _warn(world: World) -> None:
    now, soon = world.now(), written(world.clock.now() + WARNS)
    sql = "SELECT id FROM subscription WHERE warned = 0 AND expires_at < ?"
    for row in world.state.all(sql, soon):
        world.state.run("UPDATE subscription SET warned = 1 WHERE id = ?", row["id"])
        world.state.run(
            "INSERT INTO notification (subscription, kind, due_at, made_at)"
            " VALUES (?, 'reauthorizationRequired', ?, ?)",
            row["id"],
            now,
            now,
        )


def _tell(world: World, row: Row) -> None:
    made = json.loads(row["definition"])
    is_change = row["kind"] == "changed"
    url = made.get("notificationUrl" if is_change else "lifecycleNotificationUrl")
    if not url:
        _done(world, row)
        return
    fault = world.faults.take("NOTIFY", url)
    if fault and fault.name == "late":
        _again(world, row, after_s=fault.seconds)
        return
    copies = {"lost": 0, "doubled": 2}.get(fault.name, 1) if fault else 1
    body = {"value": [_notice(world, made, row)]}
    taken = [_is_taken(world, url, body) for _ in range(copies)]
    if all(taken):
        _done(world, row)
    else:
        _again(world, row, after_s=FIRST_RETRY_S * 2 ** row["tries"])


def _notice(world: World, made: dict[str, Any], row: Row) -> dict[str, Any]:
    notice = {
        "subscriptionId": made["id"],
        "subscriptionExpirationDateTime": made["expirationDateTime"],
        "tenantId": TENANT,
        "clientState": made.get("clientState"),
    }
    if row["kind"] != "changed":
        return {**notice, "lifecycleEvent": row["kind"]}
    kind = "#microsoft.graph.driveItem"
    about = {"resource": made["resource"].strip("/"), "changeType": "updated"}
    return {**notice, **about, "resourceData": {"@odata.type": kind}}


def _is_taken(world: World, url: str, body: dict[str, Any]) -> bool:
    try:
        answer = post(world, url, json=body, within_s=WITHIN_S)
    except UnreachableError:
        return False
    return answer.status in TAKEN


def _done(world: World, row: Row) -> None:
    with world.state.held():
        world.state.run("DELETE FROM notification WHERE id = ?", row["id"])


def _again(world: World, row: Row, *, after_s: float) -> None:
    due = world.clock.now() + timedelta(seconds=after_s)
    if due - instant(row["made_at"]) > GIVES_UP:
        _done(world, row)
        return
    with world.state.held():
        sql = "UPDATE notification SET due_at = ? WHERE id = ?"
        world.state.run(sql, written(due), row["id"])
