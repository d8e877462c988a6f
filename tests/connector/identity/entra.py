"""Entra ID as a test needs it: keys, tokens right and wrong, and a list of the keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connector.identity.access_tokens import TEAMS, AccessToken, Rules, access_token
from connector.identity.keys import Keys, fetch_by
from connector.wire import Wire
from tests.connector.graph.scripted import Scripted

AT = datetime(2026, 9, 2, 13, tzinfo=UTC)
NOW = int(AT.timestamp())
TENANT = "4c1a5f0e-0000-4000-8000-00000000000a"
OTHER_TENANT = "4c1a5f0e-0000-4000-8000-0000000000ff"
FOREIGN_TENANT = "deadbeef-0000-4000-8000-000000000000"
CLIENT = "4c1a5f0e-0000-4000-8000-00000000000b"
OID = "4c1a5f0e-0000-4000-8000-00000000000c"


@cache
def made(name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def key(name: str = "k1", *, bits: int = 2048) -> rsa.RSAPrivateKey:
    return made(name, bits)


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(name: str = "k1", **changes: Any) -> dict[str, Any]:
    public = key(name, bits=changes.pop("bits", 2048)).public_key().public_numbers()
    plain = {"kty": "RSA", "use": "sig", "kid": name}
    return {**plain, "n": number(public.n), "e": number(public.e), **changes}


class Entra:
    """The issuer at a scripted server, and a service that takes its tokens."""

    def __init__(self, server: Scripted) -> None:
        self.server = server
        self.keys_listed = [jwk()]
        self.wire = Wire(user_agent="test", silence_s=1.0, ca=server.ca)
        self.keys = Keys(fetch_by(self.wire), authority=server.host)
        self.rules = Rules(
            client=CLIENT,
            authority=server.host,
            tenants=frozenset({TENANT, OTHER_TENANT}),
            callers=TEAMS | {CLIENT},
        )

    def close(self) -> None:
        self.wire.close()

    def listed(self) -> dict[str, Any]:
        return {"keys": self.keys_listed}

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a good token; one that is `...` is left out."""
        tid = changes.get("tid", TENANT)
        plain = {
            "aud": CLIENT,
            "iss": f"https://{self.server.host}/{tid}/v2.0",
            "iat": NOW - 60,
            "nbf": NOW - 60,
            "exp": NOW + 3600,
            "azp": CLIENT,
            "azpacr": "0",
            "name": "Kari Nordmann",
            "oid": OID,
            "preferred_username": "kari@elvestrand.example",
            "scp": "access_as_user",
            "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
            "tid": tid,
            "ver": "2.0",
        }
        told = {**plain, **changes}
        return {name: value for name, value in told.items() if value is not ...}

    def good(self, **changes: Any) -> str:
        return signed(json.dumps(self.claims(**changes)).encode(), header())

    def take(self, *authorization: str, at: datetime = AT, **more: Any) -> AccessToken:
        return access_token(
            authorization,
            rules=more.pop("rules", self.rules),
            keys=self.keys,
            at=at,
            **more,
        )

    def take_good(self, at: datetime = AT, **changes: Any) -> AccessToken:
        return self.take(f"Bearer {self.good(**changes)}", at=at)


def header(**changes: Any) -> dict[str, Any]:
    told = {"typ": "JWT", "alg": "RS256", "kid": "k1", **changes}
    return {name: value for name, value in told.items() if value is not ...}


def signed(
    claims: bytes,
    named: Mapping[str, Any] | bytes,
    *,
    by: str = "k1",
    digest: hashes.HashAlgorithm | None = None,
) -> str:
    """Return a token over these very bytes, signed as RS256 by a key."""
    top = named if isinstance(named, bytes) else json.dumps(named).encode()
    body = f"{b64(top)}.{b64(claims)}"
    signature = key(by).sign(
        body.encode(), padding.PKCS1v15(), digest or hashes.SHA256()
    )
    return f"{body}.{b64(signature)}"


def with_public_key(claims: bytes, alg: str) -> str:
    """Return a token signed as HMAC, with the public key as the secret."""
    secret = (
        key()
        .public_key()
        .public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    body = f"{b64(json.dumps(header(alg=alg)).encode())}.{b64(claims)}"
    return f"{body}.{b64(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"
