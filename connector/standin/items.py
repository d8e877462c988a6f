"""Items of a library: found by their address, made, changed, and told as JSON.

Source: learn.microsoft.com/graph/api/resources/driveitem. An eTag changes with the item
and its columns, a cTag with the contents only; a folder in SharePoint has no cTag.
"""

from __future__ import annotations

import base64
import json
import mimetypes
import re
import secrets
from typing import Any
from urllib.parse import quote

from connector.standin.access import Caller, need_site
from connector.standin.calls import Call, not_found, refuse
from connector.standin.changes import stir
from connector.standin.identities import identity
from connector.standin.state import Row
from connector.standin.world import World, new_id

# Source: support.microsoft.com, «Restrictions and limitations in OneDrive and
# SharePoint».
BAD_NAME = re.compile(r'["*:<>?/\\|\x00-\x1f]|^\s|\s$|\.$|^~\$|^$')
ONLY_WHEN_ASKED = {"publication", "sharepointIds"}
ON_ALL = {"id"}


def drive_of(world: World, who: Caller, drive: str, *, write: bool) -> Row:
    """Return a library that the caller reaches. Refuses another as not found."""
    row = world.state.one("SELECT * FROM drive WHERE id = ?", drive)
    if row is None:
        not_found()
    need_site(world, who, row["site"], write=write)
    return row


def at(world: World, who: Caller, drive: str, item: str, *, write: bool) -> Row:
    """Return the item at an address. Refuses when there is none."""
    drive_of(world, who, drive, write=write)
    found, rest = walk(world, drive, item)
    if found is None or rest:
        not_found()
    return found


def walk(world: World, drive: str, address: str) -> tuple[Row | None, str]:
    """Return the item that an address leads to, and what is left of its path.

    What is left is a name when the last folder is there and the item in it is not.
    """
    anchor, _, path = address.partition(":/")
    found = _anchor(world, drive, anchor)
    names = [name for name in path.rstrip(":").split("/") if name]
    for at_name, name in enumerate(names):
        inside = child(world, found, name) if found else None
        if inside is None:
            return (found, name) if at_name == len(names) - 1 else (None, name)
        found = inside
    return found, ""


def child(world: World, parent: Row, name: str) -> Row | None:
    """Return the item with a name in a folder, in any case of letters, or None."""
    return world.state.one(
        "SELECT * FROM item WHERE drive = ? AND parent = ? AND name_key = ?"
        " AND is_deleted = 0",
        parent["drive"],
        parent["id"],
        name.casefold(),
    )


def by_id(world: World, identifier: str) -> Row:
    """Return an item that is there. Refuses when it is not."""
    sql = "SELECT * FROM item WHERE id = ? AND is_deleted = 0"
    row = world.state.one(sql, identifier)
    if row is None:
        not_found()
    return row


def make(world: World, who: str, parent: Row, name: str, *, is_folder: bool) -> Row:
    """Make an item without contents in a folder. The name must be free and allowed."""
    need_name(name)
    drive, now, identifier = parent["drive"], world.now(), _new_item_id()
    world.state.run(
        "INSERT INTO item (id, drive, parent, name, name_key, is_folder, number, guid,"
        " seq, made_at, made_by, changed_at, changed_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
        identifier,
        drive,
        parent["id"],
        name,
        name.casefold(),
        is_folder,
        world.next(f"item {drive}"),
        new_id().upper(),
        now,
        who,
        now,
        who,
    )
    stir(world, identifier, who=who)
    return by_id(world, identifier)


def need_name(name: str) -> None:
    """Refuse a name that SharePoint does not take."""
    if BAD_NAME.search(name) or len(name) > 400:
        refuse(400, "invalidRequest", "The provided name cannot contain this.")


def need_match(call: Call, row: Row) -> None:
    """Refuse when If-Match names neither the item as it is nor its contents."""
    wanted = call.header("If-Match")
    if wanted and wanted not in {"*", etag(row), ctag(row)}:
        refuse(412, "preconditionFailed", "ETag does not match current item's value")


def need_free(row: Row, who: str) -> None:
    """Refuse when somebody has the file open, or another has checked it out."""
    if {row["open_by"], row["checked_out_by"]} - {"", who}:
        refuse(423, "resourceLocked", "The resource you are accessing is locked")


def etag(row: Row) -> str:
    """Return the eTag of an item."""
    return f'"{{{row["guid"]}}},{row["etag"]}"'


def ctag(row: Row) -> str:
    """Return the cTag of an item."""
    return f'"c:{{{row["guid"]}}},{row["ctag"]}"'


def told(world: World, row: Row) -> dict[str, Any]:
    """Return an item as Graph tells it, with all that is told without asking."""
    return {**brief(world, row), **_metadata(world, row), **_facet(world, row)}


def brief(world: World, row: Row) -> dict[str, Any]:
    """Return what delta and other answers begin with."""
    return {
        "id": row["id"],
        "name": row["name"],
        "eTag": etag(row),
        "size": row["size"],
        "createdDateTime": row["made_at"],
        "lastModifiedDateTime": row["changed_at"],
        "createdBy": identity(world, row["made_by"]),
        "lastModifiedBy": identity(world, row["changed_by"]),
        "webUrl": web_url(world, row),
    }


def selected(world: World, call: Call, row: Row) -> dict[str, Any]:
    """Return an item with what `$select` names; without it, what Graph gives all."""
    wanted = {name for name in call.query.get("$select", "").split(",") if name}
    every = {**told(world, row), **_expanded(call, row)}
    if not wanted:
        return every
    if "sharepointIds" in wanted:
        every["sharepointIds"] = sharepoint_ids(world, row)
    if "publication" in wanted:
        every["publication"] = publication(world, row)
    return {
        key: value
        for key, value in every.items()
        if key in wanted or key in {"id", "listItem"} or key.startswith("@odata")
    }


