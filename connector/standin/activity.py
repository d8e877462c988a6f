"""The activity feed in Teams.

Source: learn.microsoft.com/graph/teams-send-activityfeednotifications: the app must be
installed for who is told (403), a list of recipients needs a token that lives for 45
minutes more (412), one Teams app stands for the Entra app (409), and nobody tells
himself.
"""

from __future__ import annotations

import json
import re
from typing import Any

from connector.standin.access import Caller, need
from connector.standin.calls import Answer, Call, json_answer, refuse
from connector.standin.directory import person_of
from connector.standin.state import Row
from connector.standin.world import World, new_id

NEEDED_S = 45 * 60
ENTITY = re.compile(r"https://graph\.microsoft\.com/(v1\.0|beta)/.+")


def installed(world: World, call: Call, who: Caller, *, user: str) -> Answer:
    """Return the Teams apps that are installed for a person."""
    row = person_of(world, user)
    return json_answer(200, {"value": [_told(each) for each in _apps(world, row)]})


def notify(world: World, call: Call, who: Caller, *, user: str) -> Answer:
    """Tell one person."""
    need(who, "TeamsActivity.Send", "TeamsActivity.Send.User")
    form = call.json()
    _need_topic(form)
    _tell(world, who, person_of(world, user), form)
    return Answer(status=204)


def notify_many(world: World, call: Call, who: Caller) -> Answer:
    """Tell up to a hundred persons; those without the app hear nothing."""
    need(who, "TeamsActivity.Send", "TeamsActivity.Send.User")
    form = call.json()
    _need_topic(form)
    if who.expires - world.clock.now().timestamp() < NEEDED_S:
        refuse(412, "PreconditionFailed", "The token must live 45 minutes more.")
    for recipient in form.pop("recipients"):
        row = person_of(world, recipient["userId"])
        if _apps(world, row):
            _keep(world, row, form)
    return Answer(status=202)


def install(world: World, person: str, app: str) -> None:
    """Install a Teams app for a person, as an administrator would."""
    row = person_of(world, person)
    sql = "INSERT INTO installed VALUES (?, ?, ?)"
    world.state.run(sql, new_id(), row["id"], app)


def _tell(world: World, who: Caller, row: Row, form: dict[str, Any]) -> None:
    apps = {each["app"] for each in _apps(world, row)}
    if who.person == row["id"]:
        refuse(403, "Forbidden", "A user cannot notify himself.")
    if not apps:
        refuse(403, "Forbidden", "The app is not installed for the recipient.")
    if len(apps) > 1 and form.get("teamsAppId") not in apps:
        refuse(409, "Conflict", "Several Teams apps have the same Entra app.")
    _keep(world, row, form)


def _keep(world: World, row: Row, form: dict[str, Any]) -> None:
    sql = "INSERT INTO message (at, kind, person, definition) VALUES (?, ?, ?, ?)"
    world.state.run(sql, world.now(), "activity", row["id"], json.dumps(form))


def _need_topic(form: dict[str, Any]) -> None:
    """Refuse a topic that leads to something other than Graph has."""
    topic = form["topic"]
    if topic["source"] == "entityUrl" and not ENTITY.fullmatch(topic["value"]):
        refuse(400, "BadRequest", "topic.value must be an address of Graph.")


def _apps(world: World, row: Row) -> list[Row]:
    return world.state.all("SELECT * FROM installed WHERE person = ?", row["id"])


def _told(row: Row) -> dict[str, Any]:
    return {"id": row["id"], "teamsApp": {"id": row["app"], "displayName": "Samspor"}}
