"""A representative with only e-mail answers a round: a link, a button, an answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from connector.installation import Installation
from connector.web.spam import WrongLinks
from tests.connector.web.applications import made_app
from tests.connector.web.story import NOW
from tests.connector.web.visitors import BASE, Visitor, plain
from workflows.base import all_of, by_ref
from workflows.development.answers import counted_answers
from workflows.development.rounds import Round
from workflows.people.guests import GuestLink

Enter = Callable[..., Visitor]

LINKS = "/runder/R-03/gjester"
REASON = "Vi mangler tall for nattvaktene."


def made(
    manager: Visitor, *, mandate: str = "M-15", days: str = "7", at: str = LINKS
) -> str:
    """Make a link on the page, and return its path as the page shows it."""
    answer = manager.send(at, mandate=mandate, days=days)
    assert answer.status_code == 303, plain(answer)
    shown = manager.get(at).text
    (address,) = re.findall(r'id="f-address" value="([^"]+)"', shown)
    return str(urlsplit(address).path)


def opened(guest: Visitor, link: str) -> str:
    """Press the button, and return the page that follows."""
    return guest.done(f"{link}/apne")


def positions(house: Installation) -> dict[str, str]:
    with house.reading() as session:
        review = by_ref(session, Round, "R-03")
        said = counted_answers(session, review)
        return {each.view.party.value: each.view.position.value for each in said}


def test_a_guest_answers_by_a_link_and_how_sure_one_is_stands_beside_it(
    visitor: Enter, house: Installation
) -> None:
    manager, guest = visitor("M-22"), visitor()
    link = made(manager)

    intro = guest.page(link)
    text = opened(guest, link)
    lacking = guest.send(f"{link}/svar", position="disagree")
    done = guest.done(f"{link}/svar", position="disagree", dissent=REASON)
    review = visitor("M-01").page("/runder/R-03")

    assert "Du er bedt om å svare i en partsrunde" in intro
    assert "Rita Solgløtt, partskontakt, Omsorg og Service" in text
    assert "E-postlenke, lavt tillitsnivå" in text
    assert lacking.status_code == 422
    assert "Takk for svaret" in done
    assert positions(house)["T"] == "disagree"
    assert REASON in review
    assert "Svarte uten å logge inn. E-postlenke, lavt tillitsnivå." in review


def test_looking_at_a_link_opens_nothing(visitor: Enter, house: Installation) -> None:
    link = made(visitor("M-22"))

    for _ in range(3):
        scanner = visitor()
        page = scanner.page(link)
        assert scanner.client.head(link, base_url=BASE).status_code == 200

    assert "Svar på runden" not in page
    with house.reading() as session:
        (row,) = all_of(session, GuestLink)
        assert (row.opened_at, row.sealed_to, row.used_at) == (None, None, None)
    assert "Lenken er åpnet" in opened(visitor(), link)


def test_a_link_that_is_passed_on_after_it_was_opened_is_refused(
    visitor: Enter, house: Installation
) -> None:
    link, guest, other = made(visitor("M-22")), visitor(), visitor()
    opened(guest, link)

    seen, pressed = other.get(link), other.send(f"{link}/apne")
    sent = other.send(f"{link}/svar", position="agree")

    assert [each.status_code for each in (seen, pressed, sent)] == [409, 409, 409]
    assert "åpnet et annet sted" in plain(seen)
    assert "T" not in positions(house)
    assert "Takk for svaret" in guest.done(f"{link}/svar", position="agree")


def test_a_used_link_is_refused_in_the_language_of_the_guest(visitor: Enter) -> None:
    link, guest = made(visitor("M-22")), visitor(language="nn")
    opened(guest, link)
    guest.done(f"{link}/svar", position="agree")

    seen, again = guest.get(link), guest.send(f"{link}/svar", position="disagree")

    assert (seen.status_code, again.status_code) == (409, 409)
    assert "Ho verkar berre éin gong" in plain(seen)


def test_a_link_that_has_run_out_is_refused(
    visitor: Enter, house: Installation
) -> None:
    link = made(visitor("M-22"), days="2")
    later = replace(house.config, clock_stands_at=NOW + timedelta(days=2))
    app = made_app(replace(house, config=later))
    guest = Visitor(app, house, mandate=None, language="nb")

    seen, pressed = guest.get(link), guest.send(f"{link}/apne")

    assert (seen.status_code, pressed.status_code) == (409, 409)
    assert "gått ut på dato" in plain(seen)


def test_the_link_is_shown_once_and_stands_nowhere_afterwards(
    visitor: Enter, house: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    manager, guest = visitor("M-22"), visitor()
    with caplog.at_level(logging.DEBUG):
        link = made(manager)
        opened(guest, link)
        guest.get(f"{link}x")
        guest.done(f"{link}/svar", position="agree")
    secret = link.rsplit("/", maxsplit=1)[-1]

    again = manager.get(LINKS)

    assert secret not in again.text
    assert "Brukt" in plain(again)
    assert secret not in caplog.text
    assert secret not in manager.get("/runder/R-03").text
    assert secret not in manager.get("/historikk/R-03").text


def test_the_address_is_told_to_no_other_site(visitor: Enter) -> None:
    link = made(visitor("M-22"))

    for path in (link, "/gjest/feil", LINKS):
        headers = visitor("M-22").get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_the_browser_is_known_by_a_cookie_that_scripts_cannot_reach(
    visitor: Enter,
) -> None:
    link, guest = made(visitor("M-22")), visitor()

    looked, pressed = guest.get(link), guest.send(f"{link}/apne")
    found = [each for each in pressed.headers.getlist("Set-Cookie") if "gjest" in each]

    assert "samspor_gjest" not in str(looked.headers)
    assert all(part in found[0] for part in ("HttpOnly", "SameSite=Lax", "Path=/gjest"))


def test_a_guest_sees_the_text_and_nothing_that_others_have_said(
    visitor: Enter,
) -> None:
    link, guest = made(visitor("M-22")), visitor()

    page = opened(guest, link)

    assert "Kort og godt." in visitor("M-15").page("/runder/R-03")
    assert "Kort og godt." not in page
    assert guest.get("/runder/R-03").status_code == 403


def test_inv_04_who_made_a_link_is_not_told_that_a_sealed_round_is_answered(
    visitor: Enter,
) -> None:
    manager, guest = visitor("M-22"), visitor()
    sealed = "/runder/R-04/gjester"
    link = made(manager, at=sealed)
    before = manager.page(sealed), manager.page("/historikk/R-04")
    opened(guest, link)
    guest.done(f"{link}/svar", position="agree")

    assert (manager.page(sealed), manager.page("/historikk/R-04")) == before
    assert "vises etter fristen" in before[0]
    assert "Brukt" in visitor("M-15").page(sealed)


def test_a_party_makes_links_for_its_own_and_sees_no_others(
    visitor: Enter, house: Installation
) -> None:
    made(visitor("M-22"), mandate="M-06A")
    union = visitor("M-15")

    page = union.page(LINKS)
    refused = union.send(LINKS, mandate="M-06A", days="7")

    assert "Harald Brekkvoll" not in page
    assert "Rita Solgløtt" in page
    assert refused.status_code == 422
    assert visitor("M-11").get(LINKS).status_code == 403
    assert made(union)


def test_a_link_lasts_between_a_day_and_a_month(visitor: Enter) -> None:
    manager = visitor("M-22")

    answers = [
        manager.send(LINKS, mandate="M-15", days=days) for days in ("0", "31", "", "x")
    ]

    assert {each.status_code for each in answers} == {422}


def test_whoever_guesses_is_soon_answered_no_more_and_shuts_nobody_out(
    visitor: Enter,
) -> None:
    link, guessing = made(visitor("M-22")), visitor()
    guessing.client.application.extensions["wrong links"] = WrongLinks(most=2)

    answers = [
        guessing.get(f"/gjest/{'x' * 40}{number}").status_code for number in range(3)
    ]

    assert answers == [404, 404, 429]
    assert guessing.get(link).status_code == 200


def test_guesses_are_forgotten_after_an_hour() -> None:
    tries = WrongLinks(most=2)

    told = [tries.note(now=now) for now in (0, 1, 2, 3700, 3701)]

    assert told == [False, False, True, False, False]


def test_a_link_with_a_form_sent_without_its_token_is_refused(visitor: Enter) -> None:
    link = made(visitor("M-22"))
    client: FlaskClient = visitor().client

    answer = client.post(f"{link}/apne", base_url=BASE, data={})

    assert answer.status_code == 400
