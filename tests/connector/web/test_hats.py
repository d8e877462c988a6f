"""Who am I, and which hat do I have on?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from connector.config import Config
from connector.installation import Installation
from tests.connector.web.applications import made_app
from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor, mandate_id, plain

Enter = Callable[..., Visitor]


def later(house: Installation, days: int) -> Installation:
    """The same house some days later."""
    config = Config(
        data=house.config.data,
        database_url=house.config.database_url,
        clock_stands_at=NOW + timedelta(days=days),
    )
    return Installation(config, house.database, house.municipality)


def test_the_start_page_shows_each_person_with_the_hats_of_today(
    visitor: Enter,
) -> None:
    page = visitor().page("/hvem")

    assert "Velg hvem du er, og hvilken hatt du har på" in page
    assert "Åsta Fjellbru ordfører" in page
    assert "Partskontakt for folkevalgte" in page
    assert "Leder av folkevalgt organ" in page


def test_the_chosen_hat_stands_at_the_top_with_its_line(
    visitor: Enter, house: Installation
) -> None:
    page = visitor().done("/hatt", person="P01", mandate=mandate_id(house, "M-01"))

    assert "Utviklingslinja Du er Åsta Fjellbru, partskontakt for folkevalgte" in page


def test_the_other_hat_of_the_same_person_is_of_the_other_line(
    visitor: Enter, house: Installation
) -> None:
    page = visitor().done("/hatt", person="P01", mandate=mandate_id(house, "M-01L"))

    assert "Beslutningslinja Du er Åsta Fjellbru, leder av folkevalgt organ" in page


def test_nobody_puts_on_a_hat_of_another(visitor: Enter, house: Installation) -> None:
    answer = visitor().send("/hatt", person="P01", mandate=mandate_id(house, "M-15"))

    assert answer.status_code == 404


def test_without_a_hat_one_sees_what_everybody_sees(visitor: Enter) -> None:
    page = visitor("M-15").done("/hatt/av")

    assert "Du ser det alle kan se" in page


def test_a_cookie_with_nonsense_is_no_hat(visitor: Enter) -> None:
    guest = visitor()
    with guest.client.session_transaction(base_url="http://127.0.0.1") as cookie:
        cookie["mandate"] = "ikke-en-fullmakt"

    assert "Uten hatt" in guest.page("/")


def test_the_language_is_remembered(visitor: Enter) -> None:
    page = visitor().done("/maalform", language="nn", back="/saker")

    assert "Saker Sakene speglar det offisielle møtesystemet" in page


def test_a_party_signing_with_an_expired_mandate_is_told_the_rule(
    house: Installation,
) -> None:
    app = made_app(later(house, days=1))
    nurse = Visitor(app, house, mandate="M-16", language="nb")

    top = nurse.page("/avtaler/PR1-A")
    answer = nurse.send("/avtaler/PR1-A/signer", place="Testvik", read="yes")

    assert "Vervet gjaldt til og med 02.09.2026" in top
    assert "Signer avtalen" not in top
    assert answer.status_code == 409
    assert "Bare den som har gyldig fullmakt fra parten denne dagen" in plain(answer)


def test_an_expired_mandate_opens_no_rounds(house: Installation) -> None:
    app = made_app(later(house, days=1))
    nurse = Visitor(app, house, mandate="M-16", language="nb")

    assert nurse.get("/runder/R-03").status_code == 403
