"""The project manager's pages of a hearing, from the plan to the last receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connector.installation import Installation
from tests.connector.web.applications import made_app
from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor, plain
from workflows.base import by_ref
from workflows.development.hearings import Hearing
from workflows.development.rounds import RoundState

Enter = Callable[..., Visitor]

PAGE = "/horinger/H-1"
ANSWERS = f"{PAGE}/svarene"
PLAN = {
    "version": "PR1-M@1.0",
    "questions": "Er målet riktig?\nHva mangler?",
    "addressees": "Eldrerådet\nUngdomsrådet",
    "public": "yes",
    "background": "Vi trenger råd.",
    "deadline__day": "30.09.2026",
    "deadline__clock": "12.00",
}
LETTER = {
    "channel": "letter",
    "received__day": "28.08.2026",
    "received__clock": "10.00",
    "respondent": "Leder i Eldrerådet",
    "text": "Vi er bekymret for nettene.",
}
AFTER = datetime(2026, 9, 28, 8, tzinfo=NOW.tzinfo)


def at(house: Installation, when: datetime) -> Enter:
    """Let visitors come at another time than the end of the story."""
    later = replace(house, config=replace(house.config, clock_stands_at=when))
    app = made_app(later)

    def enter(mandate: str | None = None, *, language: str = "nb") -> Visitor:
        return Visitor(app, later, mandate=mandate, language=language)

    return enter


def receipt(page: str, answer: str) -> str:
    """The address of the receipt for an answer, as the answers' page links to it."""
    (found,) = re.findall(rf'href="([^"]+)">Kvitteringen for {answer}<', page)
    return str(found)


def test_a_hearing_is_planned_and_opened_on_the_pages(visitor: Enter) -> None:
    manager = visitor("M-22")

    planned = manager.send("/horinger/ny", **PLAN)
    where = planned.headers["Location"]
    hidden = visitor().get(where)
    page = manager.done(f"{where}/apne")
    public = visitor().page(where)

    assert hidden.status_code == 404
    assert "Høringen er åpnet." in page
    assert "Vi trenger råd." in public
    assert "Svarfrist 30. september 2026" in public or "30.09.2026" in public


def test_a_text_is_chosen_among_those_that_the_parties_have_had(visitor: Enter) -> None:
    page = visitor("M-22").page("/horinger/ny")

    assert "PR1-M@1.0" in page
    assert "O-105@0.1" in page
    assert "PR2-M" not in page


def test_a_plan_with_faults_is_shown_again_with_each_at_its_field(
    visitor: Enter,
) -> None:
    faults = {
        "version": "PR2-M@0.1",
        "questions": "Hva?\nHva?",
        "addressees": "",
        "public": "",
        "deadline__day": "snart",
    }
    answer = visitor("M-22").send("/horinger/ny", **{**PLAN, **faults})

    assert answer.status_code == 422
    assert all(
        told in plain(answer)
        for told in (
            "Velg ett av alternativene.",
            "Det samme står to ganger.",
            "eller gjør høringen åpen",
            "Vi trenger råd.",
        )
    )
    assert 'id="f-deadline-day-fault"' in answer.text


def test_a_hearing_that_is_too_short_is_not_opened(visitor: Enter) -> None:
    manager = visitor("M-22")
    where = manager.send(
        "/horinger/ny", **{**PLAN, "deadline__day": "04.09.2026"}
    ).headers["Location"]

    answer = manager.send(f"{where}/apne")

    assert answer.status_code == 409
    assert "Ingenting er lagret" in plain(answer)


def test_the_deadline_is_moved_later_with_a_reason(visitor: Enter) -> None:
    manager = visitor("M-22")
    later = {"extend__day": "02.10.2026", "extend__clock": "12.00"}

    lacking = manager.send(f"{PAGE}/forleng", **later)
    page = manager.done(
        f"{PAGE}/forleng", **later, extend__reason="Rådet møtes i oktober."
    )

    assert lacking.status_code == 422
    assert "Rådet møtes i oktober." in page
    assert "oktober 2026" in page or "02.10.2026" in page


def test_a_hearing_is_called_off_while_nobody_has_answered(visitor: Enter) -> None:
    manager = visitor("M-22")

    page = manager.done("/horinger/H-2/avlys", cancel__reason="Feil tekst.")

    assert "Avlyst" in page
    assert "Feil tekst." in page


def test_a_letter_is_registered_with_when_it_came_and_weighs_the_same(
    visitor: Enter,
) -> None:
    page = visitor("M-22").done(
        f"{PAGE}/registrer", **LETTER, body="1", position__1="agree"
    )

    assert "Svaret er registrert som H-1/1." in page
    assert "Eldrerådet Svarte innen fristen H-1/1" in page
    assert "Ungdomsrådet Ikke svart –" in page
    assert "Kom innen fristen (1)" in page
    assert "Brev, 28.08.2026 kl. 10.00" in page


def test_a_letter_with_faults_is_shown_again(visitor: Enter) -> None:
    manager = visitor("M-22")
    faults = {"channel": "web", "respondent": "", "text": "", "body": "9"}

    answer = manager.send(f"{PAGE}/registrer", **{**LETTER, **faults})

    assert answer.status_code == 422
    assert all(
        f'id="f-{name}-fault"' in answer.text
        for name in ("channel", "respondent", "text", "body")
    )
    assert "Kom innen fristen (0)" in plain(answer)


