"""Tokens for Graph, by MSAL: as the app alone, or on behalf of a person.

Each person has a client and a cache of their own, keyed by tenant and object id, so
that no token can go to another, and so that one person's failures do not hold up the
next (MSAL remembers them by app and scope). MSAL never reads its cache on behalf of a
person; what was given for the same incoming token is kept here. All is in memory only,
and built at the first use. Source: https://learn.microsoft.com/entra/msal/python/
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msal
from cryptography import x509
from msal.exceptions import MsalError

from connector.graph.entra import ENTRA, EntraLine
from connector.graph.errors import GraphError, ServiceAwayError, SignInError, Trail
from connector.graph.pace import Clock
from connector.microsoft365 import EntraApp, Microsoft365
from connector.refusals import InputRefusedError
from connector.wire import Wire

SCOPES: Final = ("https://graph.microsoft.com/.default",)
MARGIN_S: Final = 300.0
"""A token is not used in its last minutes: a call may be long."""
MAX_PERSONS: Final = 512

# MSAL takes for granted that Entra's answers have the right shape.
NO_TOKEN: Final = (MsalError, ValueError, KeyError, TypeError, AttributeError)

Maker = Callable[[], msal.ConfidentialClientApplication]


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """A person's access token that was found good: who, and the token itself."""

    tid: str
    oid: str
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class _Kept:
    token: str = field(repr=False)
    until: float


class Tokens:
    """The tokens of one app in one tenant; threads share it."""

    def __init__(self, settings: Microsoft365, wire: Wire, clock: Clock) -> None:
        self._settings = settings
        self._credential = credential(settings)
        self._line = EntraLine(wire, clock, authority=settings.authority)
        self._clock = clock
        self._lock = threading.Lock()
        self._persons: OrderedDict[tuple[str, str], OnBehalf] = OrderedDict()
        self._app = AppOnly(self._client, clock)

    def app_only(self) -> AppOnly:
        """Return the bearer that is the app itself."""
        return self._app

    def on_behalf_of(self, assertion: Assertion) -> Person:
        """Return the bearer that is a person, by the token they came with.

        The token must be one that `connector.identity.access_tokens` found good.
        """
        with self._lock:
            key = (assertion.tid, assertion.oid)
            found = self._persons.get(key)
            if found is None:
                found = self._persons[key] = OnBehalf(self._client, self._clock)
            self._persons.move_to_end(key)
            while len(self._persons) > MAX_PERSONS:
                self._persons.popitem(last=False)
        return Person(found, assertion)

    def _client(self) -> msal.ConfidentialClientApplication:
        settings = self._settings
        try:
            return msal.ConfidentialClientApplication(
                settings.client,
                client_credential=self._credential,
                authority=f"https://{settings.authority}/{settings.tenant}",
                instance_discovery=False,
                http_client=self._line,
            )
        except NO_TOKEN as trouble:
            raise ServiceAwayError(ENTRA) from trouble


class _Client:
    """An MSAL client that is made at the first use, and one token at a time."""

    def __init__(self, make: Maker, clock: Clock) -> None:
        self._make = make
        self._clock = clock
        self._lock = threading.Lock()
        self._made: msal.ConfidentialClientApplication | None = None

    def _ready(self) -> msal.ConfidentialClientApplication:
        if self._made is None:
            self._made = self._make()
        return self._made

    def _kept(self, answer: object) -> _Kept:
        """Return the token of an answer.

        Raises:
            SignInError: Entra gave none; the codes tell why.
            ServiceAwayError: Entra failed on its own side.
        """
        told = answer if isinstance(answer, dict) else {}
        token, lasts_s = told.get("access_token"), told.get("expires_in")
        if isinstance(token, str) and token and isinstance(lasts_s, int):
            return _Kept(token=token, until=self._clock.now() + lasts_s)
        raise _refusal(told)


