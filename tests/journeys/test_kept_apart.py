"""What must never be taken for something else, or be read by others, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journeys.villages import Village
from workflows.consultations import (
    ConsultationResult,
    call_consultation,
    hold_consultation,
    need_consultation,
    sign_consultation,
)
from workflows.development.answers import answer_round
from workflows.development.deviations import deviate
from workflows.development.drafting import write_fields
from workflows.development.hearings import plan_hearing
from workflows.development.positions import Position
from workflows.people.kinds import PARTIES, Role
from workflows.trace.questions import QUESTIONS

A, F, T = PARTIES

SECRET = "Ordlyden som ingen utenfor har fått"
OWN = "Særmerknaden om helgene"
REMARK = "Merknaden om ferien"
NAME = "Person P-T2"
NO_ROUND = "En drøfting er ikke en partsrunde, og gir ikke samtykke i en partsrunde."


@pytest.fixture
def talked(village: Village) -> Village:
    """A drøfting about an output on a round ended in agreement; nobody answered yet."""
    with village.acts() as town:
        town.begun_output("O-9")
        town.opened_round("R-9", document="O-9")
        need = {"ref": "D-1", "subject": "Ny turnus", "basis": "HA del B"}
        town.do(need_consultation, by=town.contact(T), about=["O-9"], **need)
        meets = {"documents_sent_on": town.today, "place": "Rådhuset"}
        town.wait(days=1)
        call = {"consultation": "D-1", "meets_at": town.now.replace(hour=12), **meets}
        town.do(call_consultation, by=town.contact(A), **call)
        town.wait(days=1)
        said = {"result": ConsultationResult.AGREED, "conclusion": "Enighet."}
        town.do(hold_consultation, by=town.contact(A), consultation="D-1", **said)
        for party in (A, T):
            town.do(sign_consultation, by=town.contact(party), consultation="D-1")
    return village


def test_inv_12_an_agreed_drøfting_is_shown_as_no_answer_or_consent(
    talked: Village,
) -> None:
    union = talked.visitor("M-P-T")

    talk, round_page = union.page("/drofting/D-1"), union.page("/runder/R-9")

    assert NO_ROUND in talk
    assert "D-1" not in round_page
    assert round_page.count("Har ikke svart ennå.") == 3
    assert "gjelder fortsatt" not in union.page("/dokumenter/O-9/samtykke")
    nynorsk = talked.visitor("M-P-T", language="nn").page("/drofting/D-1")
    assert "gjev ikkje samtykke i ein partsrunde" in nynorsk


def test_inv_12_a_round_where_all_agree_stands_in_no_list_of_drøftinger(
    village: Village,
) -> None:
    with village.acts() as town:
        town.begun_output("O-9")
        town.concluded_round("R-9", document="O-9")

    for hat in ("M-P-A", "M-P-T"):
        page = village.visitor(hat).page("/drofting")
        assert "Det er ingen drøftinger å vise." in page
        assert "R-9" not in page


@pytest.fixture
def drafted(village: Village) -> Village:
    """An output that is only a draft, and a public hearing planned on it."""
    with village.acts() as town:
        town.begun_output("O-9")
        values = {"o_summary": [SECRET]}
        town.do(write_fields, by=town.manager, document="O-9", values=values)
        town.do(
            plan_hearing,
            by=town.manager,
            ref="R-11",
            version="O-9@0.1",
            deadline_at=town.now + timedelta(days=21),
            questions=["Bør turnusen endres?"],
            addressees=["Eldrerådet"],
            is_public=True,
        )
    return village


PAGES = (
    *("/", "/prosjekter/PR1", "/leveranser", "/leveranser/O-9", "/horinger"),
    *("/horinger/R-11", "/dokumenter/O-9@0.1", "/dokumenter/O-9/samtykke"),
    *("/runder/R-9", "/historikk/O-9", "/historikk/R-9", "/spor/O-9", "/spor/PR1.csv"),
    *("/min-part", "/forum", "/fra-word", "/sok?ord=ordlyden", "/sok?ord=helgene"),
)
DATA = tuple(f"/sporsmal/{name}.json" for name in QUESTIONS)


def shown(village: Village, hat: str | None, *texts: str) -> list[tuple[str, str]]:
    """Each page where a hat reads one of these texts."""
    visitor = village.visitor(hat)
    found = {page: visitor.get(page).text for page in (*PAGES, *DATA)}
    return [(page, text) for page in found for text in texts if text in found[page]]


def test_inv_16_the_public_reads_nothing_before_all_three_parties_have_had_it(
    drafted: Village,
) -> None:
    manager = drafted.visitor("M-P-pm")

    refused = manager.send("/horinger/R-11/apne")
    before = shown(drafted, None, SECRET)
    with drafted.acts() as town:
        town.opened_round("R-9", document="O-9")
    manager.done("/horinger/R-11/apne")

    assert refused.status_code == 409
    assert before == []
    assert SECRET in drafted.visitor("M-P-T").page("/runder/R-9")
    assert SECRET in drafted.visitor().page("/horinger/R-11")


def test_inv_21_the_programme_reads_no_draft_no_dissent_and_not_who_is_in_a_union(
    drafted: Village,
) -> None:
    """Whoever signs an agreement stands by name on it, for everybody to read."""
    with drafted.acts() as town:
        town.settle("P-pk", Role.PROGRAMME_COORDINATOR)
        town.opened_round("R-9", document="O-9")
        said = {"position": Position.DISAGREE, "dissent": OWN, "remarks": [REMARK]}
        town.do(answer_round, by=town.contact(T), review="R-9", **said)
        town.do(deviate, by=town.member(T), review="R-9", text=OWN)

    own = {text for _, text in shown(drafted, "M-P-T", SECRET, OWN, REMARK, NAME)}

    assert own == {SECRET, OWN, REMARK, NAME}
    assert shown(drafted, "M-P-pk", SECRET, OWN, REMARK, NAME) == []
