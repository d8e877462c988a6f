"""`samspor m365 check`: does Microsoft 365 let this installation in, and how far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

import click

from connector.config import Config
from connector.graph.client import Graph
from connector.graph.errors import GraphError
from connector.graph.opening import opened
from connector.graph.sites import Site, default_drive, site_at
from connector.graph.tokens import certificate_ends_at
from connector.microsoft365 import Microsoft365
from connector.refusals import InputRefusedError, UnavailableError

FINDINGS: Final = 1
WARNED_DAYS: Final = 30
ANSWER_S: Final = 60.0

Step = tuple[str, str]


@click.command("check")
@click.pass_obj
def check_command(config: Config) -> None:
    """Ask for a token, for the site and for its library, and change nothing.

    Status 1 tells that the certificate ends within 30 days.
    """
    settings = config.microsoft365
    if settings is None:
        raise InputRefusedError(
            "Microsoft 365 is not set up here: set SAMSPOR_M365_TENANT and the others "
            "of docs/configuration.md"
        )
    with opened(settings) as tenant:
        for name, told in _steps(tenant.graph.within(ANSWER_S), settings):
            click.echo(f"{name:12}{told}")
    left = _days_left(settings)
    if left is not None:
        click.echo(f"{'certificate':12}ends in {left} days")
    is_soon = left is not None and left < WARNED_DAYS
    click.get_current_context().exit(FINDINGS if is_soon else 0)


def _steps(graph: Graph, settings: Microsoft365) -> Iterator[Step]:
    def site() -> Site:
        return site_at(graph, host=settings.site_host, path=settings.site_path)

    def token() -> str:
        graph.bearer.token()
        return "given"

    yield "token", _told("token", token)
    yield "site", _told("site", lambda: site().name)
    yield "library", _told("library", lambda: default_drive(graph, site().id).name)


def _told(name: str, ask: Callable[[], str]) -> str:
    try:
        return ask()
    except GraphError as trouble:
        text = trouble.text("nb")
        raise UnavailableError(f"{name}: {text} ({trouble})") from trouble


def _days_left(settings: Microsoft365) -> int | None:
    """Return the days that the certificate still has, by the clock of the world."""
    ends_at = certificate_ends_at(settings)
    return None if ends_at is None else (ends_at - datetime.now(UTC)).days
