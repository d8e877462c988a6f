"""Inviting people to a file, and links to it; who has access is in `access`.

A change of permissions weighs five units, and a site may send 200 invitations an hour.
Whoever is invited from outside must be sent the invitation.
Source: https://learn.microsoft.com/graph/api/driveitem-invite
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connector.graph.client import Call, Graph
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
    """A permission that was given; `link` of a link."""

    id: str
    roles: tuple[str, ...]
    link: str | None


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


def _permission(shape: Shape) -> Permission:
    link = shape.maybe_part("link")
    return Permission(
        id=shape.text("id"),
        roles=shape.texts("roles"),
        link=link.maybe_text("webUrl") if link else None,
    )
