"""The public keys that Entra ID signs with, fetched seldom and kept through an outage.

Keys are asked for anew when they are an hour old, or when a token names one that is not
there; for one issuer never twice within 60 seconds, however many unknown names come. As
long as Entra does not answer, the keys it gave last go on for 24 hours.
Source: https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from connector.identity.strict_json import NotStrictError, strict_object
from connector.wire import BrokenOffError, Question, TooMuchError, Wire

logger = logging.getLogger(__name__)

STALE: Final = timedelta(hours=1)
KEPT: Final = STALE + timedelta(hours=24)
"""Keys are an hour old at most when an outage begins, and go on for 24 hours of it."""
COOLDOWN: Final = timedelta(seconds=60)
MAX_MISSING: Final = 128
MAX_KEYS: Final = 100
MAX_BYTES: Final = 262_144
ANSWER_S: Final = 5.0
OK: Final = 200

KID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
SMALLEST_BITS: Final = 2_048
LARGEST_BITS: Final = 8_192
PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Fetch = Callable[[str], bytes]


class UnknownKeyError(Exception):
    """No key of that name is known, or none has been got for too long."""


class KeysAwayError(Exception):
    """The keys could not be got."""


class Keys:
    """The keys of every tenant that is asked for; threads share it.

    `fetch` gives what lies at an address, or raises `KeysAwayError`.
    """

    def __init__(self, fetch: Fetch, *, authority: str) -> None:
        self._fetch = fetch
        self._authority = authority
        self._issuers: dict[str, _Issuer] = {}
        self._lock = threading.Lock()

    def find(self, tid: str, kid: str, *, at: datetime) -> RSAPublicKey:
        """Return the key of a name, of a tenant that is known to be one of ours.

        Raises:
            UnknownKeyError: there is none, or none could be got.
        """
        with self._lock:
            issuer = self._issuers.get(tid)
            if issuer is None:
                issuer = self._issuers[tid] = _Issuer(lambda: self._fetched(tid))
        return issuer.find(kid, at)

    def _fetched(self, tid: str) -> Mapping[str, RSAPublicKey]:
        body = self._fetch(f"https://{self._authority}/{tid}/discovery/v2.0/keys")
        return read_keys(body, issuer=issuer_of(self._authority, tid))


def issuer_of(authority: str, tid: str) -> str:
    """Return the issuer of a tenant's tokens, version 2.0."""
    return f"https://{authority}/{tid}/v2.0"


def fetch_by(wire: Wire) -> Fetch:
    """Return how keys are fetched over a wire, within five seconds."""

    def fetch(address: str) -> bytes:
        question = Question(address=address, within_s=ANSWER_S, max_bytes=MAX_BYTES)
        try:
            answer = wire.ask(question)
        except (BrokenOffError, TooMuchError) as trouble:
            raise KeysAwayError from trouble
        if answer.status != OK:
            raise KeysAwayError
        return answer.body

    return fetch


class _Issuer:
    """The keys of one issuer."""

    def __init__(self, fetch: Callable[[], Mapping[str, RSAPublicKey]]) -> None:
        self._fetch = fetch
        self._keys: Mapping[str, RSAPublicKey] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._missing: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, kid: str, at: datetime) -> RSAPublicKey:
        found = self._good(kid, at)
        if found is not None and not self._is_older(STALE, at):
            return found
        # Who has a key does not wait for the one who asks for newer ones.
        if not self._lock.acquire(blocking=found is None):
            return found if found is not None else self._none()
        try:
            self._ask_when_due(kid, at)
            found = self._good(kid, at)
            if found is None:
                self._remember(kid, at)
        finally:
            self._lock.release()
        return found if found is not None else self._none()

    def _good(self, kid: str, at: datetime) -> RSAPublicKey | None:
        return None if self._is_older(KEPT, at) else self._keys.get(kid)

    def _is_older(self, age: timedelta, at: datetime) -> bool:
        return self._fetched_at is None or at - self._fetched_at > age

    def _ask_when_due(self, kid: str, at: datetime) -> None:
        is_too_soon = self._tried_at is not None and abs(at - self._tried_at) < COOLDOWN
        is_missing = kid not in self._keys and self._missing.get(kid, at) > at
        if is_too_soon or is_missing:
            return
        self._tried_at = at
        try:
            self._keys, self._fetched_at = self._fetch(), at
        except KeysAwayError:
            logger.warning("the keys of Entra ID could not be got; the last go on")

    def _remember(self, kid: str, at: datetime) -> None:
        self._missing[kid] = at + COOLDOWN
        self._missing.move_to_end(kid)
        while len(self._missing) > MAX_MISSING:
            self._missing.popitem(last=False)

    def _none(self) -> RSAPublicKey:
        raise UnknownKeyError


def read_keys(body: bytes, *, issuer: str) -> Mapping[str, RSAPublicKey]:
    """Return the keys of a key list that may sign for an issuer, by their names.

    A key that is not of RSA, too small, or of another issuer is left out.

    Raises:
        KeysAwayError: the body is no key list, or has no such key.
    """
    try:
        listed = strict_object(body).get("keys")
    except NotStrictError:
        raise KeysAwayError from None
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise KeysAwayError
    known = [each for each in listed if isinstance(each, dict)]
    found = {
        each["kid"]: key
        for each in known
        if (key := _key(each, issuer)) is not None
        and sum(other.get("kid") == each["kid"] for other in known) == 1
    }
    if not found:
        raise KeysAwayError
    return found


def _key(jwk: Mapping[str, Any], issuer: str) -> RSAPublicKey | None:
    if not _is_for_signing(jwk) or not _is_of(jwk, issuer):
        return None
    try:
        modulus, exponent = _number(jwk.get("n")), _number(jwk.get("e"))
        if not SMALLEST_BITS <= modulus.bit_length() <= LARGEST_BITS:
            return None
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _is_for_signing(jwk: Mapping[str, Any]) -> bool:
    kid = jwk.get("kid")
    is_named = isinstance(kid, str) and KID.fullmatch(kid) is not None
    is_rsa = jwk.get("kty") == "RSA" and jwk.get("alg", "RS256") == "RS256"
    return is_named and is_rsa and jwk.get("use") == "sig" and not PRIVATE & set(jwk)


def _is_of(jwk: Mapping[str, Any], issuer: str) -> bool:
    """Tell whether a key is the issuer's; in the shared list a key names its own."""
    named = jwk.get("issuer")
    if named is None:
        return True
    tid = issuer.split("/")[-2]
    return isinstance(named, str) and named.replace("{tenantid}", tid) == issuer


def _number(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - one kind of error for all that is no number
    try:
        raw = base64.b64decode(value + "=" * (-len(value) % 4), b"-_", validate=True)
    except binascii.Error:
        raise ValueError from None
    return int.from_bytes(raw, "big")
