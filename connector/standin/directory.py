"""Persons and groups.

Source: learn.microsoft.com/graph/api/group-list-transitivemembers,
directoryobject-checkmembergroups. A person is found by id or by user name.
"""

from __future__ import annotations

from typing import Any, NoReturn

from connector.standin.access import Caller, need
from connector.standin.calls import Answer, Call, json_answer, refuse
from connector.standin.pages_of_rows import page
from connector.standin.settings import HOST
from connector.standin.state import Row
from connector.standin.world import World

INSIDE = (
    "WITH RECURSIVE inside (id) AS (SELECT member FROM member WHERE team = ?"
    " UNION SELECT member.member FROM member JOIN inside ON member.team = inside.id)"
    " SELECT id FROM inside"
)
AROUND = (
    "WITH RECURSIVE around (id) AS (SELECT team FROM member WHERE member = ?"
    " UNION SELECT member.team FROM member JOIN around ON member.member = around.id)"
    " SELECT id FROM around"
)
DIRECT = "SELECT member AS id FROM member WHERE team = ?"


def user(world: World, call: Call, who: Caller, *, user: str) -> Answer:
    """Return a person."""
    if who.person != user:
        need(who, "User.ReadBasic.All", "User.Read.All", "Directory.Read.All")
    return json_answer(200, _selected(call, _person(person_of(world, user))))


def group(world: World, call: Call, who: Caller, *, group: str) -> Answer:
    """Return a group."""
    need(who, "GroupMember.Read.All", "Group.Read.All")
    return json_answer(200, _selected(call, _group(_team(world, group))))


def members(world: World, call: Call, who: Caller, *, group: str) -> Answer:
    """Return a page of those who stand in a group, groups in it too."""
    return _members(world, call, who, group, sql=DIRECT)


def transitive_members(world: World, call: Call, who: Caller, *, group: str) -> Answer:
    """Return a page of those in a group and in the groups in it."""
    return _members(world, call, who, group, sql=INSIDE)


def check_groups(world: World, call: Call, who: Caller, *, user: str) -> Answer:
    """Return which of some groups a person is in, also through other groups."""
    need(who, "GroupMember.Read.All", "Group.Read.All")
    row = person_of(world, user)
    around = {each["id"] for each in world.state.all(AROUND, row["id"])}
    asked = call.json()["groupIds"]
    return json_answer(200, {"value": [each for each in asked if each in around]})


def person_of(world: World, user: str) -> Row:
    """Return a person by id or user name."""
    sql = "SELECT * FROM person WHERE id = ? OR mail = ?"
    row = world.state.one(sql, user, user.lower())
    if row is None:
        missing(user)
    return row


def missing(identifier: str) -> NoReturn:
    """Refuse because the directory has nothing with this id."""
    text = f"Resource '{identifier}' does not exist."
    refuse(404, "Request_ResourceNotFound", text)


def _members(world: World, call: Call, who: Caller, group: str, *, sql: str) -> Answer:
    need(who, "GroupMember.Read.All", "Group.Read.All")
    found = world.state.all(sql, _team(world, group)["id"])
    every = [_selected(call, _member(world, each["id"])) for each in found]
    return page(world, call, lambda limit, offset: every[offset : offset + limit])


def _member(world: World, identifier: str) -> dict[str, Any]:
    row = world.state.one("SELECT * FROM person WHERE id = ?", identifier)
    if row is not None:
        return {"@odata.type": "#microsoft.graph.user", **_person(row)}
    team = _group(_team(world, identifier))
    return {"@odata.type": "#microsoft.graph.group", **team}


def _team(world: World, group: str) -> Row:
    row = world.state.one("SELECT * FROM team WHERE id = ?", group)
    if row is None:
        missing(group)
    return row


def _person(row: Row) -> dict[str, Any]:
    given, _, last = row["name"].rpartition(" ")
    is_guest = not row["mail"].endswith(f"@{HOST}")
    return {
        "id": row["id"],
        "displayName": row["name"],
        "givenName": given,
        "surname": last,
        "jobTitle": row["title"],
        "mail": row["mail"],
        "userPrincipalName": row["mail"],
        "userType": "Guest" if is_guest else "Member",
    }


def _group(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "displayName": row["name"],
        "mail": row["mail"],
        "securityEnabled": True,
    }


def _selected(call: Call, every: dict[str, Any]) -> dict[str, Any]:
    wanted = set(call.query.get("$select", "").split(",")) - {""}
    kept = {"id", "@odata.type", *wanted}
    return {k: v for k, v in every.items() if not wanted or k in kept}
