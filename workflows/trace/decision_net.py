"""The nodes and edges of the decision line: cases, decisions, what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from workflows.base import AT, MINE, among_given, points_at, rows
from workflows.clock import norwegian_date
from workflows.decision.cases import Case
from workflows.decision.decisions import ItemRow, items_of
from workflows.decision.implementation import follow_ups
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.trace.comments import PartyComment
from workflows.trace.links import Edge, Line, Node
from workflows.trace.moments import Moment, Part
from workflows.trace.outcomes import OutcomeRow, outcomes

LINE: Line = "decision"
PARTIES_LINE: Line = "development"


def decision_parts(moment: Moment) -> Iterator[Part]:
    """Yield the scope's cases with all that hangs below them."""
    session, cases, at = moment.session, moment.scope.cases, moment.at
    if not cases:
        return
    yield from _cases(moment)
    yield from _treatments(treatments_of(session, cases=cases, at=at))
    items = items_of(session, cases=cases, at=at)
    said = outcomes(session, cases=cases, at=at)
    yield from _items(items, said)
    yield from _outcomes(said)
    yield from _follow_ups(moment, {row.ref: row.text for row in items})
    yield from _comments(moment)


def _cases(moment: Moment) -> Iterator[Part]:
    for row in rows(moment.session, _CASES, cases=moment.scope.cases):
        if row.ref in moment.states:
            yield Node(
                ref=row.ref,
                kind="case",
                title=row.title,
                line=LINE,
                on=norwegian_date(row.registered_at),
                state=moment.states[row.ref],
            )


def _treatments(rows: Sequence[TreatmentRow]) -> Iterator[Part]:
    former: dict[str, str] = {}
    for row in rows:
        yield Node(
            ref=row.ref,
            kind="treatment",
            title=f"{row.body} {row.number or ''}".strip(),
            line=LINE,
            on=row.treated_on,
            state=row.result.value,
        )
        source = former.get(row.case, row.case)
        yield Edge(source=source, target=row.ref, kind="treated_in")
        former[row.case] = row.ref


def _items(rows: Sequence[ItemRow], said: Sequence[OutcomeRow]) -> Iterator[Part]:
    codes = {row.item_ref: row.code.value for row in said if row.item_ref}
    for row in rows:
        yield Node(
            ref=row.ref,
            kind="decision_item",
            title=row.text,
            line=LINE,
            on=row.decided_on,
            state=codes.get(row.ref),
        )
        yield Edge(source=row.treatment, target=row.ref, kind="decided")


def _outcomes(rows: Sequence[OutcomeRow]) -> Iterator[Part]:
    for row in rows:
        yield Node(
            ref=row.about,
            kind="outcome",
            title=row.reason or row.about.split()[0],
            line=LINE,
            on=row.treated_on,
            state=row.code.value,
        )
        yield Edge(
            source=row.item_ref or row.treatment, target=row.about, kind="outcome"
        )


def _follow_ups(moment: Moment, texts: dict[str, str]) -> Iterator[Part]:
    for row in follow_ups(moment.session, cases=moment.scope.cases, at=moment.at):
        yield Node(
            ref=row.ref,
            kind="followup",
            title=texts[row.item],
            line=LINE,
            on=row.deadline,
            state=row.state.value,
        )
        yield Edge(source=row.item, target=row.ref, kind="followed_up")


def _comments(moment: Moment) -> Iterator[Part]:
    """What the parties said of an outcome or a follow-up follows it, in their line."""
    cases = moment.scope.cases
    for row in rows(moment.session, _COMMENTS, cases=cases, at=moment.at):
        yield Node(
            ref=row.ref,
            kind="comment",
            title=row.text,
            line=PARTIES_LINE,
            on=norwegian_date(row.at),
            state="given",
        )
        yield Edge(source=row.about, target=row.ref, kind="commented")


_CASES = (
    select(Case.ref, Case.title, Case.registered_at)
    .where(Case.municipality_id == MINE, among_given(Case.ref, "cases"))
    .order_by(Case.ref)
)
_COMMENTS = (
    select(PartyComment.ref, PartyComment.about, PartyComment.text, PartyComment.at)
    .join(Case, points_at(PartyComment.case_id, Case))
    .where(Case.municipality_id == MINE, among_given(Case.ref, "cases"))
    .where(PartyComment.at <= AT)
    .order_by(PartyComment.about, PartyComment.party, PartyComment.entry)
)
