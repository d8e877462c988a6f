"""People and groups of the tenant.

Who somebody is, is the object id in the tenant; name and address are for showing.
Source: https://learn.microsoft.com/graph/api/resources/users
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connector.graph.client import Call, Graph
from connector.graph.paging import items
from connector.graph.shapes import Shape

SHOWN: Final = "id,displayName,mail"
MOST_GROUPS: Final = 20
UNITS_ALL_MEMBERS: Final = 5
UNITS_CHECK: Final = 4


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


def members(graph: Graph, group: str) -> Iterator[DirectoryPerson]:
    """Yield the people of a group, those of groups in it too."""
    call = Call(
        route="/groups/{}/transitiveMembers",
        parts=(group,),
        query={"$select": SHOWN},
        units=UNITS_ALL_MEMBERS,
    )
    for found in items(graph, call, _member):
        if found is not None:
            yield found


def groups_of(graph: Graph, oid: str, groups: Sequence[str]) -> frozenset[str]:
    """Return those of the groups that a person is in, directly or not."""
    found: set[str] = set()
    for first in range(0, len(groups), MOST_GROUPS):
        some = list(groups[first : first + MOST_GROUPS])
        call = Call(
            method="POST",
            route="/users/{}/checkMemberGroups",
            parts=(oid,),
            value={"groupIds": some},
            units=UNITS_CHECK,
            may_repeat=True,
        )
        found |= set(graph.ask(call).read(lambda shape: shape.texts("value")))
    return frozenset(found & set(groups))


def _person(shape: Shape) -> DirectoryPerson:
    return DirectoryPerson(
        oid=shape.text("id"),
        name=shape.maybe_text("displayName"),
        mail=shape.maybe_text("mail"),
    )


def _member(shape: Shape) -> DirectoryPerson | None:
    """Return a member that is a person; groups and devices are members too."""
    kind = shape.maybe_text("@odata.type")
    return _person(shape) if kind in (None, "#microsoft.graph.user") else None
