"""Earlier versions of a file.

Source: learn.microsoft.com/graph/api/driveitem-list-versions,
driveitemversion-get-contents: the contents of the current version are not given there.
"""

from __future__ import annotations

from typing import Any

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.contents import write
from connector.standin.identities import identity
from connector.standin.items import at, version_id
from connector.standin.pages_of_rows import page
from connector.standin.state import Row
from connector.standin.world import World


def versions(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Return a page of versions, the current one first."""
    row = at(world, who, drive, item, write=False)
    sql = "SELECT * FROM version WHERE item = ? ORDER BY number DESC"
    older = [_old(world, each) for each in world.state.all(sql, row["id"])]
    every = [_current(world, row), *older] if row["version"] else []
    return page(world, call, lambda limit, offset: every[offset : offset + limit])


def version(
    world: World, call: Call, who: Caller, *, drive: str, item: str, version: str
) -> Answer:
    """Return one version."""
    row = at(world, who, drive, item, write=False)
    if version == version_id(row["version"]):
        return json_answer(200, _current(world, row))
    return json_answer(200, _old(world, _find(world, row, version)))


def content(
    world: World, call: Call, who: Caller, *, drive: str, item: str, version: str
) -> Answer:
    """Answer with the address where the contents of an earlier version are fetched."""
    row = at(world, who, drive, item, write=False)
    if version == version_id(row["version"]):
        refuse(400, "invalidRequest", "You cannot get the content of the current one.")
    url = world.addresses.download(row["id"], _find(world, row, version)["content"])
    return Answer(status=302, headers={"Location": url})


def restore(
    world: World, call: Call, who: Caller, *, drive: str, item: str, version: str
) -> Answer:
    """Make an earlier version the newest."""
    row = at(world, who, drive, item, write=True)
    old = _find(world, row, version)
    write(world, who.name, row, world.state.content(old["content"]))
    return Answer(status=204)


def _find(world: World, row: Row, version: str) -> Row:
    sql = "SELECT * FROM version WHERE item = ? AND number = ?"
    found = world.state.one(sql, row["id"], version.removesuffix(".0"))
    if found is None:
        not_found()
    return found


def _current(world: World, row: Row) -> dict[str, Any]:
    return {
        "id": version_id(row["version"]),
        "size": row["size"],
        "lastModifiedDateTime": row["changed_at"],
        "lastModifiedBy": identity(world, row["changed_by"]),
    }


def _old(world: World, row: Row) -> dict[str, Any]:
    return {
        "id": version_id(row["number"]),
        "size": row["size"],
        "lastModifiedDateTime": row["at"],
        "lastModifiedBy": identity(world, row["by"]),
    }
