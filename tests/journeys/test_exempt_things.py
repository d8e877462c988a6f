"""What is exempt, or only an idea, is told by nothing that hangs on it either."""

from __future__ import annotations

import pytest

from tests.journeys.villages import Village
from tests.workflows.trace.halls import assign, open_case, open_hall, record, treat, use
from workflows.trace.outcomes import Code
from workflows.trace.questions import QUESTIONS

TITLE = "Oppsigelse av avtalen med verkstedet"
GROUNDS = {
    "title": TITLE,
    "restricted": "exemption_negotiation",
    "exemption_reason": "Forhandlingsposisjonen må vernes.",
    "wider_access": "Vurdert; åpnes når avtalen er inngått.",
}
SECRETS = (TITLE, "C01", "Punkt 1", "F-01")
PAGES = (
    *("/", "/saker", "/oppfolging", "/leveranser/O-1", "/prosjekter/PR1"),
    *("/spor/O-1", "/spor/PR1.csv", "/historikk/O-1", "/historikk/PR1"),
    *(f"/sporsmal/{name}.json" for name in QUESTIONS),
)
THINGS = (
    *("/saker/C01", "/behandlinger/C01-T1", "/oppfolging/F-01"),
    *("/spor/C01", "/spor/C01-T1", "/spor/C01-T1/1", "/spor/F-01", "/spor/F-01.csv"),
    *("/historikk/C01", "/historikk/C01-T1", "/historikk/F-01"),
)


@pytest.fixture
def exempt(handing_village: Village) -> Village:
    """An exempt case that rests on O-1, decided and followed up."""
    with handing_village.acts() as town:
        open_hall(town)
        open_case(town, **GROUNDS)
        use(town)
        treat(town)
        record(town, "C01-T1", Code.ADOPTED, item=1)
        assign(town, "C01-T1/1")
    return handing_village


@pytest.mark.parametrize("hat", [None, "M-P-T", "M-P-pm"])
def test_an_exempt_case_is_told_by_nothing_that_hangs_on_it(
    exempt: Village, hat: str | None
) -> None:
    visitor = exempt.visitor(hat)

    found = {page: visitor.get(page).text for page in PAGES}
    statuses = {thing: visitor.get(thing).status_code for thing in THINGS}

    leaks = [(page, s) for page, text in found.items() for s in SECRETS if s in text]
    assert leaks == []
    assert set(statuses.values()) == {404}, statuses


def test_who_prepares_the_case_sees_it_with_all_that_hangs_on_it(
    exempt: Village,
) -> None:
    """So that the test above is about rights, and not about something else."""
    officer = exempt.visitor("M-P-officer")

    statuses = {officer.get(thing).status_code for thing in THINGS}

    assert statuses <= {200, 303}
    assert TITLE in officer.page("/spor/O-1")


def test_an_idea_is_told_to_the_public_by_no_record(village: Village) -> None:
    with village.acts() as town:
        town.propose("PR2")

    asked = ("/prosjekter/PR2", "/historikk/PR2", "/spor/PR2")

    assert {village.visitor().get(path).status_code for path in asked} == {404}
    assert {village.visitor("M-P-A").get(path).status_code for path in asked} == {200}


def test_a_round_that_is_only_planned_is_known_to_those_who_plan_it(
    village: Village,
) -> None:
    """INV-02: not even that there will be one."""
    with village.acts() as town:
        town.begun_output("O-9")
        town.planned_round("R-9", document="O-9")
    asked = ("/runder/R-9", "/historikk/R-9", "/spor/R-9", "/min-part/rom/R-9")

    contact, manager = village.visitor("M-P-T"), village.visitor("M-P-pm")

    assert {contact.get(path).status_code for path in asked} == {404}
    assert "R-9" not in contact.get("/historikk/O-9").text
    assert manager.get("/historikk/R-9").status_code == 200
