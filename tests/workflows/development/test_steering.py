"""A project rests, goes on and stops when all three want it to, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, Town, U, session_on
from workflows.development.agreements import give_notice
from workflows.development.documents import latest
from workflows.development.forums import Step
from workflows.development.positions import Position
from workflows.development.projects import Project, ProjectState
from workflows.development.steering import pause_project, resume_project, stop_project
from workflows.errors import (
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.entries import history
from workflows.record.reasons import reasons_for

S = ProjectState
REASONS = dict.fromkeys(PARTIES, "Vi kommer ikke videre.")
WHY = "Vi venter på nye tall."


@pytest.fixture
def session(at_work: Connection) -> Iterator[Session]:
    """A session of the town where PR1 runs."""
    with session_on(at_work) as session:
        yield session


def pause(town: Town, said: str, reason: str = WHY) -> Project:
    values = {"project": "PR1", "concluded_in": said, "reason": reason}
    return town.do(pause_project, by=town.manager, **values)


def told(town: Town, kind: NoticeKind) -> list[tuple[Party | None, object]]:
    rows = notices_about(town.session, "PR1")
    return [(row.party, row.at) for row in rows if row.kind is kind]


def test_a_project_rests_and_is_taken_up_again_when_all_three_want_it(
    town: Town,
) -> None:
    said = town.concluded(Step.PAUSE)
    project = pause(town, said)
    assert project.state is S.PAUSED
    begun = project.running_from

    again = town.concluded(Step.RESUME)
    values = {"project": "PR1", "concluded_in": again, "reason": "Tallene er her."}
    town.do(resume_project, by=town.manager, **values)

    assert (project.state, project.running_from) == (S.RUNNING, begun)
    texts = [row.text for row in reasons_for(town.session, "PR1")]
    assert texts == [WHY, "Tallene er her."]


def test_all_three_are_told_at_the_same_instant(town: Town) -> None:
    pause(town, town.concluded(Step.PAUSE))

    paused = told(town, NoticeKind.PROJECT_PAUSED)
    assert paused == [(party, town.now) for party in PARTIES]
    assert "FM-pause" in history(town.session, "PR1")[-1].refs[1]


@pytest.mark.parametrize("against", PARTIES)
@pytest.mark.parametrize("position", [Position.DISAGREE, Position.NO_REMARK])
def test_inv_06_two_parties_pause_nothing_over_the_third(
    town: Town, against: Party, position: Position
) -> None:
    town.forum("FM-9", asks=Step.PAUSE, project="PR1")
    town.minute("FM-9", {**ALL_AGREE, against: position})

    with pytest.raises(RuleBrokenError, match=f"no consent from {against}"):
        pause(town, "FM-9/1")


def test_inv_05_a_forum_that_has_minuted_nothing_pauses_nothing(town: Town) -> None:
    town.forum("FM-9", asks=Step.PAUSE, project="PR1")

    with pytest.raises(RuleBrokenError, match="no consent from A, F, T"):
        pause(town, "FM-9/1")


def test_a_yes_to_another_question_is_no_yes_to_this(town: Town) -> None:
    said = town.concluded(Step.STOP)

    with pytest.raises(RuleBrokenError, match="did not ask to pause"):
        pause(town, said)
    with pytest.raises(RuleBrokenError, match="did not ask to pause"):
        pause(town, "FM-PR1/1")


def test_a_yes_is_carried_out_once(town: Town) -> None:
    said = town.concluded(Step.PAUSE)
    pause(town, said)

    with pytest.raises(RuleBrokenError, match="carried out"):
        pause(town, said)


def test_resting_needs_its_reason(town: Town) -> None:
    said = town.concluded(Step.PAUSE)

    with pytest.raises(RuleBrokenError, match="reason"):
        pause(town, said, reason=" ")


@pytest.mark.parametrize("role", [Role.SAFETY_REP, Role.CASE_OFFICER])
def test_only_the_manager_registers_it(town: Town, role: Role) -> None:
    said = town.concluded(Step.PAUSE)

    values = {"project": "PR1", "concluded_in": said, "reason": WHY}
    with pytest.raises(NotPermittedError):
        town.do(pause_project, by=town.office(role), **values)


@pytest.mark.parametrize("lacking", PARTIES)
def test_stopping_needs_the_reason_of_each_party(town: Town, lacking: Party) -> None:
    reasons = {**REASONS, lacking: "  "}

    with pytest.raises(RuleBrokenError, match=f"no reason from {lacking}"):
        town.do(stop_project, by=town.manager, project="PR1", reasons=reasons)


def test_what_is_stopped_is_kept_and_never_taken_up_again(
    session: Session, town: Town
) -> None:
    said = town.concluded(Step.STOP)
    values = {"project": "PR1", "concluded_in": said, "reasons": REASONS}

    project = town.do(stop_project, by=town.manager, **values)

    assert project.state is S.STOPPED
    assert latest(session, project.mandate).values["m_purpose"] == ["Tekst"]
    assert len(told(town, NoticeKind.PROJECT_STOPPED)) == 3
    values["concluded_in"] = town.concluded(Step.STOP)
    with pytest.raises(TransitionNotAllowedError):
        town.do(stop_project, by=town.manager, **values)


def test_a_terminated_agreement_rests_the_project_and_may_end_it(town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="say where"):
        town.do(stop_project, by=town.manager, project="PR1", reasons=REASONS)

    notice = {"agreement": "PA-PR1", "reason": "Brudd."}
    town.do(give_notice, by=town.contact(U), **notice)
    assert len(told(town, NoticeKind.PROJECT_PAUSED)) == 3
    project = town.do(stop_project, by=town.manager, project="PR1", reasons=REASONS)

    assert project.state is S.STOPPED


def test_a_manager_of_another_project_has_no_say(town: Town) -> None:
    other = town.settle("P-x", Role.PROJECT_MANAGER)
    elsewhere = type(other)(**{**vars(other), "project": "PR2"})

    with pytest.raises(RuleBrokenError, match="not of PR1"):
        town.do(stop_project, by=elsewhere, project="PR1", reasons=REASONS)
