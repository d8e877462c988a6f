"""Starts a stand-in in a folder and stops it again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from connector.standin.activity import install
from connector.standin.app import App, open_world
from connector.standin.checkout import hold
from connector.standin.clock import Clock
from connector.standin.delta import forget
from connector.standin.faults import Faults
from connector.standin.graph import Seen
from connector.standin.notifications import Notifier
from connector.standin.server import Server
from connector.standin.settings import CLIENT, HOST, TENANT, Settings
from connector.standin.tls import certificates, server_context

CARD = "standin.json"


@dataclass(frozen=True, kw_only=True)
class Standin:
    """A stand-in that runs.

    `base` is the root of Graph and `login` the authority; `ca` is the certificate to
    trust, `certificate` the file with the app's key and certificate, and `site` how the
    site that the app was granted is addressed in Graph.
    """

    app: App
    ca: Path
    certificate: Path
    tenant: str = TENANT
    client: str = CLIENT
    site: str = f"{HOST}:/sites/samspor"

    @property
    def base(self) -> str:
        """The root of Graph, with the version."""
        return self.app.world.settings.graph

    @property
    def login(self) -> str:
        """The authority for MSAL."""
        return self.app.world.settings.login

    @property
    def origin(self) -> str:
        """Where a person opens the pages."""
        return self.app.world.settings.origin

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.app.world.clock

    @property
    def requests(self) -> Sequence[Seen]:
        """The calls so far: to Graph, a batch one by one, to storage and for tokens."""
        return list(self.app.graph.seen)

    @property
    def broken(self) -> Sequence[str]:
        """Every breach of the contract so far, by callers and by the stand-in."""
        return list(self.app.graph.broken)

    @property
    def faults(self) -> Faults:
        """The fault script, which can be added to."""
        return self.app.world.faults

    def sent(self, kind: str) -> Sequence[dict[str, Any]]:
        """Return what was sent: `mail`, `activity` or `invitation`, oldest first."""
        sql = "SELECT * FROM message WHERE kind = ? ORDER BY id"
        rows = self.app.world.state.all(sql, kind)
        return [{"to": r["person"], **json.loads(r["definition"])} for r in rows]

    def forget(self, drive: str) -> None:
        """Make the delta tokens of a library too old."""
        with self.app.world.state.held():
            forget(self.app.world, drive)

    def install(self, person: str, app: str = "samspor") -> None:
        """Install a Teams app for a person, by id or mail."""
        with self.app.world.state.held():
            install(self.app.world, person, app)

    def hold_open(self, item: str, person: str = "") -> None:
        """Let somebody have a file open, so that it is locked, until it is let go."""
        with self.app.world.state.held():
            hold(self.app.world, item, by=f"person:{person}")

    def let_go(self, item: str) -> None:
        """Let nobody have the file open any more."""
        with self.app.world.state.held():
            hold(self.app.world, item, by="")

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self.clock.advance(seconds)

    def card(self) -> dict[str, Any]:
        """Return all that another process must know to use the stand-in."""
        return {
            "graph": self.base,
            "authority": self.login,
            "pages": self.origin,
            "ca": str(self.ca),
            "certificate": str(self.certificate),
            "tenant": self.tenant,
            "client": self.client,
            "site": self.site,
            "secret": self.app.world.keys.admin,
        }


@contextmanager
def running(
    folder: Path,
    *,
    clock: datetime | None = None,
    faults: Iterable[Mapping[str, Any]] = (),
    port: int = 0,
    **settings: Any,
) -> Iterator[Standin]:
    """Run a stand-in whose state is in a folder until the block ends.

    `clock` makes its time stand there until it is moved, `faults` is a fault script,
    and other settings are those of `Settings`. Writes `standin.json` in the folder when
    it listens. Raises `OSError` when the port is taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = certificates(folder / "tls")
    server = Server(port, server_context(found))
    wanted = Settings(port=server.server_port, trusted=found.ca, **settings)
    world = open_world(folder, wanted, clock=Clock(clock), faults=Faults(faults))
    app = App(world)
    server.serve = app.serve
    notifier = Notifier(world)
    notifier.start()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    standin = Standin(app=app, ca=found.ca, certificate=world.keys.app)
    _write(folder / CARD, standin.card())
    try:
        yield standin
    finally:
        server.stop()
        thread.join()
        notifier.stop()
        world.state.close()


def _write(path: Path, value: dict[str, Any]) -> None:
    """Write the card at once and whole: who waits for it never reads half of it."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(value, indent=2), encoding="utf-8")
    draft.replace(path)
