"""The API: a person's own token, in one of their own hats, and what others get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.installation import Installation
from connector.standin.keys import Keys
from connector.standin.running import Standin
from tests.connector.identity.test_in_the_standin import came_with
from tests.connector.web.signing.browsers import MAYOR, RITA, RUNE, application, link
from workflows.people.accounts import unlink_account
from workflows.people.hats import SYSTEM

ORIGIN = "https://samspor.testvik.example"
STRANGER = "Even Skarhaug"
Ask = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def client(town: Installation) -> Iterator[FlaskClient]:
    app, _ = application(town, origin=ORIGIN)
    with app.test_client() as made:
        yield made


@pytest.fixture
def ask(client: FlaskClient, standin: Standin) -> Ask:
    """Ask as somebody, with a token of their own."""

    def asked(path: str, name: str, **query: str) -> TestResponse:
        scope = f"api://{standin.client}/access_as_user"
        bearer = f"Bearer {came_with(standin, name, scope)}"
        return client.get(
            f"/api/v1{path}",
            base_url=ORIGIN,
            headers={"Authorization": bearer},
            query_string=query,
        )

    return asked


def mandate_of(ask: Ask, name: str, role: str) -> str:
    hats = (ask("/me", name).json or {})["hats"]
    return next(str(hat["mandate"]) for hat in hats if hat["role"] == role)


def test_a_token_tells_who_it_is_and_which_hats_they_have(ask: Ask) -> None:
    told: Any = ask("/me", MAYOR).json

    assert (told["person"], told["name"]) == ("P01", MAYOR)
    assert {hat["role"] for hat in told["hats"]} == {"party_contact", "body_leader"}
    assert set(told) == {"person", "name", "municipality", "hats"}


def test_an_answer_is_that_of_the_hat_that_is_asked_for(ask: Ask) -> None:
    mine = mandate_of(ask, RITA, "party_contact")
    in_it = ask("/reports/parity", RITA, mandate=mine)
    without = ask("/reports/parity", RITA)

    assert in_it.status_code == 200
    assert (in_it.json or {})["report"] == "parity"
    assert (without.status_code, without.json) == (403, {"error": "not_permitted"})


def test_the_answers_are_those_of_the_pages(ask: Ask, client: FlaskClient) -> None:
    page = client.get("/sporsmal/coverage.json", base_url=ORIGIN).json
    trace: Any = ask("/trace/C01", RUNE).json

    assert ask("/reports/coverage", RUNE).json == page
    assert trace["root"] == "C01"
    assert {"nodes", "edges", "upstream", "downstream"} <= set(trace)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/trace/C99", {}, 404),
        ("/reports/ukjent", {}, 404),
        ("/reports/coverage", {"dag": "i dag"}, 422),
    ],
)
def test_refusals_are_json_too(
    ask: Ask, path: str, query: dict[str, str], status: int
) -> None:
    answer = ask(path, RUNE, **query)

    assert (answer.status_code, answer.is_json) == (status, True)


def test_nobody_comes_in_the_hat_of_another(ask: Ask) -> None:
    theirs = mandate_of(ask, RITA, "party_contact")

    assert ask("/me", RUNE, mandate=theirs).status_code == 404
    assert ask("/me", RUNE, mandate="x").status_code == 404


def test_an_account_that_nobody_has_linked_is_told_the_same_as_a_bad_token(
    ask: Ask, client: FlaskClient
) -> None:
    unknown = ask("/me", STRANGER)
    bad = client.get(
        "/api/v1/me", base_url=ORIGIN, headers={"Authorization": "Bearer a.b.c"}
    )
    none = client.get("/api/v1/me", base_url=ORIGIN)

    for answer in (unknown, bad, none):
        assert (answer.status_code, answer.json) == (401, {"error": "unauthorized"})
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_cookie_opens_nothing_here_and_a_token_nothing_on_the_pages(
    ask: Ask, client: FlaskClient, standin: Standin
) -> None:
    scope = f"api://{standin.client}/access_as_user"
    bearer = {"Authorization": f"Bearer {came_with(standin, RITA, scope)}"}
    page = client.get("/tilgang", base_url=ORIGIN, headers=bearer)
    with client.session_transaction(base_url=ORIGIN) as cookie:
        cookie["mandate"] = mandate_of(ask, RITA, "party_contact")
    with_cookie = ask("/reports/parity", RUNE)

    assert page.status_code == 403
    assert with_cookie.status_code == 403


def test_a_token_in_the_address_is_refused(ask: Ask) -> None:
    assert ask("/me", RUNE, access_token="x").status_code == 401


def test_who_is_not_known_to_be_no_guest_gets_hats_of_parties_only(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = Keys.signed

    def without_acct(keys: Keys, claims: dict[str, Any]) -> str:
        return signed(keys, {k: v for k, v in claims.items() if k != "acct"})

    staff, party = ask("/me", RUNE).json or {}, ask("/me", RITA).json or {}
    monkeypatch.setattr(Keys, "signed", without_acct)
    guest, member = ask("/me", RUNE).json or {}, ask("/me", RITA).json or {}

    assert (len(staff["hats"]), guest["hats"]) == (1, [])
    assert member == party


def test_who_is_unlinked_is_refused_at_the_next_request(
    ask: Ask, town: Installation, standin: Standin
) -> None:
    before = ask("/me", MAYOR).status_code
    with town.transaction() as session:
        unlink_account(session, person="P01", by=SYSTEM, at=town.now())
    after = ask("/me", MAYOR).status_code
    link(town, standin, "P01", MAYOR)

    assert (before, after) == (200, 401)


def test_the_interface_is_described(client: FlaskClient) -> None:
    described: Any = client.get("/openapi.json", base_url=ORIGIN).json

    assert {"/api/v1/me", "/api/v1/reports/{name}", "/api/v1/trace/{ref}"} <= set(
        described["paths"]
    )