@pytest.mark.parametrize("day", ["01.08.2026", "03.09.2026"])
def test_a_letter_came_while_the_hearing_was_on(visitor: Enter, day: str) -> None:
    answer = visitor("M-22").send(
        f"{PAGE}/registrer", **{**LETTER, "received__day": day}
    )

    assert answer.status_code == 422
    assert "etter at høringen ble åpnet" in plain(answer)


def test_an_answer_is_a_councils_when_the_manager_says_so(visitor: Enter) -> None:
    manager = visitor("M-22")
    before = manager.done(f"{PAGE}/registrer", **LETTER)
    sent = {"body__1": "2"}

    page = manager.done(f"{PAGE}/svar/1/instans", **sent)
    again = manager.send(f"{PAGE}/svar/1/instans", **sent)

    assert "Ungdomsrådet Ikke svart" in before
    assert "Ungdomsrådet Svarte innen fristen H-1/1" in page
    assert "svar fra Ungdomsrådet" in page
    assert again.status_code == 409


def test_only_who_leads_the_project_registers_and_only_readers_of_rounds_read(
    visitor: Enter,
) -> None:
    visitor("M-22").done(f"{PAGE}/registrer", **LETTER)

    party = visitor("M-15")

    assert "bekymret for nettene" in party.page(ANSWERS)
    assert "Kvitteringen" not in party.page(ANSWERS)
    assert "Registrer svaret" not in party.page(ANSWERS)
    assert party.send(f"{PAGE}/registrer", **LETTER).status_code == 403
    assert visitor().get(ANSWERS).status_code == 403
    assert party.get("/horinger/ny").status_code == 403


def test_like_remarks_share_an_assessment_and_each_author_sees_it(
    visitor: Enter, house: Installation
) -> None:
    manager = visitor("M-22")
    manager.done(f"{PAGE}/registrer", **LETTER)
    manager.done(f"{PAGE}/registrer", **{**LETTER, "respondent": "Per Ås"})
    after = at(house, AFTER)("M-22")
    came = {"received__day": "27.09.2026", "received__clock": "12.00"}
    late = after.done(
        f"{PAGE}/registrer", **{**LETTER, **came, "text": "For sent, men viktig."}
    )
    addresses = after.get(ANSWERS).text

    form = after.page(f"{PAGE}/oppsummering")
    done = after.done(
        f"{PAGE}/oppsummering",
        **{
            "verdict-H-1/1.1": "partly",
            "reason-H-1/1.1": "Natt er med fra høsten.",
            "with-H-1/2.1": "H-1/1.1",
            "verdict-H-1/3.1": "not_taken_in",
            "reason-H-1/3.1": "Økonomi.",
        },
    )
    told = visitor().page(receipt(addresses, "H-1/2"))

    assert "Kom etter fristen (1)" in late
    assert "H-1/2.1 vurderes sammen med" in form
    assert "Høringen er oppsummert." in done
    assert "Delvis tatt inn Natt er med fra høsten. 2" in done
    assert "Vurderingene står på siden" in after.page(f"{PAGE}/oppsummering")
    assert "Her står det hva som ble gjort med merknadene dine." in told
    assert "Delvis tatt inn Natt er med fra høsten." in told
    assert "Økonomi." not in told


def test_a_hearing_is_not_summarised_with_a_remark_left(
    visitor: Enter, house: Installation
) -> None:
    visitor("M-22").done(f"{PAGE}/registrer", **LETTER)
    after = at(house, AFTER)("M-22")
    after.send(f"{PAGE}/svar/1/instans", body__1="1")

    lacking = after.send(f"{PAGE}/oppsummering")
    circular = after.send(f"{PAGE}/oppsummering", **{"with-H-1/1.1": "H-1/1.1"})

    assert (lacking.status_code, circular.status_code) == (422, 422)
    with house.reading() as session:
        assert by_ref(session, Hearing, "H-1").state is RoundState.CLOSED


def test_a_hearing_is_not_summarised_before_its_deadline(visitor: Enter) -> None:
    manager = visitor("M-22")

    page = manager.page(f"{PAGE}/oppsummering")

    assert "kan oppsummeres når fristen er ute" in page
    assert manager.send(f"{PAGE}/oppsummering").status_code == 409


def test_a_receipt_waits_for_the_summary_and_its_address_is_told_to_nobody(
    visitor: Enter,
) -> None:
    manager = visitor("M-22")
    manager.done(f"{PAGE}/registrer", **LETTER)
    address = receipt(manager.get(ANSWERS).text, "H-1/1")

    answer = visitor(language="nn").get(address)

    assert "Ikkje vurdert enno." in plain(answer)
    assert "Vi er bekymret for nettene." in plain(answer)
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_who_wrote_a_letter_to_an_invited_hearing_has_a_receipt_too(
    visitor: Enter,
) -> None:
    manager = visitor("M-22")
    manager.done("/horinger/H-2/registrer", **LETTER)
    address = receipt(manager.get("/horinger/H-2/svarene").text, "H-2/1")

    page = visitor().page(address)

    assert "Vi er bekymret for nettene." in page
    assert 'href="/horinger/H-2"' not in visitor().get(address).text
    assert visitor().get(address.replace("H-2/", "H-1/", 1)).status_code == 404


def test_the_pages_of_the_manager_are_in_nynorsk_too(
    visitor: Enter, house: Installation
) -> None:
    manager = visitor("M-22", language="nn")
    soon = at(house, NOW + timedelta(days=1))("M-22", language="nn")

    assert "Planlegg ei høyring" in manager.page("/horinger/ny")
    assert "Svara som har kome" in manager.page(ANSWERS)
    assert "Ikkje svart" in soon.page(ANSWERS)
    assert "når fristen er ute" in manager.page(f"{PAGE}/oppsummering")
