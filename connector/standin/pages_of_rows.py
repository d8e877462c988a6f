"""Long lists come in pages, with the address of the next.

Source: learn.microsoft.com/graph/paging: the address is used as it stands, and what is
in it is nobody's business but the server's.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from connector.standin.calls import Answer, Call, json_answer, refuse
from connector.standin.world import World

Rows = Callable[[int, int], list[dict[str, Any]]]


def page(world: World, call: Call, rows: Rows) -> Answer:
    """Return a page. `rows` gives at most so many rows, from such a place."""
    size = min(int(call.query.get("$top", world.settings.page_size)), 999)
    begins = place(call.query.get("$skiptoken", ""))
    found = rows(size + 1, begins)
    value: dict[str, Any] = {"value": found[:size]}
    if len(found) > size:
        query = {**call.query, "$skiptoken": mark(begins + size)}
        value["@odata.nextLink"] = address(world, call.path, query)
    return json_answer(200, value)


def address(world: World, path: str, query: dict[str, str]) -> str:
    """Return an address of Graph. `path` begins after `/v1.0`."""
    return f"{world.settings.graph}{quote(path, safe='/:!,$')}?{urlencode(query)}"


def mark(number: int) -> str:
    """Return a number as a token that nobody will count with."""
    return base64.urlsafe_b64encode(f"s!{number}".encode()).decode()


def place(token: str) -> int:
    """Return the number of a token; 0 without one."""
    try:
        text = base64.urlsafe_b64decode(token).decode()
        return int(text.removeprefix("s!")) if text else 0
    except ValueError:
        refuse(400, "invalidRequest", "The $skiptoken is not valid.")
