"""Everything upstream and downstream of one reference, across the two lines.

The net of a municipality is drawn up from facts as they were at an instant; the part
that hangs together with the root is cut out: what it came from, and what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of, get
from workflows.clock import norwegian_date
from workflows.decision.cases import Case
from workflows.decision.decisions import ItemRow, items_of
from workflows.decision.implementation import follow_ups
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.development.documents import Document, Version
from workflows.development.forums import ForumItem, ForumMeeting
from workflows.development.hearing_answers import HearingAnswer, HearingRemark
from workflows.development.hearing_summaries import HearingAssessment
from workflows.development.hearings import Hearing, hearing_text
from workflows.development.minutes import minute_of
from workflows.development.outputs import Output, project_of
from workflows.development.projects import Project
from workflows.development.remarks import assessment_of
from workflows.development.rounds import Round, text_of
from workflows.development.seals import remarks_shown
from workflows.errors import NotFoundError
from workflows.people.kinds import Party
from workflows.record.entries import fold
from workflows.trace.comments import comments
from workflows.trace.links import Edge, Line, Node, Trace, downstream, upstream
from workflows.trace.outcomes import OutcomeRow, outcomes, output_states
from workflows.trace.uses import handovers, uses

Part = Node | Edge
DEVELOPMENT: Line = "development"
DECISION: Line = "decision"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The session, the instant, and the states as the record tells them then."""

    session: Session
    at: datetime
    states: dict[str, str]
    party: Party | None


def trace_of(
    session: Session, ref: str, *, at: datetime, party: Party | None = None
) -> Trace:
    """Return what hangs together with `ref`: anything that has a node.

    The remarks of a sealed round are left out, but for those of `party` itself.

    Raises `NotFoundError` when nothing with that reference was known at that instant.
    """
    whole = _net(session, at=at, party=party)
    if not any(node.ref == ref for node in whole[0]):
        raise NotFoundError("reference", ref)
    entire = Trace(root=ref, nodes=whole[0], edges=whole[1])
    kept = {ref, *(node.ref for node in _around(entire, ref))}
    return Trace(
        root=ref,
        nodes=tuple(node for node in entire.nodes if node.ref in kept),
        edges=tuple(e for e in entire.edges if e.source in kept and e.target in kept),
    )


def _around(entire: Trace, ref: str) -> Iterable[Node]:
    return chain(upstream(entire, ref), downstream(entire, ref))


