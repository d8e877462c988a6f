"""How soon a notification of Microsoft 365 is stored and answered, on PostgreSQL.

The real server takes 200 a second from another process (`webhook_load.py`), each of
them counted from the moment when it was due, so that one that has to wait for others
is not told as a quick one. PostgreSQL is one of its own, which waits for the disk as
it does in service. Processor time is that of the service, PostgreSQL not counted; on a
machine that others use it says more than the clock.
"""

from __future__ import annotations

import json
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connector.app import create_app
from connector.bench.measurements import Row, at_least, at_most
from connector.bench.rounds import only_own_garbage
from connector.bench.servers import postgres
from connector.config import Config
from connector.database.engine import open_database
from connector.installation import Installation
from connector.library.items import (
    LibraryNotification,
    WebhookSubscription,
)
from connector.library.notifications import secret_sha256
from connector.wsgi import serve, server
from workflows.base import all_of
from workflows.people.municipalities import found_municipality

BEGIN = datetime(2020, 1, 1, 8, tzinfo=UTC)
A_SECOND = 200
FOR_EACH_ROUND = 10
GOAL_MS = 100
NAMED = "11111111-2222-3333-4444-555555555555"


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """What was measured of the notifications: rows, and their absolute numbers."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Load:
    """How long each answer took, in ms; `processor_ms` is of the service, of each."""

    waited: list[float]
    stored: int
    processor_ms: float

    @property
    def p99(self) -> float:
        """The milliseconds within which all but the slowest hundredth were answered."""
        return statistics.quantiles(self.waited, n=100, method="inclusive")[-1]


def told(*, rounds: int) -> Webhook:
    """Return the measurement of ten notifications a round."""
    count = FOR_EACH_ROUND * rounds
    with postgres() as url, _served(url) as (house, port), only_own_garbage():
        load = _under_load(house, port, count)
    return Webhook(
        rows=(
            Row(
                what=f"{count} notifications at {A_SECOND} a second, p99",
                against=f"{GOAL_MS} ms",
                ratio=load.p99 / GOAL_MS,
                goal=at_most(1),
            ),
            Row(
                what="notifications that lie in the database",
                against="all that were answered",
                ratio=load.stored / count,
                goal=at_least(1),
            ),
        ),
        notes=(_note(load),),
    )


def _note(load: Load) -> str:
    busy, _, _ = os.getloadavg()
    return (
        f"a notification: median {statistics.median(load.waited):.1f} ms, "
        f"p99 {load.p99:.1f} ms, longest {max(load.waited):.1f} ms, "
        f"{load.processor_ms:.2f} ms of processor time; load average {busy:.1f}"
    )


def _under_load(house: Installation, port: int, count: int) -> Load:
    secret = _subscribe(house)
    item = {"subscriptionId": NAMED, "clientState": secret, "resource": "drives/1"}
    asked = [sys.executable, "-m", "connector.bench.webhook_load"]
    began = time.process_time()
    done = subprocess.run(  # noqa: S603 - our own module
        [*asked, str(port), str(A_SECOND), str(count)],
        input=json.dumps({"value": [item]}),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    processor = time.process_time() - began
    with house.reading() as session:
        stored = len(all_of(session, LibraryNotification))
    return Load(
        waited=[1000 * each for each in json.loads(done.stdout)],
        stored=stored,
        processor_ms=1000 * processor / count,
    )


def _subscribe(house: Installation) -> str:
    """Let there be a subscription, and return its secret."""
    secret = secrets.token_urlsafe()
    with house.unrecorded() as session:
        session.add(
            WebhookSubscription(
                subscription=NAMED,
                library="measured",
                secret_sha256=secret_sha256(secret),
                begun_at=house.now(),
                expires_at=house.now(),
            )
        )
    return secret


@contextmanager
def _served(url: str) -> Iterator[tuple[Installation, int]]:
    """Serve a new installation as in service; give the port of its pages too."""
    database = open_database(url)
    with database.transaction(None) as session:
        town = found_municipality(session, name="Måling", number="9999", at=BEGIN)
    config = Config(data=Path(), database_url=url, clock_stands_at=BEGIN)
    house = Installation(config, database, town.id)
    app = create_app(house, secret_key=secrets.token_hex(), demo=False)
    with closing(server(app, port=0)) as listening:  # type: ignore[type-var]  # untyped
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield house, _port(listening)
    thread.join()
    database.close()


def _port(listening: Any) -> int:
    return int(listening.effective_port)
