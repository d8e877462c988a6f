"""Sites and their libraries.

Source: learn.microsoft.com/graph/api/resources/site. A search among sites is refused
with Sites.Selected (github.com/acsone/msgraphfs/issues/9).
"""

from __future__ import annotations

from typing import Any

from connector.standin.access import EVERY_SITE, Caller, need, need_site
from connector.standin.calls import Answer, Call, json_answer, not_found
from connector.standin.drives import drive_told
from connector.standin.items import site_url
from connector.standin.pages_of_rows import page
from connector.standin.state import Row
from connector.standin.world import World


def search(world: World, call: Call, who: Caller) -> Answer:
    """Return the sites whose name holds the words."""
    need(who, *EVERY_SITE)
    words = f"%{call.query.get('search', '')}%"
    sql = "SELECT * FROM site WHERE name LIKE ? OR title LIKE ? ORDER BY name"
    found = world.state.all(sql, words, words)
    return json_answer(200, {"value": [_told(world, row) for row in found]})


def site(world: World, call: Call, who: Caller, *, site: str) -> Answer:
    """Return a site."""
    return json_answer(200, _told(world, site_of(world, who, site, write=False)))


def by_path(world: World, call: Call, who: Caller, *, host: str, name: str) -> Answer:
    """Return the site at an address."""
    sql = "SELECT * FROM site WHERE host = ? AND name = ?"
    row = world.state.one(sql, host, name)
    if row is None:
        not_found()
    need_site(world, who, row["id"], write=False)
    return json_answer(200, _told(world, row))


def drives(world: World, call: Call, who: Caller, *, site: str) -> Answer:
    """Return a page of the libraries of a site."""
    found = site_of(world, who, site, write=False)
    sql = "SELECT * FROM drive WHERE site = ? ORDER BY name LIMIT ? OFFSET ?"

    def rows(limit: int, offset: int) -> list[dict[str, Any]]:
        drives = world.state.all(sql, found["id"], limit, offset)
        return [drive_told(world, row) for row in drives]

    return page(world, call, rows)


def first_drive(world: World, call: Call, who: Caller, *, site: str) -> Answer:
    """Return the library that a site begins with."""
    found = site_of(world, who, site, write=False)
    sql = "SELECT * FROM drive WHERE site = ? ORDER BY rowid"
    row = world.state.one(sql, found["id"])
    if row is None:
        not_found()
    return json_answer(200, drive_told(world, row))


def site_of(world: World, who: Caller, site: str, *, write: bool) -> Row:
    """Return a site that the caller reaches."""
    row = world.state.one("SELECT * FROM site WHERE id = ?", site)
    if row is None:
        not_found()
    need_site(world, who, row["id"], write=write)
    return row


def _told(world: World, row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "displayName": row["title"],
        "webUrl": site_url(world, row["id"]),
        "siteCollection": {"hostname": row["host"]},
    }
