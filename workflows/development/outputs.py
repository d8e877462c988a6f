"""Outputs: what the development line finishes and hands over (SM-5).

«In use» and «treated» are not states here: they are facts of the decision line, and are
computed where the lines meet, in `workflows.trace`.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    TENANT,
    Base,
    Owned,
    by_ref,
    codes,
    get,
    looked_up_by,
    owned,
    refers_to,
)
from workflows.clock import norwegian_date
from workflows.development.documents import (
    Version,
    agreed_version,
    content_hash,
    content_of,
    open_document,
)
from workflows.development.positions import PartyPosition, Standing, positions_on
from workflows.development.projects import Project, ProjectState
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, new_reference
from workflows.record.reasons import give_reason
from workflows.record.states import move, steps


class OutputKind(enum.StrEnum):
    """What an output is."""

    KNOWLEDGE_BASE = "knowledge_base"
    PROPOSAL = "proposal"
    EXPERIENCE = "experience"
    TOOL = "tool"
    FINAL_REPORT = "final_report"


class OutputState(enum.StrEnum):
    """Where an output is in the development line."""

    PLANNED = "planned"
    IN_WORK = "in_work"
    ROUND = "round"
    DELIVERED = "delivered"
    HANDED_OVER = "handed_over"
    NOT_USED = "not_used"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"


S = OutputState
ALLOWED = steps(
    {
        S.PLANNED: {S.IN_WORK, S.DROPPED},
        S.IN_WORK: {S.ROUND, S.DELIVERED, S.DROPPED},
        S.ROUND: {S.IN_WORK, S.DELIVERED},
        S.DELIVERED: {S.HANDED_OVER, S.SUPERSEDED},
        S.HANDED_OVER: {S.NOT_USED, S.SUPERSEDED},
        S.NOT_USED: {S.SUPERSEDED},
    },
    OutputState,
)

# Where the parties may agree on a new version of what they have delivered.
REVISABLE = frozenset({S.DELIVERED, S.HANDED_OVER})


class Output(Owned, Base, kw_only=True):
    """An output (leveranse) of a project, and how the parties stand to it."""

    __tablename__ = "output"
    __table_args__ = (
        refers_to("project", "project_id"),
        UniqueConstraint(TENANT, "ref"),
        looked_up_by("project_id"),
        looked_up_by("supersedes"),
    )

    ref: Mapped[str]
    project_id: Mapped[uuid.UUID]
    title: Mapped[str]
    kind: Mapped[OutputKind] = mapped_column(codes(OutputKind))
    language: Mapped[str]
    planned_on: Mapped[date | None] = mapped_column(default=None)
    supersedes: Mapped[str | None] = mapped_column(default=None)
    partly_exempt: Mapped[bool] = mapped_column(default=False)
    state: Mapped[OutputState] = mapped_column(codes(OutputState))
    standing: Mapped[Standing | None] = mapped_column(codes(Standing), default=None)
    delivered_on: Mapped[date | None] = mapped_column(default=None)
    planned_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class Handover(Owned, Base, kw_only=True):
    """A frozen handover (overlevering) to the chief executive. Immutable.

    `package` holds positions and dissent verbatim; `sha256` is of it (INV-08, INV-09).
    """

    __tablename__ = "handover"
    __table_args__ = (
        refers_to("output", "output_id"),
        refers_to("version", "version_id"),
        looked_up_by("output_id"),
        IMMUTABLE,
    )

    output_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID]
    handed_over_on: Mapped[date]
    package: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    at: Mapped[datetime]


class HandoverReceipt(Owned, Base, kw_only=True):
    """The chief executive's office has received a handover (kvittering)."""

    __tablename__ = "handover_receipt"
    __table_args__ = (refers_to("handover", "handover_id"), IMMUTABLE)

    handover_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]


