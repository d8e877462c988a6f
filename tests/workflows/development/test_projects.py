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
    propose_project,
)
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.kinds import PARTIES, FocusArea, Party, Role

S = ProjectState
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


@pytest.mark.parametrize("role", [Role.SAFETY_REP, Role.PROJECT_MANAGER])
def test_who_speaks_for_no_party_proposes_in_nobodys_name(
    town: Town, role: Role
) -> None:
    project = town.do(propose_project, by=town.office(role), **IDEA)

    assert (project.initiator, project.proposed_as) == (None, role)


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.COMMITTEE_SECRETARY])
def test_inv_10_the_decision_line_proposes_nothing(town: Town, role: Role) -> None:
    with pytest.raises(NotPermittedError, match="INV-10"):
        town.do(propose_project, by=town.office(role), **IDEA)


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


def test_an_unknown_project_is_told_by_name(session: Session) -> None:
    with pytest.raises(NotFoundError, match="Project PR7"):
        by_ref(session, Project, "PR7")
