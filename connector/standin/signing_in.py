"""The page where a person signs in: there is no password, one chooses who to be.

Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow. Only an
address on this machine may be returned to.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from connector.standin.calls import Answer, Call
from connector.standin.codes import Code, give
from connector.standin.rendering import shown
from connector.standin.settings import CLIENT, TENANT
from connector.standin.visits import form, visitor
from connector.standin.world import World

AUTHORIZE = f"/{TENANT}/oauth2/v2.0/authorize"
LOGOUT = f"/{TENANT}/oauth2/v2.0/logout"
SCRIPT = "document.forms[0].submit()"
SEAL = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
NEAR = {"localhost", "127.0.0.1"}
ASKED = (
    *("client_id", "redirect_uri", "response_type", "response_mode", "scope"),
    *("state", "nonce", "code_challenge", "code_challenge_method"),
)


def ask(world: World, call: Call) -> Answer:
    """Ask who somebody is."""
    return _page(world, call, call.query)


def answer(world: World, call: Call) -> Answer:
    """Lead a person back with a code."""
    fields, _ = form(world, call)
    asked = {name: fields.get(name, "") for name in ASKED}
    person = world.state.one(
        "SELECT id FROM person WHERE id = ?", fields.get("person", "")
    )
    if _wrong(asked) or person is None:
        return _page(world, call, asked)
    code = Code(
        person=person["id"],
        redirect_uri=asked["redirect_uri"],
        scope=asked["scope"],
        nonce=asked["nonce"],
        challenge=asked["code_challenge"],
    )
    given = {"code": give(world, code), "state": asked["state"]}
    if asked["response_mode"] == "form_post":
        return _posted(world, call, asked["redirect_uri"], given)
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    address = f"{asked['redirect_uri']}{joint}{urlencode(given)}"
    return Answer(status=302, headers={"Location": address})


def log_out(world: World, call: Call) -> Answer:
    """Lead a person back who has signed out."""
    to = call.query.get("post_logout_redirect_uri", "")
    near = urlsplit(to).hostname in NEAR
    return Answer(status=302, headers={"Location": to if near else "/"})


def _posted(world: World, call: Call, action: str, given: Mapping[str, str]) -> Answer:
    """Let the browser post the code, as Form Post Response Mode says; or a person."""
    policy = f"default-src 'none'; style-src 'self'; script-src 'sha256-{SEAL}'"
    return shown(
        "continue.html",
        visitor(world, call),
        headers={"Content-Security-Policy": policy},
        action=action,
        given=given,
        script=SCRIPT,
    )


def _page(world: World, call: Call, asked: Mapping[str, str]) -> Answer:
    wrong = _wrong(asked)
    return shown(
        "sign_in.html",
        visitor(world, call),
        status=400 if wrong else 200,
        wrong=wrong,
        asked={name: asked.get(name, "") for name in ASKED},
        people=world.state.all("SELECT * FROM person ORDER BY number"),
        action=AUTHORIZE,
    )


def _wrong(asked: Mapping[str, str]) -> str:
    """Return what is wrong with the question, as Entra ID numbers it."""
    if asked.get("client_id") != CLIENT:
        return "AADSTS700016 (client_id)"
    if urlsplit(asked.get("redirect_uri", "")).hostname not in NEAR:
        return "AADSTS50011 (redirect_uri)"
    if asked.get("response_type") != "code":
        return "AADSTS700054 (response_type)"
    if asked.get("code_challenge_method", "") not in {"", "S256"}:
        return "AADSTS501491 (code_challenge_method)"
    return ""
