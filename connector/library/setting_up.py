"""Makes a library of SharePoint ready: its columns, and what an administrator grants.

The service has no more than it needs: «Sites.Selected», and a role in one site, which
somebody with more gives it once. Source:
https://learn.microsoft.com/graph/permissions-selected-overview
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from connector.graph.client import Graph
from connector.graph.columns import Column as ListColumn
from connector.graph.columns import columns_of, make_day_column, make_text_column
from connector.graph.errors import ForbiddenError, ItemNotFoundError, NameTakenError
from connector.graph.sites import Drive, Site, default_drive, site_at
from connector.library.columns import COLUMNS, Column
from connector.microsoft365 import Microsoft365

ROLE = "write"
NEEDED = ("Sites.Selected",)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A library that is ready: where it is, and the columns that were lacking."""

    site: Site
    drive: Drive
    made: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """What an administrator must grant before the library can be made ready."""

    site: str
    client: str

    @property
    def request(self) -> str:
        """The address, after the site was looked up by path, that grants the role."""
        host, _, path = self.site.partition(":")
        return f"POST /sites/{host}:{path}:/permissions"

    @property
    def body(self) -> str:
        """What is sent to that address."""
        app = {"application": {"id": self.client, "displayName": "Samspor"}}
        return json.dumps({"roles": [ROLE], "grantedToIdentities": [app]})


def make_ready(graph: Graph, settings: Microsoft365) -> Ready | Lacking:
    """Make the columns that are lacking; safe to do again.

    Raises:
        GraphError: Microsoft 365 did not answer, or refused for another reason than
            that the app has no role in the site.
    """
    try:
        site = site_at(graph, host=settings.site_host, path=settings.site_path)
        drive = default_drive(graph, site.id)
        made = tuple(_made(graph, site.id, drive.name))
    except (ForbiddenError, ItemNotFoundError):
        return Lacking(site=settings.site, client=settings.client)
    return Ready(site=site, drive=drive, made=made)


def _made(graph: Graph, site: str, library: str) -> Iterator[str]:
    """Make each column that is not there; a list is found by its title as well."""
    known = {column.name for column in columns_of(graph, site, library)}
    for column in COLUMNS:
        if column.name not in known and _make(graph, site, library, column):
            yield column.name


def _make(graph: Graph, site: str, library: str, column: Column) -> bool:
    make = make_day_column if column.is_date else make_text_column
    new = ListColumn(name=column.name, shown=column.label, is_read_only=False)
    try:
        make(graph, site, library, new)
    except NameTakenError:  # Somebody else makes the library ready at the same time.
        return False
    return True
