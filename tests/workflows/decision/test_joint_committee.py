"""Which cases are proposed for the party-composed committee (administrasjonsutvalg)."""

from __future__ import annotations

from tests.workflows.builders import TownHall
from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.decision.joint_committee import proposed_committee
from workflows.decision.meetings import Result
from workflows.people.kinds import FocusArea

FULL_TIME = FocusArea.FULL_TIME


def proposed(hall: TownHall, ref: str = "C1") -> str | None:
    case = by_ref(hall.session, Case, ref)
    body = proposed_committee(hall.session, case)
    return body.ref if body else None


def test_l_40_a_case_in_a_focus_area_is_proposed_for_it(hall: TownHall) -> None:
    hall.case(focus=FULL_TIME, plan=["KST"])

    assert proposed(hall) == "ADM"


def test_a_case_that_it_will_treat_needs_no_hint(hall: TownHall) -> None:
    hall.case(focus=FULL_TIME, plan=["ADM", "KST"])

    assert proposed(hall) is None


def test_a_case_that_it_has_treated_needs_no_hint(hall: TownHall) -> None:
    hall.ready_case(focus=FULL_TIME)
    assert proposed(hall) == "ADM"
    hall.put_up(body="ADM")
    hall.treat(body="ADM", result=Result.RECOMMENDS, recommendation="Innstilling.")

    assert proposed(hall) is None


def test_other_cases_and_decided_ones_need_no_hint(hall: TownHall) -> None:
    hall.case("C1")
    hall.ready_case("C2", focus=FULL_TIME)
    hall.treat("C2", meeting=hall.put_up("C2"))

    assert (proposed(hall, "C1"), proposed(hall, "C2")) == (None, None)
