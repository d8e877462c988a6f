"""The page of a public hearing: anybody answers, and machines are kept off."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from connector.installation import Installation
from connector.web.spam import MOST_AN_HOUR, stamp
from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor, plain
from workflows.base import all_of, by_ref
from workflows.development.hearing_answers import (
    Channel,
    HearingAnswer,
    RespondentAddress,
    hearing_answers,
    remarks_of,
)
from workflows.development.hearing_intake import receive_answer
from workflows.development.hearings import Hearing
from workflows.people.hats import SYSTEM

Enter = Callable[..., Visitor]
PAGE = "/horinger/H-1"
SEND = f"{PAGE}/svar"


def mark(visitor: Visitor, ref: str = "H-1", *, seconds: int = 60) -> str:
    with visitor.client.application.app_context():
        return stamp(ref, now=time.time() - seconds)


def send(visitor: Visitor, **fields: Any) -> TestResponse:
    """Send the form of H-1 as somebody who took a minute to fill it in."""
    whole = {"respondent": "Innbygger 7", "text": "Bra.", "vist": mark(visitor)}
    return visitor.send(SEND, **{**whole, **fields})


def answers(house: Installation, ref: str = "H-1") -> list[HearingAnswer]:
    with house.reading() as session:
        return list(hearing_answers(session, by_ref(session, Hearing, ref)))


def test_anybody_reads_what_a_public_hearing_asks(visitor: Enter) -> None:
    page = visitor().page(PAGE)

    assert "Er målet riktig?" in page
    assert "Svarfrist 25. september 2026" in page or "25.09.2026" in page
    assert "Svar på høringer er offentlige" in page
    assert "Tre parter vil gjøre noe med nærværet." in page


def test_the_page_is_in_nynorsk_too(visitor: Enter) -> None:
    assert "Svar på høyringa" in visitor(language="nn").page(PAGE)


def test_an_invited_hearing_is_not_there_for_the_public(visitor: Enter) -> None:
    assert visitor().get("/horinger/H-2").status_code == 404
    assert "H-2" not in visitor().get("/horinger").text
    assert visitor("M-22").get("/horinger/H-2").status_code == 200


def test_an_answer_is_kept_and_its_sender_gets_a_reference(
    visitor: Enter, house: Installation
) -> None:
    sent = send(
        visitor(),
        on_behalf_of="Styret",
        email="per@prove.example",
        position__1="disagree",
        remark__1="For lavt.",
    )
    page = visitor().page(sent.headers["Location"])

    assert sent.status_code == 303
    assert "Referanse H-1/1" in page
    with house.reading() as session:
        (answer,) = all_of(session, HearingAnswer)[-1:]
        assert (answer.channel, answer.positions) == ("web", {"1": "disagree"})
        assert [each.text for each in remarks_of(session, answer)] == [
            "For lavt.",
            "Bra.",
        ]
        assert all_of(session, RespondentAddress)[-1].email == "per@prove.example"


def test_nobody_reads_anothers_receipt(visitor: Enter) -> None:
    send(visitor())

    assert visitor().get(f"{PAGE}/kvittering?svar=H-1/1").status_code == 404
    assert visitor().get(f"{PAGE}/kvittering").status_code == 404


def test_an_answer_is_not_shown_to_the_public_while_the_hearing_goes_on(
    visitor: Enter,
) -> None:
    send(visitor(), text="Ordrett merknad")

    assert "Ordrett merknad" not in visitor().page(PAGE)
    assert "Ordrett merknad" in visitor("M-22").page(PAGE)


def test_afterwards_everybody_reads_what_became_of_the_remarks(visitor: Enter) -> None:
    page = visitor().page("/horinger/H-0")

    assert "Arbeidet er i gang." in page
    assert "Eldrerådet Ikke svart" in page
    assert "Send svaret" not in page
    assert "Vent et år." not in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"respondent": ""}, "Fyll ut feltet."),
        ({"respondent": "x" * 201}, "Teksten er for lang."),
        ({"text": ""}, "Svar på minst ett spørsmål"),
        ({"text": "x" * 5001}, "Teksten er for lang."),
        ({"position__1": "maybe"}, "Velg ett av alternativene."),
        ({"position__1": "agree_with_remark"}, "Skriv merknaden."),
        ({"remark__2": "Hva med natt?"}, "Velg hva du mener"),
        ({"email": "ikke en adresse"}, "Skriv e-postadressen slik"),
        ({"nettsted": "https://spam.example"}, "være tomt"),
        ({"vist": ""}, "stått åpent for lenge"),
        ({"vist": "H-1 1.tull"}, "stått åpent for lenge"),
    ],
)
def test_what_is_wrong_is_told_at_the_field_and_nothing_is_kept(
    visitor: Enter, house: Installation, fields: dict[str, str], told: str
) -> None:
    answer = send(visitor(), **fields)

    assert answer.status_code == 422
    assert told in plain(answer)
    assert answers(house) == []


def test_what_was_written_is_still_there_after_a_fault(visitor: Enter) -> None:
    page = send(visitor(), respondent="", text="Det jeg mener").text

    assert "Det jeg mener" in page
    assert re.search(r'id="f-respondent"[^>]*aria-invalid="true"', page)


@pytest.mark.parametrize(
    ("ref", "seconds", "told"),
    [
        ("H-1", 1, "sendt svært fort"),
        ("H-1", 25 * 3600, "stått åpent for lenge"),
        ("H-0", 60, "stått åpent for lenge"),
    ],
)
def test_a_form_is_sent_by_somebody_who_has_had_it_before_them(
    visitor: Enter, house: Installation, ref: str, seconds: int, told: str
) -> None:
    who = visitor()

    answer = send(who, vist=mark(who, ref, seconds=seconds))

    assert told in plain(answer)
    assert answers(house) == []


def test_a_hearing_takes_so_many_answers_an_hour(
    visitor: Enter, house: Installation
) -> None:
    with house.transaction() as session:
        for number in range(MOST_AN_HOUR):
            receive_answer(
                session,
                hearing="H-1",
                respondent=f"Innbygger {number}",
                channel=Channel.WEB,
                text="Bra.",
                by=SYSTEM,
                at=NOW,
            )

    answer = send(visitor())

    assert answer.status_code == 429
    assert "Prøv igjen om en time" in plain(answer)
    assert len(answers(house)) == MOST_AN_HOUR


@pytest.mark.parametrize("ref", ["H-0", "H-2", "H-9"])
def test_only_a_public_hearing_that_is_not_over_takes_answers(
    visitor: Enter, house: Installation, ref: str
) -> None:
    who = visitor()
    before = len(answers(house, "H-0"))

    sent = who.send(
        f"/horinger/{ref}/svar", respondent="Per", text="Bra.", vist=mark(who, ref)
    )

    assert sent.status_code in {404, 409}
    assert len(answers(house, "H-0")) == before


def test_characters_that_cannot_be_kept_are_taken_out(
    visitor: Enter, house: Installation
) -> None:
    send(visitor(), respondent="Innbygger\x00 7\x0b")

    assert [each.respondent for each in answers(house)] == ["Innbygger 7"]


def test_no_address_of_a_machine_is_kept(visitor: Enter, house: Installation) -> None:
    send(visitor())

    with house.reading() as session:
        (answer,) = hearing_answers(session, by_ref(session, Hearing, "H-1"))
        kept = {str(value) for value in vars(answer).values()}
    assert not any("127.0.0.1" in value for value in kept)
