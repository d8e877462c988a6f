"""Entra ID: discovery, the key set, and the token endpoint.

Three ways to a token: client credentials with a certificate, an authorization code
with PKCE (RFC 7636), and on behalf of a user. Source: learn.microsoft.com/entra,
«OAuth 2.0 client credentials», «authorization code flow», «on-behalf-of flow», and
what MSAL for Python 1.39 was seen to send.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import jwt

from connector.standin.access import GRAPH
from connector.standin.calls import Answer, Call, json_answer
from connector.standin.codes import Code, take
from connector.standin.settings import CLIENT, TENANT
from connector.standin.world import World, new_id

LIVES_S = 3599
REFRESH_S = 90 * 24 * 3600
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
OPEN_ID = {"openid", "profile", "email", "offline_access"}


class TokenRefusedError(Exception):
    """No token: an OAuth error with a number of Entra's (AADSTS)."""

    def __init__(self, error: str, number: int, text: str, status: int) -> None:
        super().__init__(text)
        self.error = error
        self.number = number
        self.status = status


def discovery(world: World, call: Call) -> Answer:
    """Return what a client must know (OpenID Connect Discovery 1.0)."""
    login, issuer = world.settings.login, world.settings.issuer
    return json_answer(
        200,
        {
            "issuer": issuer,
            "authorization_endpoint": f"{login}/oauth2/v2.0/authorize",
            "token_endpoint": f"{login}/oauth2/v2.0/token",
            "end_session_endpoint": f"{login}/oauth2/v2.0/logout",
            "jwks_uri": f"{login}/discovery/v2.0/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        },
    )


def key_set(world: World, call: Call) -> Answer:
    """Return the public keys."""
    return json_answer(200, world.keys.key_set())


def token(world: World, call: Call) -> Answer:
    """Return a token for what the form holds, or an error as Entra writes it."""
    form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
    grants = {
        "client_credentials": _client_credentials,
        "authorization_code": _authorization_code,
        "refresh_token": _refresh_token,
        BEARER: _on_behalf_of,
    }
    try:
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            _no("unsupported_grant_type", 70003, "The grant type is not supported.")
        return json_answer(200, grant(world, form), {"Cache-Control": "no-store"})
    except TokenRefusedError as refused:
        return _refusal(world, refused)


def _refusal(world: World, refused: TokenRefusedError) -> Answer:
    return json_answer(
        refused.status,
        {
            "error": refused.error,
            "error_description": f"AADSTS{refused.number}: {refused}",
            "error_codes": [refused.number],
            "timestamp": world.now(),
            "trace_id": new_id(),
            "correlation_id": new_id(),
        },
    )


def _client_credentials(world: World, form: dict[str, str]) -> dict[str, Any]:
    _proven(world, form)
    if form.get("scope") != f"{GRAPH}/.default":
        _no("invalid_scope", 1002012, f"The scope must be {GRAPH}/.default.")
    claims = {"roles": list(world.settings.roles), "idtyp": "app", "oid": CLIENT}
    return _issued(world, GRAPH, claims)


def _authorization_code(world: World, form: dict[str, str]) -> dict[str, Any]:
    code = take(world, form.get("code", ""))
    if code is None or code.redirect_uri != form.get("redirect_uri"):
        _no("invalid_grant", 70008, "The code has expired, or was used.")
    if not _matches(code, form.get("code_verifier", "")):
        _no("invalid_grant", 501481, "The code_verifier does not match.")
    if "client_assertion" in form:
        _proven(world, form)
    elif not code.challenge:
        _no("invalid_client", 7000218, "client_assertion is missing.", status=401)
    scopes = form.get("scope") or code.scope
    return _for_person(world, code.person, scopes, nonce=code.nonce)


def _refresh_token(world: World, form: dict[str, str]) -> dict[str, Any]:
    claims = _own(world, form.get("refresh_token", ""), audience="refresh")
    return _for_person(world, claims["oid"], form.get("scope", ""), nonce="")


def _on_behalf_of(world: World, form: dict[str, str]) -> dict[str, Any]:
    _proven(world, form)
    if form.get("requested_token_use") != "on_behalf_of":
        _no("invalid_request", 900144, "requested_token_use must be on_behalf_of.")
    claims = _own(world, form.get("assertion", ""), audience=CLIENT)
    if "access_as_user" not in claims.get("scp", "").split():
        _no("invalid_grant", 65001, "The user has not consented.")
    return _for_person(world, claims["oid"], form.get("scope", ""), nonce="")


def _proven(world: World, form: dict[str, str]) -> None:
    """Refuse unless the app signed with the certificate that is registered for it.

    The times in the assertion are those of the caller's machine, so that they are held
    against this machine's clock and never against the clock of the stand-in.
    """
    if form.get("client_assertion_type") != ASSERTION:
        _no("invalid_client", 7000218, "client_assertion is missing.", status=401)
    public = world.keys.registered.public_key()
    try:
        claims = jwt.decode(
            form.get("client_assertion", ""),
            public,  # type: ignore[arg-type]  # typed as any key; the app's is RSA
            algorithms=["PS256", "RS256"],
            audience=f"{world.settings.login}/oauth2/v2.0/token",
        )
    except jwt.PyJWTError as error:
        text = f"The client assertion is not valid: {error}."
        _no("invalid_client", 700027, text, status=401)
    if {claims.get("iss"), claims.get("sub"), form.get("client_id")} != {CLIENT}:
        _no("unauthorized_client", 700016, "The application was not found.")


def _own(world: World, text: str, *, audience: str) -> dict[str, Any]:
    """Return the claims of a token that the stand-in issued itself."""
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            world.keys.signing.public_key(),
            algorithms=["RS256"],
            audience=audience,
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.PyJWTError:
        _no("invalid_grant", 50013, "The assertion is not valid.")
    if claims["exp"] <= world.clock.now().timestamp():
        _no("invalid_grant", 500133, "The assertion is not within its valid time.")
    return claims


def _for_person(world: World, person: str, scope: str, *, nonce: str) -> dict[str, Any]:
    """Return an access token and, when it was asked for, an identity token."""
    scopes = scope.split()
    claims = _claims_of(world, person)
    wanted = [each for each in scopes if each not in OPEN_ID]
    audience = CLIENT if any(CLIENT in each for each in wanted) else GRAPH
    scp = " ".join(each.rpartition("/")[2] for each in wanted) or "User.Read"
    found = _issued(world, audience, {**claims, "scp": scp})
    if "openid" in scopes:
        identity = {**claims, "nonce": nonce} if nonce else claims
        found["id_token"] = world.keys.signed(_claims(world, CLIENT, identity))
    if "offline_access" in scopes:
        lasting = _claims(world, "refresh", claims)
        lasting["exp"] += REFRESH_S
        found["refresh_token"] = world.keys.signed(lasting)
    return {**found, "scope": scope}


def _claims_of(world: World, person: str) -> dict[str, Any]:
    row = world.state.one("SELECT * FROM person WHERE id = ?", person)
    if row is None:
        _no("invalid_grant", 50034, "The user account does not exist.")
    return {
        "oid": row["id"],
        "name": row["name"],
        "preferred_username": row["mail"],
        "email": row["mail"],
        "acct": 0,
    }


def _issued(world: World, audience: str, claims: dict[str, Any]) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "expires_in": LIVES_S,
        "ext_expires_in": LIVES_S,
        "access_token": world.keys.signed(_claims(world, audience, claims)),
    }


def _claims(world: World, audience: str, claims: dict[str, Any]) -> dict[str, Any]:
    """Return claims of version 2.0. The subject differs from app to app."""
    now = int(world.clock.now().timestamp())
    subject = hashlib.sha256((CLIENT + claims["oid"]).encode()).hexdigest()[:43]
    return {
        "aud": audience,
        "iss": world.settings.issuer,
        "iat": now,
        "nbf": now,
        "exp": now + LIVES_S,
        "azp": CLIENT,
        "azpacr": "2",
        "sub": subject,
        "tid": TENANT,
        "uti": new_id(),
        "ver": "2.0",
        **claims,
    }


def _matches(code: Code, verifier: str) -> bool:
    """Return whether the verifier is that of the code's challenge (RFC 7636, 4.6)."""
    if not code.challenge:
        return not verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    found = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(found, code.challenge)


def _no(error: str, number: int, text: str, *, status: int = 400) -> NoReturn:
    raise TokenRefusedError(error, number, text, status)
