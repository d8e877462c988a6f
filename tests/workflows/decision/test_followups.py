from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.builders import TownHall
from workflows.base import by_ref
from workflows.clock import at_oslo
from workflows.decision.cases import Case, CaseState, close_case
from workflows.decision.decisions import DecisionText
from workflows.decision.followups import (
    ALLOWED,
    REPORTABLE,
    FollowUp,
    FollowUpReport,
    FollowUpState,
    delay,
    extend_follow_up,
    note_follow_ups,
    overdue,
    report_follow_up,
)
from workflows.decision.implementation import (
    follow_ups,
    items_without_follow_up,
    reports_of,
)
from workflows.decision.meetings import CaseNumber, Result
from workflows.decision.points import ItemText
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.hats import SYSTEM
from workflows.record.entries import fold, history

S = FollowUpState


@pytest.fixture
def followed(hall: TownHall) -> FollowUp:
    """The follow-up F-01 of a decision that the council made today."""
    hall.decided_case()
    return hall.followed_up()


def report(hall: TownHall, state: FollowUpState, **more: Any) -> FollowUp:
    values = {"followup": "F-01", "state": state, "evidence": "2025/10-3", **more}
    return hall.do(report_follow_up, by=hall.officer, **values)


def extend(hall: TownHall, deadline: date, **more: Any) -> FollowUp:
    values = {"followup": "F-01", "deadline": deadline, "reason": "Ferie.", **more}
    return hall.do(extend_follow_up, by=hall.officer, **values)


def note(hall: TownHall, treatment: str, *refs: str) -> list[FollowUp]:
    return hall.do(
        note_follow_ups,
        by=hall.secretary,
        followups=list(refs or ["F-01"]),
        treatment=treatment,
    )


def later_treatment(hall: TownHall, case: str = "C2", **more: Any) -> str:
    """A treatment of another case, a week on."""
    hall.wait(days=7)
    hall.case(case)
    return hall.treat(case, **{"result": Result.NOTED, **more}).ref


def pass_deadline(hall: TownHall) -> None:
    """Let the five weeks pass in which F-01 falls due; the sweep delays it."""
    hall.wait(days=35)


def test_the_first_follow_up_takes_the_case_to_implementation(hall: TownHall) -> None:
    hall.decided_case()

    hall.followed_up("C1-T1/1")
    hall.followed_up("C1-T1/2")

    assert by_ref(hall.session, Case, "C1").state is CaseState.IMPLEMENTATION
    moves = [entry.states for entry in history(hall.session, "C1")[-2:]]
    assert moves == [
        {"F-01": "not_started", "C1": "implementation"},
        {"F-02": "not_started"},
    ]


def test_a_closed_case_is_not_opened_by_a_follow_up(hall: TownHall) -> None:
    hall.decided_case()
    hall.do(close_case, by=hall.officer, case="C1")

    hall.followed_up()

    assert by_ref(hall.session, Case, "C1").state is CaseState.CLOSED


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param({"unit": " "}, InvalidValueError, id="nobody responsible"),
        pytest.param({"person": "P-nobody"}, NotFoundError, id="unknown person"),
        pytest.param({"item": "C1-T1/9"}, NotFoundError, id="unknown item"),
        pytest.param({"ref": "KST"}, RuleBrokenError, id="a reference that is taken"),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(
    hall: TownHall, values: dict[str, Any], error: type[Exception]
) -> None:
    hall.decided_case()

    with pytest.raises(error):
        hall.followed_up(**values)


def test_an_item_that_needs_no_follow_up_gets_none(hall: TownHall) -> None:
    done = ItemText(number=1, text="Takk.", needs_follow_up=False)
    hall.decided_case(decision=DecisionText(text="1. Takk.", items=(done,)))

    with pytest.raises(RuleBrokenError, match="L-02"):
        hall.followed_up()


