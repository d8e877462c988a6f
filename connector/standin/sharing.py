"""Who reaches an item: invitations, links, and taking them back.

Source: learn.microsoft.com/graph/api/driveitem-invite, driveitem-createlink. A person
from outside must be sent the invitation (github.com/OneDrive/onedrive-api-docs/
issues/786), and only a link can be given an end.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from connector.standin.access import Caller, need
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.clock import written
from connector.standin.identities import identity, person
from connector.standin.items import at
from connector.standin.sites import site_of
from connector.standin.state import Row
from connector.standin.world import World, new_id

# Source: «how to avoid getting throttled»: external sharing e-mails of a site.
OUTSIDE_PER_HOUR = 200


def permissions(
    world: World, call: Call, who: Caller, *, drive: str, item: str
) -> Answer:
    """Return everyone who was given an item, and who has it from the library."""
    row = at(world, who, drive, item, write=False)
    sql = (
        "SELECT * FROM permission"
        " WHERE item = ? AND (expires_at = '' OR expires_at > ?)"
    )
    given = world.state.all(sql, row["id"], world.now())
    every = [_inherited(row), *(json.loads(each["definition"]) for each in given)]
    return json_answer(200, {"value": every})


def permission(
    world: World, call: Call, who: Caller, *, drive: str, item: str, permission: str
) -> Answer:
    """Return one permission."""
    row = at(world, who, drive, item, write=False)
    return json_answer(200, _find(world, row, permission))


def change(
    world: World, call: Call, who: Caller, *, drive: str, item: str, permission: str
) -> Answer:
    """Give another role, or another end to a link."""
    row = at(world, who, drive, item, write=True)
    changed = {**_find(world, row, permission), **call.json()}
    _need_end_of_link(changed)
    world.state.run("DELETE FROM permission WHERE id = ?", permission)
    return json_answer(200, _kept(world, row, changed))


def withdraw(
    world: World, call: Call, who: Caller, *, drive: str, item: str, permission: str
) -> Answer:
    """Take a permission back."""
    row = at(world, who, drive, item, write=True)
    _find(world, row, permission)
    world.state.run("DELETE FROM permission WHERE id = ?", permission)
    return Answer(status=204)


def invite(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Give persons a role, and send them a message when that is asked for."""
    row = at(world, who, drive, item, write=True)
    form = call.json()
    _need_end_of_link(form)
    given = [_invited(world, who, row, form, each) for each in form["recipients"]]
    return json_answer(200, {"value": given})


def make_link(
    world: World, call: Call, who: Caller, *, drive: str, item: str
) -> Answer:
    """Make a link, or return the one of this kind that is there."""
    row = at(world, who, drive, item, write=True)
    form = call.json()
    kind, scope = form["type"], form.get("scope", "organization")
    if scope == "anonymous":
        refuse(403, "sharingDisabled", "Anonymous links are switched off.")
    sql = "SELECT definition FROM permission WHERE item = ?"
    every = [json.loads(each[0]) for each in world.state.all(sql, row["id"])]
    for each in every:
        found = each.get("link", {})
        if (found.get("type"), found.get("scope")) == (kind, scope):
            return json_answer(200, each)
    identifier = new_id()
    address = f"{world.settings.origin}/:w:/s/{identifier}"
    link = {"type": kind, "scope": scope, "webUrl": address}
    end = {key: form[key] for key in ("expirationDateTime",) if key in form}
    roles = ["write" if kind == "edit" else "read"]
    made = {"id": identifier, "roles": roles, "link": link, **end}
    return json_answer(201, _kept(world, row, made))


def site_permissions(world: World, call: Call, who: Caller, *, site: str) -> Answer:
    """Return which apps were granted a site; only the administrator's app may ask."""
    need(who, "Sites.FullControl.All")
    found = site_of(world, who, site, write=False)
    sql = "SELECT * FROM site_grant WHERE site = ?"
    every = [_grant_told(row) for row in world.state.all(sql, found["id"])]
    return json_answer(200, {"value": every})


