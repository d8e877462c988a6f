"""Signing people in with Entra ID: authorization code with PKCE, by MSAL.

One tenant, one address to come back to, both from the settings and never from the
browser. What MSAL agreed on with itself (state, nonce and verifier) goes with the
browser as a sealed ticket that lasts ten minutes and is taken once. MSAL's client is
made for each sign-in and let go: no token of anybody is kept, neither in memory nor in
a database. Sources: RFC 7636, RFC 9700, OpenID Connect Core 1.0 §3.1, and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import msal
from cryptography.fernet import Fernet, InvalidToken

from connector.graph.entra import EntraLine
from connector.graph.errors import GraphError
from connector.graph.pace import Clock
from connector.graph.tokens import NO_TOKEN, credential
from connector.identity.access_tokens import TEAMS, Rules
from connector.identity.id_tokens import Expected, SignedIn, id_token
from connector.identity.keys import Keys, fetch_by
from connector.identity.signed_tokens import TokenRefusedError
from connector.microsoft365 import EntraApp
from connector.wire import Wire

USER_AGENT: Final = "NONISV|Samspor|Samspor/1.0"
SILENCE_S: Final = 10.0
TICKET_LASTS: Final = timedelta(minutes=10)
MAX_USED: Final = 10_000
MAX_PARAMETER: Final = 4_096
PURPOSE: Final = b"samspor sign-in ticket v1"
TAKEN: Final = ("code", "state", "error")
KEPT: Final = ("state", "redirect_uri", "scope", "nonce", "code_verifier")


class Why(StrEnum):
    """Why nobody was signed in (hvorfor innloggingen stoppet)."""

    CANCELLED = "cancelled"
    NOT_ALLOWED = "not_allowed"
    BEGIN_AGAIN = "begin_again"
    AWAY = "away"
    REFUSED = "refused"
    UNKNOWN = "unknown"


WHY: Final[Mapping[str, Why]] = {
    "access_denied": Why.CANCELLED,
    "consent_required": Why.NOT_ALLOWED,
    "unauthorized_client": Why.NOT_ALLOWED,
    "interaction_required": Why.BEGIN_AGAIN,
    "login_required": Why.BEGIN_AGAIN,
    "invalid_grant": Why.BEGIN_AGAIN,
    "server_error": Why.AWAY,
    "temporarily_unavailable": Why.AWAY,
}


class NotSignedInError(Exception):
    """Nobody was signed in; nothing is stored."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"nobody was signed in: {why}")
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A sign-in that is begun: where the browser goes, and what it brings back."""

    address: str
    ticket: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A sign-in that is ended: whose account, and where the ticket leads on."""

    account: SignedIn
    on: str


