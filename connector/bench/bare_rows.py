"""The bare SELECTs that traces, reports and pages are held against: the same rows.

Of a trace, by the references of its nodes, kind by kind. Of a report, all rows of the
kinds that its answer is made of and no others, once each, without joins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import MINE, among_given, points_at, rows
from workflows.decision.bodies import BodyMember
from workflows.decision.cases import Case
from workflows.decision.changes import ACTS
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.followups import FollowUp, FollowUpReport
from workflows.decision.meetings import Treatment
from workflows.decision.reviews import ReviewDate
from workflows.development.assessments import AssessmentAnswer, SelfAssessment
from workflows.development.documents import Content, Document, Version
from workflows.development.hearing_answers import AddresseeAnswer, HearingAnswer
from workflows.development.hearings import Addressee, Hearing
from workflows.development.outputs import Handover, Output
from workflows.development.parity import OPENED, READ
from workflows.development.positions import PartyPosition
from workflows.development.projects import Project, ProjectMember
from workflows.development.remarks import Remark, RemarkAssessment
from workflows.development.reports import StatusReport
from workflows.development.rounds import Round
from workflows.people.mandates import Mandate
from workflows.people.persons import Person
from workflows.record.entries import Entry
from workflows.record.judgements import Judgement
from workflows.record.touches import EntryRef
from workflows.trace.access_requests import AccessAnswer, AccessRequest
from workflows.trace.federation import ForeignOutput
from workflows.trace.links import Trace
from workflows.trace.outcomes import Outcome
from workflows.trace.uses import OutputUse


def fetch_trace(session: Session, trace: Trace) -> int:
    """Fetch the rows of a trace by their references; return how many."""
    refs: dict[str, list[str]] = {}
    for node in trace.nodes:
        refs.setdefault(node.kind, []).append(node.ref)
    return sum(
        len(rows(session, query, refs=refs[kind]))
        for kind, queries in _OF_TRACE.items()
        if kind in refs
        for query in queries
    )


def fetch_report(session: Session, name: str) -> int:
    """Fetch the rows that a standing report is made of; return how many."""
    return sum(len(rows(session, query)) for query in OF_REPORTS[name])


def _columns(table: Any) -> Any:
    """A SELECT of all of a table's columns; those not needed are few."""
    return select(*table.__table__.columns).select_from(table)


def _by_ref(table: Any) -> Any:
    mine = table.municipality_id == MINE
    return _columns(table).where(mine, among_given(table.ref, "refs"))


def _by(table: Any, column: Any, kind: Any) -> Any:
    joined = _columns(table).join(kind, points_at(column, kind))
    return joined.where(kind.municipality_id == MINE, among_given(kind.ref, "refs"))


def _all(*tables: Any) -> list[Any]:
    return [_columns(each).where(each.municipality_id == MINE) for each in tables]


def _told(*acts: str) -> Any:
    return _columns(Entry).where(Entry.municipality_id == MINE, Entry.type.in_(acts))


_OF_TRACE: Mapping[str, Sequence[Any]] = {
    "project": [_by_ref(Project)],
    "output": [_by_ref(Output), _by(Handover, Handover.output_id, Output)],
    "round": [_by_ref(Round)],
    "hearing": [_by_ref(Hearing)],
    "remark": [
        _by_ref(Remark),
        _by(RemarkAssessment, RemarkAssessment.remark_id, Remark),
    ],
    "case": [_by_ref(Case), _by(OutputUse, OutputUse.case_id, Case)],
    "treatment": [
        _by_ref(Treatment),
        _by(Outcome, Outcome.treatment_id, Treatment),
    ],
    "decision_item": [_by_ref(DecisionItem)],
    "followup": [
        _by_ref(FollowUp),
        _by(FollowUpReport, FollowUpReport.follow_up_id, FollowUp),
    ],
}

_LINKED = (OutputUse, Outcome, Output, Version, Document, Content, Judgement)
_DECIDED = (Case, Treatment, Decision, DecisionItem)
_DISSENT = PartyPosition.dissent.is_not(None)
_DISSENTS = _columns(PartyPosition).where(PartyPosition.municipality_id == MINE)


def _by_record(kind: Any) -> Any:
    """The steps of things of a kind, which tell their states."""
    mine = select(kind.ref).where(kind.municipality_id == MINE)
    steps = _columns(EntryRef).where(EntryRef.municipality_id == MINE)
    return steps.where(EntryRef.ref.in_(mine), EntryRef.led_to.is_not(None))


_APART = (
    select(Version.document_id)
    .join(PartyPosition, points_at(PartyPosition.version_id, Version))
    .where(_DISSENT)
)


def _apart(table: Any) -> Any:
    """What an output was printed in, of those on which a party dissents."""
    of_dissent = Version.document_id.in_(_APART)
    return _by_version(table).where(table.municipality_id == MINE, of_dissent)


def _by_version(table: Any) -> Any:
    return _columns(table).join(Version, points_at(table.version_id, Version))


_REVIEWED = _columns(DecisionItem).join(
    ReviewDate, points_at(ReviewDate.item_id, DecisionItem)
)

OF_REPORTS: Mapping[str, Sequence[Any]] = {
    "outcomes": _all(Outcome, Output),
    "unused-outputs": _all(Handover, Output, OutputUse),
    "uncovered-decisions": _all(Treatment, Case, OutputUse),
    "coverage": _all(*_LINKED, *_DECIDED, PartyPosition, Project),
    "changed-since": _all(*_LINKED, *_DECIDED),
    "outputs-without-decision": _all(*_LINKED, *_DECIDED),
    "follow-ups": [
        *_all(FollowUp, FollowUpReport, DecisionItem, Treatment, Case, Person),
        _by_record(FollowUp),
    ],
    "follow-up-changes": [_told(*ACTS), *_all(Person)],
    "reviews": [
        *_all(ReviewDate, Person),
        _REVIEWED.where(ReviewDate.municipality_id == MINE),
    ],
    "missing-reports": _all(Project, StatusReport),
    "lead-times": _all(Handover, Outcome, Output),
    "parity": [*_all(Round, Version), _told(OPENED, READ)],
    "dissent": [_DISSENTS.where(_DISSENT), *map(_apart, (Handover, OutputUse))],
    "projects": [*_all(Project), _by_record(Project)],
    "mandates": _all(Mandate, Person),
    "assessment": _all(SelfAssessment, AssessmentAnswer),
    "hearings": _all(Hearing, Addressee, HearingAnswer, AddresseeAnswer),
    "programme": _all(ForeignOutput),
    "archive-gaps": _all(Document, Version, Content, Handover),
    "impartiality": [
        *_all(Case, Treatment, OutputUse),
        *_all(ProjectMember, BodyMember, Person),
    ],
    "access-requests": _all(AccessRequest, AccessAnswer),
    "what-became-of-my-input": _all(
        *(Remark, RemarkAssessment, Round, Version, Document),
        *(Outcome, FollowUp, DecisionItem),
    ),
}
"""The kinds of rows that each standing report is told from."""
