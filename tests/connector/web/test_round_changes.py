"""The forms on a round's page beside the answer: changes, delays, remarks, summary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from connector.config import Config
from connector.installation import Installation
from tests.connector.web.applications import made_app
from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor, plain
from workflows.trace.sweep import sweep

Enter = Callable[..., Visitor]

ROUND = "/runder/R-03"
LATER = {
    "agree-matter": "deadline",
    "agree-day": "23.09.2026",
    "agree-clock": "12.00",
}
BINDS = "Standpunktet binder ingen representant i beslutningslinja."


def test_a_deviation_stands_with_the_position_of_its_party(visitor: Enter) -> None:
    page = visitor("M-01").page(ROUND)

    assert (
        "Tillitsvalgte Har ikke svart ennå. Avvikende merknad fra Sykepleierlaget "
        "Vi står ikke bak tallene for natt."
    ) in page
    assert "En avvikende merknad endrer ikke standpunktet til parten." in page
    assert BINDS in page


def test_an_organisation_says_what_it_does_not_stand_behind(visitor: Enter) -> None:
    nurse = visitor("M-16")

    page = nurse.done(f"{ROUND}/avvik", deviation__text="Heller ikke tallene for helg.")
    empty = nurse.send(f"{ROUND}/avvik")

    assert "Sykepleierlaget Heller ikke tallene for helg." in page
    assert empty.status_code == 422
    assert 'href="#f-deviation-text"' in empty.text


@pytest.mark.parametrize(("hat", "sees"), [("M-01", False), ("M-15", True)])
def test_a_deviation_in_a_sealed_round_is_seen_by_its_own_party_only(
    visitor: Enter, hat: str, *, sees: bool
) -> None:
    visitor("M-16").done("/runder/R-04/avvik", deviation__text="Bare for oss.")

    page = visitor(hat).page("/runder/R-04")

    assert ("Bare for oss." in page) is sees
    assert "avvikende merknad R-04" not in visitor(hat).page("/historikk/R-04")


def test_it_is_told_who_has_agreed_to_a_change_so_far(visitor: Enter) -> None:
    page = visitor("M-15").page(ROUND)

    assert (
        "Ny frist: 23.09.2026 kl. 12.00 Administrasjonen ✓ har sagt ja "
        "Folkevalgte … har ikke sagt ja Tillitsvalgte … har ikke sagt ja"
    ) in page
    assert "Si ja til fristen 23.09.2026 kl. 12.00" in page


def test_the_deadline_moves_when_all_three_contacts_have_agreed(
    visitor: Enter,
) -> None:
    after_two = visitor("M-15").done(f"{ROUND}/enighet", **LATER)
    after_three = visitor("M-01").done(f"{ROUND}/enighet", **LATER)

    assert "Frist 16.09.2026 kl. 12.00" in after_two
    assert "Frist 23.09.2026 kl. 12.00" in after_three
    assert "Forslag som venter" not in after_three


def test_a_round_is_cancelled_when_all_three_contacts_have_agreed(
    visitor: Enter,
) -> None:
    for hat in ("M-01", "M-06A"):
        visitor(hat).done(f"{ROUND}/enighet", **{"agree-matter": "cancelling"})
    page = visitor("M-15").done(f"{ROUND}/enighet", **{"agree-matter": "cancelling"})

    assert "Avlyst" in page
    assert "Endre runden" not in page


def test_a_new_deadline_needs_its_day_and_its_clock_time(visitor: Enter) -> None:
    answer = visitor("M-15").send(
        f"{ROUND}/enighet", **{"agree-matter": "deadline", "agree-clock": "tolv"}
    )

    assert answer.status_code == 422
    assert 'href="#f-agree-day"' in answer.text
    assert "Skriv klokkeslettet slik: 12.00." in plain(answer)
    assert '<details class="ds-details act" open>' in answer.text


def test_a_deadline_behind_us_is_refused_in_plain_words(visitor: Enter) -> None:
    answer = visitor("M-15").send(
        f"{ROUND}/enighet", **{**LATER, "agree-day": "01.09.2026"}
    )

    assert answer.status_code == 409
    assert "En regel står i veien" in plain(answer)


def test_a_party_extends_the_deadline_for_all_once(visitor: Enter) -> None:
    contact = visitor("M-15")
    fields = {"extend-days": "5", "extend-reason": "Høstferie"}

    page = contact.done(f"{ROUND}/forleng", **fields)
    again = contact.send(f"{ROUND}/forleng", **fields)

    assert "Frist 23.09.2026 kl. 12.00" in page
    assert "Be om lengre frist for alle" not in page
    assert again.status_code == 409


def test_a_round_closes_early_when_all_have_answered_and_all_ask(
    visitor: Enter,
) -> None:
    for hat in ("M-01", "M-15"):
        visitor(hat).done(f"{ROUND}/svar", position="agree")
    pages = [visitor(hat).done(f"{ROUND}/avslutt") for hat in ("M-01", "M-06A", "M-15")]

    assert (
        "Har bedt om å avslutte før fristen: administrasjonen, folkevalgte"
        in (pages[1])
    )
    assert "✓ Avsluttet" in pages[2]


def test_the_manager_moves_the_deadline_alone_with_a_reason_that_all_get(
    visitor: Enter,
) -> None:
    leader = visitor("M-22")
    fields = {
        "override-matter": "deadline",
        "override-day": "24.09.2026",
        "override-clock": "12.00",
    }

    silent = leader.send(f"{ROUND}/overstyr", **fields)
    leader.done(f"{ROUND}/overstyr", **fields, **{"override-reason": "Nye tall."})

    assert silent.status_code == 422
    page = visitor("M-01").page(ROUND)
    assert "Frist 24.09.2026 kl. 12.00" in page
    assert "Runden ble endret uten enighet, med begrunnelse til alle. Nye tall." in page


def test_no_override_takes_time_from_a_party(visitor: Enter) -> None:
    answer = visitor("M-22").send(
        f"{ROUND}/overstyr",
        **{
            "override-matter": "deadline",
            "override-day": "10.09.2026",
            "override-clock": "12.00",
            "override-reason": "Det haster.",
        },
    )

    assert answer.status_code == 409


def test_a_text_that_came_late_moves_the_deadline_and_shows_the_gap(
    visitor: Enter,
) -> None:
    before = visitor("M-15").page(ROUND)
    page = visitor("M-15").done(
        f"{ROUND}/mottatt", **{"late-day": "25.08.2026", "late-clock": "15.10"}
    )

    assert "Alle fikk teksten i samme øyeblikk." in before
    assert "Alle fikk ikke teksten samtidig." in page
    assert "Forskjell mellom første og siste part: 4 t 0 min" in page
    assert "Frist 16.09.2026 kl. 16.00" in page
    assert "Administrasjonen 25.08.2026 kl. 11.10 ukjent" in page


def test_only_the_manager_keeps_the_deadline_with_a_reason(visitor: Enter) -> None:
    fields = {
        "late-party": "T",
        "late-day": "25.08.2026",
        "late-clock": "15.10",
        "late-keep": "Alle rekker det.",
    }

    refused = visitor("M-15").send(f"{ROUND}/mottatt", **fields)
    page = visitor("M-22").done(f"{ROUND}/mottatt", **fields)

    assert refused.status_code == 403
    assert "Frist 16.09.2026 kl. 12.00" in page
    assert "En part fikk teksten senere. Alle rekker det." in page


@pytest.fixture
def closed(house: Installation) -> Callable[[str], Visitor]:
    """Visitors of the day after the deadline of the open rounds."""
    then = NOW + timedelta(days=20)
    with house.transaction() as session:
        sweep(session, at=then)
    config = Config(
        data=house.config.data,
        database_url=house.config.database_url,
        clock_stands_at=then,
    )
    later = Installation(config, house.database, house.municipality)
    app = made_app(later)
    return lambda hat: Visitor(app, later, mandate=hat, language="nb")


def test_a_summary_needs_an_assessment_of_each_remark(
    closed: Callable[[str], Visitor],
) -> None:
    leader = closed("M-22")

    shown = leader.page(ROUND)
    lacking = leader.send(f"{ROUND}/oppsummer")
    done = leader.done(
        f"{ROUND}/oppsummer",
        **{"verdict-R-03-1": "taken_in", "reason-R-03-1": "Det ble kort."},
    )

    assert "Har ikke svart. Taushet er ikke samtykke." in shown
    assert lacking.status_code == 422
    assert 'href="#f-verdict-R-03-1"' in lacking.text
    assert "✓ Tatt inn Det ble kort." in done
    assert "Runden er oppsummert." in done


def test_only_the_manager_summarises(closed: Callable[[str], Visitor]) -> None:
    contact = closed("M-15")

    assert "Oppsummer runden" not in contact.page(ROUND)
    assert contact.send(f"{ROUND}/oppsummer").status_code == 403


@pytest.mark.parametrize("hat", ["M-10", "M-21", "M-13", None])
@pytest.mark.parametrize(
    "act", ["forleng", "enighet", "avslutt", "overstyr", "mottatt", "avvik"]
)
def test_others_change_no_round(visitor: Enter, hat: str | None, act: str) -> None:
    assert visitor(hat).send(f"{ROUND}/{act}").status_code == 403


def test_a_deviation_follows_the_text_to_the_page_of_the_output(
    visitor: Enter, visitor_at: Callable[[datetime], Enter]
) -> None:
    for hat in ("M-01", "M-15"):
        visitor(hat).done(f"{ROUND}/svar", position="agree")
    later = visitor_at(datetime(2026, 9, 17, 8, tzinfo=UTC))
    with later("M-22").house.transaction():
        pass  # what fell due is done, as the service does every minute
    later("M-22").done(
        f"{ROUND}/oppsummer",
        **{"verdict-R-03-1": "taken_in", "reason-R-03-1": "Det ble kort."},
    )

    page = later("M-15").page("/leveranser/O-104")

    assert "Avvikende merknad fra Sykepleierlaget" in page
    assert "Vi står ikke bak tallene for natt." in page
