from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, A, F, Town, U
from workflows.base import by_ref
from workflows.development.documents import agreed_version, latest
from workflows.development.forums import ForumMeeting, item_of
from workflows.development.minutes import minuted_positions
from workflows.development.positions import Position
from workflows.development.projects import (
    Group,
    Project,
    ProjectState,
    members_of,
    name_member,
    pause_project,
    propose_project,
    resume_project,
    stop_project,
)
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.kinds import PARTIES, FocusArea, Party, Role

S = ProjectState
REASONS = dict.fromkeys(PARTIES, "Vi kommer ikke videre.")
IDEA = {
    "ref": "PR9",
    "number": "P9/25",
    "name": "Ide",
    "focus": FocusArea.OTHER,
    "language": "nn",
}


def test_an_idea_comes_from_one_party(town: Town) -> None:
    project = town.propose()

    assert (project.state, project.initiator) == (S.IDEA, U)


def test_a_safety_representative_proposes_through_a_party(town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(propose_project, by=town.office(Role.SAFETY_REP), **IDEA)


def test_a_project_manager_proposes_nothing(town: Town) -> None:
    with pytest.raises(NotPermittedError):
        town.do(propose_project, by=town.manager, **IDEA)


def test_a_project_is_written_in_bokmål_or_nynorsk(town: Town) -> None:
    with pytest.raises(InvalidValueError, match="language"):
        town.do(propose_project, by=town.contact(A), **{**IDEA, "language": "en"})


def test_a_reference_of_a_project_is_used_once(town: Town) -> None:
    town.propose()

    with pytest.raises(RuleBrokenError, match="PR1"):
        town.propose()


def test_the_draft_opens_when_all_three_will_go_on(
    session: Session, town: Town
) -> None:
    project = town.drafted_project()

    assert project.state is S.MANDATE_DRAFT
    assert latest(session, project.mandate).number == "0.1"


@pytest.mark.parametrize("against", PARTIES)
def test_one_not_now_lays_the_idea_aside_and_keeps_the_reason(
    session: Session, town: Town, against: Party
) -> None:
    project = town.propose()
    town.forum("FM-1", project="PR1")

    town.minute("FM-1", {**ALL_AGREE, against: Position.DISAGREE})

    assert project.state is S.REJECTED_IDEA
    item = item_of(session, by_ref(session, ForumMeeting, "FM-1"), 1)
    said = {row.party: row.dissent for row in minuted_positions(session, item)}
    assert said[against] == "Vi er redde for vaktene i helga."


def test_inv_05_an_idea_waits_while_a_party_is_silent(town: Town) -> None:
    project = town.propose()
    town.forum("FM-1", project="PR1")

    town.minute("FM-1", {A: Position.AGREE, U: Position.DISAGREE})

    assert project.state is S.IDEA


def test_inv_05_no_remark_to_an_idea_is_neither_yes_nor_no(town: Town) -> None:
    project = town.propose()
    town.forum("FM-1", project="PR1")

    town.minute("FM-1", {**ALL_AGREE, F: Position.NO_REMARK})

    assert project.state is S.IDEA


def test_a_round_puts_the_mandate_before_the_parties(town: Town) -> None:
    project = town.drafted_project()

    town.opened_round("R-1", document=project.mandate)

    assert project.state is S.MANDATE_ROUND


def test_three_consents_to_the_same_text_agree_the_mandate(
    session: Session, town: Town
) -> None:
    project = town.agreed_project()

    agreed = agreed_version(session, project.mandate)
    assert project.state is S.MANDATE_AGREED
    assert agreed is not None
    assert agreed.number == "1.0"


def test_a_disagreement_sends_the_mandate_back_to_the_draft(
    session: Session, town: Town
) -> None:
    project = town.drafted_project()
    said = {**ALL_AGREE, U: Position.DISAGREE}

    town.concluded_round("R-1", document=project.mandate, positions=said)

    assert project.state is S.MANDATE_DRAFT
    assert agreed_version(session, project.mandate) is None


def test_a_project_runs_from_the_day_its_agreement_is_in_force(town: Town) -> None:
    project = town.running_project()

    assert (project.state, project.running_from) == (S.RUNNING, town.today)


def test_a_project_pauses_and_is_taken_up_again(town: Town) -> None:
    project = town.running_project()
    begun = project.running_from
    town.wait(days=5)

    town.do(pause_project, by=town.manager, project="PR1")
    assert project.state is S.PAUSED

    town.do(resume_project, by=town.manager, project="PR1")
    assert (project.state, project.running_from) == (S.RUNNING, begun)


@pytest.mark.parametrize("act", [pause_project, resume_project])
def test_an_idea_neither_pauses_nor_runs(town: Town, act: object) -> None:
    town.propose()

    with pytest.raises(TransitionNotAllowedError):
        town.do(act, by=town.manager, project="PR1")  # type: ignore[arg-type]  # one of two acts


@pytest.mark.parametrize("lacking", PARTIES)
def test_stopping_needs_the_reason_of_each_party(town: Town, lacking: Party) -> None:
    town.propose()
    reasons = {**REASONS, lacking: "  "}

    with pytest.raises(RuleBrokenError, match=f"no reason from {lacking}"):
        town.do(stop_project, by=town.manager, project="PR1", reasons=reasons)


def test_what_is_stopped_is_kept_and_never_taken_up_again(
    session: Session, town: Town
) -> None:
    project = town.drafted_project()

    town.do(stop_project, by=town.manager, project="PR1", reasons=REASONS)

    assert project.state is S.STOPPED
    assert latest(session, project.mandate).values["m_purpose"] == ["Tekst"]
    with pytest.raises(TransitionNotAllowedError):
        town.do(stop_project, by=town.manager, project="PR1", reasons=REASONS)


def test_a_manager_of_another_project_has_no_say(town: Town) -> None:
    town.propose()
    other = town.settle("P-x", Role.PROJECT_MANAGER)
    elsewhere = type(other)(**{**vars(other), "project": "PR2"})

    with pytest.raises(RuleBrokenError, match="not of PR1"):
        town.do(stop_project, by=elsewhere, project="PR1", reasons=REASONS)


def test_members_sit_in_a_group_from_day_to_day(session: Session, town: Town) -> None:
    town.propose()
    last = town.today + timedelta(30)
    for person, group in (("P-A", Group.STEERING), ("P-T2", Group.PROJECT)):
        town.do(
            name_member,
            by=town.manager,
            project="PR1",
            person=person,
            group=group,
            valid_from=town.today,
            valid_to=last if group is Group.PROJECT else None,
        )

    def groups(days: int | None) -> set[Group]:
        day = None if days is None else town.today + timedelta(days)
        return {member.group for member in members_of(session, "PR1", on=day)}

    assert groups(None) == groups(0) == groups(30) == {Group.STEERING, Group.PROJECT}
    assert groups(31) == {Group.STEERING}
    assert groups(-1) == set()


def test_an_unknown_project_is_told_by_name(session: Session, town: Town) -> None:
    with pytest.raises(NotFoundError, match="PR7"):
        town.do(pause_project, by=town.manager, project="PR7")
    with pytest.raises(NotFoundError, match="Project PR7"):
        by_ref(session, Project, "PR7")
