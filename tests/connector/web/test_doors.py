"""What guards every page: routes, tokens, headers, hosts, cookies, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from connector.installation import Installation
from tests.connector.web.applications import made_app
from tests.connector.web.visitors import BASE, Visitor, plain

Enter = Callable[..., Visitor]

OPEN = {
    "notifications.changed",
    "notifications.lifecycle",
    "choice.people",
    "choice.put_on",
    "choice.take_off",
    "tongue.choose",
    "calendar.feed",
    "health.healthz",
    "overview.front",
    "projects.listing",
    "consultations.listing",
    "consultations.consultation",
    "outputs.listing",
    "outputs.output",
    "agreements.listing",
    "cases.listing",
    "guests.guest",
    "guests.thanks",
    "hearings.listing",
    "hearings.hearing",
    "hearings.receipt",
    "followups.listing",
    "documents.version",
    "public_copies.page",  # it and the file: not there until the copy is open
    "public_copies.word",
    "questions.listing",
    "questions.question",
    "questions.as_table",
    "questions.as_data",
    "pictures.trace",
    "pictures.table",
    "history.log",
    "search.find",
    "verifier.page",
    "personal_data.mine",
    "personal_data.mine_as_data",
}


def guard_of(app: Flask, name: str) -> object:
    return getattr(app.view_functions[name], "guard", None)


def test_every_route_is_guarded_or_known_to_be_open(house: Installation) -> None:
    app = made_app(house)
    guards = {
        name: guard_of(app, name)
        for name in app.view_functions
        if name not in {"static", "openapi.spec"}
    }

    assert [name for name, guard in guards.items() if guard is None] == []
    assert {name for name, guard in guards.items() if guard == "open to all"} == OPEN


def test_every_form_that_changes_something_names_its_act(house: Installation) -> None:
    app = made_app(house)
    unguarded = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set())
        and not str(guard_of(app, rule.endpoint)).startswith("acts ")
    }

    assert unguarded == {
        "choice.put_on",
        "choice.take_off",
        "tongue.choose",
        "notifications.changed",
        "notifications.lifecycle",
    }


def test_nobody_chooses_a_person_outside_a_demo(house: Installation) -> None:
    app = made_app(house, demo=False)

    answer = app.test_client().get("/hvem", base_url="https://samspor.example")

    assert answer.status_code == 404


def test_a_form_without_its_token_is_refused(visitor: Enter) -> None:
    secretary = visitor("M-10")

    answer = secretary.client.post("/oppfolging/F-01", base_url=BASE, data={})

    assert answer.status_code == 400
    assert "Ingenting er lagret" in plain(answer) or "Gå tilbake" in plain(answer)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_demo_answers_on_this_machines_names_only(visitor: Enter, host: str) -> None:
    answer = visitor().client.get("/", headers={"Host": host})

    assert answer.status_code == 400


def test_a_page_may_run_no_script_and_stand_in_no_frame(visitor: Enter) -> None:
    headers = visitor().get("/").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_no_page_holds_script_or_inline_style(visitor: Enter) -> None:
    pages = ("/", "/prosjekter/PR1", "/leveranser/O-102", "/saker/C01")

    found = [visitor("M-10").get(path).text for path in pages]

    assert not any("<script" in text or " style=" in text for text in found)


def test_the_cookie_is_out_of_reach_of_scripts(visitor: Enter) -> None:
    answer = visitor().send("/maalform", language="nn", back="/saker")

    cookie = answer.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("back", "where"),
    [
        ("/saker", "/saker"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
    ],
)
def test_the_choice_of_language_leads_nowhere_else(
    visitor: Enter, back: str, where: str
) -> None:
    answer = visitor().send("/maalform", language="nn", back=back)

    assert answer.headers["Location"] == where


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ingenting", 404),
        ("/saker/C99", 404),
        ("/leveranser/O-1%27%20OR%201=1", 404),
        ("/sporsmal/ukjent", 404),
        ("/dokumenter/PR9-M@1.0", 404),
        ("/spor/hva-som-helst", 404),
        ("/historikk/hva-som-helst", 404),
        ("/avtaler/PR1-A/signer", 405),
    ],
)
def test_what_is_not_there_is_told_in_plain_words(
    visitor: Enter, path: str, status: int
) -> None:
    answer = visitor("M-10").get(path)

    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "Til oversikten" in plain(answer)


def test_a_form_that_is_too_large_is_refused(visitor: Enter) -> None:
    answer = visitor("M-10").send("/oppfolging/F-01", text="x" * 600_000)

    assert answer.status_code == 413


def test_a_fault_of_ours_shows_no_trace_of_the_code(house: Installation) -> None:
    app = made_app(house)
    house.database.engine.dispose()

    def fails() -> str:
        raise RuntimeError("secret detail")

    app.add_url_rule("/feil", view_func=fails)
    answer = app.test_client().get("/feil", base_url=BASE)

    assert answer.status_code == 500
    assert "Noe gikk galt hos oss" in plain(answer)
    assert "secret detail" not in answer.text


def test_the_service_tells_that_it_lives(visitor: Enter) -> None:
    assert visitor().get("/healthz").json == {"status": "ok"}


def test_the_interface_is_described_as_openapi_3_1(visitor: Enter) -> None:
    described = visitor().get("/openapi.json").json

    assert described is not None
    assert described["openapi"] == "3.1.0"
    assert "/healthz" in described["paths"]