def test_l_02_items_without_the_follow_up_they_need_are_told(hall: TownHall) -> None:
    items = (
        ItemText(number=1, text="Vedtas."),
        ItemText(number=2, text="Evalueres."),
        ItemText(number=3, text="Takk.", needs_follow_up=False),
    )
    hall.decided_case(decision=DecisionText(text="Tre punkter.", items=items))
    before = hall.now
    hall.wait(days=1)

    hall.followed_up("C1-T1/1")

    now = [item.ref for item in items_without_follow_up(hall.session)]
    then = [item.ref for item in items_without_follow_up(hall.session, at=before)]
    assert now == ["C1-T1/2"]
    assert then == ["C1-T1/1", "C1-T1/2"]


def test_a_person_and_a_report_day_may_be_named(hall: TownHall) -> None:
    hall.decided_case()
    soon = hall.today + timedelta(7)

    hall.followed_up(person="P-officer", unit="", ref="F-31", next_report=soon)

    (row,) = follow_ups(hall.session)
    assert (row.ref, row.responsible, row.next_report) == ("F-31", "P-officer", soon)
    assert history(hall.session, "F-31")[0].refs == [
        "F-31",
        "C1",
        "C1-T1/1",
        "P-officer",
    ]


@pytest.mark.parametrize("state", sorted(set(FollowUpState) - REPORTABLE))
def test_what_time_and_the_body_decide_is_not_reported(
    hall: TownHall, followed: FollowUp, state: FollowUpState
) -> None:
    with pytest.raises(InvalidValueError, match=state.value):
        report(hall, state)


def test_reports_are_kept_one_after_the_other(
    hall: TownHall, followed: FollowUp
) -> None:
    report(hall, S.IN_PROGRESS, text="I gang.", next_report=date(2025, 2, 1))
    report(hall, S.IN_PROGRESS, text="Halvveis.")
    report(hall, S.IMPLEMENTED, text="Ferdig.", evidence="2025/10-4")

    rows = reports_of(hall.session, followed)

    assert [(row.number, row.state, row.text) for row in rows] == [
        (1, S.NOT_STARTED, ""),
        (2, S.IN_PROGRESS, "I gang."),
        (3, S.IN_PROGRESS, "Halvveis."),
        (4, S.IMPLEMENTED, "Ferdig."),
    ]
    assert rows[1].next_report == date(2025, 2, 1)
    assert rows[3].evidence == "2025/10-4"
    assert followed.state is S.IMPLEMENTED


def test_what_is_carried_out_is_shown(hall: TownHall, followed: FollowUp) -> None:
    with pytest.raises(RuleBrokenError, match="where it shows that F-01"):
        report(hall, S.IMPLEMENTED, text="Ferdig.", evidence=" ")

    assert followed.state is S.NOT_STARTED


def test_a_body_takes_note_under_a_case_number(
    hall: TownHall, followed: FollowUp
) -> None:
    report(hall, S.IMPLEMENTED)
    place = later_treatment(hall, number=CaseNumber(seq=None))

    with pytest.raises(RuleBrokenError, match="no case number"):
        note(hall, place)

    assert followed.state is S.IMPLEMENTED


def test_what_was_reported_too_early_is_taken_up_again(
    hall: TownHall, followed: FollowUp
) -> None:
    report(hall, S.IMPLEMENTED)

    report(hall, S.IN_PROGRESS, text="Det manglet noe.")

    assert followed.state is S.IN_PROGRESS


def test_l_03_what_is_blocked_needs_a_notice_to_the_body(
    hall: TownHall, followed: FollowUp
) -> None:
    with pytest.raises(RuleBrokenError, match="L-03"):
        report(hall, S.BLOCKED, text="Ingen penger.", notice=" ")

    report(hall, S.BLOCKED, notice="Orientert i møte 20.01.2025")

    assert followed.state is S.BLOCKED
    assert reports_of(hall.session, followed)[-1].notice.startswith("Orientert")


def test_l_03_the_notice_may_be_a_treatment_of_the_body_that_decided(
    hall: TownHall, followed: FollowUp
) -> None:
    told = later_treatment(hall)

    report(hall, S.BLOCKED, treatment=told)

    assert followed.state is S.BLOCKED
    assert told in history(hall.session, "F-01")[-1].refs


