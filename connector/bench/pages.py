"""How long pages take in a large municipality, beside one of a hundredth.

They are asked for by somebody who is not signed in, through the whole application but
the server: forms, rights, database and templates.
"""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
from pathlib import Path
from random import Random

from flask.testing import FlaskClient

from connector.app import create_app
from connector.bench.bulk import LAST
from connector.bench.measurements import Row
from connector.bench.places import Both, Place
from connector.config import Config
from connector.installation import Installation

ASKED, FRONT = 40, 3


def page_rows(both: Both, *, rounds: int) -> tuple[list[Row], list[str]]:
    """Return what was measured: one page of a case each time, and the front page."""
    with tempfile.TemporaryDirectory() as folder:
        few = _visitor(both.few, Path(folder))
        many = _visitor(both.many, Path(folder))
        times = min(ASKED, 5 * rounds)
        case = _case_pages(few, both.small.cases, times)
        large_case = _case_pages(many, both.size.cases, times)
        front, large_front = _seconds(few, ["/"] * FRONT), _seconds(many, ["/"] * FRONT)
    against = "in a hundredth of the data"
    ends, large_ends = _p95(case), _p95(large_case)
    told, large_told = statistics.median(front), statistics.median(large_front)
    rows = [
        Row(
            what="SQLite: page of one case, p95",
            against=against,
            ratio=large_ends / ends,
        ),
        Row(what="SQLite: front page", against=against, ratio=large_told / told),
    ]
    notes = [f"page of a case {large_ends:.3f} s, front page {large_told:.3f} s"]
    return rows, notes


def _case_pages(visitor: FlaskClient, cases: int, times: int) -> list[float]:
    chance = Random(3)  # noqa: S311 - replayed
    return _seconds(
        visitor, [f"/saker/C{chance.randrange(cases)}" for _ in range(times)]
    )


def _seconds(visitor: FlaskClient, pages: list[str]) -> list[float]:
    """Return the processor time of each page, after one that nobody counts."""
    taken = []
    for page in [pages[0], *pages]:
        began = time.thread_time()
        answer = visitor.get(page)
        taken.append(time.thread_time() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{page}: {answer.status}")
    return taken[1:]


def _visitor(place: Place, folder: Path) -> FlaskClient:
    url = str(place.database.engine.url)
    config = Config(data=folder, database_url=url, clock_stands_at=LAST)
    house = Installation(config, place.database, place.municipality)
    app = create_app(house, secret_key=secrets.token_hex(), demo=False)
    return app.test_client()


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
