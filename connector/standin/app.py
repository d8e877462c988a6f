"""Wiring: every address of the stand-in, and the act that answers there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from connector.standin import contents, drives, entra, sites, storage
from connector.standin.addresses import Addresses
from connector.standin.calls import Answer, Call, RefusedError, json_answer, not_found
from connector.standin.clock import Clock
from connector.standin.graph import Graph
from connector.standin.keys import keys
from connector.standin.routes import Route
from connector.standin.settings import TENANT, Settings
from connector.standin.state import State
from connector.standin.tenant import settle
from connector.standin.world import World

logger = logging.getLogger(__name__)

ROOT = "/v1.0"
DRIVE = "/drives/{drive}"
ITEM = f"{DRIVE}/{{item}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", ITEM, drives.item),
    Route("GET", f"{ITEM}/content", contents.get),
    Route("PUT", f"{ITEM}/content", contents.put, units=2),
    Route("GET", f"{ITEM}/children", drives.children, units=2),
    Route("POST", f"{ITEM}/children", drives.make_folder, units=2),
    Route("PATCH", ITEM, drives.change, units=2),
    Route("DELETE", ITEM, drives.delete, units=2),
    Route("GET", DRIVE, drives.drive),
    Route("GET", "/sites", sites.search, units=2),
    Route("GET", "/sites/{site}", sites.site),
    Route("GET", "/sites/{host}:/sites/{name}", sites.by_path),
    Route("GET", "/sites/{site}/drive", sites.first_drive),
    Route("GET", "/sites/{site}/drives", sites.drives, units=2),
)

PLAIN: dict[tuple[str, str], Callable[[World, Call], Answer]] = {
    ("GET", f"/{TENANT}/v2.0/.well-known/openid-configuration"): entra.discovery,
    ("GET", f"/{TENANT}/discovery/v2.0/keys"): entra.key_set,
    ("POST", f"/{TENANT}/oauth2/v2.0/token"): entra.token,
    ("GET", storage.DOWNLOAD): storage.download,
}


class App:
    """Answers every call that reaches the stand-in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.graph = Graph(world, ROUTES)

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call; a fault of the stand-in's own is told as one."""
        try:
            return self._answer(call)
        except Exception as fault:
            logger.exception("%s %s", call.method, call.path)
            self.graph.broken.append(f"answer {call.method} {call.path}: {fault!r}")
            return json_answer(
                500, {"error": {"code": "fault", "message": repr(fault)}}
            )

    def _answer(self, call: Call) -> Answer:
        if call.path.startswith(f"{ROOT}/"):
            return self.graph.answer(replace(call, path=call.path.removeprefix(ROOT)))
        try:
            return self._plain(call)
        except RefusedError as refused:
            error = {"code": refused.code, "message": refused.message}
            return json_answer(refused.status, {"error": error}, refused.headers)

    def _plain(self, call: Call) -> Answer:
        act = PLAIN.get((call.method, call.path))
        if act is None:
            not_found()
        with self.world.state.held():
            return act(self.world, call)


def open_world(folder: Path, settings: Settings, clock: Clock) -> World:
    """Return the tenant in a folder, settled the first time."""
    found = keys(folder / "keys")
    world = World(
        settings=settings,
        state=State(folder),
        clock=clock,
        keys=found,
        addresses=Addresses(settings.storage, found.secret, clock),
    )
    with world.state.held():
        settle(world)
    return world
