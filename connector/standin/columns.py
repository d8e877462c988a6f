"""The list behind a library: its columns, and what stands in them for a file.

Source: learn.microsoft.com/graph/api/listitem-update, columndefinition. Values are
flat, by the internal name; a person goes in `<Name>LookupId` as a text, and as a number
gets 500 (github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1457).
"""

from __future__ import annotations

import json
from typing import Any

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.changes import stir
from connector.standin.drives import drive_told
from connector.standin.identities import identity
from connector.standin.items import (
    at,
    by_id,
    etag,
    fields_of,
    need_free,
    need_match,
    parent_reference,
    sharepoint_ids,
    site_url,
    web_url,
)
from connector.standin.pages_of_rows import page
from connector.standin.sites import site_of
from connector.standin.state import Row
from connector.standin.world import World, new_id

TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "choice": (str,),
    "dateTime": (str,),
    "number": (int, float),
    "boolean": (bool,),
}
BUILT_IN: dict[str, dict[str, Any]] = {"Title": {"text": {}}}
LOOKUP = "LookupId"


def lists(world: World, call: Call, who: Caller, *, site: str) -> Answer:
    """Return a page of the lists of a site: each is a library."""
    found = site_of(world, who, site, write=False)
    sql = "SELECT * FROM drive WHERE site = ? ORDER BY name LIMIT ? OFFSET ?"
    return page(
        world,
        call,
        lambda limit, offset: [
            _list_told(world, row)
            for row in world.state.all(sql, found["id"], limit, offset)
        ],
    )


def one_list(
    world: World, call: Call, who: Caller, *, site: str, library: str
) -> Answer:
    """Return a list."""
    return json_answer(200, _list_told(world, _library(world, who, site, library)))


def drive(world: World, call: Call, who: Caller, *, site: str, library: str) -> Answer:
    """Return a list as a library."""
    return json_answer(200, drive_told(world, _library(world, who, site, library)))


def columns(
    world: World, call: Call, who: Caller, *, site: str, library: str
) -> Answer:
    """Return a page of the columns of a list."""
    row = _library(world, who, site, library)
    sql = "SELECT definition FROM list_column WHERE list = ? ORDER BY name"
    made = [json.loads(each[0]) for each in world.state.all(sql, row["list"])]
    own = [{"id": name, "name": name, **kind} for name, kind in BUILT_IN.items()]
    every = own + made
    return page(world, call, lambda limit, offset: every[offset : offset + limit])


def make_column(
    world: World, call: Call, who: Caller, *, site: str, library: str
) -> Answer:
    """Add a column to a list."""
    row = _library(world, who, site, library, write=True)
    form = call.json()
    if form["name"] in _kinds(world, row["list"]):
        refuse(409, "nameAlreadyExists", "A column with the same name already exists.")
    made = {"displayName": form["name"], **form, "id": new_id()}
    world.state.run(
        "INSERT INTO list_column VALUES (?, ?, ?, ?)",
        made["id"],
        row["list"],
        form["name"],
        json.dumps(made),
    )
    return json_answer(201, made)


def list_item(
    world: World, call: Call, who: Caller, *, site: str, library: str, number: str
) -> Answer:
    """Return the row of a list."""
    row = _numbered(world, who, site, library, number, write=False)
    return json_answer(200, _item_told(world, call, row))


def list_fields(
    world: World, call: Call, who: Caller, *, site: str, library: str, number: str
) -> Answer:
    """Return what stands in the columns of a row."""
    row = _numbered(world, who, site, library, number, write=False)
    return json_answer(200, fields_of(row)["fields"])


def change_list_fields(
    world: World, call: Call, who: Caller, *, site: str, library: str, number: str
) -> Answer:
    """Write columns of a row."""
    row = _numbered(world, who, site, library, number, write=True)
    return _change(world, call, who, row)