def plan_output(
    session: Session,
    *,
    ref: str,
    project: str,
    title: str,
    kind: OutputKind,
    language: str | None = None,
    planned_on: date | None = None,
    supersedes: str | None = None,
    partly_exempt: bool = False,
    by: Hat,
    at: datetime,
) -> Output:
    """Plan an output of a running project; it may replace an earlier one."""
    permit(by, "output.planned", at=at, project=project)
    owner = by_ref(session, Project, project)
    if owner.state is not ProjectState.RUNNING:
        raise RuleBrokenError(f"{project} is {owner.state}, not running", rule="SM-5")
    if supersedes:
        by_ref(session, Output, supersedes)
    output = Output(
        ref=new_reference(session, ref),
        project_id=owner.id,
        title=title,
        kind=kind,
        language=language or owner.language,
        planned_on=planned_on,
        supersedes=supersedes,
        partly_exempt=partly_exempt,
        state=S.PLANNED,
        planned_at=at,
    )
    session.add(output)
    append(
        session, "output.planned", output, moved=[output], by=by, at=at, refs=[project]
    )
    return output


def start_output(
    session: Session, *, output: str, values: dict[str, Any], by: Hat, at: datetime
) -> Output:
    """Begin work on an output: its document opens with the values given."""
    row, project = _with_project(session, output)
    permit(by, "output.started", at=at, project=project.ref)
    move(row, S.IN_WORK, ALLOWED)
    draft = open_document(
        session,
        ref=row.ref,
        kind="output",
        title=row.title,
        language=row.language,
        project=project.ref,
        at=at,
        values={"o_title": row.title, "o_type": row.kind.value, **values},
    )
    append(
        session,
        "output.started",
        row,
        moved=[row, draft],
        by=by,
        at=at,
        refs=[project.ref],
    )
    return row


def send_on_round(output: Output) -> None:
    """Mark the output as being answered; while it is revised, it stays delivered."""
    if output.state not in {S.ROUND, *REVISABLE}:
        move(output, S.ROUND, ALLOWED)


def take_back(output: Output) -> None:
    """Take the output back to work when its parties have asked for changes."""
    if output.state not in {S.IN_WORK, *REVISABLE}:
        move(output, S.IN_WORK, ALLOWED)


def deliver(
    session: Session, output: Output, *, standing: Standing, at: datetime
) -> list[object]:
    """Mark the output as delivered, and one that it replaces as superseded.

    A new version of what is delivered already changes how the parties stand to it, and
    leaves it where it is: the version handed over stays so until the new one is.
    """
    output.standing = standing
    if output.state in REVISABLE:
        return [output]
    move(output, S.DELIVERED, ALLOWED)
    output.delivered_on = norwegian_date(at)
    if output.supersedes is None:
        return [output]
    former = by_ref(session, Output, output.supersedes)
    move(former, S.SUPERSEDED, ALLOWED)
    return [output, former]


def hand_over(
    session: Session,
    *,
    output: str,
    decision_needed: str,
    suggested_body: str,
    concluded_in: str,
    by: Hat,
    at: datetime,
) -> Handover:
    """Hand a delivered output over to the chief executive, frozen with all dissent.

    `concluded_in` is the reference of the forum meeting whose conclusion this follows.
    A new version is handed over as the first was; the earlier package stays.
    """
    row, project = _with_project(session, output)
    permit(by, "output.handed_over", at=at, project=project.ref)
    if not _is_revised(session, row):
        move(row, S.HANDED_OVER, ALLOWED)
    version = _agreed(session, row)
    package = _package(session, row, version) | {
        "decision_needed": decision_needed,
        "suggested_body": suggested_body,
        "concluded_in": concluded_in,
    }
    handover = Handover(
        output_id=row.id,
        version_id=version.id,
        handed_over_on=norwegian_date(at),
        package=package,
        sha256=content_hash(package),
        at=at,
    )
    session.add(handover)
    append(
        session,
        "output.handed_over",
        row,
        moved=[row],
        by=by,
        at=at,
        refs=[version.ref, project.ref, concluded_in],
        facts={"sha256": handover.sha256},
    )
    return handover


