"""Applications for the tests of pages: templates are compiled once in a process.

Making an application takes longer than most of what is asked of it: its addresses and
its templates are compiled. So templates are kept for the next one, and an application
that a test is done with moves into the house of another test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from apiflask import APIFlask
from jinja2.bccache import Bucket, BytecodeCache

from connector.app import create_app
from connector.installation import Installation
from connector.library.notifications import KnownSubscriptions
from connector.web.spam import WrongLinks


class Compiled(BytecodeCache):
    """Compiled templates, by the checksum of their source."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get((bucket.key, bucket.checksum))
        if known:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()


def made_app(house: Installation, *, demo: bool = True) -> APIFlask:
    """Return a new application that serves a house."""
    app = create_app(house, secret_key="only for tests", demo=demo)
    app.jinja_env.bytecode_cache = COMPILED
    return app


class Applications:
    """Applications that move from house to house."""

    def __init__(self) -> None:
        self._free: list[APIFlask] = []
        self._lent: list[APIFlask] = []

    def lend(self, house: Installation) -> APIFlask:
        """Return one that serves a house, and knows nothing of the one before."""
        app = self._free.pop() if self._free else made_app(house)
        app.extensions["installation"] = house
        app.extensions["wrong links"] = WrongLinks()
        app.extensions["subscriptions"] = KnownSubscriptions()
        self._lent.append(app)
        return app

    @contextmanager
    def for_a_while(self) -> Iterator[None]:
        """Let those that are lent meanwhile be lent again afterwards."""
        before = len(self._lent)
        yield
        self._free += self._lent[before:]
        del self._lent[before:]


APPLICATIONS = Applications()
