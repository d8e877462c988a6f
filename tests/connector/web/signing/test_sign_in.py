"""Signing in: who is let in, by what, for how long, and what a hostile answer gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from axe_playwright_python.base import AXE_SCRIPT
from flask import request
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import update

from connector.identity.sign_in import MAX_PARAMETER, NotSignedInError, Why
from connector.installation import Installation
from connector.standin.running import Standin
from connector.wsgi import server
from tests.connector.web.signing.browsers import (
    MAYOR,
    RITA,
    RUNE,
    Person,
    application,
    asked_in,
    link,
    listening,
    served,
)
from tests.connector.web.test_browser import CHROMIUM, NARROW, violations
from workflows.base import all_of
from workflows.people.accounts import unlink_account
from workflows.people.hats import SYSTEM
from workflows.people.mandates import end_mandate
from workflows.people.sign_ins import AT_ONCE, SignIn

STRANGER = "Even Skarhaug"
STOPPED = "/logg-inn/stoppet/"
AGAIN = STOPPED + Why.BEGIN_AGAIN
Enter = Callable[[], Person]


@pytest.fixture(scope="module")
def site(town: Installation) -> Iterator[str]:
    with served(town) as origin:
        yield origin


@pytest.fixture
def enter(site: str, standin: Standin, town: Installation) -> Iterator[Enter]:
    """Make people with browsers; afterwards nobody is signed in."""
    made: list[Person] = []

    def person() -> Person:
        made.append(Person(site, standin))
        return made[-1]

    yield person
    for each in made:
        each.session.close()
    with town.unrecorded() as session:
        for row in all_of(session, SignIn):
            session.delete(row)


def sign_ins(town: Installation) -> int:
    with town.reading() as session:
        return len(all_of(session, SignIn))


def is_in(person: Person) -> bool:
    return "Logg ut" in person.get("/").text


# who is let in


def test_who_has_one_hat_is_led_to_the_page_that_was_asked_for_and_wears_it(
    enter: Enter,
) -> None:
    rune = enter()

    assert rune.sign_in(RUNE, "/logg-inn?til=/prosjekter/PR1") == "/prosjekter/PR1"
    assert "Rune Myrstø" in rune.get("/prosjekter/PR1").text


def test_who_has_several_hats_chooses_among_their_own_alone(enter: Enter) -> None:
    mayor = enter()

    assert mayor.sign_in(MAYOR, "/logg-inn?til=/saker") == "/hvem"
    page = mayor.get("/hvem").text
    led = mayor.put_on(0).headers["Location"]

    assert "Velg hvilken hatt du har på" in page
    assert page.count('name="mandate"') == 2
    assert "Rita" not in page
    assert led == "/saker"


def test_nobody_puts_on_a_hat_of_another(enter: Enter) -> None:
    rune, rita = enter(), enter()
    rune.sign_in(RUNE)
    rita.sign_in(RITA)
    rita_page = rita.get("/hvem").text
    mandate = rita_page.split('name="mandate" value="')[1].split('"')[0]

    answers = [
        rune.send("/hatt", person="P15", mandate=mandate).status_code,
        rune.send("/hatt", person="P11", mandate=mandate).status_code,
    ]

    assert answers == [404, 404]
    assert "Rita" not in rune.get("/").text.split("<nav")[0]


def test_an_account_that_nobody_has_linked_is_let_in_nowhere_and_not_stored(
    enter: Enter, town: Installation
) -> None:
    stranger = enter()
    where = stranger.sign_in(STRANGER)
    page = stranger.get(where)

    assert where == STOPPED + Why.UNKNOWN
    assert page.status_code == 403
    assert "Du er ikke registrert i Samspor i Testvik kommune" in page.text
    assert (sign_ins(town), is_in(stranger)) == (0, False)


def test_the_question_asks_for_no_more_than_who_it_is(enter: Enter, site: str) -> None:
    asked = asked_in(enter().begin())

    assert set(asked["scope"].split()) == {"openid", "profile"}
    assert asked["redirect_uri"] == f"{site}/logg-inn/svar"
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_mode"] == "query"
    assert min(len(asked[each]) for each in ("state", "nonce")) >= 22


def test_who_signed_in_with_the_wrong_account_may_choose_another(enter: Enter) -> None:
    rita = enter()

    assert "prompt" not in asked_in(rita.begin())
    assert asked_in(rita.begin("/logg-inn?bytt=1"))["prompt"] == "select_account"


def test_no_token_and_no_secret_stands_in_cookie_or_table(
    enter: Enter, town: Installation, standin: Standin
) -> None:
    rita = enter()
    rita.sign_in(RITA)
    with town.reading() as session:
        (row,) = all_of(session, SignIn)
    secret = rita.session.cookies["samspor"]

    # The signing key of the tokens begins every one of them in the same way.
    assert "eyJ0eXAiOiJKV1Qi" not in secret
    assert row.secret_sha256 not in secret
    assert not any(cookie.name.endswith("-inn") for cookie in rita.session.cookies)


# hostile answers


def test_an_answer_with_another_state_is_refused(enter: Enter) -> None:
    rita = enter()
    back = rita.choose(rita.begin(), RITA)
    state = asked_in(back)["state"]

    assert rita.come_back(back.replace(state, "x" * len(state))) == AGAIN
    assert not is_in(rita)


def test_an_answer_is_taken_once(enter: Enter) -> None:
    rita = enter()
    rita.begin()
    ticket = rita.session.cookies["samspor-inn"]
    back = rita.choose(rita.begin(), RITA)
    ticket = rita.session.cookies["samspor-inn"]
    first = rita.come_back(back)
    rita.session.cookies.set("samspor-inn", ticket, domain="127.0.0.1")

    assert first == "/"
    assert rita.come_back(back) == AGAIN


def test_a_code_is_used_once_also_with_a_ticket_of_its_own(enter: Enter) -> None:
    rita, thief = enter(), enter()
    back = rita.choose(rita.begin(), RITA)
    rita.come_back(back)
    mine = asked_in(thief.begin())["state"]
    stolen = urlencode({"code": asked_in(back)["code"], "state": mine})

    assert thief.come_back(f"/logg-inn/svar?{stolen}") == AGAIN
    assert not is_in(thief)


def test_an_answer_of_another_browser_signs_nobody_in(enter: Enter) -> None:
    """Nobody can be led to sign in as somebody else (login CSRF)."""
    attacker, victim = enter(), enter()
    back = attacker.choose(attacker.begin(), RUNE)
    victim.begin()

    assert victim.come_back(back) == AGAIN
    assert enter().come_back(back) == AGAIN
    assert not is_in(victim)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": "x"},
        {"state": "x"},
        {"code": ["a", "b"]},
        {"code": "x" * (MAX_PARAMETER + 1)},
        {"state": ["a", "a"]},
        {"error": ["access_denied", "server_error"]},
    ],
    ids=lambda answer: str(answer)[:30],
)
def test_an_answer_that_lacks_doubles_or_swells_a_part_is_refused(
    enter: Enter, answer: dict[str, str | list[str]]
) -> None:
    rita = enter()
    state = asked_in(rita.begin())["state"]
    given = urlencode({"state": state, **answer}, doseq=True)

    where = rita.come_back(f"/logg-inn/svar?{given}")

    assert where in {AGAIN, STOPPED + Why.REFUSED, STOPPED + Why.AWAY}
    assert not is_in(rita)


@pytest.mark.parametrize(
    ("error", "why", "status"),
    [
        ("access_denied", Why.CANCELLED, 403),
        ("consent_required", Why.NOT_ALLOWED, 403),
        ("login_required", Why.BEGIN_AGAIN, 403),
        ("server_error", Why.AWAY, 503),
        ("<script>", Why.REFUSED, 403),
    ],
)
def test_what_entra_refuses_is_told_in_plain_words(
    enter: Enter, error: str, why: Why, status: int
) -> None:
    rita = enter()
    state = asked_in(rita.begin())["state"]
    said = {"error": error, "error_description": "AADSTS1 secret", "state": state}
    where = rita.come_back(f"/logg-inn/svar?{urlencode(said)}")
    page = rita.get(where)

    assert where == STOPPED + why
    assert page.status_code == status
    assert "AADSTS" not in page.text
    offered = "Logg inn med en annen konto" in page.text
    assert offered == (why == Why.REFUSED)


def test_a_reason_that_is_not_known_is_not_there(enter: Enter) -> None:
    assert enter().get(STOPPED + "hva-som-helst").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/%2f%2fevil.example",
        "/prosjekter\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/logg-inn",
        "/logg-ut",
        "/hvem",
        "/static/samspor.css",
        "/ingenting",
        "/" + "x" * 600,
        "",
    ],
)
def test_nobody_is_led_on_to_anything_but_a_page_of_ours(
    enter: Enter, path: str
) -> None:
    asked = urlencode({"til": path})

    assert enter().sign_in(RUNE, f"/logg-inn?{asked}") == "/"


def test_the_way_back_is_that_of_the_settings_whatever_the_host_header_says(
    enter: Enter, site: str
) -> None:
    rita = enter()
    rita.session.headers["X-Forwarded-Host"] = "evil.example"
    asked = asked_in(rita.begin())
    rita.session.headers["Host"] = "evil.example"

    assert asked["redirect_uri"] == f"{site}/logg-inn/svar"
    assert rita.get("/logg-inn").status_code == 400


# the session


def test_signing_in_gives_a_new_cookie_and_empties_the_old(enter: Enter) -> None:
    rita = enter()
    rita.send("/maalform", language="nn", back="/")
    rita.send("/hatt/av")
    planted = rita.session.cookies["samspor"]
    rita.sign_in(RITA)
    fixed = enter()
    fixed.session.cookies.set("samspor", planted, domain="127.0.0.1")

    assert rita.session.cookies["samspor"] != planted
    assert not is_in(fixed)
    assert 'lang="nn"' in rita.get("/").text


def test_signing_in_again_ends_the_sign_in_before(
    enter: Enter, town: Installation
) -> None:
    rita = enter()
    rita.sign_in(RITA)
    before = rita.session.cookies["samspor"]
    rita.sign_in(RITA)
    old = enter()
    old.session.cookies.set("samspor", before, domain="127.0.0.1")

    assert sign_ins(town) == 1
    assert (is_in(rita), is_in(old)) == (True, False)


def test_signing_out_ends_it_also_for_a_cookie_that_was_copied(enter: Enter) -> None:
    rita, copy = enter(), enter()
    rita.sign_in(RITA)
    copy.session.cookies.set(
        "samspor", rita.session.cookies["samspor"], domain="127.0.0.1"
    )
    assert is_in(copy)

    where = rita.send("/logg-ut").headers["Location"]

    assert where == "/logg-ut"
    assert "Logg ut av Microsoft også" in rita.get(where).text
    assert (is_in(rita), is_in(copy)) == (False, False)


def test_signing_out_needs_a_form_with_its_token(enter: Enter) -> None:
    rita = enter()
    rita.sign_in(RITA)

    assert rita.post("/logg-ut").status_code == 400
    assert rita.get("/logg-ut").status_code == 200
    assert is_in(rita)


def test_one_signs_out_everywhere_at_once(enter: Enter) -> None:
    here, there = enter(), enter()
    here.sign_in(RITA)
    there.sign_in(RITA)
    here.send("/logg-ut", everywhere="1")

    assert (is_in(here), is_in(there)) == (False, False)


def test_the_oldest_of_too_many_ends(enter: Enter, town: Installation) -> None:
    people = [enter() for _ in range(AT_ONCE + 1)]
    for each in people:
        each.sign_in(RITA)

    assert sign_ins(town) == AT_ONCE
    assert [is_in(people[0]), is_in(people[-1])] == [False, True]


@pytest.mark.parametrize(
    ("column", "ago", "stays"),
    [
        ("seen_at", timedelta(minutes=58), True),
        ("seen_at", timedelta(minutes=60), False),
        ("began_at", timedelta(hours=9, minutes=58), True),
        ("began_at", timedelta(hours=10), False),
    ],
)
def test_a_sign_in_ends_by_itself(
    enter: Enter, town: Installation, *, column: str, ago: timedelta, stays: bool
) -> None:
    rita = enter()
    rita.sign_in(RITA)
    with town.unrecorded() as session:
        session.execute(update(SignIn).values({column: town.config.wall() - ago}))

    assert is_in(rita) is stays


def test_a_request_puts_off_the_end(enter: Enter, town: Installation) -> None:
    rita = enter()
    rita.sign_in(RITA)
    earlier = town.config.wall() - timedelta(minutes=30)
    with town.unrecorded() as session:
        session.execute(update(SignIn).values(seen_at=earlier))
    rita.get("/")

    with town.reading() as session:
        (row,) = all_of(session, SignIn)
    assert town.config.wall() - row.seen_at < timedelta(minutes=1)


def test_who_is_unlinked_is_out_at_the_next_request(
    enter: Enter, town: Installation, standin: Standin
) -> None:
    rune = enter()
    rune.sign_in(RUNE)
    with town.transaction() as session:
        unlink_account(session, person="P11", by=SYSTEM, at=town.now())
    was_in, page = is_in(rune), rune.sign_in(RUNE)
    link(town, standin, "P11", RUNE)

    assert (was_in, page) == (False, STOPPED + Why.UNKNOWN)
    assert not is_in(rune)


def test_whose_mandate_has_ended_has_no_hat_at_the_next_request(
    enter: Enter, town: Installation
) -> None:
    rune = enter()
    rune.sign_in(RUNE)
    before = rune.get("/tilgang").status_code
    with town.transaction() as session:
        last: dict[str, Any] = {"last_day": town.now().date(), "at": town.now()}
        end_mandate(session, mandate="M-11", by=SYSTEM, **last)
    tomorrow = replace(town.config, clock_stands_at=town.now() + timedelta(days=1))
    with served(replace(town, config=tomorrow)) as rune.origin:
        told, after = rune.get("/").text, rune.get("/tilgang").status_code

    assert (before, after) == (200, 403)
    assert "Du kan ikke lenger handle i det" in told


# in a browser


def test_the_whole_way_in_and_out_in_a_browser(site: str) -> None:
    """Nobody signed in but in it, so that nothing is left of the tests before."""
    seen: dict[str, list[str]] = {}

    def look(page: Page, name: str) -> None:
        page.set_viewport_size({"width": NARROW, "height": 800})
        width = page.evaluate("document.documentElement.scrollWidth")
        seen[name] = violations(page) + ([] if width <= NARROW else [f"wide: {width}"])

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        context = browser.new_context(locale="nb-NO", ignore_https_errors=True)
        page = context.new_page()
        page.add_init_script(AXE_SCRIPT)
        page.goto(f"{site}/saker")
        page.get_by_role("link", name="Logg inn").click()
        page.get_by_role("button", name=MAYOR).click()
        look(page, "hats")
        page.get_by_role("button", name="Kommunestyret").first.click()
        page.wait_for_url(f"{site}/saker")
        look(page, "in")
        told = page.get_by_text("Du er Åsta Fjellbru").count()
        page.get_by_role("button", name="Logg ut").click()
        look(page, "out")
        page.get_by_role("link", name="Logg ut av Microsoft også").click()
        page.wait_for_url(f"{site}/logg-ut")
        page.get_by_role("link", name="Logg inn").first.click()
        page.get_by_role("button", name=STRANGER).click()
        look(page, "stranger")
        heading = page.get_by_role("heading", level=1).inner_text()
        browser.close()

    assert seen == {"hats": [], "in": [], "out": [], "stranger": []}
    assert told == 1
    assert heading == "Du er ikke registrert i Samspor i Testvik kommune"


# over https


def test_over_https_the_cookies_are_bound_to_the_host_and_never_sent_in_clear(
    town: Installation,
) -> None:
    origin = "https://samspor.testvik.example"
    app, signing = application(town, origin=origin)
    client = app.test_client()
    begun = client.get("/logg-inn", base_url=origin)
    front = client.post("/maalform", base_url=origin, data={"language": "nb"})
    cookie = begun.headers["Set-Cookie"]

    assert signing.redirect_uri == f"{origin}/logg-inn/svar"
    assert cookie.startswith("__Host-samspor-inn=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= set(
        cookie.split("; ")
    )
    assert "Domain" not in cookie
    assert front.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-samspor"
    assert app.config["SESSION_COOKIE_SECURE"]
    assert client.get("/", base_url="https://evil.example").status_code == 400
    assert client.get("/healthz", base_url="http://10.0.0.7").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"REMOTE_ADDR": "10.0.0.7", "wsgi.url_scheme": "http"}, 400),
        ({"REMOTE_ADDR": "10.0.0.7", "wsgi.url_scheme": "https"}, 200),
        ({"REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http"}, 200),
    ],
)
def test_what_comes_past_the_proxy_in_clear_is_refused(
    town: Installation, sent: dict[str, str], status: int
) -> None:
    origin = "https://samspor.testvik.example"
    app, _ = application(town, origin=origin)

    answer = app.test_client().get("/", base_url=origin, environ_overrides=sent)

    assert answer.status_code == status


@pytest.mark.parametrize(("proxy", "scheme"), [("127.0.0.1", "https"), (None, "http")])
def test_only_a_trusted_proxy_says_how_it_was_asked(
    town: Installation, proxy: str | None, scheme: str
) -> None:
    app, _ = application(town, origin="http://127.0.0.1")
    app.add_url_rule("/skjema", view_func=lambda: request.scheme)
    serving: Any = server(app, port=0, trusted_proxy=proxy)
    with listening(serving), requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"http://127.0.0.1:{serving.effective_port}/skjema",
            headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.9"},
            timeout=10,
        )

    assert answer.text == scheme


def test_where_people_sign_in_every_view_has_a_door(town: Installation) -> None:
    app, _ = application(town, origin="https://samspor.testvik.example")
    guards = {
        name: getattr(view, "guard", None)
        for name, view in app.view_functions.items()
        if name not in {"static", "openapi.spec"}
    }

    assert [name for name, guard in guards.items() if guard is None] == []


@pytest.mark.parametrize(
    ("later", "is_good"),
    [(timedelta(minutes=9), True), (timedelta(minutes=10, seconds=1), False)],
)
def test_a_ticket_is_good_for_ten_minutes(
    town: Installation, enter: Enter, later: timedelta, *, is_good: bool
) -> None:
    _, signing = application(town, origin="http://127.0.0.1:1")
    at = town.config.wall()
    begun = signing.begin(on="/saker", at=at)
    back = asked_in(enter().choose(begun.address, RITA))
    given = {name: [value] for name, value in back.items()}

    try:
        found = signing.end(begun.ticket, given, at=at + later).on
    except NotSignedInError as stopped:
        found = stopped.why

    assert found == ("/saker" if is_good else Why.BEGIN_AGAIN)
