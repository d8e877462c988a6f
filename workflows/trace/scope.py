"""What a trace is drawn from: the little of a municipality that hangs with one thing.

Everything in the trace belongs to a project, an output, a document that is of no
project, or a case. From what the root belongs to it goes up, case → outputs used →
projects and what the outputs superseded, and down, project → outputs → what supersedes
them → cases. The scope may hold more than the trace, and never less; so a trace costs
the same in a small municipality and in a large one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    String,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, all_of, among_given, points_at, rows
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

Refs: TypeAlias = frozenset[str]
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
    waiting = home.outputs
    if home.cases:
        waiting |= _refs(session, _USED_IN, home.cases, at=at)
    scope = replace(home, outputs=waiting)
    while waiting:
        found = rows(session, _ORIGINS, refs=waiting)
        former = frozenset(row.former for row in found if row.former)
        waiting = former - scope.outputs
        projects = frozenset(row.project for row in found)
        scope |= Scope(projects=projects, outputs=waiting)
    return scope


def _below(session: Session, home: Scope, *, at: datetime) -> Scope:
    waiting, outputs = home.outputs, Refs()
    if home.projects:
        waiting |= _refs(session, _DELIVERED, home.projects)
    while waiting:
        outputs |= waiting
        waiting = _refs(session, _SUCCESSORS, waiting) - outputs
    cases = _refs(session, _USING, outputs, at=at) if outputs else Refs()
    return replace(home, outputs=outputs, cases=home.cases | cases)


def _refs(
    session: Session, query: Any, refs: Refs, *, at: datetime | None = None
) -> Refs:
    return Refs(row[0] for row in rows(session, query, at=at, refs=refs))


def _home(session: Session, ref: str) -> Scope:
    """Return the project, output, document or case that a reference belongs to."""
    words = ref.split(" ")
    # An outcome is «O-1/3 C01-T1»: its treatment is what comes after a space.
    ends = [" ".join(words[first:]) for first in range(len(words))]
    given: dict[str, Any] = {
        "ref": ref,
        "given": ref.removesuffix(HANDOVER),
        "ends": ends,
    }
    found: dict[str, set[str]] = {}
    for kind, belongs in rows(session, _HOMES, **given):
        found.setdefault(kind, set()).add(belongs)
    return Scope(**{kind: frozenset(refs) for kind, refs in found.items()})


_REF = bindparam("ref", type_=String())
_USES = (
    select(Case.ref, Output.ref)
    .select_from(OutputUse)
    .join(Case, points_at(OutputUse.case_id, Case))
    .join(Output, points_at(OutputUse.output_id, Output))
    .where(Case.municipality_id == MINE, OutputUse.at <= AT)
)
_USED_IN = _USES.with_only_columns(Output.ref).where(among_given(Case.ref, "refs"))
_USING = _USES.with_only_columns(Case.ref).where(among_given(Output.ref, "refs"))
_ORIGINS = (
    select(Project.ref.label("project"), Output.supersedes.label("former"))
    .join(Output, points_at(Output.project_id, Project))
    .where(Output.municipality_id == MINE, among_given(Output.ref, "refs"))
)
_DELIVERED = (
    select(Output.ref)
    .join(Project, points_at(Output.project_id, Project))
    .where(Project.municipality_id == MINE, among_given(Project.ref, "refs"))
)
_SUCCESSORS = select(Output.ref).where(
    Output.municipality_id == MINE, among_given(Output.supersedes, "refs")
)


def _named(kind: str, row: Any, name: str) -> Any:
    """A project, an output, a case by its own name, an output by its handover's."""
    given = bindparam(name, type_=String())
    return select(literal(kind), row.ref).where(
        row.municipality_id == MINE, row.ref == given
    )


def _is(row: Any) -> Any:
    return and_(row.municipality_id == MINE, row.ref == _REF)


def _on_papers() -> Iterator[Any]:
    """Rounds, hearings and forum items, and the remarks made in them."""
    of_version = select(*_SUBJECT).select_from(Version)
    of_version = of_version.join(Document, points_at(Version.document_id, Document))
    for kind in (Round, Hearing, ForumItem):
        joined = of_version.join(kind, points_at(kind.version_id, Version))
        yield joined.where(_is(kind))
    reviewed = of_version.join(Round, points_at(Round.version_id, Version))
    yield reviewed.join(Remark, points_at(Remark.round_id, Round)).where(_is(Remark))
    heard = of_version.join(Hearing, points_at(Hearing.version_id, Version))
    heard = heard.join(HearingAnswer, points_at(HearingAnswer.hearing_id, Hearing))
    to_answer = points_at(HearingRemark.answer_id, HearingAnswer)
    yield heard.join(HearingRemark, to_answer).where(_is(HearingRemark))


def _in_cases() -> Iterator[Any]:
    """Treatments and what hangs below them."""
    cases = select(literal("cases"), Case.ref)
    treated = cases.join(Treatment, points_at(Treatment.case_id, Case))
    is_end = among_given(Treatment.ref, "ends")
    yield treated.where(Treatment.municipality_id == MINE, is_end)
    items = treated.join(Decision, points_at(Decision.treatment_id, Treatment))
    items = items.join(DecisionItem, points_at(DecisionItem.decision_id, Decision))
    yield items.where(_is(DecisionItem))
    followed = items.join(FollowUp, points_at(FollowUp.item_id, DecisionItem))
    yield followed.where(_is(FollowUp))
    said = cases.join(PartyComment, points_at(PartyComment.case_id, Case))
    yield said.where(_is(PartyComment))


_IS_OUTPUT = Document.kind == "output"
_IS_ALONE = Document.project.is_(None)
_SUBJECT = (
    case((_IS_OUTPUT, "outputs"), (_IS_ALONE, "papers"), else_="projects"),
    case((or_(_IS_OUTPUT, _IS_ALONE), Document.ref), else_=Document.project),
)
_HOMES = union_all(
    _named("projects", Project, "ref"),
    _named("outputs", Output, "ref"),
    _named("outputs", Output, "given"),
    _named("cases", Case, "ref"),
    *_on_papers(),
    *_in_cases(),
)
