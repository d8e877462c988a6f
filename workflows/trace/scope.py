"""What a trace is drawn from: the little of a municipality that hangs with one thing.

Everything in the trace belongs to a project, an output, a document that is of no
project, or a case. From what the root belongs to it goes up, case → outputs used →
projects and what the outputs superseded, and down, project → outputs → what supersedes
them → cases. The scope may hold more than the trace, and never less; so a trace costs
the same in a small municipality and in a large one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, literal, or_, select, union_all
from sqlalchemy.orm import Session

from workflows.base import all_of, among, points_at, tenant
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.followups import FollowUp
from workflows.decision.meetings import Treatment
from workflows.development.documents import Document, Version
from workflows.development.forums import ForumItem
from workflows.development.hearing_answers import HearingAnswer, HearingRemark
from workflows.development.hearings import Hearing
from workflows.development.outputs import Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark
from workflows.development.rounds import Round
from workflows.trace.comments import PartyComment
from workflows.trace.uses import OutputUse

Refs = frozenset[str]
HANDOVER = "-H"
"""What the trace adds to an output's reference for its handover."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """References of what a trace may touch; `papers` are documents of no project."""

    projects: Refs = field(default=frozenset())
    outputs: Refs = field(default=frozenset())
    papers: Refs = field(default=frozenset())
    cases: Refs = field(default=frozenset())

    def __or__(self, other: Scope) -> Scope:
        return Scope(
            projects=self.projects | other.projects,
            outputs=self.outputs | other.outputs,
            papers=self.papers | other.papers,
            cases=self.cases | other.cases,
        )


def subject_of(*, kind: str, ref: str, project: str | None) -> str:
    """Return what a document stands for in the trace: a mandate for its project."""
    return ref if kind == "output" or not project else project


def scope_of(session: Session, ref: str, *, at: datetime) -> Scope:
    """Return what hangs together with `ref`, of whatever kind; empty where unknown.

    Eight queries or so; one more for each further output in a row of superseded ones.
    """
    home = _home(session, ref)
    return _above(session, home, at=at) | _below(session, home, at=at)


def whole_scope(session: Session) -> Scope:
    """Return everything that the municipality has."""
    papers = all_of(session, Document)
    return Scope(
        projects=frozenset(row.ref for row in all_of(session, Project)),
        outputs=frozenset(row.ref for row in all_of(session, Output)),
        papers=frozenset(row.ref for row in papers),
        cases=frozenset(row.ref for row in all_of(session, Case)),
    )


def _above(session: Session, home: Scope, *, at: datetime) -> Scope:
    used = _linked(session, OutputUse.output_id, Case.ref, home.cases, at=at)
    scope = replace(home, outputs=home.outputs | used)
    waiting = scope.outputs
    while waiting:
        rows = session.execute(_origins(session, waiting)).all()
        projects = frozenset(row.project for row in rows)
        former = frozenset(row.former for row in rows if row.former)
        waiting = former - scope.outputs
        scope |= Scope(projects=projects, outputs=waiting)
    return scope


def _below(session: Session, home: Scope, *, at: datetime) -> Scope:
    waiting = home.outputs | _delivered(session, home.projects)
    outputs: Refs = frozenset()
    while waiting:
        outputs |= waiting
        waiting = _successors(session, waiting) - outputs
    cases = _linked(session, OutputUse.case_id, Output.ref, outputs, at=at)
    return replace(home, outputs=outputs, cases=home.cases | cases)


def _linked(
    session: Session, wanted: Any, column: Any, refs: Collection[str], *, at: datetime
) -> Refs:
    """Return what is at the other end of the uses of some outputs, or in some cases."""
    if not refs:
        return frozenset()
    far = (Output if wanted is OutputUse.output_id else Case).ref
    query = (
        select(far)
        .select_from(OutputUse)
        .join(Case, points_at(OutputUse.case_id, Case))
        .join(Output, points_at(OutputUse.output_id, Output))
        .where(OutputUse.municipality_id == tenant(session))
        .where(among(column, refs), OutputUse.at <= at)
    )
    return frozenset(session.scalars(query))


def _origins(session: Session, outputs: Collection[str]) -> Select[str, str | None]:
    return (
        select(Project.ref.label("project"), Output.supersedes.label("former"))
        .join(Output, points_at(Output.project_id, Project))
        .where(Output.municipality_id == tenant(session), among(Output.ref, outputs))
    )


