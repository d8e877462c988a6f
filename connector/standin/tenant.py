"""Fills an empty folder with the invented tenant of `tenant.toml`."""

from __future__ import annotations

import base64
import tomllib
import uuid
from importlib.resources import files
from typing import Any

from connector.standin.settings import CLIENT, HOST
from connector.standin.world import World, new_id


def settle(world: World) -> None:
    """Make sites, libraries, persons and groups, unless they are there."""
    if world.state.one("SELECT 1 FROM site"):
        return
    source = files("connector.standin") / "tenant.toml"
    tenant = tomllib.loads(source.read_text(encoding="utf-8"))
    for number, person in enumerate(tenant["persons"], start=6):
        _person(world, person, number)
    for group in tenant["groups"]:
        world.state.run(
            "INSERT INTO team VALUES (?, ?, ?)",
            _id(group["mail"]),
            group["name"],
            group["mail"],
        )
    for group in tenant["groups"]:
        _members(world, group)
    for site in tenant["sites"]:
        _site(world, site)


def _person(world: World, person: dict[str, Any], number: int) -> None:
    world.state.run(
        "INSERT INTO person VALUES (?, ?, ?, ?, ?)",
        _id(person["mail"]),
        person["name"],
        person["title"],
        person["mail"],
        number,
    )


def _members(world: World, group: dict[str, Any]) -> None:
    sql = "SELECT id FROM team WHERE name = ?"
    teams = [world.state.one(sql, name) for name in group["groups"]]
    inside = [row["id"] for row in teams if row]
    for member in inside + [_id(mail) for mail in group["members"]]:
        world.state.run("INSERT INTO member VALUES (?, ?)", _id(group["mail"]), member)


def _site(world: World, site: dict[str, Any]) -> None:
    name = site["name"]
    identifier = f"{HOST},{_id('site/' + name)},{_id('web/' + name)}"
    world.state.run(
        "INSERT INTO site VALUES (?, ?, ?, ?)", identifier, HOST, name, site["title"]
    )
    if site["granted"]:
        world.state.run(
            "INSERT INTO site_grant VALUES (?, ?, ?, ?)",
            new_id(),
            identifier,
            CLIENT,
            site["granted"],
        )
    for library in site["libraries"]:
        _library(world, identifier, name=library)


def _library(world: World, site: str, *, name: str) -> None:
    """Make a library and its root. A drive's id begins with `b!`, as SharePoint's."""
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{site}/{name}")
    drive = "b!" + base64.urlsafe_b64encode(number.bytes * 3).decode()
    now = world.now()
    world.state.run(
        "INSERT INTO drive (id, site, list, name, made_at) VALUES (?, ?, ?, ?, ?)",
        drive,
        site,
        _id(drive),
        name,
        now,
    )
    world.state.run(
        "INSERT INTO item (id, drive, parent, name, name_key, is_folder, number, guid,"
        " seq, made_at, made_by, changed_at, changed_by)"
        " VALUES (?, ?, NULL, 'root', 'root', 1, 0, ?, ?, ?, '', ?, '')",
        f"01ROOT{number.hex[:28].upper()}",
        drive,
        str(number).upper(),
        world.next("change"),
        now,
        now,
    )


def _id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://{HOST}/{name}"))
