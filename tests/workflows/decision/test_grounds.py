"""A decision yields only to a new one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.builders import TownHall
from workflows.decision.followups import FollowUp, FollowUpState, report_follow_up
from workflows.errors import RuleBrokenError

BY_DECISION = [FollowUpState.REPLACED, FollowUpState.NOT_TO_BE_IMPLEMENTED]


def set_aside(hall: TownHall, state: FollowUpState, *, days: int) -> FollowUp:
    """Set C1's follow-up aside by a decision so many days after that of C1."""
    hall.wait(days=7)
    hall.decided_case()
    hall.followed_up(ref="F-01")
    hall.case("C2")
    day = hall.today + timedelta(days)
    hall.wait(days=7)
    anew = hall.treat("C2", treated_on=day)
    return hall.do(
        report_follow_up,
        by=hall.officer,
        followup="F-01",
        state=state,
        treatment=anew.ref,
    )


@pytest.mark.parametrize("days", [0, 3])
@pytest.mark.parametrize("state", BY_DECISION)
def test_a_decision_of_that_day_or_later_sets_another_aside(
    hall: TownHall, state: FollowUpState, days: int
) -> None:
    assert set_aside(hall, state, days=days).state is state


@pytest.mark.parametrize("state", BY_DECISION)
def test_an_earlier_decision_sets_none_aside(
    hall: TownHall, state: FollowUpState
) -> None:
    with pytest.raises(RuleBrokenError, match="SM-8"):
        set_aside(hall, state, days=-1)
