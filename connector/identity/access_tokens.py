"""Whether an access token is one of ours, and who came with it. Nowhere else decodes.

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

import base64
import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connector.identity.keys import KID, Keys, UnknownKeyError, issuer_of
from connector.identity.strict_json import NotStrictError, strict_object

logger = logging.getLogger(__name__)

MAX_TOKEN_BYTES: Final = 16_384
LEEWAY_S: Final = 60
LONGEST_S: Final = 24 * 3_600
PRIVATE_ACCOUNTS: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
TEAMS: Final = frozenset(
    {"1fec8e78-bce4-4aaf-ab1b-5451cc387264", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"}
)
"""Teams on the desktop and in the browser, as callers."""

BEARER: Final = re.compile(
    r"(?i:Bearer) ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)"
)
GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
REFUSED_HEADERS: Final = frozenset(
    {"crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "cty"}
)
REQUIRED: Final = ("exp", "iat", "nbf", "iss", "aud", "sub", "tid", "oid", "ver")

Claims = Mapping[str, Any]


class TokenRefusedError(Exception):
    """The token is refused by the rule of that number."""

    def __init__(self, rule: int) -> None:
        super().__init__(f"the token is refused by rule {rule}")
        self.rule = rule


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


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A token taken apart; nothing in it is proven yet."""

    token: str = field(repr=False)
    header: Claims
    claims: Claims = field(repr=False)


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
    opened: _Opened | None = None
    try:
        opened = _opened(_bearer(authorization, fields))
        found = _checked(opened, rules, keys, at)
    except TokenRefusedError as refused:
        logger.info("token refused", extra={"rule": refused.rule, **_told(opened)})
        raise
    logger.info("token taken", extra=_told(opened))
    return found


def _bearer(authorization: Sequence[str], fields: Collection[str]) -> str:
    _require(rule=2, holds=len(authorization) == 1 and "access_token" not in fields)
    _require(rule=2, holds=len(authorization[0]) <= MAX_TOKEN_BYTES + len("Bearer "))
    found = BEARER.fullmatch(authorization[0])
    if found is None:
        raise TokenRefusedError(2)
    return found.group(1)


def _opened(token: str) -> _Opened:
    header, claims, signature = token.split(".")
    _bytes(signature, rule=8)
    return _Opened(
        token=token,
        header=_object(_bytes(header, rule=2), rule=2),
        claims=_object(_bytes(claims, rule=5), rule=5),
    )


def _bytes(part: str, *, rule: int) -> bytes:
    """Return what a part holds; bits that mean nothing must be nought.

    Otherwise the same signature could be written in several ways.
    """
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise TokenRefusedError(rule) from None
    again = base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
    _require(rule=rule, holds=again == part)
    return raw


def _object(content: bytes, *, rule: int) -> dict[str, Any]:
    try:
        return strict_object(content)
    except NotStrictError:
        raise TokenRefusedError(rule) from None


def _checked(opened: _Opened, rules: Rules, keys: Keys, at: datetime) -> AccessToken:
    _check_header(opened.header)
    tid = opened.claims.get("tid")
    is_ours = isinstance(tid, str) and GUID.fullmatch(tid) and tid in rules.tenants
    if not is_ours or tid == PRIVATE_ACCOUNTS:
        raise TokenRefusedError(5)
    try:
        key = keys.find(str(tid), opened.header["kid"], at=at)
    except UnknownKeyError:
        raise TokenRefusedError(6) from None
    claims = _proven(opened, key)
    _check_claims(claims, rules, str(tid), int(at.timestamp()))
    return _token(claims, opened.token)


def _check_header(header: Claims) -> None:
    kid = header.get("kid")
    _require(rule=3, holds=header.get("alg") == "RS256")
    _require(rule=4, holds=not REFUSED_HEADERS & set(header))
    _require(rule=4, holds=header.get("typ", "JWT") in ("JWT", "at+jwt"))
    _require(rule=4, holds=isinstance(kid, str) and bool(KID.fullmatch(kid)))