def test_l_03_another_body_is_no_substitute(hall: TownHall, followed: FollowUp) -> None:
    told = later_treatment(hall, body="FSK")

    with pytest.raises(RuleBrokenError, match="FSK did not decide C1-T1"):
        report(hall, S.BLOCKED, treatment=told)


def test_what_was_blocked_may_go_on(hall: TownHall, followed: FollowUp) -> None:
    report(hall, S.BLOCKED, notice="Brev til KST")

    report(hall, S.IN_PROGRESS)

    assert followed.state is S.IN_PROGRESS


@pytest.mark.parametrize("state", [S.REPLACED, S.NOT_TO_BE_IMPLEMENTED])
def test_only_a_decision_sets_a_decision_aside(
    hall: TownHall, followed: FollowUp, state: FollowUpState
) -> None:
    with pytest.raises(RuleBrokenError, match="SM-8"):
        report(hall, state)
    with pytest.raises(RuleBrokenError, match="SM-8"):
        report(hall, state, treatment="C1-T1")
    hall.treat(result=Result.POSTPONED)
    with pytest.raises(NotFoundError, match="no Decision C1-T2"):
        report(hall, state, treatment="C1-T2")
    hall.wait(days=1)
    anew = hall.treat(decision=DecisionText(text="Opphevet.", supersedes="C1-T1"))

    report(hall, state, treatment=anew.ref)

    assert followed.state is state
    with pytest.raises(TransitionNotAllowedError):
        report(hall, S.IN_PROGRESS)


def test_the_body_that_decided_takes_note_of_what_is_done(
    hall: TownHall, followed: FollowUp
) -> None:
    second = hall.followed_up("C1-T1/2")
    for ref in ("F-01", "F-02"):
        report(hall, S.IMPLEMENTED, followup=ref)
    place = later_treatment(hall)

    noted = note(hall, place, "F-01", "F-02")

    assert noted == [followed, second]
    entry = history(hall.session, place)[-1]
    assert entry.type == "followup.noted"
    assert entry.states == {"F-01": "noted_by_body", "F-02": "noted_by_body"}
    last = reports_of(hall.session, followed)[-1]
    assert last.treatment_id is not None


def test_only_what_is_implemented_is_noted(hall: TownHall, followed: FollowUp) -> None:
    report(hall, S.IN_PROGRESS)
    place = later_treatment(hall)

    with pytest.raises(TransitionNotAllowedError):
        note(hall, place)


def test_another_body_cannot_take_note(hall: TownHall, followed: FollowUp) -> None:
    report(hall, S.IMPLEMENTED)
    place = later_treatment(hall, body="FSK")

    with pytest.raises(RuleBrokenError, match="FSK did not decide"):
        note(hall, place)


def test_the_body_takes_note_later_than_it_decided(
    hall: TownHall, followed: FollowUp
) -> None:
    report(hall, S.IMPLEMENTED)
    hall.case("C2")
    early = hall.treat("C2", result=Result.NOTED, treated_on=hall.today - timedelta(1))

    for place in (early.ref, "C1-T1"):
        with pytest.raises(RuleBrokenError, match=f"{place} is not later"):
            note(hall, place)


def test_noting_nothing_is_no_act(hall: TownHall, followed: FollowUp) -> None:
    with pytest.raises(InvalidValueError, match="at least one"):
        hall.do(note_follow_ups, by=hall.secretary, followups=[], treatment="C1-T1")


def test_only_the_secretary_registers_what_the_body_noted(
    hall: TownHall, followed: FollowUp
) -> None:
    report(hall, S.IMPLEMENTED)
    place = later_treatment(hall)

    for hat in (hall.officer, hall.chief, hall.manager):
        with pytest.raises(NotPermittedError):
            hall.do(note_follow_ups, by=hat, followups=["F-01"], treatment=place)