def _expanded(call: Call, row: Row) -> dict[str, Any]:
    """Return the row of the list when `$expand` asks for it, and refuse all else."""
    wanted = call.query.get("$expand", "")
    if not wanted:
        return {}
    if wanted not in {"listItem", "listItem($expand=fields)"}:
        refuse(400, "notSupported", "Only listItem can be expanded here.")
    item = {"id": str(row["number"]), "eTag": etag(row)}
    return {"listItem": item if wanted == "listItem" else {**item, **fields_of(row)}}


def fields_of(row: Row) -> dict[str, Any]:
    """Return what stands in the columns of a file, as the property `fields`."""
    values = {
        "@odata.etag": etag(row),
        "id": str(row["number"]),
        "FileLeafRef": row["name"],
        "Created": row["made_at"],
        "Modified": row["changed_at"],
    }
    return {"fields": {**values, **json.loads(row["fields"])}}


def sharepoint_ids(world: World, row: Row) -> dict[str, Any]:
    """Return the identifiers that columns and subscriptions of the list need."""
    drive = world.state.one("SELECT * FROM drive WHERE id = ?", row["drive"])
    if drive is None:
        not_found()
    _, site, web = drive["site"].split(",")
    return {
        "listId": drive["list"],
        "listItemId": str(row["number"]),
        "listItemUniqueId": row["guid"].lower(),
        "siteId": site,
        "siteUrl": site_url(world, drive["site"]),
        "webId": web,
    }


def publication(world: World, row: Row) -> dict[str, Any]:
    """Return whether an item is checked out, and its version."""
    state: dict[str, Any] = {
        "level": "published",
        "versionId": version_id(row["version"]),
    }
    if row["checked_out_by"]:
        by = {"checkedOutBy": identity(world, row["checked_out_by"])}
        state = {**state, "level": "checkout", **by}
    return state


def version_id(number: int) -> str:
    """Return the number of a version as SharePoint writes it."""
    return f"{number}.0"


def site_url(world: World, site: str) -> str:
    """Return where a person opens a site."""
    row = world.state.one("SELECT name FROM site WHERE id = ?", site)
    return f"{world.settings.origin}/sites/{row['name'] if row else ''}"


def web_url(world: World, row: Row) -> str:
    """Return where a person opens an item."""
    sql = "SELECT drive.name, site FROM drive WHERE id = ?"
    drive = world.state.one(sql, row["drive"])
    if drive is None:
        not_found()
    names = [drive["name"], *path_of(world, row)]
    return "/".join([site_url(world, drive["site"]), *map(quote, names)])


def path_of(world: World, row: Row) -> list[str]:
    """Return the names from the root of the library down to an item."""
    sql = (
        "WITH RECURSIVE up (id, parent, name, depth) AS ("
        " SELECT id, parent, name, 0 FROM item WHERE id = ?"
        " UNION ALL SELECT item.id, item.parent, item.name, depth + 1"
        " FROM item JOIN up ON item.id = up.parent)"
        " SELECT name FROM up WHERE parent IS NOT NULL ORDER BY depth DESC"
    )
    return [each["name"] for each in world.state.all(sql, row["id"])]


def parent_reference(world: World, row: Row, *, path: bool) -> dict[str, Any]:
    """Return the folder of an item. Delta does not tell its path."""
    sql = "SELECT site FROM drive WHERE id = ?"
    drive = world.state.one(sql, row["drive"])
    found = {
        "driveId": row["drive"],
        "driveType": "documentLibrary",
        "siteId": drive["site"].split(",")[1] if drive else "",
    }
    if row["parent"] is None:
        return found
    found["id"] = row["parent"]
    if path:
        names = path_of(world, row)[:-1]
        above = "/".join(["root:", *names])
        found["path"] = f"/drives/{row['drive']}/{above}"
    return found


def _metadata(world: World, row: Row) -> dict[str, Any]:
    return {
        "parentReference": parent_reference(world, row, path=True),
        "fileSystemInfo": {
            "createdDateTime": row["made_at"],
            "lastModifiedDateTime": row["changed_at"],
        },
    }


def _facet(world: World, row: Row) -> dict[str, Any]:
    if not row["is_folder"]:
        url = world.addresses.download(row["id"], row["content"])
        return {
            "cTag": ctag(row),
            "file": file_facet(row),
            "@microsoft.graph.downloadUrl": url,
        }
    sql = "SELECT count(*) FROM item WHERE parent = ? AND is_deleted = 0"
    inside = world.state.one(sql, row["id"])
    folder = {"folder": {"childCount": inside[0] if inside else 0}}
    return folder if row["parent"] else {**folder, "root": {}}


def file_facet(row: Row) -> dict[str, Any]:
    """Return the kind of a file and the hash that SharePoint keeps."""
    kind = mimetypes.guess_type(row["name"])[0] or "application/octet-stream"
    return {"mimeType": kind, "hashes": {"quickXorHash": row["hash"]}}


def _anchor(world: World, drive: str, anchor: str) -> Row | None:
    if anchor == "root":
        sql = "SELECT * FROM item WHERE drive = ? AND parent IS NULL"
        return world.state.one(sql, drive)
    sql = "SELECT * FROM item WHERE drive = ? AND id = ? AND is_deleted = 0"
    return world.state.one(sql, drive, anchor.removeprefix("items/"))


def _new_item_id() -> str:
    return "01" + base64.b32encode(secrets.token_bytes(20)).decode()
