from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.imports.errors import ValueRefusedError
from connector.imports.protocol import Protocol, read_protocol
from connector.imports.records import Outcome

NB = """Formannskapets behandling av sak 14/2026 i møte den 20.05.2026:

Kommunedirektørens innstilling:
1. Retningslinjene vedtas.
2. De gjelder fra 1. mars.

Behandling:
{behandling}

Vedtak:
{vedtak}

Protokolltilførsel:
Bygdelista viser til budsjettet."""
NN = """Formannskapet si handsaming av sak PS 14/26 i møte 20.05.2026:

Kommunedirektøren si tilråding:
1. Retningslinene blir vedtekne.
2. Dei gjeld frå 1. mars.

Handsaming:
{behandling}

Vedtak
{vedtak}"""
POINTS = "1. Retningslinjene vedtas.\n2. De gjelder fra 1. mars."


def minutes(voting: str, decided: str = POINTS, *, form: str = NB) -> Protocol:
    return read_protocol(form.format(behandling=voting, vedtak=decided))


@pytest.mark.parametrize("form", [NB, NN], ids=["nb", "nn"])
def test_the_header_tells_body_day_and_number_and_where_they_stand(form: str) -> None:
    found = minutes("Innstillingen enstemmig vedtatt.", form=form)

    assert found.body is not None
    assert (found.body.value, found.body.line) == ("Formannskapet", 1)
    assert found.meeting_day == date(2026, 5, 20)
    assert str(found.case_number) == "PS 14/2026"
    assert found.day is not None
    assert "20.05.2026" in found.day.quote


@pytest.mark.parametrize(
    "header",
    [
        "Saksprotokoll i Administrasjonsutvalget - 20.05.2026",
        "Behandling i Administrasjonsutvalget 20.05.2026:",
        "Handsaming i Administrasjonsutvalget – 20.05.2026:",
        "Møtebok: Administrasjonsutvalget, 20.05.2026",
        "Utvalg: Administrasjonsutvalget\nMøtedato: 20.05.2026",
    ],
)
def test_other_headers_are_known_too(header: str) -> None:
    found = read_protocol(f"{header}\nSaksnr.: PS 3/26\nVedtak:\nA.")

    assert found.body is not None
    assert found.body.value == "Administrasjonsutvalget"
    assert (found.meeting_day, str(found.case_number)) == (
        date(2026, 5, 20),
        "PS 3/2026",
    )


def test_the_decision_stands_below_its_heading_and_above_the_next() -> None:
    found = minutes("Innstillingen enstemmig vedtatt.")

    assert found.decided is not None
    assert found.decided.text == POINTS
    assert found.proposed is not None
    assert found.proposed.text == POINTS
    assert found.proposed_by == "Kommunedirektøren"


def test_the_last_heading_is_the_one_that_counts() -> None:
    found = read_protocol("Vedtak:\nTidligere.\n\nBehandling:\nX.\n\nVEDTAK\nNå.")

    assert found.decided is not None
    assert found.decided.text == "Nå."


COUNTED = (
    "For innstillingen stemte 6: 4 Ap, 2 Sp. Imot innstillingen stemte 3: 3 H. "
    "Dermed ble innstillingen vedtatt."
)
ADOPTED = [
    "Innstillingen enstemmig vedtatt.",
    "Forslag til vedtak enstemmig vedtatt",
    "Avstemning: Innstillingen ble enstemmig vedtatt.",
    "Kommunedirektørens forslag ble vedtatt med 6 mot 3 stemmer.",
    "Tilrådinga vart samrøystes vedteken.",
    "Tilrådinga vart vedteken med 6 mot 3 røyster.",
    "Innstillingen ble vedtatt med leders dobbeltstemme.",
    "Avstemning: Enstemmig vedtatt",
    COUNTED,
]
SENT_BACK = [
    "Forslaget om å sende saken tilbake ble vedtatt med 5 mot 4 stemmer.",
    "Framlegget om å sende saka tilbake vart samrøystes vedteke.",
    "Framlegg om å sende saka attende vart vedteke med 5 mot 4 røyster.",
]
POSTPONED = [
    "Utsettelsesforslaget ble enstemmig vedtatt.",
    "Forslaget om å utsette saken ble vedtatt med 5 mot 4 stemmer.",
    "Framlegget om å utsetje saka vart vedteke med 5 mot 4 røyster.",
]


