"""Attempts to break, by the acts, what must never be possible."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from connector.database.dump import dumped
from tests.workflows.development.towns import A, Town, U
from tests.workflows.trace.halls import open_case, open_hall, treat, use
from workflows.base import by_ref
from workflows.consultations import (
    ConsultationResult,
    call_consultation,
    consultations_about,
    hold_consultation,
    need_consultation,
    sign_consultation,
)
from workflows.decision.bodies import Side, elect_member
from workflows.decision.cases import Case, prepare_case
from workflows.decision.exemptions import Exemption, exemption_on
from workflows.development.answers import counted_answers, summarise_round
from workflows.development.documents import latest
from workflows.development.drafting import write_fields
from workflows.development.outputs import Output, OutputState
from workflows.development.projects import Group, name_member
from workflows.development.reports import StatusReport, begin_report, submit_report
from workflows.development.rounds import open_round, read_round
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.municipalities import announce_reporting_day
from workflows.trace.graph import trace_of
from workflows.trace.impartiality import impartiality
from workflows.trace.questions import QUESTIONS, answer

GROUNDS = {
    "restricted": "exemption_negotiation",
    "exemption_reason": "Forhandlingsposisjonen må vernes.",
    "wider_access": "Vurdert; åpnes når avtalen er inngått.",
}
DUE = date(2025, 6, 18)


@pytest.fixture
def hall(delivered: Town) -> Town:
    """A council, and a case that rests on what the project handed over."""
    open_hall(delivered)
    open_case(delivered)
    use(delivered)
    return delivered


@pytest.mark.parametrize("party", PARTIES)
def test_inv_02_nobody_reads_a_round_before_all_three_have_it(
    town: Town, party: Party
) -> None:
    town.begun_output("O-1")
    town.planned_round("R-1", document="O-1")

    with pytest.raises(RuleBrokenError, match="INV-02"):
        town.do(read_round, by=town.contact(party), review="R-1")

    trace = trace_of(town.session, "O-1", at=town.now)
    assert "R-1" not in {node.ref for node in trace.nodes}
    told = answer(town.session, "parity", at=town.now).rows
    assert "R-1" not in {row["round"] for row in told}


def agreed_drøfting(town: Town, about: str) -> None:
    """A drøfting where employer and unions agree, recorded by both."""
    town.do(
        need_consultation,
        by=town.contact(U),
        ref="D-1",
        subject="Ny turnus",
        basis="HA del B",
        about=[about],
    )
    meets = {"documents_sent_on": town.today, "place": "Rådhuset"}
    town.wait(days=1)
    at = town.now.replace(hour=12)
    town.do(
        call_consultation,
        by=town.contact(A),
        consultation="D-1",
        meets_at=at,
        **meets,
    )
    town.wait(days=1)
    town.do(
        hold_consultation,
        by=town.contact(A),
        consultation="D-1",
        result=ConsultationResult.AGREED,
        conclusion="Enighet.",
    )
    for party in (A, U):
        town.do(sign_consultation, by=town.contact(party), consultation="D-1")


def test_inv_12_an_agreed_drøfting_is_no_answer_in_a_round(town: Town) -> None:
    town.begun_output("O-1")
    review = town.opened_round("R-1", document="O-1")
    agreed_drøfting(town, "O-1")
    town.wait(until=review.deadline_at)

    assert counted_answers(town.session, review) == []
    town.do(summarise_round, by=town.manager, review="R-1")
    output = by_ref(town.session, Output, "O-1")
    assert (output.state, output.standing) == (OutputState.ROUND, None)
    assert latest(town.session, "O-1").number != "1.0"


def test_inv_12_a_round_where_all_agree_is_no_drøfting(hall: Town) -> None:
    case = hall.do(prepare_case, by=hall.officer, case="C01", for_consultation=True)

    assert consultations_about(hall.session, "C01", at=hall.now) == []
    assert consultations_about(hall.session, "O-1", at=hall.now) == []
    assert case.state == "consultation_ha"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"exemption_reason": " "}, RuleBrokenError),
        ({"wider_access": ""}, RuleBrokenError),
        ({"restricted": "exemption_internal_document"}, RuleBrokenError),
        ({"restricted": "exemption_"}, Exception),
        ({"restricted": None}, InvalidValueError),
    ],
)
def test_inv_15_an_exemption_without_all_that_it_rests_on_is_refused(
    town: Town, changed: dict[str, Any], error: type[Exception]
) -> None:
    open_hall(town)

    with pytest.raises(error):
        open_case(town, **GROUNDS | changed)


def test_inv_15_an_exemption_tells_who_decided_it_and_when(town: Town) -> None:
    open_hall(town)
    open_case(town, **GROUNDS)

    case = by_ref(town.session, Case, "C01")
    found = exemption_on(town.session, case.id)

    assert found is not None
    assert (found.person_id, found.at) == (town.officer.person_id, town.now)
    assert (found.basis, found.reason) == (
        GROUNDS["restricted"],
        GROUNDS["exemption_reason"],
    )


@pytest.mark.parametrize(
    "statement",
    [update(Exemption).values(reason="En annen."), delete(Exemption)],
    ids=["change", "delete"],
)
def test_inv_15_the_database_keeps_the_grounds_of_an_exemption(
    town: Town, statement: Any
) -> None:
    open_hall(town)
    open_case(town, **GROUNDS)
    town.session.flush()

    with pytest.raises(DBAPIError):
        town.session.execute(statement)


def baseline(number: int | None) -> dict[str, Any]:
    row = {"_id": "1", "indikator": "Sykefravær ved avdeling 2", "verdi": "11,4 %"}
    return {"m_baseline": [row | ({"antall": number} if number is not None else {})]}


@pytest.mark.parametrize("number", [None, 1, 4])
def test_inv_17_a_mandate_that_shows_a_small_group_opens_no_round(
    town: Town, number: int | None
) -> None:
    town.drafted_project("PR2")
    values = baseline(number)
    town.do(write_fields, by=town.manager, document="PR2-M", values=values)
    town.planned_round("R-2", document="PR2-M")

    with pytest.raises(RuleBrokenError, match="INV-17"):
        town.do(open_round, by=town.manager, review="R-2")


def test_inv_17_a_group_that_is_large_enough_may_be_told_of(town: Town) -> None:
    town.drafted_project("PR2")
    town.do(write_fields, by=town.manager, document="PR2-M", values=baseline(5))

    assert town.opened_round("R-2", document="PR2-M").made_available_at


@pytest.mark.parametrize("number", [1, 4])
def test_inv_17_a_report_that_shows_a_small_group_is_not_submitted(
    town: Town, number: int
) -> None:
    period = {"period_from": date(2025, 1, 1), "period_to": DUE}
    town.do(announce_reporting_day, by=SYSTEM, due_on=DUE, **period)
    row = {"_id": "1", "naa": "11,4", "antall": number}
    values = {"s_goals": [row]}
    by = town.manager
    town.do(begin_report, by=by, project="PR1", due_on=DUE, values=values)

    with pytest.raises(RuleBrokenError, match="INV-17"):
        town.do(submit_report, by=by, report="PR1-S1")

    report = by_ref(town.session, StatusReport, "PR1-S1")
    assert report.submitted_at is None


def on_the_council(town: Town, person: str, **more: Any) -> None:
    values = {"body": "KST", "person": person, "valid_from": date(2025, 1, 1), **more}
    town.do(elect_member, by=SYSTEM, **values)


def in_the_project(town: Town, person: str, party: Party, group: Group) -> None:
    town.do(
        name_member,
        by=town.manager,
        project="PR1",
        person=person,
        group=group,
        party=party,
        valid_from=date(2025, 1, 1),
    )


def flagged(town: Town) -> list[tuple[str, str]]:
    rows = impartiality(town.session, at=town.now)
    return [(row["person"], row["case"]) for row in rows]


def test_inv_25_who_prepared_the_case_as_an_employee_is_pointed_out(
    hall: Town,
) -> None:
    in_the_project(hall, "P-A2", A, Group.PROJECT)
    on_the_council(hall, "P-A2")

    assert flagged(hall) == [("P-A2", "C01")]
    assert treat(hall).ref


@pytest.mark.parametrize(
    ("party", "group", "side"),
    [
        pytest.param(Party.ELECTED, Group.PROJECT, Side.MUNICIPALITY, id="elected"),
        pytest.param(A, Group.REFERENCE, Side.MUNICIPALITY, id="reference group"),
        pytest.param(A, Group.PROJECT, Side.EMPLOYEES, id="the employees' own seat"),
    ],
)
def test_inv_25_others_are_not_pointed_out(
    hall: Town, party: Party, group: Group, side: Side
) -> None:
    in_the_project(hall, "P-A2", party, group)
    on_the_council(hall, "P-A2", side=side)

    assert flagged(hall) == []


def test_inv_25_the_annual_budget_is_excepted(delivered: Town) -> None:
    open_hall(delivered)
    open_case(delivered, is_budget=True)
    use(delivered)
    in_the_project(delivered, "P-A2", A, Group.PROJECT)
    on_the_council(delivered, "P-A2")

    assert flagged(delivered) == []


def test_inv_24_the_system_administrator_does_nothing_but_set_up(town: Town) -> None:
    keeper = town.settle("P-it", Role.SYSADMIN)
    town.begun_output("O-1")
    town.opened_round("R-1", document="O-1")

    for act, values in (
        (read_round, {"review": "R-1"}),
        (write_fields, {"document": "O-1", "values": {"o_title": "x"}}),
    ):
        with pytest.raises(NotPermittedError):
            town.do(act, by=keeper, **values)


def test_inv_21_what_is_told_of_the_town_holds_no_draft_of_its_text(
    town: Town,
) -> None:
    """A draft is in the dump of its own municipality, and in no report."""
    town.begun_output("O-1")
    secret = "Et utkast som ingen har fått"
    values = {"o_title": secret}
    town.do(write_fields, by=town.manager, document="O-1", values=values)

    told = [answer(town.session, name, at=town.now).rows for name in QUESTIONS]
    trace = trace_of(town.session, "PR1", at=town.now)

    assert secret in json.dumps(dumped(town.session), ensure_ascii=False)
    assert secret not in str(told)
    assert secret not in str(trace)
