"""The other host: contents fetched and parts put at pre-signed addresses.

A bearer token does not belong there, and is refused (learn.microsoft.com/graph/api/
driveitem-createuploadsession): it would give the token to another host than Graph's.
"""

from __future__ import annotations

import re

from connector.standin.calls import Answer, Call, not_found, refuse
from connector.standin.world import World

DOWNLOAD = "/_layouts/15/download.aspx"
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


UPLOADS = "/_api/upload/"
UPLOAD = re.compile(rf"{UPLOADS}(?P<session>[0-9a-f-]+)")


def download(world: World, call: Call) -> Answer:
    """Return contents, or the part that `Range` names."""
    need_no_bearer(call)
    item, content = call.query.get("item", ""), call.query.get("content", "")
    world.addresses.need_download(
        item,
        content,
        expires=call.query.get("expires", "0"),
        seal=call.query.get("seal", ""),
    )
    if not world.state.one("SELECT 1 FROM item WHERE id = ?", item):
        not_found()
    return _part(world.state.content(content), call.header("Range"))


def need_no_bearer(call: Call) -> None:
    """Refuse a call that shows a token where none belongs."""
    if call.header("Authorization"):
        refuse(401, "unauthenticated", "No Authorization header belongs here.")


def _part(data: bytes, wanted: str) -> Answer:
    kind = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    found = RANGE.fullmatch(wanted)
    if found is None:
        return Answer(status=200, body=data, headers=kind)
    first = int(found[1])
    last = min(int(found[2] or len(data) - 1), len(data) - 1)
    if first > last:
        refuse(416, "invalidRange", "The range cannot be given.")
    span = {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
    return Answer(status=206, body=data[first : last + 1], headers={**kind, **span})