@pytest.mark.parametrize(
    ("body", "may"),
    [("KST", True), ("FSK", True), ("ADM", True), ("ELD", False), ("KD", False)],
)
def test_any_elected_body_may_note_what_was_decided_under_delegation(
    hall: TownHall, body: str, may: bool
) -> None:
    hall.case()
    hall.treat(body="KD", result=Result.DELEGATED)
    followed = hall.followed_up()
    report(hall, S.IMPLEMENTED)
    place = later_treatment(hall, body=body)

    if not may:
        with pytest.raises(RuleBrokenError, match=f"{body} did not decide"):
            note(hall, place)
    else:
        note(hall, place)

    assert followed.state is (S.NOTED_BY_BODY if may else S.IMPLEMENTED)


def test_a_follow_up_is_late_from_the_first_instant_after_its_deadline(
    hall: TownHall, followed: FollowUp
) -> None:
    midnight = at_oslo(followed.deadline + timedelta(1), time(0))

    assert overdue(hall.session, midnight - timedelta(microseconds=1)) == []
    assert overdue(hall.session, midnight) == [(midnight, followed)]


def test_the_delay_is_told_as_it_happened(hall: TownHall, followed: FollowUp) -> None:
    midnight = at_oslo(followed.deadline + timedelta(1), time(0))

    pass_deadline(hall)

    entry = history(hall.session, "F-01")[-1]
    assert (entry.type, entry.at) == ("followup.delayed", midnight)
    assert entry.by == SYSTEM.as_record()
    assert followed.state is S.DELAYED
    assert overdue(hall.session, hall.now) == []


def test_the_longest_overdue_comes_first(hall: TownHall) -> None:
    hall.decided_case()
    for ref, days in (("F-02", 3), ("F-03", 1), ("F-01", 3)):
        hall.followed_up(ref=ref, deadline=hall.today + timedelta(days))

    late = overdue(hall.session, hall.now + timedelta(9))

    assert [row.ref for _, row in late] == ["F-03", "F-01", "F-02"]


def test_a_deadline_that_had_passed_already_is_late_from_when_it_was_set(
    hall: TownHall,
) -> None:
    hall.decided_case()
    row = hall.followed_up(deadline=hall.today - timedelta(5))

    assert overdue(hall.session, hall.now) == [(hall.now, row)]


def test_what_is_done_blocked_or_laid_aside_is_not_late(
    hall: TownHall, followed: FollowUp
) -> None:
    hall.followed_up("C1-T1/2")
    report(hall, S.IMPLEMENTED)
    report(hall, S.BLOCKED, followup="F-02", notice="Brev til KST")

    pass_deadline(hall)

    assert fold(hall.session)["F-01"] == "implemented"
    assert fold(hall.session)["F-02"] == "blocked"


def test_nobody_delays_a_follow_up_before_its_time(
    hall: TownHall, followed: FollowUp
) -> None:
    with pytest.raises(RuleBrokenError, match="F-01 is not late yet"):
        delay(hall.session, followed, at=hall.now)


def test_what_is_late_stays_delayed_until_it_is_done(
    hall: TownHall, followed: FollowUp
) -> None:
    pass_deadline(hall)

    states = [report(hall, state).state for state in (S.IN_PROGRESS, S.IMPLEMENTED)]

    assert states == [S.DELAYED, S.IMPLEMENTED]


@pytest.mark.parametrize(
    ("reported", "expected"),
    [(None, S.NOT_STARTED), (S.IN_PROGRESS, S.IN_PROGRESS)],
    ids=["never begun", "begun"],
)
def test_a_new_deadline_takes_the_delay_away(
    hall: TownHall,
    followed: FollowUp,
    reported: FollowUpState | None,
    expected: FollowUpState,
) -> None:
    pass_deadline(hall)
    if reported:
        report(hall, reported)

    extend(hall, hall.today)

    assert followed.state is expected
    (row,) = follow_ups(hall.session)
    assert (row.deadline, row.text) == (hall.today, "Ferie.")


def test_a_new_deadline_that_has_passed_too_takes_nothing_away(
    hall: TownHall, followed: FollowUp
) -> None:
    pass_deadline(hall)

    extend(hall, hall.today - timedelta(1))

    assert followed.state is S.DELAYED


