"""Closing a project: what must be finished in one line, and have an owner in the other.

Closing never closes cases, decisions or follow-ups of the decision line (INV-19).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref
from workflows.clock import norwegian_date
from workflows.development.outputs import (
    Output,
    OutputKind,
    OutputState,
    outputs_of,
)
from workflows.development.positions import Standing
from workflows.development.projects import ALLOWED, Project, ProjectState
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append
from workflows.record.states import move

AGREED = frozenset({Standing.JOINT, Standing.JOINT_WITH_REMARK})
UNFINISHED = frozenset({OutputState.PLANNED, OutputState.IN_WORK, OutputState.ROUND})


def begin_closing(session: Session, *, project: str, by: Hat, at: datetime) -> Project:
    """Begin to close a project: every output but the final report is finished."""
    permit(by, "project.closing", at=at, project=project)
    row = by_ref(session, Project, project)
    left = [
        output.ref
        for output in _unfinished(session, row)
        if output.kind is not OutputKind.FINAL_REPORT
    ]
    if left:
        raise RuleBrokenError(f"not finished: {', '.join(left)}", rule="SM-1")
    move(row, ProjectState.CLOSING, ALLOWED)
    append(session, "project.closing", row, moved=[row], by=by, at=at)
    return row


def close_project(session: Session, *, project: str, by: Hat, at: datetime) -> Project:
    """Close a project once its final report is agreed by all three parties.

    Open follow-ups stay where they are: each has a responsible in the decision line.
    """
    permit(by, "project.closed", at=at, project=project)
    row = by_ref(session, Project, project)
    if left := [output.ref for output in _unfinished(session, row)]:
        raise RuleBrokenError(f"not finished: {', '.join(left)}", rule="SM-1")
    if not _has_final_report(session, row):
        raise RuleBrokenError(f"{project} has no agreed final report", rule="SM-1")
    move(row, ProjectState.CLOSED, ALLOWED)
    row.closed_on = norwegian_date(at)
    append(session, "project.closed", row, moved=[row], by=by, at=at)
    return row


def _unfinished(session: Session, project: Project) -> list[Output]:
    return [
        output for output in outputs_of(session, project) if output.state in UNFINISHED
    ]


def _has_final_report(session: Session, project: Project) -> bool:
    return any(
        output.kind is OutputKind.FINAL_REPORT and output.standing in AGREED
        for output in outputs_of(session, project)
    )
