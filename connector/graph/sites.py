"""Sites, their document libraries, and what an app may do in a site.

A site is found by its path: looking for one by words is refused to an app that has only
chosen sites. Source: https://learn.microsoft.com/graph/api/site-getbypath
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.graph.client import Call, Graph
from connector.graph.shapes import Shape


@dataclass(frozen=True, kw_only=True)
class Site:
    """A SharePoint site; its id is «host,guid,guid»."""

    id: str
    name: str
    web_url: str


@dataclass(frozen=True, kw_only=True)
class Drive:
    """A document library."""

    id: str
    name: str
    web_url: str | None


def site_at(graph: Graph, *, host: str, path: str) -> Site:
    """Return the site at «/sites/name» of a host.

    Raises:
        ItemNotFoundError: there is none; ForbiddenError: the app has no role there.
    """
    first, _, name = path.strip("/").partition("/")
    call = Call(route="/sites/{}:/{}/{}", parts=(host, first, name))
    return graph.ask(call).read(_site)


def default_drive(graph: Graph, site: str) -> Drive:
    """Return the site's first document library, «Dokumenter»."""
    return graph.ask(Call(route="/sites/{}/drive", parts=(site,))).read(_drive)


def _site(shape: Shape) -> Site:
    return Site(
        id=shape.text("id"),
        name=shape.maybe_text("displayName") or shape.maybe_text("name") or "",
        web_url=shape.text("webUrl"),
    )


def _drive(shape: Shape) -> Drive:
    return Drive(
        id=shape.text("id"),
        name=shape.text("name"),
        web_url=shape.maybe_text("webUrl"),
    )
