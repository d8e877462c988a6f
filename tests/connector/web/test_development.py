"""The pages of the development line, and the forms of its everyday acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.installation import Installation
from tests.connector.web.story import DISSENT, HOSTILE, SEALED_REMARK
from tests.connector.web.visitors import Visitor, plain
from workflows.base import by_ref
from workflows.development.parity import access_to
from workflows.development.rounds import Round
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.trace.federation import cite_foreign

Enter = Callable[..., Visitor]

BINDS = "Standpunktet binder ingen representant i beslutningslinja."


def test_an_output_shows_the_three_parties_side_by_side(visitor: Enter) -> None:
    page = visitor("M-11").page("/leveranser/O-102")

    first, second, third = (
        page.index(f"{name} ✓ Enig") if name != "Tillitsvalgte" else page.index(name)
        for name in ("Administrasjonen", "Folkevalgte", "Tillitsvalgte")
    )
    assert first < second < third
    assert f"Særmerknad til punkt 2 {DISSENT}" in page
    assert BINDS in page


def test_the_columns_of_the_parties_are_built_alike(visitor: Enter) -> None:
    page = visitor("M-11").get("/leveranser/O-102").text

    columns = page.split('<div class="columns">')[1].split('<p class="binds">')[0]

    assert columns.count('<div class="column">') == 3


def test_an_output_tells_of_rounds_handover_uses_and_outcomes(visitor: Enter) -> None:
    page = visitor("M-11").page("/leveranser/O-102")

    for part in (
        "R-02 26.02.2026",
        "Overlevert til kommunedirektøren mandag 16. mars 2026",
        "C01 1.0 i innstillingen Delvis brukt Punkt 3 er utsatt til budsjettet.",
        "Vedtatt med endringer",
        "Ikke begrunnet i protokollen",
    ):
        assert part in page


def test_the_trace_stands_as_picture_and_table(visitor: Enter) -> None:
    page = visitor("M-15").get("/leveranser/O-102").text

    assert "<svg" in page
    assert 'lang="nb"' in page
    assert "Vis sporet som tabell" in page
    assert 'href="/saker/C01"' in page


def test_a_project_shows_mandate_signatures_goals_and_members(visitor: Enter) -> None:
    page = visitor("M-15").page("/prosjekter/PR1")

    for part in (
        "11,4 prosent (2024) 9,9 prosent 9,4 prosent",
        "Underskrifter på versjon 2.0",
        "Rita Solgløtt hovedtillitsvalgt tillitsvalgte prosjektgruppe",
        "Statusrapport 1, frist 17.06.2026",
        "Forummøte 2/2026",
    ):
        assert part in page


def test_what_people_write_is_never_read_as_markup(visitor: Enter) -> None:
    contact = visitor("M-15")

    for path in ("/", "/prosjekter", "/prosjekter/PR2", "/sporsmal/projects"):
        answer = contact.get(path)
        assert "<script>alert" not in answer.text, path
        assert HOSTILE in plain(answer), path


def test_nynorsk_text_in_a_bokmaal_page_says_so(visitor: Enter) -> None:
    page = visitor("M-15").get("/prosjekter/PR2").text

    assert '<h1 class="ds-heading" data-size="lg" lang="nn">' in page


def test_a_page_in_nynorsk_is_nynorsk(visitor: Enter) -> None:
    page = visitor("M-11", language="nn").page("/leveranser/O-102")

    assert "Kva partane står for" in page
    assert "Standpunktet bind ingen representant i avgjerdslinja." in page


def test_an_agreed_text_is_read_with_its_fingerprint(visitor: Enter) -> None:
    page = visitor().page("/dokumenter/PR1-M@1.0")

    assert "Sykefraværet ved Solsida var 11,4 prosent i 2024" in page
    assert "fp:v1:" in page


def test_the_first_opening_of_a_round_is_kept_by_party(
    visitor: Enter, house: Installation
) -> None:
    visitor("M-15").page("/runder/R-03")

    with house.reading() as session:
        accesses = access_to(session, by_ref(session, Round, "R-03").id)
    assert [access.first_opened_at is not None for access in accesses] == [
        False,
        False,
        True,
    ]


def test_a_text_on_a_round_is_read_on_the_rounds_own_page(visitor: Enter) -> None:
    answer = visitor("M-15").get("/dokumenter/O-104@0.1")

    assert answer.headers["Location"] == "/runder/R-03"


def test_a_party_answers_a_round(visitor: Enter) -> None:
    page = visitor("M-15").done(
        "/runder/R-03/svar",
        position="agree_with_remark",
        dissent="Tallene for natt mangler.",
        remark__1="Ta med natt.",
    )

    assert "Svaret er registrert." in page
    assert "Særmerknad Tallene for natt mangler." in page
    assert "R-03-2 tillitsvalgte Ta med natt. ▶ Ikke vurdert ennå" in page


def test_a_reservation_without_its_reason_is_sent_back_with_what_was_written(
    visitor: Enter,
) -> None:
    answer = visitor("M-15").send(
        "/runder/R-03/svar", position="disagree", remark__1="Behold denne."
    )

    assert answer.status_code == 422
    assert 'href="#f-dissent"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Behold denne." in answer.text
    assert 'value="disagree" checked' in answer.text


def test_an_answer_without_anything_is_no_answer(visitor: Enter) -> None:
    answer = visitor("M-15").send("/runder/R-03/svar")

    assert answer.status_code == 422
    assert "Velg et standpunkt eller skriv en merknad." in plain(answer)


def test_the_safety_representative_gives_remarks_and_no_position(
    visitor: Enter,
) -> None:
    safety = visitor("M-21")

    shown = safety.page("/runder/R-03")
    refused = safety.send("/runder/R-03/svar", position="agree")
    page = safety.done("/runder/R-03/svar", remark__1="Husk arbeidsmiljøet.")

    assert "Standpunktet til" not in shown
    assert refused.status_code == 409
    assert "Bare den som har gyldig fullmakt" in plain(refused)
    assert "verneombud Husk arbeidsmiljøet." in page


def test_a_closed_round_takes_no_form(visitor: Enter) -> None:
    contact = visitor("M-15")

    shown = contact.page("/runder/R-02")
    answer = contact.send("/runder/R-02/svar", position="agree")

    assert "Send svaret" not in shown
    assert answer.status_code == 409
    assert "svar tas imot mens runden er åpen" in plain(answer)


@pytest.mark.parametrize("hat", ["M-01", "M-15", "M-22", "M-21", "M-13"])
def test_a_sealed_round_shows_no_answer_of_another(visitor: Enter, hat: str) -> None:
    other = visitor(hat)
    paths = (
        "/runder/R-04",
        "/leveranser/O-304",
        "/prosjekter/PR1",
        "/historikk/R-04",
        "/historikk/O-304",
        "/spor/O-304",
        "/sporsmal/what-became-of-my-input",
        "/sporsmal/what-became-of-my-input.csv",
        "/sporsmal/what-became-of-my-input.json",
    )

    for path in paths:
        page = other.page(path)
        assert SEALED_REMARK not in page, path
        assert "Svar ble gitt O-304" not in page, path
        assert "Svar ble gitt R-04" not in page, path
    assert "Harald Brekkvoll" not in other.page("/runder/R-04")


def test_a_party_sees_its_own_answer_in_a_sealed_round(visitor: Enter) -> None:
    page = visitor("M-06A").page("/runder/R-04")

    assert SEALED_REMARK in page
    assert "Harald Brekkvoll" in page


def test_a_party_signs_an_agreement(visitor: Enter) -> None:
    contact = visitor("M-15")

    before = contact.page("/avtaler/PR1-A")
    after = contact.done("/avtaler/PR1-A/signer", place="Testvik", read="yes")

    assert "Du signerer versjon 2.0 for Omsorg og Service (tillitsvalgte)" in before
    assert "Underskriften for Omsorg og Service er registrert." in after
    assert "Testvik, 02.09.2026 kl. 10.00" in after
    assert "Du signerer versjon" not in after


def test_nothing_is_signed_without_having_read_it(visitor: Enter) -> None:
    answer = visitor("M-15").send("/avtaler/PR1-A/signer", place="Testvik")

    assert answer.status_code == 422
    assert "Kryss av for at du har lest avtalen" in plain(answer)


def test_nobody_signs_twice(visitor: Enter) -> None:
    contact = visitor("M-15")
    contact.done("/avtaler/PR1-A/signer", place="Testvik", read="yes")

    answer = contact.send("/avtaler/PR1-A/signer", place="Testvik", read="yes")

    assert answer.status_code == 409
    assert "organisasjonen har allerede signert" in plain(answer)


def test_a_secretary_of_the_decision_line_signs_for_no_party(visitor: Enter) -> None:
    answer = visitor("M-10").send("/avtaler/PR1-A/signer", place="Her", read="yes")

    assert answer.status_code == 403
    assert "Beslutningslinja redigerer ikke det utviklingslinja har laget" in plain(
        answer
    )


def hold_and_minute(leader: Visitor, **more: str) -> str:
    leader.done("/forum/E-3/mote", present=["P06", "P01", "P15"])
    return leader.done(
        "/forum/E-3/punkt/1",
        **{
            "conclusion": "Leveransen er omforent.",
            "position-A": "agree",
            "speaker-A": "P06",
            "position-F": "agree",
            "speaker-F": "P01",
            "position-T": "agree",
            "speaker-T": "P15",
            **more,
        },
    )


def test_a_forum_meeting_is_held_and_minuted_with_the_parties_positions(
    visitor: Enter,
) -> None:
    page = hold_and_minute(visitor("M-22"))

    assert "Punkt 1 er protokollført." in page
    assert "Konklusjon: Leveransen er omforent." in page
    assert "Administrasjonen ✓ Enig Harald Brekkvoll, Kommunedirektøren" in page


def test_minuted_positions_deliver_the_output(visitor: Enter) -> None:
    leader = visitor("M-22")
    hold_and_minute(leader)

    assert "Levert ✓ Partene er enige" in leader.page("/leveranser/O-105")


def test_a_position_needs_its_speaker(visitor: Enter) -> None:
    leader = visitor("M-22")
    leader.done("/forum/E-3/mote", present=["P06"])

    answer = leader.send(
        "/forum/E-3/punkt/1", **{"conclusion": "Enige", "position-A": "agree"}
    )

    assert answer.status_code == 422
    assert 'href="#f-speaker-A"' in answer.text
    assert ">\nEnige</textarea>" in answer.text


def test_nobody_speaks_for_another_party_in_the_minutes(visitor: Enter) -> None:
    leader = visitor("M-22")
    leader.done("/forum/E-3/mote", present=["P06"])

    answer = leader.send(
        "/forum/E-3/punkt/1",
        **{"conclusion": "Enige", "position-A": "agree", "speaker-A": "P15"},
    )

    assert answer.status_code == 409
    assert "Bare den som har gyldig fullmakt fra parten" in plain(answer)


def test_a_meeting_is_not_held_by_nobody(visitor: Enter) -> None:
    answer = visitor("M-22").send("/forum/E-3/mote")

    assert answer.status_code == 422
    assert "Kryss av for minst én" in plain(answer)


def test_only_the_project_manager_sees_the_forms_of_the_forum(visitor: Enter) -> None:
    assert "Hvem var til stede?" in visitor("M-22").page("/forum/E-3")
    assert "Hvem var til stede?" not in visitor("M-15").page("/forum/E-3")


def test_an_output_shows_what_it_builds_on_in_other_municipalities(
    visitor: Enter, house: Installation
) -> None:
    with house.transaction() as session:
        now = house.now()
        cite_foreign(
            session,
            output="O-102",
            municipality="9902",
            foreign="O-9",
            version="1.0",
            by=wear(session, person="P22", role=Role.PROJECT_MANAGER, at=now),
            at=now,
        )

    page = visitor(None).page("/leveranser/O-102")

    assert "Bygger på leveranser i andre kommuner" in page
    assert "9902 O-9 1.0 … ikke funnet ennå" in page


def test_a_signature_by_a_signing_service_has_its_reference(visitor: Enter) -> None:
    contact = visitor("M-15")
    signed = {"place": "Testvik", "read": "yes", "level": "high"}

    lacking = contact.send("/avtaler/PR1-A/signer", **signed)
    page = contact.done("/avtaler/PR1-A/signer", **signed, reference="sig-17")

    assert lacking.status_code == 422
    assert 'href="#f-reference"' in lacking.text
    assert "elektronisk signert, høyt sikkerhetsnivå" in page


def test_a_party_gives_notice_with_the_agreed_months(visitor: Enter) -> None:
    contact = visitor("M-15")

    lacking = contact.send("/avtaler/PR1-A/oppsigelse")
    page = contact.done(
        "/avtaler/PR1-A/oppsigelse", reason="Vi får ikke frikjøp.", sure="yes"
    )

    assert lacking.status_code == 422
    assert 'href="#f-reason"' in lacking.text
    assert 'href="#f-sure"' in lacking.text
    assert "Avtalen er sagt opp. Alle tre parter ser det her." in page
    assert "Si opp avtalen" not in page
    assert "Signer avtalen" not in page


@pytest.mark.parametrize("hat", ["M-16", "M-22", "M-10", None])
def test_only_the_contact_of_a_party_gives_notice(
    visitor: Enter, hat: str | None
) -> None:
    other = visitor(hat)

    assert "Si opp avtalen" not in plain(other.get("/avtaler/PR1-A"))
    sent = other.send("/avtaler/PR1-A/oppsigelse", reason="Nei.", sure="yes")
    assert sent.status_code == 403
