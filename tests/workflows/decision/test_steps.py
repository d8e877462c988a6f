"""SM-6, SM-7 and SM-8 step by step: what is allowed, and what is refused.

The tables here are written from the agreed processes, not from the code. A state is set
directly, so that each step is tried from each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from tests.workflows.builders import PREPARED, TownHall
from tests.workflows.conftest import Stage
from tests.workflows.development.towns import Town, session_on
from workflows.base import by_ref
from workflows.decision.cases import (
    Case,
    CaseState,
    close_case,
    confirm_ready,
    prepare_case,
)
from workflows.decision.followups import (
    FollowUp,
    FollowUpState,
    extend_follow_up,
    note_follow_ups,
    report_follow_up,
)
from workflows.decision.meetings import Result
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.errors import TransitionNotAllowedError as Refused
from workflows.record.entries import fold

C, W = CaseState, FollowUpState


def prepare(hall: TownHall) -> None:
    hall.do(prepare_case, by=hall.officer, case="C1")


def consult(hall: TownHall) -> None:
    hall.do(prepare_case, by=hall.officer, case="C1", for_consultation=True)


def confirm(hall: TownHall) -> None:
    hall.do(confirm_ready, by=hall.chief, case="C1", checklist=PREPARED)


def put_up(hall: TownHall) -> None:
    hall.put_up(body="FSK")


def close(hall: TownHall) -> None:
    hall.do(close_case, by=hall.officer, case="C1")


def carry_out(hall: TownHall) -> None:
    hall.followed_up("C1-T1/2")


Step = Callable[[TownHall], None]
UNDER_WAY = {C.ON_AGENDA, C.TREATED_IN_BODY, C.POSTPONED}
CASE_STEPS: dict[Step, tuple[CaseState, set[CaseState]]] = {
    prepare: (
        C.PREPARING,
        {C.REGISTERED, C.CONSULTATION_HA, C.READY, C.SENT_BACK, *UNDER_WAY},
    ),
    consult: (
        C.CONSULTATION_HA,
        {C.REGISTERED, C.PREPARING, C.READY, C.POSTPONED, C.SENT_BACK},
    ),
    confirm: (C.READY, {C.PREPARING, C.CONSULTATION_HA}),
    put_up: (C.ON_AGENDA, {C.READY, *UNDER_WAY}),
    close: (
        C.CLOSED,
        {C.ON_AGENDA, C.WITHDRAWN, C.FINAL_DECISION, C.IMPLEMENTATION},
    ),
}
"""The acts on a case: the state each leads to, and the states it may be done in."""

RESULTS = {
    Result.FINAL: C.FINAL_DECISION,
    Result.DELEGATED: C.FINAL_DECISION,
    Result.RECOMMENDS: C.TREATED_IN_BODY,
    Result.POSTPONED: C.POSTPONED,
    Result.SENT_BACK: C.SENT_BACK,
    Result.NOTED: C.CLOSED,
    Result.WITHDRAWN: C.WITHDRAWN,
}


def report(state: FollowUpState) -> Step:
    """The report of a state, with the notice or the new decision that it may need."""

    def act(hall: TownHall) -> None:
        is_decided = state in {W.REPLACED, W.NOT_TO_BE_IMPLEMENTED}
        hall.do(
            report_follow_up,
            by=hall.officer,
            followup="F-01",
            state=state,
            notice="Orientert i e-post" if state is W.BLOCKED else "",
            evidence="2025/1-3" if state is W.IMPLEMENTED else "",
            treatment="C1-T2" if is_decided else None,
        )

    return act


def note(hall: TownHall) -> None:
    hall.do(note_follow_ups, by=hall.secretary, followups=["F-01"], treatment="C1-T2")


OPEN = {W.NOT_STARTED, W.IN_PROGRESS, W.DELAYED, W.BLOCKED}
FOLLOW_UP_STEPS: dict[FollowUpState, tuple[Step, set[FollowUpState]]] = {
    W.IN_PROGRESS: (report(W.IN_PROGRESS), OPEN | {W.IMPLEMENTED}),
    W.IMPLEMENTED: (report(W.IMPLEMENTED), OPEN),
    W.BLOCKED: (report(W.BLOCKED), OPEN),
    W.REPLACED: (report(W.REPLACED), OPEN),
    W.NOT_TO_BE_IMPLEMENTED: (report(W.NOT_TO_BE_IMPLEMENTED), OPEN),
    W.NOTED_BY_BODY: (note, {W.IMPLEMENTED}),
}
"""What a follow-up can be brought to: by which act, and from which states."""


@pytest.fixture(scope="session")
def decided_twice(stage: Stage) -> Iterator[Connection]:
    """A connection on which the council decided C1, twice; F-01 is of the first."""
    yield from stage(_decide_twice)


@pytest.fixture
def hall_of_c1(decided_twice: Connection) -> Iterator[TownHall]:
    with session_on(decided_twice) as session:
        yield TownHall(session)


def _decide_twice(town: Town) -> None:
    hall = TownHall(town.session)
    hall.decided_case()
    hall.followed_up(ref="F-01")
    hall.treat()


def test_every_state_and_every_result_is_tried_here() -> None:
    assert set(RESULTS) == set(Result)
    by_time_or_at_first = {W.NOT_STARTED, W.DELAYED}
    assert set(FOLLOW_UP_STEPS) == set(FollowUpState) - by_time_or_at_first


@pytest.mark.parametrize("before", CaseState)
@pytest.mark.parametrize("step", CASE_STEPS, ids=lambda step: step.__name__)
def test_sm_6_a_case_takes_the_steps_of_the_table_and_no_others(
    hall_of_c1: TownHall, step: Step, before: CaseState
) -> None:
    case = by_ref(hall_of_c1.session, Case, "C1")
    case.state = before
    leads_to, from_these = CASE_STEPS[step]

    if before in from_these:
        step(hall_of_c1)
        assert case.state is fold_of(hall_of_c1, "C1", CaseState) is leads_to
    else:
        with pytest.raises(Refused, match=f"{before} to {leads_to}"):
            step(hall_of_c1)
        assert case.state is before


@pytest.mark.parametrize("before", CaseState)
def test_sm_7_what_a_body_did_is_never_refused_whatever_came_before(
    hall_of_c1: TownHall, before: CaseState
) -> None:
    case = by_ref(hall_of_c1.session, Case, "C1")

    for result, leads_to in RESULTS.items():
        case.state = before
        assert hall_of_c1.treat(result=result).result is result
        assert case.state is fold_of(hall_of_c1, "C1", CaseState) is leads_to


@pytest.mark.parametrize("before", CaseState)
def test_sm_6_carrying_out_begins_with_a_final_decision_and_moves_no_other_case(
    hall_of_c1: TownHall, before: CaseState
) -> None:
    case = by_ref(hall_of_c1.session, Case, "C1")
    case.state = before

    carry_out(hall_of_c1)

    begins = before is C.FINAL_DECISION
    assert case.state is (C.IMPLEMENTATION if begins else before)


@pytest.mark.parametrize("before", FollowUpState)
@pytest.mark.parametrize("wanted", FOLLOW_UP_STEPS)
def test_sm_8_a_follow_up_takes_the_steps_of_the_table_and_no_others(
    hall_of_c1: TownHall, wanted: FollowUpState, before: FollowUpState
) -> None:
    row = by_ref(hall_of_c1.session, FollowUp, "F-01")
    row.state = before
    step, from_these = FOLLOW_UP_STEPS[wanted]

    if before in from_these:
        step(hall_of_c1)
        assert row.state is fold_of(hall_of_c1, "F-01", FollowUpState) is wanted
    else:
        with pytest.raises(Refused, match=f"{before} to {wanted}"):
            step(hall_of_c1)
        assert row.state is before


@pytest.mark.parametrize("state", [W.NOT_STARTED, W.NOTED_BY_BODY, W.DELAYED])
def test_sm_8_what_time_or_the_body_tells_is_not_for_reporting(
    hall_of_c1: TownHall, state: FollowUpState
) -> None:
    with pytest.raises(InvalidValueError, match="state"):
        report(state)(hall_of_c1)


@pytest.mark.parametrize("before", FollowUpState)
def test_sm_8_a_deadline_is_moved_while_there_is_something_left_to_do(
    hall_of_c1: TownHall, before: FollowUpState
) -> None:
    row = by_ref(hall_of_c1.session, FollowUp, "F-01")
    row.state = before
    later = row.deadline + timedelta(days=1)
    terms = {"followup": "F-01", "deadline": later, "reason": "Ferie"}

    if before in OPEN:
        hall_of_c1.do(extend_follow_up, by=hall_of_c1.officer, **terms)
        assert row.deadline == later
    else:
        with pytest.raises(RuleBrokenError, match="SM-8"):
            hall_of_c1.do(extend_follow_up, by=hall_of_c1.officer, **terms)
        assert row.deadline < later


def fold_of(
    hall: TownHall, ref: str, states: type[CaseState] | type[FollowUpState]
) -> CaseState | FollowUpState:
    """The state that the record itself tells."""
    return states(fold(hall.session)[ref])
