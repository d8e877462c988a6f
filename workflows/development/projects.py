"""Projects: from an idea of one party to a closed project of all three (SM-1)."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, by_ref, codes, owned, refers_to
from workflows.development.documents import open_document
from workflows.languages import require_language
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import FocusArea, Party, Role
from workflows.people.persons import Person
from workflows.record.entries import append, new_reference
from workflows.record.states import move, steps


class ProjectState(enum.StrEnum):
    """Where a project is."""

    IDEA = "idea"
    MANDATE_DRAFT = "mandate_draft"
    MANDATE_ROUND = "mandate_round"
    MANDATE_AGREED = "mandate_agreed"
    AGREEMENT_SIGNING = "agreement_signing"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    REJECTED_IDEA = "rejected_idea"
    STOPPED = "stopped"


S = ProjectState
ALLOWED = steps(
    {
        S.IDEA: {S.MANDATE_DRAFT, S.REJECTED_IDEA, S.STOPPED},
        S.MANDATE_DRAFT: {S.MANDATE_ROUND, S.STOPPED},
        S.MANDATE_ROUND: {S.MANDATE_DRAFT, S.MANDATE_AGREED, S.STOPPED},
        S.MANDATE_AGREED: {S.AGREEMENT_SIGNING, S.STOPPED},
        S.AGREEMENT_SIGNING: {S.RUNNING, S.STOPPED},
        S.RUNNING: {S.PAUSED, S.CLOSING, S.STOPPED},
        S.PAUSED: {S.RUNNING, S.STOPPED},
        S.CLOSING: {S.CLOSED, S.STOPPED},
    },
    ProjectState,
)


class Group(enum.StrEnum):
    """The groups of a project."""

    STEERING = "steering"
    PROJECT = "project"
    REFERENCE = "reference"
    DRAFTING = "drafting"


class Project(Owned, Base, kw_only=True):
    """A development project (prosjekt), owned by the three parties together.

    `initiator` is the party that had the idea, None where somebody did who speaks for
    none; `proposed_as` is the capacity it was proposed in.
    """

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    number: Mapped[str]
    name: Mapped[str]
    focus: Mapped[FocusArea] = mapped_column(codes(FocusArea))
    language: Mapped[str]
    archive_case: Mapped[str | None] = mapped_column(default=None)
    programme: Mapped[str | None] = mapped_column(default=None)
    initiator: Mapped[Party | None] = mapped_column(codes(Party))
    proposed_as: Mapped[Role] = mapped_column(codes(Role))
    state: Mapped[ProjectState] = mapped_column(codes(ProjectState))
    proposed_at: Mapped[datetime]
    running_from: Mapped[date | None] = mapped_column(default=None)
    closed_on: Mapped[date | None] = mapped_column(default=None)
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape

    @property
    def mandate(self) -> str:
        """The reference of the project's mandate document."""
        return f"{self.ref}-M"


class ProjectMember(Owned, Base, kw_only=True):
    """A member (medlem) of one of a project's groups, in a period."""

    __tablename__ = "project_member"
    __table_args__ = (
        refers_to("project", "project_id"),
        refers_to("person", "person_id"),
    )

    project_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    group: Mapped[Group] = mapped_column("project_group", codes(Group))
    party: Mapped[Party | None] = mapped_column(codes(Party), default=None)
    is_substitute: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)


def propose_project(
    session: Session,
    *,
    ref: str,
    number: str,
    name: str,
    focus: FocusArea,
    language: str,
    archive_case: str | None = None,
    programme: str | None = None,
    by: Hat,
    at: datetime,
) -> Project:
    """Put an idea before all three parties at once.

    It is in the name of one's own party. The project manager and the safety
    representative speak for none, and their ideas are in nobody's name.
    """
    permit(by, "project.proposed", at=at)
    require_language(language)
    project = Project(
        ref=new_reference(session, ref),
        number=number,
        name=name,
        focus=focus,
        language=language,
        archive_case=archive_case,
        programme=programme,
        initiator=by.party,
        proposed_as=by.role,
        state=S.IDEA,
        proposed_at=at,
    )
    session.add(project)
    append(session, "project.proposed", project, moved=[project], by=by, at=at)
    return project


def open_drafting(session: Session, project: Project, *, at: datetime) -> list[object]:
    """Open the mandate's first draft; all three parties have said «gå videre»."""
    move(project, S.MANDATE_DRAFT, ALLOWED)
    draft = open_document(
        session,
        ref=project.mandate,
        kind="mandate",
        title=project.name,
        language=project.language,
        project=project.ref,
        at=at,
        values={"m_name": project.name},
    )
    return [project, draft]


def reject_idea(project: Project) -> list[object]:
    """Lay an idea aside; the reasons stand in the minutes and it can be used again."""
    move(project, S.REJECTED_IDEA, ALLOWED)
    return [project]


def name_member(
    session: Session,
    *,
    project: str,
    person: str,
    group: Group,
    party: Party | None = None,
    is_substitute: bool = False,
    valid_from: date,
    valid_to: date | None = None,
    by: Hat,
    at: datetime,
) -> ProjectMember:
    """Name a person as member of one of the project's groups."""
    permit(by, "project.member_named", at=at, project=project)
    owner = by_ref(session, Project, project)
    member = ProjectMember(
        project_id=owner.id,
        person_id=by_ref(session, Person, person).id,
        group=group,
        party=party,
        is_substitute=is_substitute,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(member)
    append(session, "project.member_named", owner, by=by, at=at, refs=[person])
    return member


def begin_running(project: Project, *, on: date) -> None:
    """Start the project: its agreement is in force, and reports fall due from now."""
    move(project, S.RUNNING, ALLOWED)
    project.running_from = on


def members_of(
    session: Session, project: str, *, on: date | None = None
) -> Sequence[ProjectMember]:
    """Return the members of a project's groups, on a day or ever."""
    owner = by_ref(session, Project, project)
    query = owned(session, ProjectMember).where(ProjectMember.project_id == owner.id)
    members = session.scalars(query).all()
    if on is None:
        return members
    return [
        member
        for member in members
        if member.valid_from <= on
        and (member.valid_to is None or member.valid_to >= on)
    ]
