"""Checking a file out, so that nobody else changes it, and in again.

Source: learn.microsoft.com/graph/api/driveitem-checkout, driveitem-checkin,
driveitem-discardcheckout.
"""

from __future__ import annotations

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call, refuse
from connector.standin.changes import stir
from connector.standin.items import at, need_free
from connector.standin.state import Row
from connector.standin.world import World


def check_out(
    world: World, call: Call, who: Caller, *, drive: str, item: str
) -> Answer:
    """Keep a file for the caller."""
    row = at(world, who, drive, item, write=True)
    need_free(row, who.name)
    return _set(world, who, row, to=who.name)


def check_in(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Let others change a file again."""
    return _set(world, who, _mine(world, who, drive, item), to="")


def discard(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Drop a check-out. What was written meanwhile stays, other than in SharePoint."""
    return _set(world, who, _mine(world, who, drive, item), to="")


def hold(world: World, item: str, *, by: str) -> None:
    """Let somebody have a file open, or nobody: no change of the file, only a lock."""
    world.state.run("UPDATE item SET open_by = ? WHERE id = ?", by, item)


def _mine(world: World, who: Caller, drive: str, item: str) -> Row:
    row = at(world, who, drive, item, write=True)
    need_free(row, who.name)
    if not row["checked_out_by"]:
        refuse(400, "invalidRequest", "The file is not checked out.")
    return row


def _set(world: World, who: Caller, row: Row, *, to: str) -> Answer:
    world.state.run("UPDATE item SET checked_out_by = ? WHERE id = ?", to, row["id"])
    stir(world, row["id"], who=who.name)
    return Answer(status=204)
