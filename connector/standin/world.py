"""What an act of the stand-in works on, and the few things that every act needs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from connector.standin.addresses import Addresses
from connector.standin.clock import Clock, written
from connector.standin.faults import Faults
from connector.standin.keys import Keys
from connector.standin.settings import Settings
from connector.standin.state import State


@dataclass(frozen=True, kw_only=True)
class World:
    """The tenant, its clock and its keys. Put together in `app.py`."""

    settings: Settings
    state: State
    clock: Clock
    keys: Keys
    addresses: Addresses
    faults: Faults

    def now(self) -> str:
        """Return the instant now as it is kept in the state."""
        return written(self.clock.now())

    def next(self, name: str) -> int:
        """Return the next number of a counter, from 1."""
        sql = (
            "INSERT INTO counter VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        )
        row = self.state.one(sql, name)
        return int(row[0]) if row else 0

    def last(self, name: str) -> int:
        """Return the number that a counter stands at."""
        row = self.state.one("SELECT value FROM counter WHERE name = ?", name)
        return int(row[0]) if row else 0


def new_id() -> str:
    """Return an identifier that nothing else has."""
    return str(uuid.uuid4())