def test_a_new_deadline_before_the_old_one_has_passed_changes_no_state(
    hall: TownHall, followed: FollowUp
) -> None:
    report(hall, S.BLOCKED, notice="Brev til KST")

    extend(hall, followed.deadline + timedelta(10))

    assert followed.state is S.BLOCKED


@pytest.mark.parametrize(
    ("days", "reason", "about"),
    [
        pytest.param(28, "Ferie.", "not after", id="the same deadline"),
        pytest.param(20, "Ferie.", "not after", id="an earlier deadline"),
        pytest.param(40, " ", "needs a reason", id="no reason"),
    ],
)
def test_a_new_deadline_is_later_and_has_a_reason(
    hall: TownHall, followed: FollowUp, days: int, reason: str, about: str
) -> None:
    with pytest.raises(InvalidValueError, match=about):
        extend(hall, hall.today + timedelta(days), reason=reason)


def test_what_is_done_gets_no_new_deadline(hall: TownHall, followed: FollowUp) -> None:
    report(hall, S.IMPLEMENTED)

    with pytest.raises(RuleBrokenError, match="F-01 is implemented"):
        extend(hall, followed.deadline + timedelta(10))


def test_inv_01_the_development_line_sets_no_status(
    hall: TownHall, followed: FollowUp
) -> None:
    for act, values in (
        (report_follow_up, {"state": S.IMPLEMENTED}),
        (extend_follow_up, {"deadline": date(2026, 1, 1), "reason": "x"}),
    ):
        with pytest.raises(NotPermittedError, match="INV-01"):
            hall.do(act, by=hall.manager, followup="F-01", **values)

    assert followed.state is S.NOT_STARTED


def test_inv_19_closing_the_case_hides_no_follow_up(
    hall: TownHall, followed: FollowUp
) -> None:
    hall.do(close_case, by=hall.officer, case="C1")

    (open_row,) = follow_ups(hall.session)
    pass_deadline(hall)
    (late_row,) = follow_ups(hall.session)
    report(hall, S.IMPLEMENTED)

    assert (open_row.case, open_row.state) == ("C1", S.NOT_STARTED)
    assert late_row.state is S.DELAYED
    assert followed.state is S.IMPLEMENTED


def test_follow_ups_are_told_as_they_were_at_the_time(
    hall: TownHall, followed: FollowUp
) -> None:
    told: list[datetime] = [hall.now - timedelta(1), hall.now]
    hall.wait(days=7)
    report(hall, S.IN_PROGRESS, text="I gang.", evidence="Notat")
    old_deadline = followed.deadline
    told.append(hall.now)
    hall.wait(days=7)
    extend(hall, old_deadline + timedelta(30))

    before, assigned, begun = (follow_ups(hall.session, at=at) for at in told)
    (now,) = follow_ups(hall.session)

    assert before == []
    assert [row.state for row in (*assigned, *begun, now)] == [
        S.NOT_STARTED,
        S.IN_PROGRESS,
        S.IN_PROGRESS,
    ]
    assert (begun[0].text, begun[0].evidence) == ("I gang.", "Notat")
    assert begun[0].deadline == old_deadline
    assert now.deadline == old_deadline + timedelta(30)
    assert now.last_reported_on == hall.today


def test_inv_09_the_database_keeps_every_report_as_it_was(
    hall: TownHall, followed: FollowUp
) -> None:
    for statement in (
        update(FollowUpReport).values(text="Alt er i orden."),
        delete(FollowUpReport),
    ):
        with pytest.raises(DBAPIError), hall.session.begin_nested():
            hall.session.execute(statement)


@given(st.lists(st.sampled_from(sorted(FollowUpState)), max_size=8))
def test_no_way_leads_to_noted_but_through_implemented(
    path: list[FollowUpState],
) -> None:
    walked = [S.NOT_STARTED]
    for wanted in path:
        if wanted in ALLOWED[walked[-1]]:
            walked.append(wanted)

    if S.NOTED_BY_BODY in walked:
        assert walked[walked.index(S.NOTED_BY_BODY) - 1] is S.IMPLEMENTED
        assert walked[-1] is S.NOTED_BY_BODY
