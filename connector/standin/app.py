"""Wiring: every address of the stand-in, and the act that answers there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from connector.standin import (
    activity,
    admin,
    checkout,
    columns,
    contents,
    delta,
    directory,
    drives,
    entra,
    mail,
    pages,
    sharing,
    signing_in,
    sites,
    storage,
    subscriptions,
    uploads,
    versions,
)
from connector.standin.access import Caller
from connector.standin.addresses import Addresses
from connector.standin.batch import Batch
from connector.standin.calls import Answer, Call, RefusedError, json_answer
from connector.standin.clock import Clock
from connector.standin.disturbing import disturbed, refusal
from connector.standin.faults import REFUSALS, Faults
from connector.standin.graph import Graph
from connector.standin.keys import keys
from connector.standin.routes import Route
from connector.standin.server import Wire
from connector.standin.settings import TENANT, Settings
from connector.standin.state import State
from connector.standin.tenant import settle
from connector.standin.world import World

logger = logging.getLogger(__name__)

ROOT = "/v1.0"
DRIVE = "/drives/{drive}"
ITEM = f"{DRIVE}/{{item}}"

LIST = "/sites/{site}/lists/{library}"
ROW = f"{LIST}/items/{{number}}"
VERSION = f"{ITEM}/versions/{{version}}"
PERMISSION = f"{ITEM}/permissions/{{permission}}"
SUBSCRIPTION = "/subscriptions/{subscription}"
USER = "/users/{user}"
GROUP = "/groups/{group}"

ROUTES: tuple[Route, ...] = (
    Route("GET", ITEM, drives.item),
    Route("PATCH", ITEM, drives.change, units=2),
    Route("DELETE", ITEM, drives.delete, units=2),
    Route("GET", f"{ITEM}/content", contents.get),
    Route("PUT", f"{ITEM}/content", contents.put, units=2),
    Route("GET", f"{ITEM}/children", drives.children, units=2),
    Route("POST", f"{ITEM}/children", drives.make_folder, units=2),
    Route("POST", f"{ITEM}/createUploadSession", uploads.create, units=2),
    Route("GET", f"{DRIVE}/root/delta", delta.changes),
    Route("GET", f"{ITEM}/versions", versions.versions, units=2),
    Route("GET", VERSION, versions.version),
    Route("GET", f"{VERSION}/content", versions.content),
    Route("POST", f"{VERSION}/restoreVersion", versions.restore, units=2),
    Route("GET", f"{ITEM}/listItem", columns.of_item),
    Route("GET", f"{ITEM}/listItem/fields", columns.fields),
    Route("PATCH", f"{ITEM}/listItem/fields", columns.change_fields, units=2),
    Route("GET", f"{ITEM}/permissions", sharing.permissions, units=5),
    Route("GET", PERMISSION, sharing.permission, units=5),
    Route("PATCH", PERMISSION, sharing.change, units=5),
    Route("DELETE", PERMISSION, sharing.withdraw, units=5),
    Route("POST", f"{ITEM}/invite", sharing.invite, units=5),
    Route("POST", f"{ITEM}/createLink", sharing.make_link, units=5),
    Route("POST", f"{ITEM}/checkout", checkout.check_out, units=2),
    Route("POST", f"{ITEM}/checkin", checkout.check_in, units=2),
    Route("POST", f"{ITEM}/discardCheckout", checkout.discard, units=2),
    Route("GET", DRIVE, drives.drive),
    Route("GET", "/sites", sites.search, units=2),
    Route("GET", "/sites/{site}", sites.site),
    Route("GET", "/sites/{host}:/sites/{name}", sites.by_path),
    Route("GET", "/sites/{site}/drive", sites.first_drive),
    Route("GET", "/sites/{site}/drives", sites.drives, units=2),
    Route("GET", "/sites/{site}/permissions", sharing.site_permissions, units=5),
    Route("POST", "/sites/{site}/permissions", sharing.grant_site, units=5),
    Route("GET", "/sites/{site}/lists", columns.lists, units=2),
    Route("GET", LIST, columns.one_list),
    Route("GET", f"{LIST}/drive", columns.drive),
    Route("GET", f"{LIST}/columns", columns.columns, units=2),
    Route("POST", f"{LIST}/columns", columns.make_column, units=2),
    Route("GET", ROW, columns.list_item),
    Route("GET", f"{ROW}/fields", columns.list_fields),
    Route("PATCH", f"{ROW}/fields", columns.change_list_fields, units=2),
    Route("GET", "/subscriptions", subscriptions.subscriptions),
    Route("POST", "/subscriptions", subscriptions.create, waits=True),
    Route("GET", SUBSCRIPTION, subscriptions.one),
    Route("PATCH", SUBSCRIPTION, subscriptions.renew),
    Route("DELETE", SUBSCRIPTION, subscriptions.end),
    Route("POST", f"{SUBSCRIPTION}/reauthorize", subscriptions.reauthorize),
    Route("GET", USER, directory.user),
    Route("POST", f"{USER}/checkMemberGroups", directory.check_groups, units=4),
    Route("POST", f"{USER}/sendMail", mail.send),
    Route("GET", f"{USER}/teamwork/installedApps", activity.installed),
    Route("POST", f"{USER}/teamwork/sendActivityNotification", activity.notify),
    Route(
        "POST", "/teamwork/sendActivityNotificationToRecipients", activity.notify_many
    ),
    Route("GET", GROUP, directory.group),
    Route("GET", f"{GROUP}/members", directory.members, units=3),
    Route("GET", f"{GROUP}/transitiveMembers", directory.transitive_members, units=5),
)

PLAIN: dict[tuple[str, str], Callable[[World, Call], Answer]] = {
    ("GET", f"/{TENANT}/v2.0/.well-known/openid-configuration"): entra.discovery,
    ("GET", f"/{TENANT}/discovery/v2.0/keys"): entra.key_set,
    ("POST", f"/{TENANT}/oauth2/v2.0/token"): entra.token,
    ("GET", signing_in.AUTHORIZE): signing_in.ask,
    ("POST", signing_in.AUTHORIZE): signing_in.answer,
    ("GET", signing_in.LOGOUT): signing_in.log_out,
    ("GET", storage.DOWNLOAD): storage.download,
    ("POST", admin.FAULTS): admin.set_faults,
    ("GET", admin.FAULTS): admin.made_faults,
    ("POST", admin.CLOCK): admin.move_clock,
    ("POST", admin.FORGET): admin.forget_changes,
    ("POST", admin.INSTALL): admin.install_app,
    ("POST", admin.WORD): admin.type_in_word,
}

PARTS: dict[str, Callable[..., Answer]] = {
    "PUT": uploads.put,
    "GET": uploads.progress,
    "POST": uploads.commit,
    "DELETE": uploads.cancel,
}


# What a client of Graph calls beside Graph, and what is therefore remembered too.
BESIDE = (f"/{TENANT}/", storage.DOWNLOAD, storage.UPLOADS)


class App:
    """Answers every call that reaches the stand-in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.graph = Graph(world, ROUTES)
        self.graph.routes += (
            Route("POST", "/$batch", Batch(self._of_batch), units=0, waits=True),
        )

    def serve(self, call: Call, wire: Wire) -> Answer | None:
        """Return the answer to a call, or what the fault script makes of it."""
        fault = self.world.faults.take(call.method, call.path)
        if fault is None:
            return self.answer(call)
        clock = self.world.clock
        return disturbed(fault, call, wire, clock, lambda: self.answer(call))

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
            with self.world.state.held():
                answer = self._plain(call)
        except RefusedError as refused:
            error = {"code": refused.code, "message": refused.message}
            answer = json_answer(refused.status, {"error": error}, refused.headers)
        if call.path.startswith(BESIDE):
            self.graph.note(call, answer.status, app="", units=0)
        return answer

    def _plain(self, call: Call) -> Answer:
        session = storage.UPLOAD.fullmatch(call.path)
        if session and call.method in PARTS:
            uploads.need_address(self.world, call, **session.groupdict())
            return PARTS[call.method](self.world, call, **session.groupdict())
        act = PLAIN.get((call.method, call.path), pages.answer)
        return act(self.world, call)

    def _of_batch(self, call: Call, who: Caller) -> Answer:
        """Return the answer to one call of a batch; only a refusal can disturb it."""
        fault = self.world.faults.take(call.method, f"{ROOT}{call.path}")
        if fault and fault.name in REFUSALS:
            return refusal(fault, call, self.world.clock)
        return self.graph.answer_for(call, who)


def open_world(
    folder: Path, settings: Settings, *, clock: Clock, faults: Faults
) -> World:
    """Return the tenant in a folder, settled the first time."""
    found = keys(folder / "keys")
    world = World(
        settings=settings,
        state=State(folder),
        clock=clock,
        keys=found,
        addresses=Addresses(settings.storage, found.secret, clock),
        faults=faults,
    )
    with world.state.held():
        settle(world)
    return world