def receive_handover(
    session: Session, *, output: str, by: Hat, at: datetime
) -> HandoverReceipt:
    """Confirm, in the decision line, that a handover has arrived."""
    permit(by, "output.received", at=at)
    row = by_ref(session, Output, output)
    handover = handover_of(session, row)
    if handover is None:
        raise RuleBrokenError(f"{output} has not been handed over", rule="SM-5")
    receipt = HandoverReceipt(handover_id=handover.id, mandate_id=by.mandate_id, at=at)
    session.add(receipt)
    append(session, "output.received", row, by=by, at=at)
    return receipt


def decline_output(
    session: Session, *, output: str, reason: str, by: Hat, at: datetime
) -> Output:
    """Say in writing that a handed-over output will not be used."""
    permit(by, "output.not_used", at=at)
    row = by_ref(session, Output, output)
    give_reason(session, row.ref, "output.not_used", reason, at=at, rule="SM-5")
    move(row, S.NOT_USED, ALLOWED)
    append(session, "output.not_used", row, moved=[row], by=by, at=at)
    return row


def drop_output(
    session: Session, *, output: str, reason: str, by: Hat, at: datetime
) -> Output:
    """Give up an output that was planned or begun, with the reason."""
    row, project = _with_project(session, output)
    permit(by, "output.dropped", at=at, project=project.ref)
    give_reason(session, row.ref, "output.dropped", reason, at=at, rule="SM-5")
    move(row, S.DROPPED, ALLOWED)
    append(session, "output.dropped", row, moved=[row], by=by, at=at)
    return row


def handover_of(
    session: Session, output: Output, *, at: datetime | None = None
) -> Handover | None:
    """Return the latest handover of an output, None when there was none up to `at`."""
    query = owned(session, Handover).where(Handover.output_id == output.id)
    if at:
        query = query.where(Handover.at <= at)
    return session.scalars(query.order_by(Handover.at.desc())).first()


def delivered_version(session: Session, output: Output) -> Version | None:
    """Return the version that the parties agreed on, None before delivery."""
    if output.state in {S.PLANNED, S.IN_WORK, S.ROUND, S.DROPPED}:
        return None
    return agreed_version(session, output.ref)


def outputs_of(session: Session, project: Project) -> Sequence[Output]:
    """Return a project's outputs in the order of their references."""
    query = owned(session, Output).where(Output.project_id == project.id)
    return session.scalars(query.order_by(Output.ref)).all()


def project_of(session: Session, output: Output) -> Project:
    """Return the project that an output belongs to."""
    return get(session, Project, output.project_id)


def _with_project(session: Session, ref: str) -> tuple[Output, Project]:
    output = by_ref(session, Output, ref)
    return output, project_of(session, output)


def _is_revised(session: Session, output: Output) -> bool:
    """Whether a version has come after the one that the chief executive has."""
    former = handover_of(session, output) if output.state is S.HANDED_OVER else None
    return former is not None and former.version_id != _agreed(session, output).id


def _agreed(session: Session, output: Output) -> Version:
    version = agreed_version(session, output.ref)
    if version is None:
        raise RuleBrokenError(f"{output.ref} has no agreed version", rule="SM-5")
    return version


def _package(session: Session, output: Output, version: Version) -> dict[str, Any]:
    content = content_of(session, version)
    return {
        "output": output.ref,
        "version": version.number,
        "fingerprint": content.fingerprints["document"],
        "standing": output.standing.value if output.standing else None,
        "positions": [_said(row) for row in positions_on(session, version.id)],
    }


def _said(row: PartyPosition) -> dict[str, Any]:
    return {
        "party": row.party.value,
        "position": row.position.value,
        "dissent": row.dissent,
        "point": row.point,
        "said_in": row.said_in,
    }