def _net(
    session: Session, *, at: datetime, party: Party | None
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Draw the net; an edge to something not yet known then is left out."""
    states = fold(session, at=at)
    moment = Moment(session=session, at=at, states=states, party=party)
    parts = list(
        chain(
            _projects(moment),
            _outputs(moment),
            _rounds(moment),
            _remarks(moment),
            _hearings(moment),
            _hearing_remarks(moment),
            _forums(moment),
            _handovers(moment),
            _cases(moment),
            _treatments(moment),
            _items(moment),
            _outcomes(moment),
            _follow_ups(moment),
            _comments(moment),
        )
    )
    nodes = {part.ref: part for part in parts if isinstance(part, Node)}
    edges = dict.fromkeys(
        part
        for part in parts
        if isinstance(part, Edge) and part.source in nodes and part.target in nodes
    )
    return tuple(nodes.values()), tuple(edges)


def _projects(moment: Moment) -> Iterator[Part]:
    for row in all_of(moment.session, Project, Project.ref):
        if row.ref not in moment.states:
            continue
        yield Node(
            ref=row.ref,
            kind="project",
            title=row.name,
            line=DEVELOPMENT,
            on=norwegian_date(row.proposed_at),
            state=moment.states[row.ref],
        )


def _outputs(moment: Moment) -> Iterator[Part]:
    states = output_states(moment.session, at=moment.at)
    for row in all_of(moment.session, Output, Output.ref):
        if row.ref not in states:
            continue
        yield Node(
            ref=row.ref,
            kind="output",
            title=row.title,
            line=DEVELOPMENT,
            state=states[row.ref],
            **_delivery(row, on=norwegian_date(moment.at)),
        )
        project = project_of(moment.session, row)
        yield Edge(source=project.ref, target=row.ref, kind="delivers")
        if row.supersedes:
            yield Edge(source=row.ref, target=row.supersedes, kind="supersedes")


def _delivery(row: Output, *, on: date) -> dict[str, Any]:
    """When it was delivered and how it stands, both unknown until then."""
    if row.delivered_on is None or row.delivered_on > on:
        return {}
    return {
        "on": row.delivered_on,
        "note": row.standing.value if row.standing else None,
    }


def _rounds(moment: Moment) -> Iterator[Part]:
    for row in all_of(moment.session, Round, Round.ref):
        if row.ref not in moment.states or row.made_available_at is None:
            continue
        paper = text_of(moment.session, row)[1]
        yield Node(
            ref=row.ref,
            kind="round",
            title=paper.title,
            line=DEVELOPMENT,
            on=norwegian_date(row.made_available_at),
            state=moment.states[row.ref],
        )
        yield Edge(source=row.ref, target=_subject(paper), kind="answered")


def _remarks(moment: Moment) -> Iterator[Part]:
    rounds = {row.id: row.ref for row in all_of(moment.session, Round)}
    for row in remarks_shown(moment.session, at=moment.at, party=moment.party):
        found = assessment_of(moment.session, row)
        verdict = found.verdict.value if found and found.at <= moment.at else "open"
        yield Node(
            ref=row.ref,
            kind="remark",
            title=row.text,
            line=DEVELOPMENT,
            on=norwegian_date(row.at),
            state=verdict,
        )
        yield Edge(source=row.ref, target=rounds[row.round_id], kind="remarked_in")


def _hearings(moment: Moment) -> Iterator[Part]:
    for row in all_of(moment.session, Hearing, Hearing.ref):
        if row.opened_at is None or row.opened_at > moment.at:
            continue
        paper = hearing_text(moment.session, row)[1]
        yield Node(
            ref=row.ref,
            kind="hearing",
            title=paper.title,
            line=DEVELOPMENT,
            on=norwegian_date(row.opened_at),
            state=moment.states[row.ref],
        )
        yield Edge(source=row.ref, target=_subject(paper), kind="answered")


def _hearing_remarks(moment: Moment) -> Iterator[Part]:
    """Each remark of each answer that had come, with what had become of it."""
    found = {row.remark_id: row for row in all_of(moment.session, HearingAssessment)}
    answers = {row.id: row for row in all_of(moment.session, HearingAnswer)}
    hearings = {row.id: row.ref for row in all_of(moment.session, Hearing)}
    for row in all_of(moment.session, HearingRemark, HearingRemark.ref):
        answer, told = answers[row.answer_id], found.get(row.id)
        if answer.at > moment.at:
            continue
        yield Node(
            ref=row.ref,
            kind="hearing_remark",
            title=row.text,
            line=DEVELOPMENT,
            on=norwegian_date(answer.received_at),
            state=told.verdict.value if told and told.at <= moment.at else "open",
        )
        hearing = hearings[answer.hearing_id]
        yield Edge(source=row.ref, target=hearing, kind="remarked_in")


def _forums(moment: Moment) -> Iterator[Part]:
    for row in all_of(moment.session, ForumItem, ForumItem.ref):
        minute = minute_of(moment.session, row)
        if row.version_id is None or minute is None or minute.at > moment.at:
            continue
        meeting = get(moment.session, ForumMeeting, row.meeting_id)
        version = get(moment.session, Version, row.version_id)
        paper = get(moment.session, Document, version.document_id)
        yield Node(
            ref=row.ref,
            kind="forum",
            title=row.title,
            line=DEVELOPMENT,
            on=norwegian_date(meeting.starts_at),
            state="minuted",
        )
        yield Edge(source=row.ref, target=_subject(paper), kind="minuted")


def _subject(paper: Document) -> str:
    """A mandate or a report stands for its project in the trace."""
    if paper.kind in {"output", "agreement"}:
        return paper.ref if paper.kind == "output" else paper.project or paper.ref
    return paper.project or paper.ref


def _handovers(moment: Moment) -> Iterator[Part]:
    for row, output in handovers(moment.session, at=moment.at):
        ref = f"{output.ref}-H"
        yield Node(
            ref=ref,
            kind="handover",
            title=output.title,
            line=DEVELOPMENT,
            on=row.handed_over_on,
            state="handed_over",
        )
        yield Edge(source=output.ref, target=ref, kind="handed_over")
    for use in uses(moment.session, at=moment.at):
        yield Edge(source=f"{use.output}-H", target=use.case, kind="used_in")


def _cases(moment: Moment) -> Iterator[Part]:
    for row in all_of(moment.session, Case, Case.ref):
        if row.ref not in moment.states:
            continue
        yield Node(
            ref=row.ref,
            kind="case",
            title=row.title,
            line=DECISION,
            on=norwegian_date(row.registered_at),
            state=moment.states[row.ref],
        )


def _treatments(moment: Moment) -> Iterator[Part]:
    former: dict[str, str] = {}
    for row in treatments_of(moment.session, at=moment.at):
        yield _treatment(row)
        yield Edge(
            source=former.get(row.case, row.case), target=row.ref, kind="treated_in"
        )
        former[row.case] = row.ref


def _treatment(row: TreatmentRow) -> Node:
    return Node(
        ref=row.ref,
        kind="treatment",
        title=f"{row.body} {row.number or ''}".strip(),
        line=DECISION,
        on=row.treated_on,
        state=row.result.value,
    )


def _items(moment: Moment) -> Iterator[Part]:
    said = {row.item_ref: row.code for row in _recorded(moment) if row.item_ref}
    for row in items_of(moment.session, at=moment.at):
        code = said.get(row.ref)
        yield _item(row, code.value if code else None)
        yield Edge(source=row.treatment, target=row.ref, kind="decided")


def _item(row: ItemRow, state: str | None) -> Node:
    return Node(
        ref=row.ref,
        kind="decision_item",
        title=row.text,
        line=DECISION,
        on=row.decided_on,
        state=state,
    )


def _outcomes(moment: Moment) -> Iterator[Part]:
    for row in _recorded(moment):
        ref = row.about
        yield Node(
            ref=ref,
            kind="outcome",
            title=row.reason or row.about.split()[0],
            line=DECISION,
            on=row.treated_on,
            state=row.code.value,
        )
        yield Edge(source=row.item_ref or row.treatment, target=ref, kind="outcome")


def _recorded(moment: Moment) -> list[OutcomeRow]:
    return outcomes(moment.session, at=moment.at)


def _follow_ups(moment: Moment) -> Iterator[Part]:
    texts = {row.ref: row.text for row in items_of(moment.session, at=moment.at)}
    for row in follow_ups(moment.session, at=moment.at):
        yield Node(
            ref=row.ref,
            kind="followup",
            title=texts[row.item],
            line=DECISION,
            on=row.deadline,
            state=row.state.value,
        )
        yield Edge(source=row.item, target=row.ref, kind="followed_up")


def _comments(moment: Moment) -> Iterator[Part]:
    """What the parties said of an outcome or a follow-up follows it, in their line."""
    for row in comments(moment.session, at=moment.at):
        yield Node(
            ref=row.ref,
            kind="comment",
            title=row.text,
            line=DEVELOPMENT,
            on=norwegian_date(row.at),
            state="given",
        )
        yield Edge(source=row.about, target=row.ref, kind="commented")
