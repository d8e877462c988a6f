from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from tests.workflows.builders import PREPARED, TownHall
from workflows.base import by_ref
from workflows.decision.cases import (
    Case,
    CaseState,
    CheckPoint,
    PreparationCheck,
    cases,
    close_case,
    confirm_ready,
    last_check,
    prepare_case,
    put_on_agenda,
)
from workflows.decision.meetings import Result
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.kinds import FocusArea, Role
from workflows.record.entries import history

S = CaseState


@pytest.mark.parametrize("number", ["2025/1033", "1999/1", "2026/1234567"])
def test_an_archive_number_is_year_and_sequence(hall: TownHall, number: str) -> None:
    assert hall.case(archive_number=number).archive_number == number


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param({"archive_number": "25/1033"}, InvalidValueError, id="short year"),
        pytest.param({"archive_number": "2025/0"}, InvalidValueError, id="no sequence"),
        pytest.param({"archive_number": "2025-12"}, InvalidValueError, id="no slash"),
        pytest.param({"archive_number": "2025/1 "}, InvalidValueError, id="a space"),
        pytest.param({"language": "en"}, InvalidValueError, id="neither nb nor nn"),
        pytest.param({"plan": ["KST", "XXX"]}, NotFoundError, id="unknown body"),
        pytest.param({"restricted": "archives"}, InvalidValueError, id="no exemption"),
        pytest.param(
            {"restricted": "exemption_unheard_of"},
            NotFoundError,
            id="no such exemption",
        ),
        pytest.param(
            {"restricted": "exemption_internal_document"},
            RuleBrokenError,
            id="INV-15: never internal",
        ),
        pytest.param({"ref": "KST"}, RuleBrokenError, id="a reference that is taken"),
    ],
)
def test_a_case_that_cannot_be_is_refused(
    hall: TownHall, values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        hall.case(**values)


def test_a_case_keeps_its_plan_and_what_it_asks(hall: TownHall) -> None:
    hall.case(
        plan=["ADM", "KST"],
        focus=FocusArea.FULL_TIME,
        asks_basis=True,
        restricted="exemption_negotiation",
        exemption_reason="Forhandlingsposisjonen må vernes.",
        wider_access="Vurdert; åpnes når avtalen er inngått.",
    )

    (row,) = cases(hall.session)
    assert row.plan == ("ADM", "KST")
    assert (row.focus, row.asks_basis) == (FocusArea.FULL_TIME, True)
    assert row.restricted == "exemption_negotiation"
    assert (row.state, row.registered_on) == (S.REGISTERED, hall.today)


def test_a_case_may_wait_for_consultation_with_the_unions(hall: TownHall) -> None:
    case = hall.case()

    hall.do(prepare_case, by=hall.officer, case="C1", for_consultation=True)

    assert case.state is S.CONSULTATION_HA


def test_l_01_only_the_chief_executive_confirms_that_a_case_is_ready(
    hall: TownHall,
) -> None:
    hall.case()
    hall.do(prepare_case, by=hall.officer, case="C1")

    for hat in (hall.officer, hall.secretary, hall.manager):
        with pytest.raises(NotPermittedError):
            hall.do(confirm_ready, by=hat, case="C1", checklist=PREPARED)


def test_l_01_the_confirmation_is_stored_with_person_and_time(hall: TownHall) -> None:
    case = hall.ready_case()

    check = last_check(hall.session, case)
    assert check is not None
    assert check.person_id == hall.chief.person_id
    assert check.confirmed_at == hall.now
    assert check.points == dict.fromkeys(map(str, CheckPoint), True)
    assert case.state is S.READY


@pytest.mark.parametrize("point", list(CheckPoint))
def test_l_01_each_point_that_is_not_done_needs_a_reason(
    hall: TownHall, point: CheckPoint
) -> None:
    hall.case()
    hall.do(prepare_case, by=hall.officer, case="C1")
    lacking = replace(PREPARED, **{point.value: False})

    for reasons in (None, {point: " "}):
        with pytest.raises(RuleBrokenError, match="L-01"):
            hall.do(
                confirm_ready,
                by=hall.chief,
                case="C1",
                checklist=lacking,
                reasons=reasons,
            )
    check = hall.do(
        confirm_ready,
        by=hall.chief,
        case="C1",
        checklist=lacking,
        reasons={point: "Ikke aktuelt."},
    )

    assert check.reasons == {point.value: "Ikke aktuelt."}
    assert not check.points[point.value]
    assert history(hall.session, "C1")[-1].payload["not_done"] == [point.value]


def test_a_point_that_is_done_needs_no_reason(hall: TownHall) -> None:
    hall.case()
    hall.do(prepare_case, by=hall.officer, case="C1")

    with pytest.raises(InvalidValueError, match=r"reasons\.law"):
        hall.do(
            confirm_ready,
            by=hall.chief,
            case="C1",
            checklist=PREPARED,
            reasons={CheckPoint.LAW: "Likevel."},
        )


def test_l_01_a_case_without_the_confirmation_comes_on_no_agenda(
    hall: TownHall,
) -> None:
    hall.case()
    meeting = hall.meeting()

    with pytest.raises(TransitionNotAllowedError):
        hall.do(put_on_agenda, by=hall.secretary, case="C1", meeting=meeting)


def test_only_secretary_and_leader_put_a_case_on_the_agenda(hall: TownHall) -> None:
    hall.ready_case()
    meeting = hall.meeting()
    leader = hall.settle("P-leader", Role.BODY_LEADER)

    for hat in (hall.chief, hall.officer, hall.manager):
        with pytest.raises(NotPermittedError):
            hall.do(put_on_agenda, by=hat, case="C1", meeting=meeting)
    hall.do(put_on_agenda, by=leader, case="C1", meeting=meeting)

    assert by_ref(hall.session, Case, "C1").state is S.ON_AGENDA


def test_cases_stand_on_the_agenda_in_the_order_they_came(hall: TownHall) -> None:
    meeting = hall.meeting()
    positions = []

    for ref, position in (("C1", None), ("C2", None), ("C3", 9)):
        hall.ready_case(ref)
        item = hall.do(
            put_on_agenda,
            by=hall.secretary,
            case=ref,
            meeting=meeting,
            position=position,
        )
        positions.append(item.position)

    assert positions == [1, 2, 9]


def test_a_case_stands_once_on_an_agenda_but_may_stand_on_another(
    hall: TownHall,
) -> None:
    case = hall.ready_case()
    meeting = hall.put_up()
    later = hall.meeting(on=hall.today + timedelta(7))

    with pytest.raises(RuleBrokenError, match="C1 is on the agenda"):
        hall.do(put_on_agenda, by=hall.secretary, case="C1", meeting=meeting)
    hall.do(put_on_agenda, by=hall.secretary, case="C1", meeting=later)

    assert case.state is S.ON_AGENDA


@pytest.mark.parametrize(
    "result", [Result.POSTPONED, Result.RECOMMENDS], ids=["postponed", "recommended"]
)
def test_a_case_that_goes_on_is_put_straight_on_the_next_agenda(
    hall: TownHall, result: Result
) -> None:
    hall.decided_case(result=result, body="ADM")

    hall.put_up(body="KST")

    assert by_ref(hall.session, Case, "C1").state is S.ON_AGENDA


def test_a_case_that_was_sent_back_is_prepared_and_confirmed_anew(
    hall: TownHall,
) -> None:
    hall.decided_case(result=Result.SENT_BACK)
    hall.wait(days=7)
    meeting = hall.meeting()

    with pytest.raises(TransitionNotAllowedError):
        hall.do(put_on_agenda, by=hall.secretary, case="C1", meeting=meeting)
    hall.make_ready("C1")
    hall.do(put_on_agenda, by=hall.secretary, case="C1", meeting=meeting)

    assert by_ref(hall.session, Case, "C1").state is S.ON_AGENDA


def test_a_case_under_preparation_is_not_closed(hall: TownHall) -> None:
    hall.case()

    with pytest.raises(TransitionNotAllowedError, match="registered to closed"):
        hall.do(close_case, by=hall.officer, case="C1")


@pytest.mark.parametrize("result", [Result.FINAL, Result.WITHDRAWN])
def test_a_case_that_is_done_with_is_closed(hall: TownHall, result: Result) -> None:
    hall.decided_case(result=result)

    closed = hall.do(close_case, by=hall.secretary, case="C1")

    assert closed.state is S.CLOSED


def test_cases_are_told_as_they_were_at_the_time_asked_for(hall: TownHall) -> None:
    hall.case("C1")
    first = hall.now
    hall.wait(days=1)
    hall.case("C2")
    hall.do(prepare_case, by=hall.officer, case="C1")

    then = [(row.ref, row.state) for row in cases(hall.session, at=first)]
    now = [(row.ref, row.state) for row in cases(hall.session)]

    assert then == [("C1", S.REGISTERED)]
    assert now == [("C1", S.PREPARING), ("C2", S.REGISTERED)]


def test_the_database_keeps_a_confirmation_as_it_was(hall: TownHall) -> None:
    hall.ready_case()

    with pytest.raises(DBAPIError), hall.session.begin_nested():
        hall.session.execute(update(PreparationCheck).values(points={}))