@pytest.mark.parametrize("said", ADOPTED)
def test_a_recommendation_that_was_adopted_is_adopted(said: str) -> None:
    assert minutes(said).outcome is Outcome.ADOPTED


@pytest.mark.parametrize("said", SENT_BACK)
def test_a_proposal_to_send_back_that_is_adopted_sends_the_case_back(said: str) -> None:
    found = minutes(said, "Kommunedirektøren bes utrede saken bedre.")

    assert found.outcome is Outcome.SENT_BACK
    assert found.outcome_from is not None
    assert "vedt" in found.outcome_from.quote


@pytest.mark.parametrize("said", POSTPONED)
def test_a_proposal_to_postpone_that_is_adopted_postpones_the_case(said: str) -> None:
    assert minutes(said, "Avventer høringen.").outcome is Outcome.POSTPONED


@pytest.mark.parametrize(
    "fell",
    [
        "Forslaget om å sende saken tilbake falt med 4 mot 5 stemmer.",
        "Framlegget om å sende saka tilbake vart ikkje vedteke.",
        "Forslaget om å sende saken tilbake fikk ikke flertall.",
    ],
)
def test_when_the_proposal_to_send_back_fell_the_matter_was_decided(fell: str) -> None:
    found = minutes(f"{fell}\nInnstillingen ble vedtatt med 5 mot 4 stemmer.")

    assert found.outcome is Outcome.ADOPTED


@pytest.mark.parametrize(
    ("decided", "outcome"),
    [
        ("Saken sendes tilbake til kommunedirektøren.", Outcome.SENT_BACK),
        ("1. Saka vert send attende.\n2. Ho kjem opp att.", Outcome.SENT_BACK),
        ("Saken utsettes til neste møte.", Outcome.POSTPONED),
        ("Saka blir utsett.", Outcome.POSTPONED),
        ("Saken tas til orientering.", Outcome.NOTED),
        ("Orienteringa blir teken til orientering.", Outcome.NOTED),
        ("Saken trekkes fra saklista.", Outcome.WITHDRAWN),
    ],
)
def test_the_decision_itself_may_tell_the_course(
    decided: str, outcome: Outcome
) -> None:
    assert minutes("Ingen ba om ordet.", decided).outcome is outcome


def test_a_recommendation_to_the_next_body_is_no_decision() -> None:
    text = NB.replace("Vedtak:", "Formannskapets innstilling til kommunestyret:")

    found = minutes("Innstillingen enstemmig vedtatt.", form=text)

    assert (found.is_recommendation, found.outcome) == (True, Outcome.RECOMMENDED)
    assert found.decided is not None
    assert found.decided.text == POINTS


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            "Ola foreslo å sende saken tilbake.\nForslaget enstemmig vedtatt.",
            id="of what?",
        ),
        pytest.param("Ola foreslo å utsette saken.\nVedtatt.", id="of which?"),
        pytest.param("Punkt 1 i innstillingen enstemmig vedtatt.", id="one point"),
        pytest.param("Innstillingen ble delvis vedtatt.", id="in part"),
        pytest.param(
            "Innstillingen bygger på planen som ble vedtatt.", id="told of another"
        ),
        pytest.param(
            "Innstillingen ble vedtatt.\nInnstillingen ble ikke vedtatt.", id="both"
        ),
        pytest.param("Innstillingen ble vedtatt med 3 mot 6 stemmer.", id="too few"),
        pytest.param(
            "Innstillingen ble enstemmig vedtatt med 6 mot 3 stemmer.", id="all and not"
        ),
        pytest.param("Innstillingen ble ikke enstemmig vedtatt.", id="not by all"),
        pytest.param("Innstillingen ble stemt over.", id="no result"),
        pytest.param(
            "Forslaget om å sende saken tilbake ble vedtatt.\n"
            "Innstillingen enstemmig vedtatt.",
            id="sent back and adopted",
        ),
        pytest.param(
            "Forslaget om å sende saken tilbake ble vedtatt.\n"
            "Forslaget om å utsette saken ble vedtatt.",
            id="two courses",
        ),
        pytest.param(
            "Det ble drøftet å sende saken tilbake.\nInnstillingen enstemmig vedtatt.",
            id="what became of it?",
        ),
        pytest.param("Ola Prøvesen (Sp) hadde ordet.", id="no vote at all"),
    ],
)
def test_what_is_not_certain_is_unknown(said: str) -> None:
    assert minutes(said).outcome is Outcome.UNKNOWN


