"""Tokens that Entra signed: taken apart, held against what is common, and proven.

A token breaks a numbered rule or is good; the numbers are those of
`access_tokens.py` and `id_tokens.py`. Nothing is believed before the signature holds,
but the tenant, by which the key is found. Nowhere else decodes.
Source: https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connector.identity.keys import KID, Keys, UnknownKeyError, issuer_of
from connector.identity.strict_json import NotStrictError, strict_object

MAX_TOKEN_BYTES: Final = 16_384
LEEWAY_S: Final = 60
LONGEST_S: Final = 24 * 3_600
PRIVATE_ACCOUNTS: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
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
class Opened:
    """A token taken apart; nothing in it is proven yet."""

    token: str = field(repr=False)
    header: Claims
    claims: Claims = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the claims of every token are held against; `at_s` counts from 1970."""

    client: str
    authority: str
    tid: str
    at_s: int


ClaimRules = Sequence[tuple[int, Callable[[Claims, Held], bool]]]


def taken_apart(token: str) -> Opened:
    """Return the parts of a token.

    Raises:
        TokenRefusedError: it has not the form of a token.
    """
    require(rule=2, holds=len(token) <= MAX_TOKEN_BYTES and token.count(".") == 2)
    header, claims, signature = token.split(".")
    _bytes(signature, rule=8)
    return Opened(
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
    require(rule=rule, holds=again == part)
    return raw


def _object(content: bytes, *, rule: int) -> dict[str, Any]:
    try:
        return strict_object(content)
    except NotStrictError:
        raise TokenRefusedError(rule) from None


def proven(
    opened: Opened, *, tenants: frozenset[str], keys: Keys, at: datetime
) -> Claims:
    """Return the claims, that a key of one of the tenants has signed.

    One key may be fetched over the network.

    Raises:
        TokenRefusedError: header, tenant, key or signature is not right.
    """
    _check_header(opened.header)
    tid = opened.claims.get("tid")
    is_ours = isinstance(tid, str) and GUID.fullmatch(tid) and tid in tenants
    if not is_ours or tid == PRIVATE_ACCOUNTS:
        raise TokenRefusedError(5)
    try:
        key = keys.find(str(tid), opened.header["kid"], at=at)
    except UnknownKeyError:
        raise TokenRefusedError(6) from None
    return _signed(opened, key)


def _check_header(header: Claims) -> None:
    kid = header.get("kid")
    require(rule=3, holds=header.get("alg") == "RS256")
    require(rule=4, holds=not REFUSED_HEADERS & set(header))
    require(rule=4, holds=header.get("typ", "JWT") in ("JWT", "at+jwt"))
    require(rule=4, holds=isinstance(kid, str) and bool(KID.fullmatch(kid)))


def _signed(opened: Opened, key: RSAPublicKey) -> Claims:
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


def _is_of_our_issuer(claims: Claims, held: Held) -> bool:
    issuer = issuer_of(held.authority, held.tid)
    told = (claims["iss"], claims["tid"], claims["ver"])
    return told == (issuer, held.tid, "2.0")


def _is_to_us(claims: Claims, held: Held) -> bool:
    return isinstance(claims["aud"], str) and claims["aud"] == held.client


def _has_times(claims: Claims, _: Held) -> bool:
    return all(type(claims[name]) is int for name in ("exp", "nbf", "iat"))


def _is_of_now(claims: Claims, held: Held) -> bool:
    begins, ends, made = claims["nbf"], claims["exp"], claims["iat"]
    is_begun = max(begins, made) <= held.at_s + LEEWAY_S
    is_short = 0 <= ends - made <= LONGEST_S
    return is_begun and is_short and bool(ends > held.at_s - LEEWAY_S)


def _is_somebody(claims: Claims, _: Held) -> bool:
    oid, sub = claims["oid"], claims["sub"]
    is_id = isinstance(oid, str) and GUID.fullmatch(oid) is not None
    return is_id and isinstance(sub, str) and sub.isprintable() and 0 < len(sub) <= 128


COMMON: Final[ClaimRules] = (
    (9, _is_of_our_issuer),
    (10, _is_to_us),
    (11, _has_times),
    (11, _is_of_now),
    (12, _is_somebody),
)


def is_guest(claims: Claims) -> bool | None:
    """Tell whether the person is a guest there: by `acct`, or by where they sign in.

    Source: https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
    """
    own = f"https://sts.windows.net/{claims['tid']}/"
    if claims.get("idp", own) != own or claims.get("acct") == 1:
        return True
    return False if claims.get("acct") == 0 else None


def require(*, rule: int, holds: bool) -> None:
    """Raise `TokenRefusedError` with the rule's number unless it holds."""
    if not holds:
        raise TokenRefusedError(rule)


def told(opened: Opened | None) -> dict[str, str]:
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
