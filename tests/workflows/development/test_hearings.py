"""Hearings: whoever is asked gets a text that the three parties had first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.development.heard import (
    COUNCILS,
    QUESTIONS,
    by_letter,
    opened,
    planned,
)
from tests.workflows.development.towns import A, Town
from workflows.development.documents import latest
from workflows.development.drafting import write_fields
from workflows.development.hearings import (
    Hearing,
    extend_hearing,
    open_hearing,
    plan_hearing,
)
from workflows.development.publication import had_by_all_at
from workflows.development.rounds import RoundState
from workflows.errors import (
    InvalidValueError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.entries import fold, history


def test_inv_16_a_draft_is_put_before_nobody_else(town: Town) -> None:
    town.drafted_project()
    planned(town, version="PR1-M@0.1")

    assert had_by_all_at(town.session, latest(town.session, "PR1-M")) is None
    with pytest.raises(RuleBrokenError, match="INV-16"):
        town.do(open_hearing, by=town.manager, hearing="R-11")


def test_inv_16_the_parties_have_had_an_agreed_text_since_its_round_opened(
    had: Town,
) -> None:
    text = latest(had.session, "PR1-M")
    opened_at = history(had.session, "R-PR1")[1].at

    assert text.number == "1.0"
    assert had_by_all_at(had.session, text) == opened_at


def test_a_text_that_went_out_with_the_papers_of_a_forum_has_been_had(
    town: Town,
) -> None:
    town.running_project()
    town.delivered_output()
    sent_at = history(town.session, "FM-O-1")[0].at

    assert had_by_all_at(town.session, latest(town.session, "O-1")) == sent_at


def test_the_parties_are_told_that_a_hearing_opens(hearing: Hearing, had: Town) -> None:
    told = notices_about(had.session, "R-11")

    assert {(each.kind, each.party) for each in told} == {
        (NoticeKind.HEARING_OPENED, party) for party in "AFT"
    }


@pytest.mark.parametrize("is_public", [True, False])
def test_only_a_text_that_is_open_goes_on_a_public_hearing(
    town: Town, *, is_public: bool
) -> None:
    exempt = {
        "m_access": "exempt",
        "m_access_basis": "Hjemmel",
        "m_access_reason": "Grunn",
    }
    town.drafted_project()
    town.do(write_fields, by=town.manager, document="PR1-M", values=exempt)
    town.concluded_round("R-1", document="PR1-M")

    if not is_public:
        assert opened(town, is_public=False).state is RoundState.OPEN
        return
    with pytest.raises(RuleBrokenError, match="only what is public"):
        opened(town)


@pytest.mark.parametrize(
    "broken",
    [
        {"questions": []},
        {"questions": ["Hva?", "Hva?"]},
        {"addressees": [""]},
        {"addressees": [], "is_public": False},
    ],
)
def test_a_hearing_asks_somebody_something_once(
    had: Town, broken: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError):
        planned(had, **broken)


@pytest.mark.parametrize("days", [-1, 0, 13])
def test_there_are_ten_working_days_to_answer(had: Town, days: int) -> None:
    planned(had, deadline_at=had.now + timedelta(days=days))

    with pytest.raises(RuleBrokenError, match="10 working days"):
        had.do(open_hearing, by=had.manager, hearing="R-11")


def test_only_the_project_manager_holds_a_hearing(had: Town) -> None:
    with pytest.raises(NotPermittedError):
        had.do(
            plan_hearing,
            by=had.contact(A),
            ref="R-11",
            version="PR1-M@1.0",
            deadline_at=had.now + timedelta(days=21),
            questions=QUESTIONS,
            addressees=COUNCILS,
        )


def test_the_deadline_moves_later_for_everybody_and_never_sooner(
    hearing: Hearing, had: Town
) -> None:
    later = hearing.deadline_at + timedelta(days=7)
    move = {"hearing": "R-11", "reason": "Eldrerådet møtes uka etter."}

    had.do(extend_hearing, by=had.manager, deadline_at=later, **move)

    assert (hearing.state, hearing.deadline_at) == (RoundState.EXTENDED, later)
    with pytest.raises(RuleBrokenError, match="only a later"):
        had.do(extend_hearing, by=had.manager, deadline_at=later, **move)


def test_a_passed_deadline_is_not_moved(hearing: Hearing, had: Town) -> None:
    had.wait(days=21)

    with pytest.raises(RuleBrokenError, match="not open"):
        had.do(
            extend_hearing,
            by=had.manager,
            hearing="R-11",
            deadline_at=had.now + timedelta(days=2),
            reason="Flere vil svare.",
        )


def test_a_hearing_closes_by_itself_at_its_deadline(
    hearing: Hearing, had: Town
) -> None:
    by_letter(had, addressee=1)
    had.wait(days=30)

    closing = history(had.session, "R-11")[-1]
    assert (hearing.state, hearing.closed_at) == (RoundState.CLOSED, closing.at)
    assert closing.at == hearing.deadline_at
    assert closing.payload == {"not_answered": [2, 3]}
    assert fold(had.session)["R-11"] == "closed"
