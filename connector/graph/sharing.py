"""Who may open a file or folder besides those who may open its library.

A change of permissions weighs five units, and a site may send 200 invitations an hour.
Whoever is invited from outside must be sent the invitation.
Source: https://learn.microsoft.com/graph/api/driveitem-invite
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connector.graph.client import Call, Graph
from connector.graph.paging import items
from connector.graph.shapes import Shape

ITEM: Final = "/drives/{}/items/{}"
UNITS: Final = 5
LONGEST_MESSAGE: Final = 2_000


class Role(StrEnum):
    """What somebody may do with it. Graph's own words."""

    READ = "read"
    WRITE = "write"


class Scope(StrEnum):
    """Whom a link is for. Graph's own words; anybody's link is not offered."""

    ORGANIZATION = "organization"
    USERS = "users"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to invite: a person of the tenant by object id, another by address."""

    object_id: str | None = None
    email: str | None = None

    def value(self) -> dict[str, str]:
        """Return the recipient as Graph takes it."""
        told = {"objectId": self.object_id, "email": self.email}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, kw_only=True)
class Permission:
    """A permission on an item; `link` of a link, `is_inherited` from a folder above."""

    id: str
    roles: tuple[str, ...]
    link: str | None
    is_inherited: bool


def invite(
    graph: Graph,
    drive: str,
    item: str,
    recipients: Sequence[Recipient],
    *,
    role: Role,
    message: str,
) -> tuple[Permission, ...]:
    """Let people in, who sign in to open it, and send each of them an invitation."""
    call = Call(
        method="POST",
        route=f"{ITEM}/invite",
        parts=(drive, item),
        value={
            "recipients": [each.value() for each in recipients],
            "roles": [role.value],
            "requireSignIn": True,
            "sendInvitation": True,
            "message": message[:LONGEST_MESSAGE],
        },
        units=UNITS,
    )
    return graph.ask(call).read(lambda shape: shape.each("value", _permission))


def make_link(
    graph: Graph, drive: str, item: str, *, role: Role, scope: Scope
) -> Permission:
    """Return a link to a file, made when there was none; safe to do again."""
    kind = "edit" if role is Role.WRITE else "view"
    call = Call(
        method="POST",
        route=f"{ITEM}/createLink",
        parts=(drive, item),
        value={"type": kind, "scope": scope.value},
        units=UNITS,
        may_repeat=True,
    )
    return graph.ask(call).read(_permission)


def permissions(graph: Graph, drive: str, item: str) -> Iterator[Permission]:
    """Yield the permissions on an item, inherited ones too."""
    call = Call(route=f"{ITEM}/permissions", parts=(drive, item), units=UNITS)
    return items(graph, call, _permission)


def revoke(graph: Graph, drive: str, item: str, permission: str) -> None:
    """Take a permission away.

    Raises:
        ItemNotFoundError: it is not there, or no longer.
    """
    call = Call(
        method="DELETE",
        route=f"{ITEM}/permissions/{{}}",
        parts=(drive, item, permission),
        units=UNITS,
    )
    graph.ask(call)


def _permission(shape: Shape) -> Permission:
    link = shape.maybe_part("link")
    return Permission(
        id=shape.text("id"),
        roles=shape.texts("roles"),
        link=link.maybe_text("webUrl") if link else None,
        is_inherited=shape.has("inheritedFrom"),
    )