def _delivered(session: Session, projects: Collection[str]) -> Refs:
    if not projects:
        return frozenset()
    query = (
        select(Output.ref)
        .join(Project, points_at(Output.project_id, Project))
        .where(Project.municipality_id == tenant(session))
        .where(among(Project.ref, projects))
    )
    return frozenset(session.scalars(query))


def _successors(session: Session, outputs: Collection[str]) -> Refs:
    query = select(Output.ref).where(
        Output.municipality_id == tenant(session), among(Output.supersedes, outputs)
    )
    return frozenset(session.scalars(query))


def _home(session: Session, ref: str) -> Scope:
    """Return the project, output, document or case that a reference belongs to."""
    found: dict[str, set[str]] = {}
    for kind, belongs in session.execute(_homes(session, ref)):
        found.setdefault(kind, set()).add(belongs)
    return Scope(**{kind: frozenset(refs) for kind, refs in found.items()})


def _homes(session: Session, ref: str) -> Any:
    mine = tenant(session)
    heads: list[tuple[str, Any, Iterable[str]]] = [
        ("projects", Project, [ref]),
        ("outputs", Output, [ref, ref.removesuffix(HANDOVER)]),
        ("cases", Case, [ref]),
    ]
    named = (
        select(literal(kind), row.ref).where(
            row.municipality_id == mine, among(row.ref, list(refs))
        )
        for kind, row, refs in heads
    )
    return union_all(*named, *_on_papers(mine, ref), *_in_cases(mine, ref))


def _on_papers(mine: Any, ref: str) -> Iterable[Any]:
    """Rounds, hearings and forum items, and the remarks made in them."""
    to_round = points_at(Remark.round_id, Round)
    to_answer = points_at(HearingRemark.answer_id, HearingAnswer)
    to_hearing = points_at(HearingAnswer.hearing_id, Hearing)
    of_version = select(*_SUBJECT).select_from(Version)
    of_version = of_version.join(Document, points_at(Version.document_id, Document))
    for kind in (Round, Hearing, ForumItem):
        joined = of_version.join(kind, points_at(kind.version_id, Version))
        yield joined.where(kind.municipality_id == mine, kind.ref == ref)
    joined = of_version.join(Round, points_at(Round.version_id, Version))
    yield joined.join(Remark, to_round).where(
        Remark.municipality_id == mine, Remark.ref == ref
    )
    joined = of_version.join(Hearing, points_at(Hearing.version_id, Version))
    joined = joined.join(HearingAnswer, to_hearing).join(HearingRemark, to_answer)
    yield joined.where(HearingRemark.municipality_id == mine, HearingRemark.ref == ref)


def _in_cases(mine: Any, ref: str) -> Iterable[Any]:
    """Treatments and what hangs below them; an outcome's reference ends with one."""
    places = [i + 1 for i, sign in enumerate(ref) if sign == " "]
    treated = [ref, *(ref[place:] for place in places)]
    cases = select(literal("cases"), Case.ref)
    of_case = points_at(Treatment.case_id, Case)
    yield cases.join(Treatment, of_case).where(
        Treatment.municipality_id == mine, among(Treatment.ref, treated)
    )
    items = cases.join(Treatment, of_case)
    items = items.join(Decision, points_at(Decision.treatment_id, Treatment))
    items = items.join(DecisionItem, points_at(DecisionItem.decision_id, Decision))
    yield items.where(DecisionItem.municipality_id == mine, DecisionItem.ref == ref)
    yield items.join(FollowUp, points_at(FollowUp.item_id, DecisionItem)).where(
        FollowUp.municipality_id == mine, FollowUp.ref == ref
    )
    yield cases.join(PartyComment, points_at(PartyComment.case_id, Case)).where(
        PartyComment.municipality_id == mine, PartyComment.ref == ref
    )


_IS_OUTPUT = Document.kind == "output"
_IS_ALONE = Document.project.is_(None)
_SUBJECT = (
    case((_IS_OUTPUT, "outputs"), (_IS_ALONE, "papers"), else_="projects"),
    case((or_(_IS_OUTPUT, _IS_ALONE), Document.ref), else_=Document.project),
)
