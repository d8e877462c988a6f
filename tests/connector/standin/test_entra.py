"""Tokens from the stand-in of Entra ID, asked for with MSAL."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

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