def _proven(opened: _Opened, key: RSAPublicKey) -> Claims:
    """Return the claims that the signature stands for.

    What they say is checked here and not by PyJWT, which reads a clock of its own and
    takes a list of audiences.
    """
    try:
        jwt.decode(
            opened.token,
            key,
            algorithms=["RS256"],
            options={
                "require": list(REQUIRED),
                "verify_aud": False,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise TokenRefusedError(8) from None
    return opened.claims


@dataclass(frozen=True, kw_only=True)
class _Held:
    """What the claims are held against."""

    rules: Rules
    tid: str
    at_s: int


def _check_claims(claims: Claims, rules: Rules, tid: str, at_s: int) -> None:
    held = _Held(rules=rules, tid=tid, at_s=at_s)
    for rule, holds in CLAIM_RULES:
        _require(rule=rule, holds=holds(claims, held))


def _is_of_our_issuer(claims: Claims, held: _Held) -> bool:
    issuer = issuer_of(held.rules.authority, held.tid)
    told = (claims["iss"], claims["tid"], claims["ver"])
    return told == (issuer, held.tid, "2.0")


def _is_to_us(claims: Claims, held: _Held) -> bool:
    return isinstance(claims["aud"], str) and claims["aud"] == held.rules.client


def _has_times(claims: Claims, _: _Held) -> bool:
    return all(type(claims[name]) is int for name in ("exp", "nbf", "iat"))


def _is_of_now(claims: Claims, held: _Held) -> bool:
    begins, ends, made = claims["nbf"], claims["exp"], claims["iat"]
    is_begun = max(begins, made) <= held.at_s + LEEWAY_S
    is_short = 0 <= ends - made <= LONGEST_S
    return is_begun and is_short and bool(ends > held.at_s - LEEWAY_S)


def _is_somebody(claims: Claims, _: _Held) -> bool:
    oid, sub = claims["oid"], claims["sub"]
    is_id = isinstance(oid, str) and GUID.fullmatch(oid) is not None
    return is_id and isinstance(sub, str) and sub.isprintable() and 0 < len(sub) <= 128


def _is_a_persons(claims: Claims, held: _Held) -> bool:
    scopes = claims.get("scp")
    is_scoped = isinstance(scopes, str) and held.rules.scope in scopes.split(" ")
    return is_scoped and claims.get("idtyp", "user") == "user"


def _is_no_id_token(claims: Claims, _: _Held) -> bool:
    return "nonce" not in claims and "azp" in claims


def _is_of_a_known_caller(claims: Claims, held: _Held) -> bool:
    caller = claims["azp"]
    return isinstance(caller, str) and caller in held.rules.callers


CLAIM_RULES: Final[Sequence[tuple[int, Callable[[Claims, _Held], bool]]]] = (
    (9, _is_of_our_issuer),
    (10, _is_to_us),
    (11, _has_times),
    (11, _is_of_now),
    (12, _is_somebody),
    (14, _is_a_persons),
    (15, _is_no_id_token),
    (16, _is_of_a_known_caller),
)


def _token(claims: Claims, token: str) -> AccessToken:
    name = claims.get("name")
    is_shown = isinstance(name, str) and name.isprintable() and len(name) <= 256
    return AccessToken(
        tid=claims["tid"],
        oid=claims["oid"],
        caller=claims["azp"],
        scopes=frozenset(claims["scp"].split()),
        is_guest=_is_guest(claims),
        shown_name=str(name) if is_shown else "",
        ends_at=datetime.fromtimestamp(claims["exp"], UTC),
        token=token,
    )


def _is_guest(claims: Claims) -> bool | None:
    """Tell whether the person is a guest there: by `acct`, or by where they sign in.

    Source: https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
    """
    own = f"https://sts.windows.net/{claims['tid']}/"
    if claims.get("idp", own) != own or claims.get("acct") == 1:
        return True
    return False if claims.get("acct") == 0 else None


def _require(*, rule: int, holds: bool) -> None:
    if not holds:
        raise TokenRefusedError(rule)


def _told(opened: _Opened | None) -> dict[str, str]:
    """Return what names a token in the log: only plain ids, whatever it claims."""
    if opened is None:
        return {}
    named = {name: opened.claims.get(name) for name in ("tid", "oid", "azp")}
    named["kid"] = opened.header.get("kid")
    return {
        name: value
        for name, value in named.items()
        if isinstance(value, str) and KID.fullmatch(value)
    }
