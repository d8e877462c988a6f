"""Contents of files: put in as SharePoint does it, and given out by another address.

Source: learn.microsoft.com/graph/api/driveitem-put-content, driveitem-get-content. On
PUT the conflict behaviour is replace unless the address says otherwise, and If-Match is
not in the page: it is passed over here, so that nobody trusts it.
"""

from __future__ import annotations

from itertools import count
from pathlib import PurePosixPath
from typing import NoReturn

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.changes import stir
from connector.standin.items import (
    at,
    by_id,
    child,
    drive_of,
    etag,
    make,
    need_free,
    told,
    walk,
)
from connector.standin.quickxor import quick_xor_hash
from connector.standin.rewriting import rewritten
from connector.standin.state import Row
from connector.standin.world import World

LARGEST_SMALL = 250 * 1024 * 1024
CONFLICT = "@microsoft.graph.conflictBehavior"


def put(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Make or replace a file with the body."""
    drive_of(world, who, drive, write=True)
    if len(call.body) > LARGEST_SMALL:
        refuse(413, "invalidRequest", "The request is larger than 250 MB.")
    found, name = walk(world, drive, item)
    if found is None:
        not_found()
    conflict = call.query.get(CONFLICT, "replace")
    row, is_new = target(world, who.name, found, name=name, conflict=conflict)
    write(world, who.name, row, call.body)
    return json_answer(201 if is_new else 200, told(world, by_id(world, row["id"])))


def target(
    world: World, who: str, found: Row, *, name: str, conflict: str
) -> tuple[Row, bool]:
    """Return the file to write to, and whether it is new.

    `found` is the folder when `name` is given, else the file that lies there already.
    """
    if name:
        return make(world, who, found, name, is_folder=False), True
    if found["is_folder"]:
        refuse(400, "invalidRequest", "A folder has no contents.")
    if conflict == "fail":
        exists()
    if conflict == "rename":
        folder = by_id(world, found["parent"])
        free = free_name(world, folder, found["name"])
        return make(world, who, folder, free, is_folder=False), True
    return found, False


def exists() -> NoReturn:
    """Refuse because the name is taken."""
    refuse(409, "nameAlreadyExists", "An item with the same name already exists.")


def free_name(world: World, folder: Row, name: str) -> str:
    """Return a name like this one that no item in the folder has."""
    path = PurePosixPath(name)
    names = (f"{path.stem} {number}{path.suffix}" for number in count(1))
    return next(each for each in names if child(world, folder, each) is None)


def write(world: World, who: str, row: Row, data: bytes) -> None:
    """Put contents into a file as a new version; what was there becomes an old one."""
    need_free(row, who)
    kept = rewritten(data, row["name"]) if world.settings.rewrites else data
    if row["content"]:
        _keep_version(world, row)
    world.state.run(
        "UPDATE item SET content = ?, size = ?, hash = ?, version = version + 1"
        " WHERE id = ?",
        world.state.put(kept),
        len(kept),
        quick_xor_hash(kept),
        row["id"],
    )
    stir(world, row["id"], who=who, new_content=True)


def get(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Answer with the address where the contents are fetched."""
    row = at(world, who, drive, item, write=False)
    if row["is_folder"]:
        not_found()
    if call.header("If-None-Match") == etag(row):
        return Answer(status=304)
    if call.query.get("format", "pdf") != "pdf":
        refuse(406, "notSupported", "Only conversion to pdf is possible.")
    url = world.addresses.download(row["id"], row["content"])
    return Answer(status=302, headers={"Location": url})


def _keep_version(world: World, row: Row) -> None:
    world.state.run(
        "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)",
        row["id"],
        row["version"],
        row["content"],
        row["size"],
        row["hash"],
        row["changed_at"],
        row["changed_by"],
    )
