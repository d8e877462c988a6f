from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, Town, U, session_on
from tests.workflows.trace.halls import assign, open_case, open_hall, treat
from workflows.base import by_ref
from workflows.decision.followups import FollowUp
from workflows.development.outputs import OutputKind, drop_output
from workflows.development.positions import Position
from workflows.development.projects import Project, ProjectState
from workflows.errors import (
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.trace.closing import begin_closing, close_project

FINAL = OutputKind.FINAL_REPORT


@pytest.fixture
def session(at_work: Connection) -> Iterator[Session]:
    """A session of the town where PR1 runs."""
    with session_on(at_work) as session:
        yield session


@pytest.fixture
def running(town: Town) -> Town:
    """A town with a project that runs."""
    return town


def begin(town: Town) -> Project:
    return town.do(begin_closing, by=town.manager, project="PR1")


def close(town: Town) -> Project:
    return town.do(close_project, by=town.manager, project="PR1")


def test_a_project_closes_when_its_final_report_is_agreed_by_all(running: Town) -> None:
    running.delivered_output("O-1", kind=FINAL)
    assert begin(running).state is ProjectState.CLOSING

    project = close(running)

    assert (project.state, project.closed_on) == (ProjectState.CLOSED, running.today)


def test_every_output_but_the_final_report_is_finished_first(running: Town) -> None:
    running.begun_output("O-1")
    running.begun_output("O-2", kind=FINAL)
    with pytest.raises(RuleBrokenError, match="not finished: O-1"):
        begin(running)

    running.do(drop_output, by=running.manager, output="O-1", reason="Utgår.")

    assert begin(running).state is ProjectState.CLOSING
    with pytest.raises(RuleBrokenError, match="not finished: O-2"):
        close(running)


def test_there_is_no_closing_without_a_final_report(running: Town) -> None:
    begin(running)

    with pytest.raises(RuleBrokenError, match="no agreed final report"):
        close(running)


def test_inv_06_a_final_report_that_one_disagrees_with_closes_nothing(
    running: Town,
) -> None:
    running.delivered_output(
        "O-1", kind=FINAL, positions={**ALL_AGREE, U: Position.DISAGREE}
    )
    begin(running)

    with pytest.raises(RuleBrokenError, match="no agreed final report"):
        close(running)


def test_a_project_does_not_close_before_it_begins_to(running: Town) -> None:
    running.delivered_output("O-1", kind=FINAL)

    with pytest.raises(TransitionNotAllowedError):
        close(running)


def test_a_party_alone_closes_nothing(running: Town) -> None:
    with pytest.raises(NotPermittedError):
        running.do(begin_closing, by=running.contact(U), project="PR1")


def test_inv_19_a_closed_project_leaves_the_follow_ups_as_they_are(
    session: Session, running: Town
) -> None:
    running.delivered_output("O-1", kind=FINAL)
    open_hall(running)
    open_case(running)
    treat(running)
    assign(running, "C01-T1/1")

    begin(running)
    close(running)

    assert by_ref(session, FollowUp, "F-01").state == "not_started"
