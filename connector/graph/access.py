"""Who has access to an item, and to how much: read back, and made so.

What is read is effective: what folders and the site give stands among it. A person is
told by e-mail address, a group by its name. Everything weighs five units. Source:
https://learn.microsoft.com/graph/api/resources/permission
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connector.graph.client import Call, Graph
from connector.graph.errors import BadQuestionError
from connector.graph.paging import items
from connector.graph.shapes import Shape

ITEM: Final = "/drives/{}/items/{}"
UNITS: Final = 5
SET: Final = ("grantedToV2", "grantedTo")
SETS: Final = ("grantedToIdentitiesV2", "grantedToIdentities")
KINDS: Final = ("user", "siteUser", "group", "siteGroup", "application")


@dataclass(frozen=True, kw_only=True)
class Given:
    """A permission: to whom, with which roles in Graph's words, from where."""

    id: str
    to: tuple[str, ...]
    roles: tuple[str, ...]
    is_link: bool
    is_inherited: bool


def access_of(graph: Graph, drive: str, item: str) -> Iterator[Given]:
    """Yield the permissions on an item, inherited ones too."""
    call = Call(route=f"{ITEM}/permissions", parts=(drive, item), units=UNITS)
    return items(graph, call, _given)


def let_in(
    graph: Graph, drive: str, item: str, emails: Sequence[str], *, role: str
) -> None:
    """Let people in, and let go of what the item has inherited until now.

    No invitation is sent, unless SharePoint asks for it of somebody from outside.
    """
    try:
        _invite(graph, _invitation(drive, item, emails, role=role, is_sent=False))
    except BadQuestionError:
        _invite(graph, _invitation(drive, item, emails, role=role, is_sent=True))


def take_away(graph: Graph, drive: str, item: str, permission: str) -> None:
    """Take a permission of the item's own away.

    Raises:
        ItemNotFoundError: it is not there, or no longer.
    """
    route = f"{ITEM}/permissions/{{}}"
    parts = (drive, item, permission)
    call = Call(method="DELETE", route=route, parts=parts, units=UNITS)
    graph.ask(call).need_nothing()


def _invite(graph: Graph, call: Call) -> None:
    graph.ask(call).read(lambda shape: shape.parts("value"))


def _invitation(
    drive: str, item: str, emails: Sequence[str], *, role: str, is_sent: bool
) -> Call:
    return Call(
        method="POST",
        route=f"{ITEM}/invite",
        parts=(drive, item),
        value={
            "recipients": [{"email": each} for each in emails],
            "roles": [role],
            "requireSignIn": True,
            "sendInvitation": is_sent,
            "retainInheritedPermissions": False,
        },
        units=UNITS,
        may_repeat=not is_sent,
    )


def _given(shape: Shape) -> Given:
    return Given(
        id=shape.text("id"),
        to=tuple(dict.fromkeys(_people(shape))),
        roles=shape.texts("roles"),
        is_link=shape.has("link"),
        is_inherited=shape.has("inheritedFrom"),
    )


def _people(shape: Shape) -> Iterator[str]:
    for key in SET:
        if part := shape.maybe_part(key):
            yield from _named(part)
            return
    for key in SETS:
        if shape.has(key):
            for part in shape.parts(key):
                yield from _named(part)
            return


def _named(identities: Shape) -> Iterator[str]:
    for kind in KINDS:
        if identity := identities.maybe_part(kind):
            yield _name(identity.values)
            return


def _name(identity: Any) -> str:
    for key in ("email", "loginName", "displayName", "id"):
        found = identity.get(key)
        if isinstance(found, str) and found:
            return found.rpartition("|")[2] if key == "loginName" else found
    return "?"