def grant_site(world: World, call: Call, who: Caller, *, site: str) -> Answer:
    """Grant an app a site."""
    need(who, "Sites.FullControl.All")
    found = site_of(world, who, site, write=True)
    form = call.json()
    app = form["grantedToIdentities"][0].get("application", {}).get("id", "")
    identifier = new_id()
    world.state.run(
        "INSERT INTO site_grant VALUES (?, ?, ?, ?)",
        identifier,
        found["id"],
        app,
        form["roles"][0],
    )
    row = world.state.one("SELECT * FROM site_grant WHERE id = ?", identifier)
    if row is None:
        not_found()
    return json_answer(201, _grant_told(row))


def _invited(
    world: World, who: Caller, row: Row, form: dict[str, Any], recipient: dict[str, str]
) -> dict[str, Any]:
    mail = recipient.get("email", "").lower()
    sql = "SELECT * FROM person WHERE id = ? OR mail = ?"
    known = world.state.one(sql, recipient.get("objectId", ""), mail)
    if known is None:
        _need_sent(world, form, mail)
    user = person(world, known["id"]) if known else {"email": mail}
    sent = {
        "email": mail or (known["mail"] if known else ""),
        "signInRequired": form.get("requireSignIn", True),
        "invitedBy": identity(world, who.name),
    }
    if form.get("sendInvitation"):
        _send(world, sent["email"], form.get("message", ""))
    given = {
        "id": new_id(),
        "roles": form["roles"],
        "grantedTo": {"user": user},
        "grantedToV2": {"user": user},
    }
    outside = {} if known else {"invitation": sent}
    return _kept(world, row, {**given, **outside})


def _need_sent(world: World, form: dict[str, Any], mail: str) -> None:
    """Refuse to give somebody outside a role without an invitation, or too many."""
    if not mail or not form.get("sendInvitation"):
        refuse(400, "invalidRequest", "sendInvitation must be true for a new guest.")
    since = written(world.clock.now() - timedelta(hours=1))
    sql = "SELECT count(*) FROM message WHERE kind = 'invitation' AND at > ?"
    row = world.state.one(sql, since)
    if row and row[0] >= OUTSIDE_PER_HOUR:
        wait = {"Retry-After": "3600"}
        refuse(429, "activityLimitReached", "Too many external sharing e-mails.", wait)


def _send(world: World, mail: str, text: str) -> None:
    sql = "INSERT INTO message (at, kind, person, definition) VALUES (?, ?, ?, ?)"
    kept = json.dumps({"message": text})
    world.state.run(sql, world.now(), "invitation", mail, kept)


def _need_end_of_link(form: dict[str, Any]) -> None:
    if "expirationDateTime" in form and "link" not in form:
        refuse(400, "invalidRequest", "Only a link can be given an end.")


def _kept(world: World, row: Row, made: dict[str, Any]) -> dict[str, Any]:
    world.state.run(
        "INSERT INTO permission VALUES (?, ?, ?, ?)",
        made["id"],
        row["id"],
        json.dumps(made),
        made.get("expirationDateTime", ""),
    )
    return made


def _find(world: World, row: Row, permission: str) -> dict[str, Any]:
    sql = "SELECT definition FROM permission WHERE item = ? AND id = ?"
    found = world.state.one(sql, row["id"], permission)
    if found is None:
        not_found()
    told: dict[str, Any] = json.loads(found["definition"])
    return told


def _inherited(row: Row) -> dict[str, Any]:
    group = {"displayName": "Eiere av området"}
    return {
        "id": f"inherited-{row['drive'][-8:]}",
        "roles": ["owner"],
        "grantedTo": {"user": group},
        "grantedToV2": {"siteUser": group},
        "inheritedFrom": {"driveId": row["drive"], "id": row["parent"] or row["id"]},
    }


def _grant_told(row: Row) -> dict[str, Any]:
    app = {"application": {"id": row["app"], "displayName": "Samspor"}}
    return {
        "id": row["id"],
        "roles": [row["role"]],
        "grantedToIdentities": [app],
        "grantedToIdentitiesV2": [app],
    }
