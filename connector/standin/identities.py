"""Who did something, as Graph names people and apps."""

from __future__ import annotations

from typing import Any

from connector.standin.world import World

APP = "Samspor"


def identity(world: World, who: str) -> dict[str, Any]:
    """Return an identity set. `who` is `person:ID`, `app:ID`, or empty: the system."""
    kind, _, identifier = who.partition(":")
    if kind == "person":
        return {"user": person(world, identifier)}
    if kind == "app":
        return {"application": {"id": identifier, "displayName": APP}}
    return {"user": {"displayName": "System Account"}}


def person(world: World, identifier: str) -> dict[str, Any]:
    """Return a person as an identity."""
    row = world.state.one("SELECT * FROM person WHERE id = ?", identifier)
    if row is None:
        return {"id": identifier}
    return {"id": row["id"], "displayName": row["name"], "email": row["mail"]}
