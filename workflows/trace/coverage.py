"""Which formal decisions met the development line, and which never did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of
from workflows.decision.bodies import BodyKind
from workflows.decision.cases import Case
from workflows.decision.meetings import Result
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.development.projects import Project
from workflows.trace.uses import real_uses

DECIDED = frozenset({Result.FINAL, Result.DELEGATED})


def uncovered_decisions(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return each final decision whose case uses no output.

    `asked` tells whether one would expect a basis: the case was treated in the
    party-composed committee, lies in a running project's focus area, or was marked.
    """
    covered = {use.case for use in real_uses(session, at=at)}
    treated = treatments_of(session, at=at)
    folders = {case.ref: case for case in all_of(session, Case)}
    return [
        {
            "case": row.case,
            "title": folders[row.case].title,
            "treatment": row.number or row.ref,
            "decided_on": row.treated_on.isoformat(),
            "asked": _is_asked(session, folders[row.case], treated, row),
            "justification": None,
        }
        for row in treated
        if row.is_final and row.result in DECIDED and row.case not in covered
    ]


def _is_asked(
    session: Session, case: Case, treated: list[TreatmentRow], final: TreatmentRow
) -> bool:
    jointly = any(
        row.case == case.ref and row.body_kind is BodyKind.JOINT_COMMITTEE_511
        for row in treated
    )
    return jointly or case.asks_basis or _in_focus(session, case, final)


def _in_focus(session: Session, case: Case, final: TreatmentRow) -> bool:
    """A project asks from the day it runs to the day it is closed."""
    return any(
        project.focus is case.focus
        and project.running_from is not None
        and project.running_from <= final.treated_on
        and (project.closed_on is None or final.treated_on <= project.closed_on)
        for project in all_of(session, Project)
    )
