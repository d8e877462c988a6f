"""What the steering group concludes about a project: rest, go on, or stop (SM-1).

The project manager registers the conclusion and never draws it: all three parties have
said yes to that very question in a forum. A party that gives notice under the agreement
pauses the project too, see `agreements.py`.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    owned,
    refers_to,
)
from workflows.development.agreements import Agreement, AgreementState
from workflows.development.forums import ForumItem, Step
from workflows.development.minutes import minuted_positions
from workflows.development.positions import CONSENT
from workflows.development.projects import ALLOWED, Project, ProjectState
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, notify_parties
from workflows.record.entries import append
from workflows.record.reasons import give_reason
from workflows.record.states import move

# Notice is enough: the project need not wait until it has run.
ENDING = AgreementState.IN_NOTICE, AgreementState.TERMINATED


class SteeringConclusion(Owned, Base, kw_only=True):
    """A conclusion (styringsgruppas konklusjon) on a project's course. Immutable.

    `item_id` is the point of the forum's agenda where the three said yes; None where
    the agreement had been terminated.
    """

    __tablename__ = "steering_conclusion"
    __table_args__ = (
        refers_to("project", "project_id"),
        refers_to("forum_item", "item_id"),
        UniqueConstraint(TENANT, "item_id"),
        IMMUTABLE,
    )

    project_id: Mapped[uuid.UUID]
    item_id: Mapped[uuid.UUID | None]
    step: Mapped[Step] = mapped_column(codes(Step))
    at: Mapped[datetime]


WANTED = {
    Step.PAUSE: (
        ProjectState.PAUSED,
        "project.paused",
        NoticeKind.PROJECT_PAUSED,
    ),
    Step.RESUME: (
        ProjectState.RUNNING,
        "project.resumed",
        NoticeKind.PROJECT_RESUMED,
    ),
    Step.STOP: (
        ProjectState.STOPPED,
        "project.stopped",
        NoticeKind.PROJECT_STOPPED,
    ),
}


def pause_project(
    session: Session,
    *,
    project: str,
    concluded_in: str,
    reason: str,
    by: Hat,
    at: datetime,
) -> Project:
    """Suspend a running project, as all three have agreed to; all three are told.

    `concluded_in` is the reference of the forum's point, such as `FM-4/1`.
    """
    row = _step(session, project, Step.PAUSE, concluded_in, by=by, at=at)
    give_reason(session, project, "project.paused", reason, at=at, rule="SM-1")
    return row


def resume_project(
    session: Session,
    *,
    project: str,
    concluded_in: str,
    reason: str,
    by: Hat,
    at: datetime,
) -> Project:
    """Take a paused project up again, as all three have agreed to."""
    row = _step(session, project, Step.RESUME, concluded_in, by=by, at=at)
    give_reason(session, project, "project.resumed", reason, at=at, rule="SM-1")
    return row


def stop_project(
    session: Session,
    *,
    project: str,
    reasons: dict[Party, str],
    concluded_in: str | None = None,
    by: Hat,
    at: datetime,
) -> Project:
    """Stop a project for good; each party's reason is needed and nothing is deleted.

    `concluded_in` may be left out only where the project's agreement is terminated.
    """
    lacking = [party for party in PARTIES if not reasons.get(party, "").strip()]
    if lacking:
        raise RuleBrokenError(f"no reason from {', '.join(lacking)}", rule="SM-1")
    row = _step(session, project, Step.STOP, concluded_in, by=by, at=at)
    act = "project.stopped"
    for party, text in reasons.items():
        give_reason(session, project, act, text, party=party, at=at, rule="SM-1")
    return row


def _step(
    session: Session,
    ref: str,
    step: Step,
    concluded_in: str | None,
    *,
    by: Hat,
    at: datetime,
) -> Project:
    state, act, told = WANTED[step]
    permit(by, act, at=at, project=ref)
    project = by_ref(session, Project, ref)
    item = _conclusion(session, project, step, concluded_in)
    move(project, state, ALLOWED)
    session.add(
        SteeringConclusion(
            project_id=project.id, item_id=item.id if item else None, step=step, at=at
        )
    )
    notify_parties(session, told, ref, at=at)
    refs = [item.ref] if item else []
    append(session, act, project, moved=[project], by=by, at=at, refs=refs)
    return project


def _conclusion(
    session: Session, project: Project, step: Step, concluded_in: str | None
) -> ForumItem | None:
    if concluded_in is None:
        _require_terminated(session, project, step)
        return None
    item = by_ref(session, ForumItem, concluded_in)
    if (item.project_id, item.asks) != (project.id, step):
        raise RuleBrokenError(
            f"{concluded_in} did not ask to {step} {project.ref}", rule="SM-1"
        )
    _require_all_three(session, item)
    _require_unused(session, item)
    return item


def _require_all_three(session: Session, item: ForumItem) -> None:
    said = {row.party: row.position for row in minuted_positions(session, item)}
    lacking = [party for party in PARTIES if said.get(party) not in CONSENT]
    if lacking:
        raise RuleBrokenError(
            f"{item.ref} has no consent from {', '.join(lacking)}", rule="SM-1"
        )


def _require_unused(session: Session, item: ForumItem) -> None:
    query = owned(session, SteeringConclusion).where(
        SteeringConclusion.item_id == item.id
    )
    if session.scalars(query).first():
        raise RuleBrokenError(f"{item.ref} has been carried out", rule="SM-1")


def _require_terminated(session: Session, project: Project, step: Step) -> None:
    query = owned(session, Agreement).where(
        Agreement.project == project.ref, Agreement.state.in_(ENDING)
    )
    if step is not Step.STOP or session.scalars(query).first() is None:
        raise RuleBrokenError(
            f"{project.ref}: say where the three parties agreed", rule="SM-1"
        )
