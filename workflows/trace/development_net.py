"""The nodes and edges of the development line: projects, outputs, rounds, remarks.

Each kind is read in one query or two, for the scope alone, and only the columns shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, select

from workflows.base import among, points_at, tenant
from workflows.clock import norwegian_date
from workflows.development.documents import Document, Version
from workflows.development.forums import ForumItem, ForumMeeting
from workflows.development.hearing_answers import HearingAnswer, HearingRemark
from workflows.development.hearing_summaries import HearingAssessment
from workflows.development.hearings import Hearing
from workflows.development.minutes import ForumMinute
from workflows.development.outputs import Output
from workflows.development.projects import Project
from workflows.development.remarks import Remark, RemarkAssessment
from workflows.development.rounds import Round
from workflows.development.seals import remarks_shown
from workflows.record.entries import fold
from workflows.trace.links import Edge, Line, Node
from workflows.trace.moments import Moment, Part
from workflows.trace.outcomes import output_states
from workflows.trace.scope import HANDOVER, Scope, subject_of
from workflows.trace.uses import handovers, uses

LINE: Line = "development"


def development_parts(moment: Moment) -> Iterator[Part]:
    """Yield what the development line holds of the scope, and what cases used of it."""
    yield from _projects(moment)
    yield from _outputs(moment)
    rounds = _heard(moment, Round, Round.made_available_at)
    yield from _rounds(moment, rounds)
    yield from _remarks(moment, [row.ref for row in rounds])
    hearings = _heard(moment, Hearing, Hearing.opened_at)
    yield from _hearings(moment, hearings)
    yield from _hearing_remarks(moment, [row.ref for row in hearings])
    yield from _forums(moment)
    yield from _handovers(moment)


def _projects(moment: Moment) -> Iterator[Part]:
    query = _own(moment, Project, Project.ref, Project.name, Project.proposed_at)
    query = query.where(among(Project.ref, moment.scope.projects))
    for row in moment.session.execute(query.order_by(Project.ref)):
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
    refs, on = moment.scope.outputs, norwegian_date(moment.at)
    states = output_states(moment.session, outputs=refs, at=moment.at)
    query = (
        _own(moment, Output, Output.ref, Output.title, Output.supersedes)
        .add_columns(Output.standing, Output.delivered_on, Project.ref.label("project"))
        .join(Project, points_at(Output.project_id, Project))
        .where(among(Output.ref, refs))
    )
    for row in moment.session.execute(query.order_by(Output.ref)):
        if row.ref in states:
            yield from _output(row, states[row.ref], on=on)


def _output(row: Row[*tuple[Any, ...]], state: str, *, on: date) -> Iterator[Part]:
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


def _delivery(row: Row[*tuple[Any, ...]], *, on: date) -> dict[str, Any]:
    """When it was delivered and how it stands, both unknown until then."""
    if row.delivered_on is None or row.delivered_on > on:
        return {}
    return {
        "on": row.delivered_on,
        "note": row.standing.value if row.standing else None,
    }


def _heard(
    moment: Moment, kind: type[Round | Hearing], since: Any
) -> list[Row[*tuple[Any, ...]]]:
    """Return the rounds or hearings held on what is in the scope."""
    query = (
        _own(moment, kind, kind.ref, since.label("since"), *_PAPER)
        .join(Version, points_at(kind.version_id, Version))
        .join(Document, points_at(Version.document_id, Document))
        .where(_is_on(moment.scope), since.is_not(None))
    )
    return list(moment.session.execute(query.order_by(kind.ref)))


def _rounds(moment: Moment, rows: Collection[Row[*tuple[Any, ...]]]) -> Iterator[Part]:
    states = fold(moment.session, at=moment.at, refs=[row.ref for row in rows])
    for row in rows:
        if row.ref in states:
            yield from _asked(row, "round", states[row.ref])


def _hearings(
    moment: Moment, rows: Collection[Row[*tuple[Any, ...]]]
) -> Iterator[Part]:
    states = fold(moment.session, at=moment.at, refs=[row.ref for row in rows])
    for row in rows:
        if row.since <= moment.at:
            yield from _asked(row, "hearing", states[row.ref])


def _asked(row: Row[*tuple[Any, ...]], kind: str, state: str) -> Iterator[Part]:
    yield Node(
        ref=row.ref,
        kind=kind,
        title=row.title,
        line=LINE,
        on=norwegian_date(row.since),
        state=state,
    )
    yield Edge(source=row.ref, target=_subject(row), kind="answered")


def _remarks(moment: Moment, rounds: Collection[str]) -> Iterator[Part]:
    if not rounds:
        return
    shown = remarks_shown(
        moment.session, at=moment.at, party=moment.party, rounds=rounds
    )
    told = _told(moment, rounds)
    for row in shown:
        review, verdict = told[row.ref]
        yield Node(
            ref=row.ref,
            kind="remark",
            title=row.text,
            line=LINE,
            on=norwegian_date(row.at),
            state=verdict,
        )
        yield Edge(source=row.ref, target=review, kind="remarked_in")


def _told(moment: Moment, rounds: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return each remark's round and what had become of the remark."""
    query = (
        _own(moment, Remark, Remark.ref, Round.ref.label("round"))
        .add_columns(RemarkAssessment.verdict, RemarkAssessment.at)
        .join(Round, points_at(Remark.round_id, Round))
        .outerjoin(RemarkAssessment, points_at(RemarkAssessment.remark_id, Remark))
        .where(among(Round.ref, rounds))
    )
    return {
        row.ref: (row.round, _verdict(row, moment))
        for row in moment.session.execute(query)
    }


