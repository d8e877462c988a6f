"""The rows that what can be found is told from: one query a kind, each made once.

Of some references or of all; those of few cost the same in a large municipality.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import String, and_, bindparam, exists, literal, select, union_all
from sqlalchemy.orm import Session

from workflows.base import MINE, among_given, points_at, rows
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem, ItemCorrection
from workflows.decision.followups import FollowUp, FollowUpReport
from workflows.decision.meetings import Treatment
from workflows.development.documents import HOLDS, Document, Version
from workflows.development.hearings import Hearing
from workflows.development.outputs import Handover, Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark
from workflows.development.rounds import Round, Visibility
from workflows.people.kinds import Party
from workflows.record.access_classes import AccessDecision


def rows_of(session: Session, kind: str, refs: Collection[str] | None) -> Sequence[Any]:
    """Return the rows of a kind: of some references, or all (None).

    A document has a row for each version x.0 that holds, an item one for each
    correction and a follow-up one for each report, the last one last.
    """
    if refs is None:
        return rows(session, _query(kind, is_narrow=False))
    return rows(session, _query(kind, is_narrow=True), refs=refs) if refs else ()


def refs_of(session: Session, kind: str) -> list[str]:
    """Return the references of all there is of a kind; see `rows_of`."""
    named = _NAMED_BY[kind]
    mine = select(named).where(named.class_.municipality_id == MINE).order_by(named)
    return [row[0] for row in rows(session, mine)]


def access_decided(session: Session, refs: Collection[str] | None) -> dict[str, str]:
    """Return reference → the access class that was decided last, of what has one."""
    is_narrow = refs is not None
    decided = rows(session, _decided(is_narrow=is_narrow), refs=refs or ())
    return {row.about: row.access.value for row in decided}


def sealed_rows(session: Session, party: Party) -> Sequence[Any]:
    """Return a party's remarks in sealed rounds that have not been closed."""
    return rows(session, _SEALED, party=party.value)


