"""Whether an ID token is the one that a sign-in was to give, and whose account it is.

MSAL fetches it and does not prove it. It is held against the rules of
`signed_tokens.py`, for the one tenant that the sign-in was begun with, and these:

17 the nonce is the one that this sign-in asked with
18 it is no access token: no `scp`, and not an app's own

Sources: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation,
https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime

from connector.identity.keys import Keys
from connector.identity.signed_tokens import (
    COMMON,
    Claims,
    Held,
    Opened,
    TokenRefusedError,
    proven,
    require,
    taken_apart,
    told,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the ID token of one sign-in must be: to whom, whence, and with what."""

    client: str
    authority: str
    tenant: str
    nonce: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who signed in: (`tid`, `oid`) and nothing else."""

    tid: str
    oid: str


def id_token(token: str, *, expected: Expected, keys: Keys, at: datetime) -> SignedIn:
    """Return whose account a good ID token tells of, and log that it was taken or not.

    Raises:
        TokenRefusedError: a rule refuses it.
    """
    opened: Opened | None = None
    try:
        opened = taken_apart(token)
        found = _checked(opened, expected, keys, at)
    except TokenRefusedError as refused:
        logger.info("ID token refused", extra={"rule": refused.rule, **told(opened)})
        raise
    logger.info("signed in", extra=told(opened))
    return found


def _checked(opened: Opened, expected: Expected, keys: Keys, at: datetime) -> SignedIn:
    tenants = frozenset({expected.tenant})
    claims = proven(opened, tenants=tenants, keys=keys, at=at)
    held = Held(
        client=expected.client,
        authority=expected.authority,
        tid=expected.tenant,
        at_s=int(at.timestamp()),
    )
    for rule, holds in COMMON:
        require(rule=rule, holds=holds(claims, held))
    require(rule=17, holds=_is_of_this_sign_in(claims, expected.nonce))
    is_for_a_person = "scp" not in claims and claims.get("idtyp", "user") == "user"
    require(rule=18, holds=is_for_a_person)
    return SignedIn(tid=claims["tid"], oid=claims["oid"])


def _is_of_this_sign_in(claims: Claims, nonce: str) -> bool:
    found = claims.get("nonce")
    if not isinstance(found, str):
        return False
    return bool(nonce) and hmac.compare_digest(found.encode(), nonce.encode())
