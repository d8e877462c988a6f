"""What changed in a library since last time.

Source: learn.microsoft.com/graph/api/driveitem-delta. The items of this call have no
cTag and no path, a deleted one has no name, and the same item may come twice, the last
of which counts. A token that is too old gets 410 and the address of a new beginning.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call, json_answer, refuse
from connector.standin.clock import instant, written
from connector.standin.items import brief, drive_of, file_facet, parent_reference
from connector.standin.pages_of_rows import address
from connector.standin.state import Row
from connector.standin.world import World

LIVES = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Token:
    """How far a caller has come: the last change told, and when it was told.

    What was deleted before the change `deleted_from` is not told: who begins anew has
    never heard of it. `known` is the newest change there was when the token was given.
    """

    after: int
    deleted_from: int
    at: str
    known: int

    def text(self) -> str:
        """Return the token as it stands in an address."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()


def changes(world: World, call: Call, who: Caller, *, drive: str) -> Answer:
    """Return a page of changes, and the address of the next or of the next time."""
    row = drive_of(world, who, drive, write=False)
    token = _token(world, row, call.query.get("token"))
    size = min(int(call.query.get("$top", world.settings.page_size)), 999)
    sql = (
        "SELECT * FROM item WHERE drive = ? AND seq > ?"
        " AND (is_deleted = 0 OR seq > ?) ORDER BY seq LIMIT ?"
    )
    found = world.state.all(sql, drive, token.after, token.deleted_from, size + 1)
    shown = found[:size]
    after = shown[-1]["seq"] if shown else token.after
    if len(found) > size:
        reached = _new(world, after, deleted_from=token.deleted_from)
        link = {"@odata.nextLink": _link(world, drive, reached)}
    else:
        link = {"@odata.deltaLink": _link(world, drive, _new(world, after))}
    return json_answer(200, {"value": [_told(world, each) for each in shown], **link})


def beginning(world: World, drive: str) -> str:
    """Return the address of a new enumeration."""
    return _link(world, drive, _from_the_start(world))


def forget(world: World, drive: str) -> None:
    """Make every token that was given so far too old."""
    sql = "UPDATE drive SET forgotten = ? WHERE id = ?"
    world.state.run(sql, world.next("change"), drive)


def _token(world: World, drive: Row, text: str | None) -> Token:
    if not text:
        return _from_the_start(world)
    if text == "latest":
        return _new(world, world.last("change"))
    token = _since(world, drive, text) or _ours(text)
    oldest = written(world.clock.now() - LIVES)
    if token.at < oldest or token.known < drive["forgotten"]:
        headers = {"Location": beginning(world, drive["id"])}
        refuse(410, "resyncChangesApplyDifferences", "Resync required.", headers)
    return token


def _new(world: World, after: int, *, deleted_from: int = 0) -> Token:
    known = world.last("change")
    return Token(after=after, deleted_from=deleted_from, at=world.now(), known=known)


def _from_the_start(world: World) -> Token:
    return _new(world, 0, deleted_from=world.last("change"))


def _since(world: World, drive: Row, text: str) -> Token | None:
    """Return the token for an instant, which only SharePoint takes."""
    try:
        at = written(instant(text))
    except ValueError:
        return None
    sql = "SELECT max(seq) FROM item WHERE drive = ? AND changed_at <= ?"
    row = world.state.one(sql, drive["id"], at)
    return _new(world, (row[0] if row else 0) or 0)


def _ours(text: str) -> Token:
    try:
        return Token(**json.loads(base64.urlsafe_b64decode(text)))
    except (ValueError, TypeError):
        refuse(400, "invalidRequest", "The token is not valid.")


def _told(world: World, row: Row) -> dict[str, Any]:
    above = {"parentReference": parent_reference(world, row, path=False)}
    if row["is_deleted"]:
        return {"id": row["id"], "deleted": {"state": "deleted"}, **above}
    if not row["is_folder"]:
        return {**brief(world, row), **above, "file": file_facet(row)}
    folder = {**brief(world, row), **above, "folder": {}}
    return folder if row["parent"] else {**folder, "root": {}}


def _link(world: World, drive: str, token: Token) -> str:
    return address(world, f"/drives/{drive}/root/delta", {"token": token.text()})