def test_without_a_decision_nothing_was_adopted() -> None:
    text = "Behandling:\nInnstillingen enstemmig vedtatt."

    assert read_protocol(text).outcome is Outcome.UNKNOWN


def test_an_addition_that_was_adopted_changes_the_decision() -> None:
    found = minutes(
        "Tilleggsforslaget fra Bygdelista enstemmig vedtatt.\n"
        "Innstillingen enstemmig vedtatt."
    )

    assert found.outcome is Outcome.ADOPTED_CHANGED


def test_a_casting_vote_is_told_with_the_counts() -> None:
    found = minutes(
        "Innstillingen ble vedtatt med 5 mot 5 stemmer med ordførers dobbeltstemme."
    )

    (statement,) = found.statements
    assert statement.has_casting_vote
    assert (statement.in_favour, statement.against) == (5, 5)
    assert found.outcome is Outcome.ADOPTED


def test_votes_by_party_count_only_when_they_add_up() -> None:
    (statement,) = minutes(COUNTED).statements
    (other,) = minutes(COUNTED.replace("4 Ap", "3 Ap")).statements

    assert statement.by_group == (("Ap", 4, 0), ("Sp", 2, 0), ("H", 0, 3))
    assert (other.by_group, other.in_favour) == ((), 6)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "Vedtak", "Vedtak:\n\nBehandling:\n", "1/1"]
)
def test_a_text_that_tells_nothing_gives_nothing(text: str) -> None:
    found = read_protocol(text)

    assert (found.decided is None or not found.decided.text) or found.statements == ()
    assert found.outcome is Outcome.UNKNOWN


def test_a_text_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(ValueRefusedError):
        read_protocol("Vedtak:\n\x00")
    with pytest.raises(ValueRefusedError):
        read_protocol("a" * 200_001)


NOISE = [
    "Ola Prøvesen (Sp) fremmet forslag om å sende saken tilbake.",
    "Kari Prøvesen fremma framlegg om å utsetje saka.",
    "Rullering av planen ble vedtatt i 2019.",
    "Møtet ble hevet kl. 12.00.",
    "Habiliteten ble vurdert og vedtatt.",
    "Det ble votert alternativt.",
    "Forslag 1 ble satt opp mot innstillingen.",
    "Saka vart drøfta saman med budsjettet.",
    "Innstillingen ble lest opp.",
    "Forslaget ble trukket.",
    "For forslaget stemte 4: 4 Sp.",
    "Tilleggsforslaget fra Bygdelista falt med 4 mot 5 stemmer.",
    "Protokollen ble enstemmig vedtatt.",
]


ALL_SAID = [*ADOPTED, *SENT_BACK, *POSTPONED, *NOISE]


@settings(max_examples=80)
@given(
    told=st.sampled_from(
        [
            *((said, Outcome.ADOPTED) for said in ADOPTED),
            *((said, Outcome.SENT_BACK) for said in SENT_BACK),
            *((said, Outcome.POSTPONED) for said in POSTPONED),
        ]
    ),
    before=st.lists(st.sampled_from(NOISE), max_size=4),
    after=st.lists(st.sampled_from(NOISE), max_size=3),
    form=st.sampled_from([NB, NN]),
)
def test_whatever_else_is_said_the_outcome_is_the_true_one_or_unknown(
    told: tuple[str, Outcome], before: list[str], after: list[str], form: str
) -> None:
    said, true = told

    found = minutes("\n".join([*before, said, *after]), "Slik ble det.", form=form)

    assert found.outcome in {true, Outcome.ADOPTED_CHANGED, Outcome.UNKNOWN}
    if found.outcome is Outcome.ADOPTED_CHANGED:
        assert true is Outcome.ADOPTED


@settings(max_examples=50)
@given(st.lists(st.sampled_from(ALL_SAID), max_size=6))
def test_two_results_of_different_kinds_never_become_one(said: list[str]) -> None:
    found = minutes("\n".join(said), "Slik ble det.")

    kinds = {
        outcome
        for group, outcome in (
            (ADOPTED, Outcome.ADOPTED),
            (SENT_BACK, Outcome.SENT_BACK),
            (POSTPONED, Outcome.POSTPONED),
        )
        if set(said) & set(group)
    }
    assert len(kinds) < 2 or found.outcome is Outcome.UNKNOWN


@settings(max_examples=30)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=400))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    read_protocol(text)
