"""Tokens from the stand-in of Entra ID, asked for with MSAL."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
import requests

from connector.standin.running import Standin
from tests.connector.standin.callers import (
    SCOPE,
    Caller,
    code,
    confidential,
    line,
    with_token,
)

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def claims(standin: Standin, token: str, audience: str) -> dict[str, Any]:
    """Return the claims of a token, checked with the keys that are given out."""
    keys = line(standin).get(f"{standin.login}/discovery/v2.0/keys", timeout=20).json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    found: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=audience, options=options
    )
    return found


def test_an_app_gets_a_token_for_its_certificate(standin: Standin) -> None:
    answer = confidential(standin).acquire_token_for_client([SCOPE])

    found = claims(standin, answer["access_token"], "https://graph.microsoft.com")
    assert found["iss"] == f"{standin.login}/v2.0"
    assert (found["tid"], found["azp"]) == (standin.tenant, standin.client)
    assert "Sites.Selected" in found["roles"]
    assert found["exp"] - found["iat"] == 3599


def test_a_certificate_that_is_not_registered_is_refused(
    standin: Standin,
) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": standin.client,
        "scope": SCOPE,
        "client_assertion_type": ASSERTION,
        "client_assertion": jwt.encode({"iss": standin.client}, "x" * 32),
    }

    answer = line(standin).post(
        f"{standin.login}/oauth2/v2.0/token", data=form, timeout=20
    )

    assert answer.status_code == 401
    assert answer.json()["error_codes"] == [700027]


def test_only_the_default_scope_is_given_to_an_app(standin: Standin) -> None:
    answer = confidential(standin).acquire_token_for_client(["Files.Read"])

    assert answer["error"] == "invalid_scope"


def test_graph_takes_no_token_that_is_late(standin: Standin, app: Caller) -> None:
    standin.advance(3600)

    assert code(app.call("GET", f"/sites/{standin.site}")) == (
        401,
        "InvalidAuthenticationToken",
    )


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_graph_takes_no_token_that_is_none(standin: Standin, token: str) -> None:
    answer = with_token(standin, token).call("GET", f"/sites/{standin.site}")

    assert code(answer) == (401, "InvalidAuthenticationToken")


RETURN = "http://localhost:8000/inn"


def signed_in(
    standin: Standin, address: str, *, name: str = "Siv Grønlid"
) -> requests.Response:
    """Choose a person on the page of the sign-in; return what comes then."""
    with line(standin) as browser:
        page = browser.get(address, timeout=20).text
        (person,) = re.findall(rf'value="([0-9a-f-]+)"><strong>{name}<', page)
        return browser.post(
            f"{standin.login}/oauth2/v2.0/authorize",
            data={**hidden(page), "person": person},
            allow_redirects=False,
            timeout=20,
        )


def hidden(page: str) -> dict[str, str]:
    """Return the fields of a form that nobody sees."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def signing_in(
    standin: Standin, *scopes: str
) -> tuple[Any, dict[str, Any], dict[str, str]]:
    """Return MSAL, the flow it began, and what the browser brings back."""
    app = confidential(standin)
    flow = app.initiate_auth_code_flow(
        list(scopes), redirect_uri=RETURN, response_mode="form_post"
    )
    page = signed_in(standin, flow["auth_uri"]).text
    assert f'action="{RETURN}"' in page
    return app, flow, hidden(page)


def test_a_person_signs_in_with_a_code_and_pkce(standin: Standin) -> None:
    app, flow, brought = signing_in(standin, "User.Read")

    answer = app.acquire_token_by_auth_code_flow(flow, brought)

    identity = claims(standin, answer["id_token"], standin.client)
    assert identity["name"] == "Siv Grønlid"
    assert identity["tid"] == standin.tenant
    assert identity["iss"] == f"{standin.login}/v2.0"


def test_a_code_is_used_once(standin: Standin) -> None:
    app, flow, brought = signing_in(standin, "User.Read")
    app.acquire_token_by_auth_code_flow(dict(flow), brought)

    again = app.acquire_token_by_auth_code_flow(dict(flow), brought)

    assert again["error"] == "invalid_grant"


def test_a_code_without_the_verifier_is_of_no_use(standin: Standin) -> None:
    app, flow, brought = signing_in(standin, "User.Read")

    answer = app.acquire_token_by_auth_code_flow(
        {**flow, "code_verifier": "x" * 43}, brought
    )

    assert answer["error_codes"] == [501481]


@pytest.mark.parametrize(
    "wrong", [{"redirect_uri": "https://evil.example/"}, {"client_id": "x"}]
)
def test_nobody_is_led_to_a_place_that_is_not_registered(
    standin: Standin, wrong: dict[str, str]
) -> None:
    asked = {"client_id": standin.client, "redirect_uri": RETURN}
    query = urlencode({**asked, "response_type": "code", **wrong})

    answer = line(standin).get(
        f"{standin.login}/oauth2/v2.0/authorize?{query}", timeout=20
    )

    assert answer.status_code == 400
    assert "AADSTS" in answer.text


def test_the_app_calls_on_behalf_of_a_person(standin: Standin) -> None:
    app, flow, brought = signing_in(standin, f"api://{standin.client}/access_as_user")
    own = app.acquire_token_by_auth_code_flow(flow, brought)["access_token"]

    answer = app.acquire_token_on_behalf_of(own, ["Sites.Selected"])

    assert claims(standin, own, standin.client)["scp"] == "access_as_user"
    person = with_token(standin, answer["access_token"])
    item = person.put(f"{person.drive()}/root", "siv.txt", b"x")
    assert item["createdBy"]["user"]["displayName"] == "Siv Grønlid"


def test_a_token_for_graph_is_no_proof_of_a_person(standin: Standin) -> None:
    app = confidential(standin)
    token = app.acquire_token_for_client([SCOPE])["access_token"]

    answer = app.acquire_token_on_behalf_of(token, ["Sites.Selected"])

    assert answer["error"] == "invalid_grant"


def test_a_code_comes_in_the_address_when_nothing_else_is_asked_for(
    standin: Standin,
) -> None:
    asked = {"client_id": standin.client, "redirect_uri": RETURN, "state": "7"}
    query = urlencode({**asked, "response_type": "code"})

    answer = signed_in(standin, f"{standin.login}/oauth2/v2.0/authorize?{query}")

    address = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(f"{RETURN}?")
    assert dict(parse_qsl(address.query))["state"] == "7"
