"""The pages of the decision line, and the forms of its everyday acts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.installation import Installation
from tests.connector.web.story import DISSENT
from tests.connector.web.visitors import Visitor, plain
from workflows.decision.bodies import BodyKind, register_body
from workflows.decision.cases import register_case
from workflows.people.hats import SYSTEM
from workflows.people.kinds import FocusArea, Role
from workflows.people.mandates import wear

Enter = Callable[..., Visitor]

NEVER_CHANGED = "Partssamarbeidet endrer ikke beslutningslinja."


def test_a_case_shows_its_basis_with_version_place_use_and_dissent(
    visitor: Enter,
) -> None:
    page = visitor().page("/saker/C01")

    assert "O-102 Forslag til tiltakspakke for nærvær" in page
    assert "Versjon 1.0 · i innstillingen · ≈ Delvis brukt" in page
    assert "Begrunnelse: Punkt 3 er utsatt til budsjettet." in page
    assert DISSENT in page


def test_a_case_shows_what_the_body_did_word_for_word(visitor: Enter) -> None:
    page = visitor().page("/saker/C01")

    for part in (
        "Kommunestyret, PS 24/26",
        "Torsdag 30. april 2026",
        "Bygdelista: Saken utsettes.",
        "Punkt 1 Bygdelista 2 3 Fellesliste 8 0 Sum 10 3",
        "1. Det opprettes en fast vikargruppe. 2. Nærværsmøte hver sjette uke.",
        "Protokolltilførsel fra Bygdelista Belastningen er for lite utredet.",
        "O-102 v1.0 2 ≈ Vedtatt med endringer 2 Prøves i ett år.",
    ):
        assert part in page


def test_a_case_without_basis_says_so(visitor: Enter) -> None:
    page = visitor().page("/saker/C02")

    assert "Saken bygger ikke på noen leveranse fra utviklingslinja." in page


def test_a_treatment_has_its_place_on_the_page_of_its_case(visitor: Enter) -> None:
    answer = visitor().get("/behandlinger/C01-T2")

    assert answer.headers["Location"] == "/saker/C01#C01-T2"


def test_the_late_follow_up_stands_first(visitor: Enter) -> None:
    page = visitor().page("/oppfolging")

    assert page.index("F-01") < page.index("F-02")
    assert "! Forsinket" in page


TREATMENT = {
    "body": "KST",
    "number_type": "PS",
    "number_seq": "41",
    "treated_on": "11.06.2026",
    "minutes": "Møtebok KST 11.06.2026",
    "result": "final",
    "decision": "1. Systemet kjøpes.\n2. Det evalueres.",
    "item-1": "Systemet kjøpes.",
    "item-2": "Det evalueres.",
    "present": "13",
    "subject-1": "Punkt 1",
    "for-1-0": "8",
    "against-1-0": "0",
    "for-1-1": "1",
    "against-1-1": "4",
    "proposer-1": "Bygdelista",
    "proposal-1": "Kjøpet utsettes.",
    "behalf-1": "Bygdelista",
    "statement-1": "Prisen er for høy.",
}


def test_a_treatment_is_registered_with_items_votes_and_statements(
    visitor: Enter,
) -> None:
    secretary = visitor("M-10")

    after = secretary.done("/saker/C02/behandling", **TREATMENT)
    page = secretary.page("/saker/C02")

    assert "Behandlingen av C02 er registrert." in after
    for part in (
        "Kommunestyret, PS 41/26",
        "1. Systemet kjøpes. 2. Det evalueres.",
        "Punkt 1 Bygdelista 1 4 Fellesliste 8 0 Sum 9 4",
        "Bygdelista: Kjøpet utsettes.",
        "Protokolltilførsel fra Bygdelista Prisen er for høy.",
    ):
        assert part in page


def test_faults_of_a_treatment_stand_at_their_fields_and_nothing_is_lost(
    visitor: Enter,
) -> None:
    answer = visitor("M-10").send(
        "/saker/C02/behandling",
        **{**TREATMENT, "minutes": "", "treated_on": "31.02.2026", "number_seq": "x"},
    )

    assert answer.status_code == 422
    for field in ("minutes", "treated_on", "number_seq"):
        assert f'href="#f-{field}"' in answer.text
        assert f'id="f-{field}-fault"' in answer.text
    assert "Prisen er for høy." in answer.text
    assert 'value="31.02.2026"' in answer.text


def test_what_is_no_decision_takes_no_text_of_one(visitor: Enter) -> None:
    answer = visitor("M-10").send(
        "/saker/C02/behandling", **{**TREATMENT, "result": "postponed"}
    )

    assert answer.status_code == 422
    assert "Dette resultatet er ikke et vedtak." in plain(answer)


def test_a_number_that_the_body_has_used_is_refused_on_the_page(
    visitor: Enter,
) -> None:
    answer = visitor("M-10").send(
        "/saker/C02/behandling", **{**TREATMENT, "number_seq": "24"}
    )

    assert answer.status_code == 409
    assert "Organet har allerede brukt dette saksnummeret i år." in plain(answer)
    assert "Ingenting er lagret." in plain(answer)


def test_a_treatment_still_to_come_is_refused(visitor: Enter) -> None:
    answer = visitor("M-10").send(
        "/saker/C02/behandling", **{**TREATMENT, "treated_on": "2026-12-24"}
    )

    assert answer.status_code == 422


def test_more_rows_keep_what_is_written(visitor: Enter) -> None:
    answer = visitor("M-10").send(
        "/saker/C02/behandling", **{**TREATMENT, "rows": "4", "more": "yes"}
    )

    assert answer.status_code == 422
    assert 'name="item-8"' in answer.text
    assert "Systemet kjøpes." in answer.text
    assert "Noe mangler eller er galt" not in plain(answer)


def test_the_form_asks_for_the_body_first(visitor: Enter) -> None:
    page = visitor("M-10").page("/saker/C02/behandling")

    assert "Hvilket organ behandlet saken?" in page


@pytest.mark.parametrize("hat", ["M-15", "M-22", "M-01", "M-21"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/saker/C02/behandling", TREATMENT),
        ("/behandlinger/C01-T2/utfall", {"minutes": "x"}),
        ("/saker/C02/bruk", {"output": "O-103"}),
        ("/oppfolging/F-01", {"state": "implemented", "text": "x"}),
    ],
)
def test_a_development_role_never_changes_the_decision_line(
    visitor: Enter, hat: str, path: str, fields: dict[str, str]
) -> None:
    answer = visitor(hat).send(path, **fields)

    assert answer.status_code == 403
    assert NEVER_CHANGED in plain(answer)


def test_nobody_without_a_hat_changes_anything(visitor: Enter) -> None:
    answer = visitor().send("/saker/C02/behandling", **TREATMENT)

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/saker/C01/behandling", "/saker/C01/bruk"])
def test_forms_are_offered_to_those_who_may(visitor: Enter, path: str) -> None:
    assert visitor("M-15").get(path).status_code == 403
    assert path not in visitor("M-15").get("/saker/C01").text


def test_an_officer_says_how_a_case_uses_an_output(visitor: Enter) -> None:
    page = visitor("M-11").done(
        "/saker/C02/bruk", output="O-103", where="facts", used="used"
    )

    assert "Bruken av O-103 i C02 er registrert." in page
    assert "O-103 Kostnadsberegning vikarbruk" in page


def test_partial_use_needs_its_reason(visitor: Enter) -> None:
    answer = visitor("M-11").send(
        "/saker/C02/bruk", output="O-103", where="facts", used="partly"
    )

    assert answer.status_code == 422
    assert 'href="#f-reason"' in answer.text
    assert '<option value="O-103" selected>' in answer.text


def test_only_what_has_been_handed_over_is_used(visitor: Enter) -> None:
    answer = visitor("M-11").send(
        "/saker/C02/bruk", output="O-104", where="facts", used="used"
    )

    assert answer.status_code == 422


def test_outcomes_are_recorded_point_by_point(visitor: Enter) -> None:
    secretary = visitor("M-10")
    visitor("M-11").done("/saker/C02/bruk", output="O-102", where="facts", used="used")
    secretary.done("/saker/C02/behandling", **TREATMENT)

    page = secretary.done(
        "/behandlinger/C02-T1/utfall",
        **{
            "minutes": "Møtebok KST 11.06.2026",
            "code-O-102-1": "ADOPTED",
            "item-O-102-1": "1",
            "code-O-102-3": "NOT_FOLLOWED",
            "reason-O-102-3": "Ikke begrunnet i protokollen",
        },
    )

    assert "Utfallet er registrert." in page
    assert "O-102 v1.0 1 ✓ Vedtatt i tråd med forslaget 1" in page
    assert "O-102 v1.0 3 ✕ Vurdert, ikke fulgt – Ikke begrunnet i protokollen" in page


def test_an_outcome_that_is_recorded_stands_and_is_not_asked_for_again(
    visitor: Enter,
) -> None:
    page = visitor("M-10").get("/behandlinger/C01-T2/utfall").text

    assert "code-O-102-1" not in page
    assert "Vedtatt i tråd med forslaget" in page


def test_a_change_needs_its_reason_from_the_minutes(visitor: Enter) -> None:
    visitor("M-11").done("/saker/C02/bruk", output="O-102", where="facts", used="used")
    secretary = visitor("M-10")
    secretary.done("/saker/C02/behandling", **TREATMENT)

    answer = secretary.send(
        "/behandlinger/C02-T1/utfall",
        **{"minutes": "Møtebok", "code-O-102-1": "ADOPTED_CHANGED"},
    )

    assert answer.status_code == 422
    assert 'href="#f-reason-O-102-1"' in answer.text


def test_an_outcome_without_its_item_is_told_the_rule(visitor: Enter) -> None:
    visitor("M-11").done("/saker/C02/bruk", output="O-102", where="facts", used="used")
    secretary = visitor("M-10")
    secretary.done("/saker/C02/behandling", **TREATMENT)

    answer = secretary.send(
        "/behandlinger/C02-T1/utfall",
        **{"minutes": "Møtebok", "code-O-102-1": "ADOPTED"},
    )

    assert answer.status_code == 409
    assert "Et utfall må vise til behandlingen" in plain(answer)


def test_no_outcome_chosen_is_no_outcome_recorded(visitor: Enter) -> None:
    answer = visitor("M-10").send("/behandlinger/C01-T2/utfall", minutes="Møtebok")

    assert answer.status_code == 422
    assert "Velg utfall for minst ett punkt." in plain(answer)


def test_a_follow_up_is_reported(visitor: Enter) -> None:
    page = visitor("M-11").done(
        "/oppfolging/F-01",
        state="implemented",
        text="Vikargruppen er på plass.",
        evidence="2026/980-12",
    )

    assert "Rapporten om F-01 er registrert." in page
    assert "✓ Gjennomført Vikargruppen er på plass. 2026/980-12" in page


def test_an_obstacle_needs_a_notice_to_the_body(visitor: Enter) -> None:
    officer = visitor("M-11")

    refused = officer.send("/oppfolging/F-01", state="blocked", text="Ingen søkere.")
    page = officer.done(
        "/oppfolging/F-01",
        state="blocked",
        text="Ingen søkere.",
        notice="Brev til kommunestyret 01.09.2026",
    )

    assert refused.status_code == 422
    assert 'href="#f-notice"' in refused.text
    assert "Organet fikk melding: Brev til kommunestyret" in page


def test_a_decision_is_set_aside_by_a_new_decision_only(visitor: Enter) -> None:
    officer = visitor("M-11")

    faulty = officer.send("/oppfolging/F-01", state="replaced", text="x")
    refused = officer.send(
        "/oppfolging/F-01", state="replaced", text="x", treatment="C01-T2"
    )

    assert faulty.status_code == 422
    assert refused.status_code == 409
    assert "Et vedtak settes bare til side av et nytt vedtak" in plain(refused)


def test_a_case_in_a_focus_area_is_proposed_for_the_joint_committee(
    house: Installation, visitor: Enter
) -> None:
    with house.transaction() as session:
        at = house.now()
        officer = wear(session, person="P11", role=Role.CASE_OFFICER, at=at)
        register_body(
            session,
            ref="ADM",
            name_nb="Administrasjonsutvalget",
            name_nn="Administrasjonsutvalet",
            kind=BodyKind.JOINT_COMMITTEE_511,
            seats=8,
            by=SYSTEM,
            at=at,
        )
        focus = FocusArea.FULL_TIME
        register_case(session, ref="C9", title="Turnus", focus=focus, by=officer, at=at)

    hint = "Administrasjonsutvalget står ikke i planen for behandling"
    assert hint in visitor("M-15").page("/saker/C9")
    assert hint not in visitor().page("/saker/C9")
    assert hint not in visitor("M-15").page("/saker/C02")
