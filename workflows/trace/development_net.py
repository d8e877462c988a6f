"""The nodes and edges of the development line: projects, outputs, rounds, remarks.

Each kind is read in one query, for the scope alone, and only the columns shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from workflows.base import AT, MINE, among_given, points_at, rows
from workflows.clock import norwegian_date
from workflows.decision.cases import Case
from workflows.development.documents import Document, Version
from workflows.development.forums import ForumItem, ForumMeeting
from workflows.development.hearing_answers import HearingAnswer, HearingRemark
from workflows.development.hearing_summaries import HearingAssessment
from workflows.development.hearings import Hearing
from workflows.development.minutes import ForumMinute
from workflows.development.outputs import Handover, Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark, RemarkAssessment
from workflows.development.rounds import Round
from workflows.development.seals import is_sealed
from workflows.trace.links import Edge, Line, Node
from workflows.trace.moments import IS_IN_SCOPE, PAPER, Moment, Part
from workflows.trace.outcomes import OPEN_CODES, Outcome, state_of
from workflows.trace.scope import HANDOVER, subject_of
from workflows.trace.uses import OutputUse, Used

LINE: Line = "development"


def development_parts(moment: Moment) -> Iterator[Part]:
    """Yield what the development line holds of the scope, and what cases used of it."""
    yield from _projects(moment)
    yield from _outputs(moment)
    rounds, hearings = moment.rounds, moment.hearings
    yield from _asked(moment, rounds)
    yield from _remarks(moment, [row.ref for row in rounds])
    yield from _asked(moment, [row for row in hearings if row.since <= moment.at])
    yield from _hearing_remarks(moment, [row.ref for row in hearings])
    yield from _forums(moment)
    yield from _handovers(moment)


def _projects(moment: Moment) -> Iterator[Part]:
    for row in rows(moment.session, _PROJECTS, refs=moment.scope.projects):
        if row.ref in moment.states:
            yield Node(
                ref=row.ref,
                kind="project",
                title=row.name,
                line=LINE,
                on=norwegian_date(row.proposed_at),
                state=moment.states[row.ref],
            )


def _outputs(moment: Moment) -> Iterator[Part]:
    on, refs = norwegian_date(moment.at), moment.scope.outputs
    if not refs:
        return
    found = rows(moment.session, _OUTPUTS, at=moment.at, refs=refs)
    used = {row.ref for row in found if row.is_used}
    treated = {row.ref for row in found if row.is_treated}
    for row in found:
        if row.ref in moment.states:
            state = state_of(row.ref, states=moment.states, used=used, treated=treated)
            yield from _output(row, state, on=on)


def _output(row: Any, state: str, *, on: date) -> Iterator[Part]:
    yield Node(
        ref=row.ref,
        kind="output",
        title=row.title,
        line=LINE,
        state=state,
        **_delivery(row, on=on),
    )
    yield Edge(source=row.project, target=row.ref, kind="delivers")
    if row.supersedes:
        yield Edge(source=row.ref, target=row.supersedes, kind="supersedes")


def _delivery(row: Any, *, on: date) -> dict[str, Any]:
    """When it was delivered and how it stands, both unknown until then."""
    if row.delivered_on is None or row.delivered_on > on:
        return {}
    return {
        "on": row.delivered_on,
        "note": row.standing.value if row.standing else None,
    }


def _asked(moment: Moment, found: Collection[Any]) -> Iterator[Part]:
    for row in found:
        if row.ref in moment.states:
            yield Node(
                ref=row.ref,
                kind=row.held_as,
                title=row.title,
                line=LINE,
                on=norwegian_date(row.since),
                state=moment.states[row.ref],
            )
            yield Edge(source=row.ref, target=_subject(row), kind="answered")


def _remarks(moment: Moment, rounds: Collection[str]) -> Iterator[Part]:
    if not rounds:
        return
    for row in rows(moment.session, _REMARKS, at=moment.at, refs=rounds):
        if is_sealed(row, at=moment.at) and not _is_own(row, moment):
            continue
        yield Node(
            ref=row.ref,
            kind="remark",
            title=row.text,
            line=LINE,
            on=norwegian_date(row.at),
            state=_verdict(row, moment),
        )
        yield Edge(source=row.ref, target=row.round, kind="remarked_in")


def _is_own(remark: Any, moment: Moment) -> bool:
    return moment.party is not None and remark.party is moment.party


def _hearing_remarks(moment: Moment, hearings: Collection[str]) -> Iterator[Part]:
    """Each remark of each answer that had come, with what had become of it."""
    if not hearings:
        return
    for row in rows(moment.session, _HEARING_REMARKS, at=moment.at, refs=hearings):
        yield Node(
            ref=row.ref,
            kind="hearing_remark",
            title=row.text,
            line=LINE,
            on=norwegian_date(row.received_at),
            state=_verdict(row, moment),
        )
        yield Edge(source=row.ref, target=row.hearing, kind="remarked_in")


def _verdict(row: Any, moment: Moment) -> str:
    is_known = row.verdict is not None and row.told_at <= moment.at
    return str(row.verdict.value) if is_known else "open"


def _forums(moment: Moment) -> Iterator[Part]:
    for row in rows(moment.session, _FORUMS, at=moment.at, **moment.papers):
        yield Node(
            ref=row.ref,
            kind="forum",
            title=row.point,
            line=LINE,
            on=norwegian_date(row.starts_at),
            state="minuted",
        )
        yield Edge(source=row.ref, target=_subject(row), kind="minuted")


def _handovers(moment: Moment) -> Iterator[Part]:
    """The latest handover of each output comes last, and counts."""
    scope = moment.scope
    found = rows(moment.session, _HANDOVERS, at=moment.at, refs=scope.outputs)
    for output, row in {row.ref: row for row in found}.items():
        ref = f"{output}{HANDOVER}"
        yield Node(
            ref=ref,
            kind="handover",
            title=row.title,
            line=LINE,
            on=row.handed_over_on,
            state="handed_over",
        )
        yield Edge(source=output, target=ref, kind="handed_over")
    if scope.cases:
        yield from _uses(moment)


def _uses(moment: Moment) -> Iterator[Part]:
    scope = moment.scope
    given: dict[str, Any] = {"outputs": scope.outputs, "cases": scope.cases}
    for output, folder in rows(moment.session, _USES, at=moment.at, **given):
        yield Edge(source=f"{output}{HANDOVER}", target=folder, kind="used_in")


def _subject(row: Any) -> str:
    return subject_of(kind=row.kind, ref=row.paper, project=row.project)


_PROJECTS = (
    select(Project.ref, Project.name, Project.proposed_at)
    .where(Project.municipality_id == MINE, among_given(Project.ref, "refs"))
    .order_by(Project.ref)
)
_IS_USED = exists().where(
    OutputUse.municipality_id == Output.municipality_id,
    OutputUse.output_id == Output.id,
    OutputUse.used != Used.NOT_USED,
    OutputUse.at <= AT,
)
_IS_TREATED = exists().where(
    Outcome.municipality_id == Output.municipality_id,
    Outcome.output_id == Output.id,
    Outcome.code.not_in(OPEN_CODES),
    Outcome.at <= AT,
)
_OUTPUTS = (
    select(
        *(Output.ref, Output.title, Output.supersedes, Output.standing),
        *(Output.delivered_on, Project.ref.label("project")),
        *(_IS_USED.label("is_used"), _IS_TREATED.label("is_treated")),
    )
    .join(Project, points_at(Output.project_id, Project))
    .where(Output.municipality_id == MINE, among_given(Output.ref, "refs"))
    .order_by(Output.ref)
)
_REMARKS = (
    select(
        *(Remark.ref, Remark.text, Remark.at, Remark.party, Round.ref.label("round")),
        *(Round.visibility, Round.closed_at),
        *(RemarkAssessment.verdict, RemarkAssessment.at.label("told_at")),
    )
    .join(Round, points_at(Remark.round_id, Round))
    .outerjoin(RemarkAssessment, points_at(RemarkAssessment.remark_id, Remark))
    .where(Round.municipality_id == MINE, among_given(Round.ref, "refs"))
    .where(Remark.at <= AT)
    .order_by(Remark.ref)
)
_HEARING_REMARKS = (
    select(
        *(HearingRemark.ref, HearingRemark.text, HearingAnswer.received_at),
        *(Hearing.ref.label("hearing"), HearingAssessment.verdict),
        HearingAssessment.at.label("told_at"),
    )
    .join(HearingAnswer, points_at(HearingRemark.answer_id, HearingAnswer))
    .join(Hearing, points_at(HearingAnswer.hearing_id, Hearing))
    .outerjoin(HearingAssessment, points_at(HearingAssessment.remark_id, HearingRemark))
    .where(Hearing.municipality_id == MINE, among_given(Hearing.ref, "refs"))
    .where(HearingAnswer.at <= AT)
    .order_by(HearingRemark.ref)
)
_FORUMS = (
    select(
        *(ForumItem.ref, ForumItem.title.label("point"), ForumMeeting.starts_at),
        *PAPER,
    )
    .join(ForumMinute, points_at(ForumMinute.item_id, ForumItem))
    .join(ForumMeeting, points_at(ForumItem.meeting_id, ForumMeeting))
    .join(Version, points_at(ForumItem.version_id, Version))
    .join(Document, points_at(Version.document_id, Document))
    .where(IS_IN_SCOPE, ForumMinute.at <= AT)
    .order_by(ForumItem.ref)
)
_HANDOVERS = (
    select(Output.ref, Output.title, Handover.handed_over_on)
    .join(Output, points_at(Handover.output_id, Output))
    .where(Output.municipality_id == MINE, among_given(Output.ref, "refs"))
    .where(Handover.at <= AT)
    .order_by(Output.ref, Handover.at)
)
_USES = (
    select(Output.ref, Case.ref)
    .select_from(OutputUse)
    .join(Case, points_at(OutputUse.case_id, Case))
    .join(Output, points_at(OutputUse.output_id, Output))
    .where(Output.municipality_id == MINE, OutputUse.at <= AT)
    .where(among_given(Output.ref, "outputs"), among_given(Case.ref, "cases"))
    .order_by(OutputUse.at, Output.ref, Case.ref)
)