class AppOnly(_Client):
    """The app itself as bearer."""

    _current: _Kept | None = None

    def token(self) -> str:
        """Return a token of the app."""
        with self._lock:
            if self._current is None or self._is_old(self._current):
                self._current = self._kept(_asked(self._fresh))
            return self._current.token

    def forget(self, token: str) -> None:
        """Ask for another token the next time."""
        with self._lock:
            if self._current is not None and self._current.token == token:
                self._current, self._made = None, None

    def _fresh(self) -> object:
        return self._ready().acquire_token_for_client(scopes=list(SCOPES))

    def _is_old(self, kept: _Kept) -> bool:
        return kept.until - MARGIN_S <= self._clock.now()


class OnBehalf(_Client):
    """The tokens of one person, by the tokens that they came with."""

    def __init__(self, make: Maker, clock: Clock) -> None:
        super().__init__(make, clock)
        self._by_assertion: dict[bytes, _Kept] = {}

    def token_for(self, assertion: str) -> str:
        """Return the token for Graph that an incoming token gives."""
        key = _key(assertion)
        with self._lock:
            self._drop_old()
            if key not in self._by_assertion:
                asked = _asked(lambda: self._fresh(assertion))
                self._by_assertion[key] = self._kept(asked)
            return self._by_assertion[key].token

    def forget_for(self, assertion: str) -> None:
        """Ask for another token for this one the next time."""
        with self._lock:
            self._by_assertion.pop(_key(assertion), None)

    def _fresh(self, assertion: str) -> object:
        return self._ready().acquire_token_on_behalf_of(assertion, list(SCOPES))

    def _drop_old(self) -> None:
        at = self._clock.now() + MARGIN_S
        kept = self._by_assertion.items()
        self._by_assertion = {key: each for key, each in kept if each.until > at}


@dataclass(frozen=True)
class Person:
    """A person as bearer, in the request that their token came with."""

    tokens: OnBehalf
    assertion: Assertion

    def token(self) -> str:
        """Return a token of the person."""
        return self.tokens.token_for(self.assertion.token)

    def forget(self, token: str) -> None:  # noqa: ARG002 - the shape of a bearer
        """Ask for another token the next time."""
        self.tokens.forget_for(self.assertion.token)


def credential(settings: EntraApp) -> str | dict[str, str]:
    """Return what the app signs in with, as MSAL takes it.

    Raises:
        InputRefusedError: the file holds not both a key and a certificate.
    """
    if settings.certificate is None:
        return settings.secret or ""
    content = settings.certificate.read_text("ascii", "replace")
    found = {
        "private_key": _block(content, "PRIVATE KEY"),
        "public_certificate": _block(content, "CERTIFICATE"),
    }
    if not all(found.values()):
        raise InputRefusedError(
            "SAMSPOR_M365_CERTIFICATE: the file must hold both the private key, "
            "without a password, and the certificate, as PEM"
        )
    return found


def certificate_ends_at(settings: EntraApp) -> datetime | None:
    """Return when the certificate ends, in UTC; None when a secret is used."""
    found = credential(settings)
    if isinstance(found, str):
        return None
    loaded = x509.load_pem_x509_certificate(found["public_certificate"].encode())
    return loaded.not_valid_after_utc.astimezone(UTC)


def _block(content: str, kind: str) -> str:
    """Return the first PEM block whose name ends with a kind."""
    lines = content.splitlines()
    first = [n for n, line in enumerate(lines) if line.endswith(f"{kind}-----")]
    opened = [n for n in first if lines[n].startswith("-----BEGIN ")]
    ended = [n for n in first if lines[n].startswith("-----END ")]
    if not opened or not ended:
        return ""
    return "\n".join([*lines[opened[0] : ended[0] + 1], ""])


def _key(assertion: str) -> bytes:
    return hashlib.sha256("\0".join([*SCOPES, assertion]).encode()).digest()


def _asked(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except NO_TOKEN as trouble:
        raise ServiceAwayError(ENTRA) from trouble


def _refusal(told: Mapping[str, Any]) -> GraphError:
    codes = told.get("error_codes")
    numbers = codes if isinstance(codes, list) else []
    code = ".".join(f"AADSTS{n}" for n in numbers if isinstance(n, int))
    correlation = told.get("correlation_id")
    trail = Trail(
        what=ENTRA.what,
        code=code or "no token",
        request_id=correlation if isinstance(correlation, str) else "",
    )
    return SignInError(trail)
