"""Libraries and what lies in them: folders, files, names, moves and deletions.

Source: learn.microsoft.com/graph/api/resources/drive, driveitem-list-children,
driveitem-post-children, driveitem-update, driveitem-delete.
"""

from __future__ import annotations

from typing import Any

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.changes import stir
from connector.standin.contents import CONFLICT, exists, free_name
from connector.standin.items import (
    at,
    by_id,
    child,
    drive_of,
    make,
    need_free,
    need_match,
    need_name,
    selected,
    site_url,
    told,
)
from connector.standin.pages_of_rows import page
from connector.standin.state import Row
from connector.standin.world import World


def drive(world: World, call: Call, who: Caller, *, drive: str) -> Answer:
    """Return a library."""
    return json_answer(200, drive_told(world, drive_of(world, who, drive, write=False)))


def drive_told(world: World, row: Row) -> dict[str, Any]:
    """Return a library as Graph tells it."""
    return {
        "id": row["id"],
        "driveType": "documentLibrary",
        "name": row["name"],
        "description": "",
        "createdDateTime": row["made_at"],
        "webUrl": f"{site_url(world, row['site'])}/{row['name']}",
        "quota": {"total": 27487790694400, "used": 0, "state": "normal"},
    }


def item(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Return an item."""
    row = at(world, who, drive, item, write=False)
    return json_answer(200, selected(world, call, row))


def children(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Return a page of what lies in a folder, by name."""
    folder = at(world, who, drive, item, write=False)
    sql = (
        "SELECT * FROM item WHERE drive = ? AND parent = ? AND is_deleted = 0"
        " ORDER BY name_key LIMIT ? OFFSET ?"
    )

    def rows(limit: int, offset: int) -> list[dict[str, Any]]:
        found = world.state.all(sql, folder["drive"], folder["id"], limit, offset)
        return [selected(world, call, row) for row in found]

    return page(world, call, rows)


def make_folder(
    world: World, call: Call, who: Caller, *, drive: str, item: str
) -> Answer:
    """Make a folder. Without a conflict behaviour a name that is taken is refused."""
    parent = at(world, who, drive, item, write=True)
    form = call.json()
    name = form["name"]
    if child(world, parent, name) is not None:
        if form.get(CONFLICT, "fail") != "rename":
            exists()
        name = free_name(world, parent, name)
    made = make(world, who.name, parent, name, is_folder=True)
    return json_answer(201, told(world, made))


def change(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Rename an item, or move it to another folder of the library."""
    row = at(world, who, drive, item, write=True)
    need_match(call, row)
    need_free(row, who.name)
    form = call.json()
    name = form.get("name", row["name"])
    folder = form.get("parentReference", {}).get("id", row["parent"])
    parent = by_id(world, folder)
    need_name(name)
    _need_room(world, parent, name, row)
    sql = "UPDATE item SET name = ?, name_key = ?, parent = ? WHERE id = ?"
    world.state.run(sql, name, name.casefold(), parent["id"], row["id"])
    stir(world, row["id"], who=who.name)
    return json_answer(200, told(world, by_id(world, row["id"])))


def delete(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Delete an item, and all that lies in a folder."""
    row = at(world, who, drive, item, write=True)
    need_match(call, row)
    if row["parent"] is None:
        refuse(400, "invalidRequest", "The root cannot be deleted.")
    _delete(world, who, row)
    return Answer(status=204)


def _delete(world: World, who: Caller, row: Row) -> None:
    need_free(row, who.name)
    sql = "SELECT * FROM item WHERE drive = ? AND parent = ? AND is_deleted = 0"
    for inside in world.state.all(sql, row["drive"], row["id"]):
        _delete(world, who, inside)
    stir(world, row["id"], who=who.name)
    world.state.run("UPDATE item SET is_deleted = 1 WHERE id = ?", row["id"])


def _need_room(world: World, parent: Row, name: str, row: Row) -> None:
    if parent["drive"] != row["drive"]:
        not_found()
    taken = child(world, parent, name)
    if taken is not None and taken["id"] != row["id"]:
        exists()
