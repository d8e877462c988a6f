"""Subscriptions: who wants to be told that a library changed.

Source: learn.microsoft.com/graph/api/subscription-post-subscriptions and
change-notifications-delivery-webhooks: only `updated`, only the root of a library or a
list, at most 42 300 minutes, and the address is asked to repeat a token within ten
seconds before the call that made the subscription is answered.
"""

from __future__ import annotations

import html
import json
from datetime import timedelta
from typing import Any, NoReturn

from connector.standin.access import Caller, need_site
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.clock import instant, written
from connector.standin.outside import UnreachableError, post
from connector.standin.state import Row
from connector.standin.world import World, new_id

LONGEST = timedelta(minutes=42_300)
ANSWERS_WITHIN_S = 10.0
OK = 200


def create(world: World, call: Call, who: Caller) -> Answer:
    """Make a subscription when the address answers the handshake.

    The state is not held meanwhile: who is asked may well call Graph.
    """
    form = call.json()
    with world.state.held():
        drive = _drive(world, who, form["resource"])
        _need_end(world, form["expirationDateTime"])
    for name in ("notificationUrl", "lifecycleNotificationUrl"):
        if form.get(name):
            _shake_hands(world, form[name])
    made = {**form, "id": new_id(), "applicationId": who.app}
    made["expirationDateTime"] = written(instant(form["expirationDateTime"]))
    with world.state.held():
        world.state.run(
            "INSERT INTO subscription VALUES (?, ?, ?, ?, ?, 0)",
            made["id"],
            who.app,
            drive,
            json.dumps(made),
            made["expirationDateTime"],
        )
    return json_answer(201, _told(made))


def subscriptions(world: World, call: Call, who: Caller) -> Answer:
    """Return the subscriptions of the app."""
    sql = "SELECT * FROM subscription WHERE app = ? AND expires_at > ? ORDER BY rowid"
    rows = world.state.all(sql, who.app, world.now())
    every = [_told(json.loads(row["definition"])) for row in rows]
    return json_answer(200, {"value": every})


def one(world: World, call: Call, who: Caller, *, subscription: str) -> Answer:
    """Return a subscription."""
    row = _find(world, who, subscription)
    return json_answer(200, _told(json.loads(row["definition"])))


def renew(world: World, call: Call, who: Caller, *, subscription: str) -> Answer:
    """Let a subscription last longer."""
    row = _find(world, who, subscription)
    form = call.json()
    changed = {**json.loads(row["definition"]), **form}
    _need_end(world, changed["expirationDateTime"])
    changed["expirationDateTime"] = written(instant(changed["expirationDateTime"]))
    world.state.run(
        "UPDATE subscription SET definition = ?, expires_at = ?, warned = 0"
        " WHERE id = ?",
        json.dumps(changed),
        changed["expirationDateTime"],
        subscription,
    )
    return json_answer(200, _told(changed))


def end(world: World, call: Call, who: Caller, *, subscription: str) -> Answer:
    """End a subscription."""
    _find(world, who, subscription)
    world.state.run("DELETE FROM subscription WHERE id = ?", subscription)
    return Answer(status=204)


def reauthorize(world: World, call: Call, who: Caller, *, subscription: str) -> Answer:
    """Authorise a subscription again; it does not last longer."""
    _find(world, who, subscription)
    return Answer(status=204)


def _drive(world: World, who: Caller, resource: str) -> str:
    """Return the library of a resource. Refuses one the caller does not reach."""
    parts = resource.strip("/").split("/")
    sql = "SELECT * FROM drive WHERE id = ? OR list = ?"
    name = parts[1] if parts[0] == "drives" else parts[-1]
    row = world.state.one(sql, name, name)
    if row is None:
        not_found()
    need_site(world, who, row["site"], write=False)
    return str(row["id"])


def _need_end(world: World, text: str) -> None:
    left = instant(text) - world.clock.now()
    if not timedelta() < left <= LONGEST:
        text = "Subscription expiration can only be 42300 minutes in the future."
        refuse(400, "InvalidRequest", text)


def _shake_hands(world: World, url: str) -> None:
    """Refuse unless the address repeats the token: as plain text, and in time."""
    token = f"Validation: Testing client application reachability & {new_id()}"
    try:
        answer = post(
            world,
            url,
            params={"validationToken": token},
            headers={"Content-Type": "text/plain; charset=utf-8"},
            within_s=ANSWERS_WITHIN_S,
        )
    except UnreachableError as error:
        _not_valid(str(error))
    is_right = answer.text in {token, html.escape(token)}
    if answer.status != OK or answer.kind != "text/plain" or not is_right:
        _not_valid(f"{answer.status} {answer.kind}")


def _not_valid(why: str) -> NoReturn:
    text = f"Subscription validation request failed: {why}."
    refuse(400, "ValidationError", text)


def _find(world: World, who: Caller, subscription: str) -> Row:
    sql = "SELECT * FROM subscription WHERE id = ? AND app = ? AND expires_at > ?"
    row = world.state.one(sql, subscription, who.app, world.now())
    if row is None:
        refuse(404, "ResourceNotFound", "The subscription does not exist.")
    return row


def _told(made: dict[str, Any]) -> dict[str, Any]:
    """Return a subscription; its secret is never told again."""
    return {name: value for name, value in made.items() if name != "clientState"}
