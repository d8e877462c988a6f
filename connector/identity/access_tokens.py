"""Whether an access token is one of ours, and who came with it.

A token is held against numbered rules; the first that it breaks refuses it. The number
is logged with what names the token, never the token, and whoever sent it is told the
same whatever the number is.

2  one `Authorization: Bearer`, of three parts, at most 16,384 bytes, in no other place
3  `alg` is RS256
4  the header names no key or extension; `typ` is JWT or at+jwt; `kid` is a plain name
5  `tid` is a tenant of ours that is active, and not the one of private accounts
6  the key is one of that tenant's, and of RSA with 2,048 bits or more
8  the signature holds over the very bytes, and every claim that must be there is
9  issuer and tenant are ours, version 2.0
10 the audience is our app, as one text
11 the times are integers, the token has begun, has not ended, lasts a day at most
12 `oid` is an id, `sub` a short plain text
14 a person's token for `access_as_user`, not an app's
15 an access token, not an ID token
16 asked for by an app on the list

Who it is, is (`tid`, `oid`). Name and address are for showing, never for looking up.
Source: https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from connector.identity.keys import Keys
from connector.identity.signed_tokens import (
    COMMON,
    MAX_TOKEN_BYTES,
    Claims,
    Held,
    Opened,
    TokenRefusedError,
    is_guest,
    proven,
    require,
    taken_apart,
    told,
)

logger = logging.getLogger(__name__)

TEAMS: Final = frozenset(
    {"1fec8e78-bce4-4aaf-ab1b-5451cc387264", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"}
)
"""Teams on the desktop and in the browser, as callers."""

BEARER: Final = re.compile(
    r"(?i:Bearer) ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)"
)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a token is held against.

    `client` is our app, `tenants` those that are registered and active, `callers` the
    apps that may ask for tokens to us.
    """

    client: str
    authority: str
    tenants: frozenset[str]
    callers: frozenset[str]
    scope: str = "access_as_user"


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    """A token that was found good. The person is (`tid`, `oid`) and nothing else.

    `is_guest` is None when Entra does not say; who is not known to be no guest gets no
    role of staff. `shown_name` is for showing.
    """

    tid: str
    oid: str
    caller: str
    scopes: frozenset[str]
    is_guest: bool | None
    shown_name: str
    ends_at: datetime
    token: str = field(repr=False)


def access_token(
    authorization: Sequence[str],
    *,
    fields: Collection[str] = (),
    rules: Rules,
    keys: Keys,
    at: datetime,
) -> AccessToken:
    """Return the good token of a request, and log that it was taken or refused.

    `authorization` are the values of all headers of that name, `fields` the names in
    the address and the form. One key may be fetched over the network.

    Raises:
        TokenRefusedError: a rule refuses it.
    """
    opened: Opened | None = None
    try:
        opened = taken_apart(_bearer(authorization, fields))
        found = _checked(opened, rules, keys, at)
    except TokenRefusedError as refused:
        logger.info("token refused", extra={"rule": refused.rule, **told(opened)})
        raise
    logger.info("token taken", extra=told(opened))
    return found


def _bearer(authorization: Sequence[str], fields: Collection[str]) -> str:
    require(rule=2, holds=len(authorization) == 1 and "access_token" not in fields)
    require(rule=2, holds=len(authorization[0]) <= MAX_TOKEN_BYTES + len("Bearer "))
    found = BEARER.fullmatch(authorization[0])
    if found is None:
        raise TokenRefusedError(2)
    return found.group(1)


def _checked(opened: Opened, rules: Rules, keys: Keys, at: datetime) -> AccessToken:
    claims = proven(opened, tenants=rules.tenants, keys=keys, at=at)
    held = Held(
        client=rules.client,
        authority=rules.authority,
        tid=str(opened.claims["tid"]),
        at_s=int(at.timestamp()),
    )
    for rule, holds in COMMON:
        require(rule=rule, holds=holds(claims, held))
    require(rule=14, holds=_is_a_persons(claims, rules.scope))
    require(rule=15, holds="nonce" not in claims and "azp" in claims)
    caller = claims["azp"]
    require(rule=16, holds=isinstance(caller, str) and caller in rules.callers)
    return _token(claims, opened.token)


def _is_a_persons(claims: Claims, scope: str) -> bool:
    scopes = claims.get("scp")
    is_scoped = isinstance(scopes, str) and scope in scopes.split(" ")
    return is_scoped and claims.get("idtyp", "user") == "user"


def _token(claims: Claims, token: str) -> AccessToken:
    name = claims.get("name")
    is_shown = isinstance(name, str) and name.isprintable() and len(name) <= 256
    return AccessToken(
        tid=claims["tid"],
        oid=claims["oid"],
        caller=claims["azp"],
        scopes=frozenset(claims["scp"].split()),
        is_guest=is_guest(claims),
        shown_name=str(name) if is_shown else "",
        ends_at=datetime.fromtimestamp(claims["exp"], UTC),
        token=token,
    )
