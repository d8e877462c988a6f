"""Microsoft 365 of one tenant, opened from its settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from connector.graph.addresses import Addresses, file_hosts
from connector.graph.client import USER_AGENT, Graph, Limits
from connector.graph.pace import Clock, Pace
from connector.graph.tokens import Assertion, Tokens
from connector.microsoft365 import THIS_MACHINE, Microsoft365
from connector.wire import Wire

SILENCE_S: Final = 30.0


@dataclass(frozen=True, kw_only=True)
class Tenant:
    """One tenant: Graph as the app alone, and as a person who came with a token."""

    graph: Graph
    tokens: Tokens

    def on_behalf_of(self, assertion: Assertion) -> Graph:
        """Return Graph as a person, who may do no more than they and the app may."""
        return replace(self.graph, bearer=self.tokens.on_behalf_of(assertion))


@contextmanager
def opened(
    settings: Microsoft365,
    *,
    clock: Clock | None = None,
    limits: Limits | None = None,
) -> Iterator[Tenant]:
    """Open a tenant until the block ends; nothing is asked before the first call."""
    kept = clock or Clock()
    wire = Wire(
        user_agent=USER_AGENT,
        silence_s=SILENCE_S,
        ca=settings.ca,
        may_be_near=is_near(settings),
    )
    tokens = Tokens(settings, wire, kept)
    graph = Graph(
        wire=wire,
        bearer=tokens.app_only(),
        pace=Pace(kept),
        addresses=Addresses(graph=settings.graph_url, files=_file_hosts(settings)),
        clock=kept,
        limits=limits or Limits(),
    )
    try:
        yield Tenant(graph=graph, tokens=tokens)
    finally:
        wire.close()


def is_near(settings: Microsoft365) -> bool:
    """Tell whether Graph is a stand-in on this machine."""
    return urlsplit(settings.graph_url).hostname in THIS_MACHINE


def _file_hosts(settings: Microsoft365) -> frozenset[str]:
    if not is_near(settings):
        return file_hosts(settings.site_host)
    port = urlsplit(settings.graph_url).port
    return frozenset(f"{name}:{port}" for name in THIS_MACHINE)
