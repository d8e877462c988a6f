"""Who calls Graph, and whether that caller may.

Source: learn.microsoft.com/graph/permissions-selected-overview: an app with
Sites.Selected reaches the sites that it was granted and no other, and may not search.
With a user, the result is what both may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import jwt

from connector.standin.calls import Call, refuse
from connector.standin.world import World

GRAPH = "https://graph.microsoft.com"
EVERY_SITE = {"Sites.ReadWrite.All", "Sites.FullControl.All", "Files.ReadWrite.All"}
READS = {"read", "write", "owner", "fullcontrol"}
WRITES = READS - {"read"}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The app that calls, for whom (empty: for itself), and what the token allows.

    `expires` is when the token ends, in seconds since 1970.
    """

    app: str
    person: str
    allowed: frozenset[str]
    expires: int = 0

    @property
    def name(self) -> str:
        """What stands as author of a change."""
        return f"person:{self.person}" if self.person else f"app:{self.app}"


def caller(world: World, call: Call) -> Caller:
    """Return who calls. Refuses a token that is missing, wrong, late or for another."""
    kind, _, token = call.header("Authorization").partition(" ")
    if kind.lower() != "bearer" or not token:
        _unauthorized("Access token is empty.")
    try:
        claims = jwt.decode(
            token,
            world.keys.signing.public_key(),
            algorithms=["RS256"],
            audience=GRAPH,
            issuer=world.settings.issuer,
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except jwt.InvalidAudienceError:
        _unauthorized("Access token validation failure. Invalid audience.")
    except jwt.PyJWTError:
        _unauthorized("CompactToken validation failed.")
    if claims["exp"] <= world.clock.now().timestamp():
        _unauthorized("Lifetime validation failed, the token is expired.")
    given = [*claims.get("roles", []), *claims.get("scp", "").split()]
    person = claims["oid"] if "scp" in claims else ""
    return Caller(
        app=claims["azp"],
        person=person,
        allowed=frozenset(given),
        expires=claims["exp"],
    )


def need(who: Caller, *permissions: str) -> None:
    """Refuse unless the caller has one of these permissions."""
    if not who.allowed & set(permissions):
        forbidden()


def need_site(world: World, who: Caller, site: str, *, write: bool) -> None:
    """Refuse unless the caller reaches this site, and may write when it will."""
    if who.allowed & EVERY_SITE:
        return
    sql = "SELECT role FROM site_grant WHERE site = ? AND app = ?"
    roles = {row["role"] for row in world.state.all(sql, site, who.app)}
    if "Sites.Selected" not in who.allowed or not roles & (WRITES if write else READS):
        forbidden()


def forbidden() -> NoReturn:
    """Refuse as Graph does when a permission is missing."""
    refuse(403, "accessDenied", "Access denied")


def _unauthorized(message: str) -> NoReturn:
    challenge = {"WWW-Authenticate": f'Bearer realm="", client_id="{GRAPH}"'}
    refuse(401, "InvalidAuthenticationToken", message, challenge)