class SignIn:
    """Signs people in with one app in one tenant; threads share it."""

    def __init__(self, app: EntraApp, *, origin: str, secret: str) -> None:
        self.origin = origin
        self._app = app
        self._credential = credential(app)
        wire = Wire(
            user_agent=USER_AGENT,
            silence_s=SILENCE_S,
            ca=app.ca,
            may_be_near=app.is_near,
        )
        self._line = EntraLine(wire, Clock(), authority=app.authority)
        self.keys = Keys(fetch_by(wire), authority=app.authority)
        self._seal = Fernet(_sealing_key(secret))
        self._used = _Used()
        self._lock = threading.Lock()

    @property
    def redirect_uri(self) -> str:
        """The one address that Entra leads back to."""
        return f"{self.origin}/logg-inn/svar"

    @property
    def rules(self) -> Rules:
        """What the access tokens of add-ins and Teams are held against."""
        return Rules(
            client=self._app.client,
            authority=self._app.authority,
            tenants=frozenset({self._app.tenant}),
            callers=TEAMS | {self._app.client},
        )

    @property
    def farewell(self) -> str:
        """Where a person signs out of Microsoft too, and is led back from."""
        back = urlencode({"post_logout_redirect_uri": f"{self.origin}/logg-ut"})
        place = f"https://{self._app.authority}/{self._app.tenant}"
        return f"{place}/oauth2/v2.0/logout?{back}"

    def begin(self, *, on: str, at: datetime, with_another: bool = False) -> Begun:
        """Begin a sign-in; `on` is what the ticket says of the way on afterwards.

        `with_another` lets the person choose the account anew, where Microsoft would
        take the one that is signed in there.

        Raises:
            NotSignedInError: Entra cannot be reached.
        """
        flow = self._asked("select_account" if with_another else None)
        address = str(flow["auth_uri"])
        kept = {name: flow[name] for name in KEPT} | {"asked": _nonce_in(address)}
        said = json.dumps({"flow": kept, "on": on}).encode()
        ticket = self._seal.encrypt_at_time(said, int(at.timestamp()))
        return Begun(address=address, ticket=ticket.decode())

    def end(
        self, ticket: str, answer: Mapping[str, list[str]], *, at: datetime
    ) -> Ended:
        """Return who signed in, by what Entra let the browser bring back.

        Raises:
            NotSignedInError: the ticket is none, is old or was used; the answer is not
                the one to it; Entra refused; or the ID token is not good.
        """
        told = self._opened(ticket, at)
        flow = told["flow"]
        plain = _plain(answer)
        if plain.get("state") != flow["state"]:
            raise NotSignedInError(Why.BEGIN_AGAIN)
        if not self._used.add(flow["state"], at=at):
            raise NotSignedInError(Why.BEGIN_AGAIN)
        if "error" in plain:
            raise NotSignedInError(WHY.get(plain["error"], Why.REFUSED))
        token = self._redeemed(flow, plain)
        return Ended(account=self._account(token, flow["asked"], at), on=told["on"])

    def _opened(self, ticket: str, at: datetime) -> dict[str, Any]:
        lasts_s = int(TICKET_LASTS.total_seconds())
        try:
            said = self._seal.decrypt_at_time(ticket, lasts_s, int(at.timestamp()))
        except InvalidToken:
            raise NotSignedInError(Why.BEGIN_AGAIN) from None
        told: dict[str, Any] = json.loads(said)
        return told

    def _asked(self, prompt: str | None) -> Mapping[str, Any]:
        """Return what MSAL would ask, with `response_mode=query`.

        A form that another site posts brings no `SameSite=Lax` cookie, and with it the
        ticket; MSAL warns all the same. The code is worth nothing without verifier and
        the app's own key.
        """
        try:
            client = self._client()
            with self._lock, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                flow: Mapping[str, Any] = client.initiate_auth_code_flow(
                    [],
                    redirect_uri=self.redirect_uri,
                    response_mode="query",
                    prompt=prompt,
                )
        except (GraphError, *NO_TOKEN) as trouble:
            raise NotSignedInError(Why.AWAY) from trouble
        return flow

    def _redeemed(self, flow: Mapping[str, Any], answer: Mapping[str, str]) -> str:
        agreed = {name: flow[name] for name in KEPT}
        try:
            told = self._client().acquire_token_by_auth_code_flow(agreed, dict(answer))
        except RuntimeError:
            # MSAL says so of a nonce that is another's.
            raise NotSignedInError(Why.REFUSED) from None
        except (GraphError, *NO_TOKEN) as trouble:
            raise NotSignedInError(Why.AWAY) from trouble
        token = told.get("id_token") if isinstance(told, dict) else None
        if not isinstance(token, str):
            raise NotSignedInError(WHY.get(str(told.get("error")), Why.REFUSED))
        return token

    def _account(self, token: str, nonce: str, at: datetime) -> SignedIn:
        expected = Expected(
            client=self._app.client,
            authority=self._app.authority,
            tenant=self._app.tenant,
            nonce=nonce,
        )
        try:
            return id_token(token, expected=expected, keys=self.keys, at=at)
        except TokenRefusedError:
            raise NotSignedInError(Why.REFUSED) from None

    def _client(self) -> msal.ConfidentialClientApplication:
        """Return a client of its own: it remembers tokens, and others' failures."""
        return msal.ConfidentialClientApplication(
            self._app.client,
            client_credential=self._credential,
            authority=f"https://{self._app.authority}/{self._app.tenant}",
            instance_discovery=False,
            http_client=self._line,
            exclude_scopes=["offline_access"],
        )


class _Used:
    """The tickets that were used, as long as they would be good; threads share it."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, state: str, *, at: datetime) -> bool:
        """Remember a ticket; return whether it was not used before."""
        with self._lock:
            self._forget(at)
            if state in self._until:
                return False
            self._until[state] = at + TICKET_LASTS
            return True

    def _forget(self, at: datetime) -> None:
        """The oldest come first."""
        while self._until:
            state, until = next(iter(self._until.items()))
            if until > at and len(self._until) < MAX_USED:
                return
            del self._until[state]


def _sealing_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(PURPOSE + secret.encode()).digest())


def _nonce_in(address: str) -> str:
    """Return the nonce that Entra is asked to put in the ID token."""
    return parse_qs(urlsplit(address).query)["nonce"][0]


def _plain(answer: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the parameters that count: each of them once, and of a sensible length."""
    found = {name: answer[name] for name in TAKEN if name in answer}
    if any(len(each) != 1 or len(each[0]) > MAX_PARAMETER for each in found.values()):
        raise NotSignedInError(Why.BEGIN_AGAIN)
    return {name: each[0] for name, each in found.items()}