def of_item(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Return the row of a file."""
    row = at(world, who, drive, item, write=False)
    return json_answer(200, _item_told(world, call, row))


def fields(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Return what stands in the columns of a file."""
    return json_answer(
        200, fields_of(at(world, who, drive, item, write=False))["fields"]
    )


def change_fields(
    world: World, call: Call, who: Caller, *, drive: str, item: str
) -> Answer:
    """Write columns of a file."""
    return _change(world, call, who, at(world, who, drive, item, write=True))


def _change(world: World, call: Call, who: Caller, row: Row) -> Answer:
    need_match(call, row)
    need_free(row, who.name)
    values = call.json()
    library = world.state.one("SELECT list FROM drive WHERE id = ?", row["drive"])
    kinds = _kinds(world, library["list"] if library else "")
    for name, value in values.items():
        _need_value(kinds, name, value)
    kept = {**json.loads(row["fields"]), **values}
    world.state.run(
        "UPDATE item SET fields = ? WHERE id = ?", json.dumps(kept), row["id"]
    )
    stir(world, row["id"], who=who.name)
    return json_answer(200, fields_of(by_id(world, row["id"]))["fields"])


def _need_value(kinds: dict[str, str], name: str, value: Any) -> None:
    """Refuse a column that is not there, and a value of another type than its."""
    person = name.removesuffix(LOOKUP)
    if name.endswith(LOOKUP) and kinds.get(person) == "personOrGroup":
        if value is not None and not isinstance(value, str):
            refuse(500, "generalException", "General exception while processing")
        return
    if name not in kinds:
        refuse(400, "invalidRequest", f"Field '{name}' is not recognized")
    right = TYPES.get(kinds[name], (str,))
    if value is not None and not isinstance(value, right):
        refuse(400, "invalidRequest", f"Field '{name}' has a value of another type")


def _kinds(world: World, library: str) -> dict[str, str]:
    """Return the type of each column, by internal name."""
    sql = "SELECT definition FROM list_column WHERE list = ?"
    made = [json.loads(row["definition"]) for row in world.state.all(sql, library)]
    known = {*TYPES, "personOrGroup", "hyperlinkOrPicture"}
    found = {each["name"]: next(iter(known & each.keys()), "text") for each in made}
    return {"Title": "text", **found}


def _library(
    world: World, who: Caller, site: str, library: str, *, write: bool = False
) -> Row:
    found = site_of(world, who, site, write=write)
    sql = "SELECT * FROM drive WHERE site = ? AND (list = ? OR name = ?)"
    row = world.state.one(sql, found["id"], library, library)
    if row is None:
        not_found()
    return row


def _numbered(
    world: World, who: Caller, site: str, library: str, number: str, *, write: bool
) -> Row:
    row = _library(world, who, site, library, write=write)
    sql = "SELECT * FROM item WHERE drive = ? AND number = ? AND is_deleted = 0"
    found = world.state.one(sql, row["id"], number)
    if found is None:
        not_found()
    return found


def _list_told(world: World, row: Row) -> dict[str, Any]:
    return {
        "id": row["list"],
        "name": row["name"],
        "displayName": row["name"],
        "createdDateTime": row["made_at"],
        "webUrl": f"{site_url(world, row['site'])}/{row['name']}",
        "list": {"template": "documentLibrary", "hidden": False},
    }


def _item_told(world: World, call: Call, row: Row) -> dict[str, Any]:
    """Return a row; its columns only when they are asked for with `$expand`."""
    found = {
        "id": str(row["number"]),
        "eTag": etag(row),
        "createdDateTime": row["made_at"],
        "lastModifiedDateTime": row["changed_at"],
        "createdBy": identity(world, row["made_by"]),
        "lastModifiedBy": identity(world, row["changed_by"]),
        "webUrl": web_url(world, row),
        "parentReference": parent_reference(world, row, path=False),
        "sharepointIds": sharepoint_ids(world, row),
    }
    if call.query.get("$expand", "").startswith("fields"):
        found |= fields_of(row)
    return found
