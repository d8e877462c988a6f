"""People of the tenant.

Who somebody is, is the object id in the tenant; name and address are for showing.
Source: https://learn.microsoft.com/graph/api/resources/users
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from connector.graph.client import Call, Graph
from connector.graph.shapes import Shape

SHOWN: Final = "id,displayName,mail"


@dataclass(frozen=True, kw_only=True)
class DirectoryPerson:
    """A person in the directory; name and address may be hidden from the app."""

    oid: str
    name: str | None
    mail: str | None


def person(graph: Graph, oid: str) -> DirectoryPerson:
    """Return a person by object id.

    Raises:
        ItemNotFoundError: there is none, or no longer.
    """
    call = Call(route="/users/{}", parts=(oid,), query={"$select": SHOWN})
    return graph.ask(call).read(_person)


def _person(shape: Shape) -> DirectoryPerson:
    return DirectoryPerson(
        oid=shape.text("id"),
        name=shape.maybe_text("displayName"),
        mail=shape.maybe_text("mail"),
    )