def _hearing_remarks(moment: Moment, hearings: Collection[str]) -> Iterator[Part]:
    """Each remark of each answer that had come, with what had become of it."""
    if not hearings:
        return
    query = (
        _own(moment, HearingRemark, HearingRemark.ref, HearingRemark.text)
        .add_columns(HearingAnswer.received_at, Hearing.ref.label("hearing"))
        .add_columns(HearingAssessment.verdict, HearingAssessment.at)
        .join(HearingAnswer, points_at(HearingRemark.answer_id, HearingAnswer))
        .join(Hearing, points_at(HearingAnswer.hearing_id, Hearing))
        .outerjoin(
            HearingAssessment, points_at(HearingAssessment.remark_id, HearingRemark)
        )
        .where(among(Hearing.ref, hearings), HearingAnswer.at <= moment.at)
    )
    for row in moment.session.execute(query.order_by(HearingRemark.ref)):
        yield Node(
            ref=row.ref,
            kind="hearing_remark",
            title=row.text,
            line=LINE,
            on=norwegian_date(row.received_at),
            state=_verdict(row, moment),
        )
        yield Edge(source=row.ref, target=row.hearing, kind="remarked_in")


def _verdict(row: Row[*tuple[Any, ...]], moment: Moment) -> str:
    known = row.verdict is not None and row.at <= moment.at
    return str(row.verdict.value) if known else "open"


def _forums(moment: Moment) -> Iterator[Part]:
    query = (
        _own(moment, ForumItem, ForumItem.ref, ForumItem.title.label("point"))
        .add_columns(ForumMeeting.starts_at, *_PAPER)
        .join(ForumMinute, points_at(ForumMinute.item_id, ForumItem))
        .join(ForumMeeting, points_at(ForumItem.meeting_id, ForumMeeting))
        .join(Version, points_at(ForumItem.version_id, Version))
        .join(Document, points_at(Version.document_id, Document))
        .where(_is_on(moment.scope), ForumMinute.at <= moment.at)
    )
    for row in moment.session.execute(query.order_by(ForumItem.ref)):
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
    scope = moment.scope
    given = handovers(moment.session, outputs=scope.outputs, at=moment.at)
    for row, output in given:
        ref = f"{output.ref}{HANDOVER}"
        yield Node(
            ref=ref,
            kind="handover",
            title=output.title,
            line=LINE,
            on=row.handed_over_on,
            state="handed_over",
        )
        yield Edge(source=output.ref, target=ref, kind="handed_over")
    used = uses(moment.session, cases=scope.cases, outputs=scope.outputs, at=moment.at)
    for use in used:
        ref = f"{use.output}{HANDOVER}"
        yield Edge(source=ref, target=use.case, kind="used_in")


_IS_OUTPUT = Document.kind == "output"
_PAPER = (Document.ref.label("paper"), Document.kind, Document.project, Document.title)


def _is_on(scope: Scope) -> Any:
    """That a document stands for something in the scope; see `subject_of`."""
    project = among(Document.project, scope.projects)
    alone = among(Document.ref, scope.papers)
    return case((_IS_OUTPUT, among(Document.ref, scope.outputs)), else_=project | alone)


def _subject(row: Row[*tuple[Any, ...]]) -> str:
    return subject_of(kind=row.kind, ref=row.paper, project=row.project)


def _own(moment: Moment, kind: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    mine = kind.municipality_id == tenant(moment.session)
    return select(*columns).select_from(kind).where(mine)
