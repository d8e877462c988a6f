"""A person's token from the stand-in: taken by every rule, and used on their behalf."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from connector.graph.errors import SignInError
from connector.graph.opening import Tenant, opened
from connector.graph.people import person
from connector.graph.tokens import Assertion
from connector.identity.access_tokens import (
    AccessToken,
    Rules,
    access_token,
)
from connector.identity.keys import Keys, fetch_by
from connector.identity.signed_tokens import TokenRefusedError
from connector.microsoft365 import Microsoft365, load_microsoft365
from connector.standin.codes import Code, give
from connector.standin.running import Standin, running
from connector.wire import Question, Wire
from tests.connector.graph.standins import environment

PAGE = "https://localhost/signed-in"
VERIFIER = "v" * 64
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started


@pytest.fixture(scope="module")
def settings(standin: Standin) -> Microsoft365:
    found = load_microsoft365(environment(standin))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def tenant(settings: Microsoft365) -> Iterator[Tenant]:
    with opened(settings) as made:
        yield made


def oid_of(standin: Standin, name: str) -> str:
    row = standin.app.world.state.one("SELECT id FROM person WHERE name = ?", name)
    assert row is not None
    return str(row["id"])


def came_with(standin: Standin, name: str, scope: str) -> str:
    """Return the token that a person's own app gets when they sign in, with PKCE."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    agreed = Code(
        person=oid_of(standin, name),
        redirect_uri=PAGE,
        scope=scope,
        nonce="",
        challenge=challenge,
    )
    with standin.app.world.state.held():
        code = give(standin.app.world, agreed)
    form = {
        "grant_type": "authorization_code",
        "client_id": standin.client,
        "code": code,
        "redirect_uri": PAGE,
        "code_verifier": VERIFIER,
        "scope": scope,
    }
    wire = Wire(user_agent="test", silence_s=5.0, ca=standin.ca)
    question = Question(
        method="POST",
        address=f"{standin.login}/oauth2/v2.0/token",
        headers=FORM,
        content=urlencode(form).encode(),
        within_s=10.0,
        max_bytes=100_000,
    )
    answer = wire.ask(question)
    wire.close()
    return str(json.loads(answer.body)["access_token"])


def taken(settings: Microsoft365, standin: Standin, token: str) -> AccessToken:
    wire = Wire(user_agent="test", silence_s=5.0, ca=standin.ca)
    rules = Rules(
        client=settings.client,
        authority=settings.authority,
        tenants=frozenset({settings.tenant}),
        callers=frozenset({settings.client}),
    )
    keys = Keys(fetch_by(wire), authority=settings.authority)
    try:
        return access_token(
            [f"Bearer {token}"], rules=rules, keys=keys, at=datetime.now(UTC)
        )
    finally:
        wire.close()


def test_who_signs_in_is_known_by_tenant_and_object_id_and_acts_as_themselves(
    settings: Microsoft365, standin: Standin, tenant: Tenant
) -> None:
    before = len(standin.requests)
    ours = f"api://{standin.client}/access_as_user"
    token = taken(settings, standin, came_with(standin, "Åsta Fjellbru", ours))
    assertion = Assertion(tid=token.tid, oid=token.oid, token=token.token)

    found = person(tenant.on_behalf_of(assertion), token.oid)

    assert (token.tid, token.oid) == (
        settings.tenant,
        oid_of(standin, "Åsta Fjellbru"),
    )
    assert found.name == "Åsta Fjellbru"
    # Keys and tokens are asked for by nobody yet, and only where they are not known.
    bearers = {seen.app for seen in standin.requests[before:]} - {""}
    assert bearers == {standin.client}


def test_a_token_for_graph_is_none_for_us(
    settings: Microsoft365, standin: Standin
) -> None:
    token = came_with(standin, "Åsta Fjellbru", "https://graph.microsoft.com/User.Read")

    with pytest.raises(TokenRefusedError) as refused:
        taken(settings, standin, token)

    assert refused.value.rule == 10


def test_the_apps_own_token_is_no_persons(
    settings: Microsoft365, standin: Standin, tenant: Tenant
) -> None:
    with pytest.raises(TokenRefusedError):
        taken(settings, standin, tenant.graph.bearer.token())


def test_nobody_acts_on_behalf_of_a_token_that_entra_did_not_issue(
    settings: Microsoft365, tenant: Tenant
) -> None:
    forged = Assertion(tid=settings.tenant, oid="x", token="a.b.c")

    with pytest.raises(SignInError):
        person(tenant.on_behalf_of(forged), "x")
