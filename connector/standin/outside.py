"""Calls out of the stand-in, to whoever wants to be told of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from connector.standin.world import World


class UnreachableError(Exception):
    """Nobody answered, or not in time."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was answered. `kind` is the media type, without its parameters."""

    status: int
    kind: str
    text: str


def post(world: World, url: str, *, within_s: float, **more: Any) -> Heard:
    """Send a POST. An address behind a tunnel is called where it really is.

    Raises:
        UnreachableError: nobody answered within so many seconds.
    """
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(world.settings.trusted)
        address = _behind(world.settings.tunnels, url)
        try:
            answer = session.post(
                address, timeout=within_s, allow_redirects=False, **more
            )
        except requests.RequestException as error:
            raise UnreachableError(type(error).__name__) from None
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    return Heard(status=answer.status_code, kind=kind, text=answer.text)


def _behind(tunnels: Mapping[str, str], url: str) -> str:
    """Return where an address leads: Graph wants https, and a test serves http."""
    for public, local in tunnels.items():
        if url.startswith(public):
            return local + url.removeprefix(public)
    return url