def kinds_of(session: Session, refs: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield (kind, reference) of the things that are here; one may be of two kinds."""
    for row in rows(session, _KINDS, refs=refs):
        yield row[0], row[1]


def remarks_of(session: Session, rounds: Collection[str]) -> set[str]:
    """Return the references of the remarks in some rounds."""
    return {row[0] for row in rows(session, _REMARKS_OF, refs=rounds)}


def within_cases(session: Session, cases: Collection[str]) -> dict[str, set[str]]:
    """Return the references of the items and follow-ups of some cases, by kind."""
    found: dict[str, set[str]] = {"decision_item": set(), "followup": set()}
    for item, follow_up in rows(session, _WITHIN, refs=cases):
        found["decision_item"].add(item)
        found["followup"].add(follow_up)
    found["followup"].discard(None)
    return found


@functools.cache
def _query(kind: str, *, is_narrow: bool) -> Any:
    """Return the query of a kind, narrowed to references or not."""
    named, query = _NAMED_BY[kind], _QUERIES[kind]
    query = query.where(named.class_.municipality_id == MINE)
    return query.where(among_given(named, "refs")) if is_narrow else query


@functools.cache
def _decided(*, is_narrow: bool) -> Any:
    query = (
        select(AccessDecision.about, AccessDecision.access)
        .where(AccessDecision.municipality_id == MINE)
        .order_by(AccessDecision.entry)
    )
    about = AccessDecision.about
    return query.where(among_given(about, "refs")) if is_narrow else query


_NAMED_BY: dict[str, Any] = {
    "project": Project.ref,
    "output": Output.ref,
    "document": Document.ref,
    "round": Round.ref,
    "remark": Remark.ref,
    "hearing": Hearing.ref,
    "case": Case.ref,
    "decision_item": DecisionItem.ref,
    "followup": FollowUp.ref,
}
_OF_OUTPUT = and_(
    Output.municipality_id == Document.municipality_id,
    Output.ref == Document.ref,
    Document.kind == "output",
)
_IS_HANDED_OVER = exists().where(
    Handover.municipality_id == Version.municipality_id,
    Handover.output_id == Output.id,
    Handover.version_id == Version.id,
)
_IN_CASES = (
    select(Case.restricted)
    .select_from(DecisionItem)
    .join(Decision, points_at(DecisionItem.decision_id, Decision))
    .join(Treatment, points_at(Decision.treatment_id, Treatment))
    .join(Case, points_at(Treatment.case_id, Case))
)
_ON_ROUNDS = (
    select(Remark.ref, Remark.text, Remark.party, Round.ref.label("round"))
    .add_columns(Round.visibility, Round.closed_at)
    .join(Round, points_at(Remark.round_id, Round))
)
_QUERIES: dict[str, Any] = {
    "project": select(Project.ref, Project.name, Project.language, Project.state),
    "output": select(Output.ref, Output.title, Output.language, Project.state).join(
        Project, points_at(Output.project_id, Project)
    ),
    "document": (
        select(Document.ref.label("document"), Document.kind, Document.title)
        .add_columns(Document.language, Version.ref, Version.number, Version.state)
        .add_columns(Version.values, Output.state.label("output"))
        .add_columns(_IS_HANDED_OVER.label("is_handed_over"))
        .join(
            Version,
            and_(
                Version.municipality_id == Document.municipality_id,
                Version.document_id == Document.id,
            ),
        )
        .outerjoin(Output, _OF_OUTPUT)
        .where(Version.state.in_(sorted(HOLDS)))
    ),
    "round": (
        select(Round.ref, Document.title, Document.language)
        .join(Version, points_at(Round.version_id, Version))
        .join(Document, points_at(Version.document_id, Document))
        .where(Round.made_available_at.is_not(None))
    ),
    "remark": _ON_ROUNDS,
    "hearing": select(
        Hearing.ref, Hearing.background, Hearing.is_public, Hearing.opened_at
    ),
    "case": select(
        Case.ref, Case.title, Case.archive_number, Case.language, Case.restricted
    ),
    "decision_item": (
        _IN_CASES.add_columns(DecisionItem.ref, DecisionItem.text)
        .add_columns(Treatment.ref.label("treatment"), ItemCorrection.text.label("now"))
        .outerjoin(
            ItemCorrection,
            and_(
                ItemCorrection.municipality_id == DecisionItem.municipality_id,
                ItemCorrection.item_id == DecisionItem.id,
            ),
        )
        .order_by(ItemCorrection.corrected_at)
    ),
    "followup": (
        select(FollowUp.ref, FollowUpReport.text, FollowUpReport.evidence)
        .add_columns(Case.restricted)
        .join(
            FollowUpReport,
            and_(
                FollowUpReport.municipality_id == FollowUp.municipality_id,
                FollowUpReport.follow_up_id == FollowUp.id,
            ),
        )
        .join(DecisionItem, points_at(FollowUp.item_id, DecisionItem))
        .join(Decision, points_at(DecisionItem.decision_id, Decision))
        .join(Treatment, points_at(Decision.treatment_id, Treatment))
        .join(Case, points_at(Treatment.case_id, Case))
        .order_by(FollowUpReport.number)
    ),
}
_SEALED = _ON_ROUNDS.where(
    Round.municipality_id == MINE,
    Round.visibility == Visibility.SEALED,
    Round.closed_at.is_(None),
    Remark.party == bindparam("party", type_=String()),
)
_KINDS = union_all(
    *(
        select(literal(kind), named).where(
            named.class_.municipality_id == MINE, among_given(named, "refs")
        )
        for kind, named in _NAMED_BY.items()
    )
)
_REMARKS_OF = (
    select(Remark.ref)
    .join(Round, points_at(Remark.round_id, Round))
    .where(Round.municipality_id == MINE, among_given(Round.ref, "refs"))
)
_WITHIN = (
    _IN_CASES.with_only_columns(DecisionItem.ref, FollowUp.ref)
    .outerjoin(
        FollowUp,
        and_(
            FollowUp.municipality_id == DecisionItem.municipality_id,
            FollowUp.item_id == DecisionItem.id,
        ),
    )
    .where(Case.municipality_id == MINE, among_given(Case.ref, "refs"))
)
