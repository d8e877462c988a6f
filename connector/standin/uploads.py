"""Upload sessions: a large file in parts, put at a pre-signed address.

Source: learn.microsoft.com/graph/api/driveitem-createuploadsession. Each part but the
last is a multiple of 320 KiB and less than 60 MiB, they come in order, and a part that
is there already gets 416. A name that is taken shows at the last part. Without a
conflict behaviour a session replaces, whatever the page says
(github.com/O365/python-o365/issues/505).
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from connector.standin.access import Caller
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.clock import written
from connector.standin.contents import CONFLICT, target, write
from connector.standin.items import (
    by_id,
    child,
    drive_of,
    need_free,
    need_match,
    told,
    walk,
)
from connector.standin.state import Row
from connector.standin.storage import need_no_bearer
from connector.standin.world import World, new_id

UNIT = 327_680
LARGEST_PART = 60 * 1024 * 1024
LIVES = timedelta(days=1)
SPAN = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def create(world: World, call: Call, who: Caller, *, drive: str, item: str) -> Answer:
    """Begin a session for a new file, or for one that lies there."""
    drive_of(world, who, drive, write=True)
    found, name = walk(world, drive, item)
    if found is None:
        not_found()
    if not name:
        need_match(call, found)
        need_free(found, who.name)
    form = call.json()
    wanted = form.get("item", {})
    # By its name it may be taken, also by what lies there already; by its id it is
    # that very file.
    is_named = ":/" in item
    session = new_id()
    world.state.run(
        "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)",
        session,
        drive,
        found["id"] if name else found["parent"],
        name or found["name"],
        "" if is_named else found["id"],
        wanted.get(CONFLICT, "replace"),
        bool(form.get("deferCommit")),
        who.name,
        written(world.clock.now() + LIVES),
    )
    told_url = {"uploadUrl": world.addresses.upload(session)}
    return json_answer(200, {**told_url, **_progress(_session(world, session))})


def put(world: World, call: Call, *, session: str) -> Answer:
    """Take a part; the last one makes the file."""
    row = _session(world, session)
    first, last, total = _span(call)
    if first != row["received"]:
        refuse(416, "invalidRange", "The part is there already, or not the next.")
    _need_size(call.body, first=first, last=last, total=total)
    world.state.run(
        "INSERT INTO upload_part VALUES (?, ?, ?)", session, first, call.body
    )
    sql = "UPDATE upload SET received = ?, total = ? WHERE id = ?"
    world.state.run(sql, last + 1, total, session)
    if last + 1 < total or row["is_deferred"]:
        return json_answer(202, _progress(_session(world, session)))
    return commit(world, call, session=session)


def progress(world: World, call: Call, *, session: str) -> Answer:
    """Return which bytes are waited for."""
    return json_answer(200, _progress(_session(world, session)))


def commit(world: World, call: Call, *, session: str) -> Answer:
    """Make the file of the parts."""
    row = _session(world, session)
    if not row["total"] or row["received"] < row["total"]:
        refuse(400, "invalidRequest", "The file is not complete.")
    sql = "SELECT content FROM upload_part WHERE upload = ? ORDER BY first"
    data = b"".join(part["content"] for part in world.state.all(sql, session))
    item, is_new = _target(world, row)
    write(world, row["by"], item, data)
    _forget(world, session)
    return json_answer(201 if is_new else 200, told(world, by_id(world, item["id"])))


def cancel(world: World, call: Call, *, session: str) -> Answer:
    """Forget a session and its parts."""
    _session(world, session)
    _forget(world, session)
    return Answer(status=204)


def need_address(world: World, call: Call, *, session: str) -> None:
    """Refuse an address that is not ours, and one that is called with a token."""
    need_no_bearer(call)
    world.addresses.need_upload(session, seal=call.query.get("seal", ""))


def _target(world: World, row: Row) -> tuple[Row, bool]:
    """Return the file to write; another may have taken the name meanwhile."""
    if row["item"]:
        found = by_id(world, row["item"])
        return target(world, row["by"], found, name="", conflict="replace")
    folder = by_id(world, row["parent"])
    there = child(world, folder, row["name"])
    conflict = row["conflict"]
    if there is None:
        return target(world, row["by"], folder, name=row["name"], conflict=conflict)
    return target(world, row["by"], there, name="", conflict=conflict)


def _session(world: World, session: str) -> Row:
    row = world.state.one("SELECT * FROM upload WHERE id = ?", session)
    if row is None or row["expires_at"] <= world.now():
        refuse(404, "itemNotFound", "The upload session was not found.")
    return row


def _progress(row: Row) -> dict[str, Any]:
    total = row["total"]
    end = total - 1 if total else ""
    is_whole = total and row["received"] >= total
    return {
        "expirationDateTime": row["expires_at"],
        "nextExpectedRanges": [] if is_whole else [f"{row['received']}-{end}"],
    }


def _span(call: Call) -> tuple[int, int, int]:
    found = SPAN.fullmatch(call.header("Content-Range"))
    if found is None:
        refuse(400, "invalidRequest", "Invalid Content-Range header.")
    return int(found[1]), int(found[2]), int(found[3])


def _need_size(data: bytes, *, first: int, last: int, total: int) -> None:
    if len(data) != last - first + 1 or last >= total:
        refuse(400, "invalidRequest", "Content-Range and body do not agree.")
    if len(data) >= LARGEST_PART:
        refuse(413, "invalidRequest", "The part is 60 MiB or more.")
    if last + 1 < total and len(data) % UNIT:
        refuse(400, "invalidRequest", f"The part is no multiple of {UNIT} bytes.")


def _forget(world: World, session: str) -> None:
    world.state.run("DELETE FROM upload_part WHERE upload = ?", session)
    world.state.run("DELETE FROM upload WHERE id = ?", session)
