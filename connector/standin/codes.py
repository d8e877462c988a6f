"""Authorization codes: each is used once, and lives ten minutes."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from json import dumps, loads

from connector.standin.clock import instant, written
from connector.standin.world import World

LIVES = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Code:
    """What was agreed when a person signed in."""

    person: str
    redirect_uri: str
    scope: str
    nonce: str
    challenge: str
    expires_at: str = ""


def give(world: World, code: Code) -> str:
    """Keep what was agreed; return the code that stands for it."""
    text = secrets.token_urlsafe(32)
    expires = written(world.clock.now() + LIVES)
    kept = dumps({**asdict(code), "expires_at": expires})
    world.state.run("INSERT INTO code VALUES (?, ?)", text, kept)
    return text


def take(world: World, text: str) -> Code | None:
    """Return what a code stands for and forget it; None when it is late or unknown."""
    row = world.state.one("SELECT definition FROM code WHERE text = ?", text)
    if row is None:
        return None
    world.state.run("DELETE FROM code WHERE text = ?", text)
    code = Code(**loads(row["definition"]))
    return code if instant(code.expires_at) > world.clock.now() else None
