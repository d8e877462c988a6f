"""What a contributor is told of a case that is not hers to read: how it stands, alone.

Her input went into an output, the output into a case that is exempt. She sees that it
is there, whether it was decided, and how the carrying out goes, and nothing else: no
reference, title, body, day, number of items or reason. However many such cases used the
output, they are told as one. Source: offentleglova § 12 and kommuneloven § 11-4: what
is exempt is masked, not left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import tenant
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.followups import FollowUp, FollowUpState
from workflows.decision.meetings import Treatment
from workflows.decision.reviews import ReviewDate
from workflows.errors import NotFoundError
from workflows.trace.links import Edge, Node, Trace

STATUS_ONLY = "status_only"
"""The note of a node that stands for what may not be read."""
MASKED = "…"
INSIDE = frozenset(
    {"treated_in", "decided", "outcome", "followed_up", "noted_in", "commented"}
)

S = FollowUpState
# What hinders comes first: one word has to tell how several follow-ups stand.
URGENCY = (
    *(S.BLOCKED, S.DELAYED, S.NOT_STARTED, S.IN_PROGRESS),
    *(S.IMPLEMENTED, S.NOTED_BY_BODY, S.REPLACED, S.NOT_TO_BE_IMPLEMENTED),
)


@dataclass(frozen=True)
class Hidden:
    """The cases that somebody may not read, and all that belongs to them."""

    cases: frozenset[str]
    parts: frozenset[str]

    def __contains__(self, ref: object) -> bool:
        """Whether a reference is one of these cases, or of something inside one."""
        return ref in self.cases or ref in self.parts


NOTHING = Hidden(frozenset(), frozenset())


def exempt_cases(session: Session) -> Hidden:
    """Return the cases that are exempt from public access, with what is in them."""
    query = select(Case.ref).where(
        Case.municipality_id == tenant(session), Case.restricted.is_not(None)
    )
    cases = frozenset(session.scalars(query))
    return Hidden(cases, frozenset(_parts(session))) if cases else NOTHING


def worst(states: Iterable[str]) -> str | None:
    """Return the state that most needs to be known of, None of none."""
    return min(states, key=lambda state: URGENCY.index(S(state)), default=None)


def status_only(trace: Trace, hidden: Collection[str]) -> Trace:
    """Return a trace where the cases in `hidden` are told by their status alone.

    Raises `NotFoundError` when the trace is about such a case, as of an unknown one.
    """
    inside = _inside(trace, hidden)
    if trace.root in inside:
        raise NotFoundError("reference", trace.root)
    chains = [
        part
        for giver in _givers(trace, inside)
        for part in _chain(giver, _within(trace, giver, inside))
    ]
    return Trace(
        root=trace.root,
        nodes=(
            *(node for node in trace.nodes if node.ref not in inside),
            *(part for part in chains if isinstance(part, Node)),
        ),
        edges=(
            *(edge for edge in trace.edges if not {*edge.flow} & inside),
            *(part for part in chains if isinstance(part, Edge)),
        ),
    )


def _inside(trace: Trace, roots: Iterable[str]) -> set[str]:
    """Return the cases among `roots` that the trace has, and all that is in them."""
    steps = [edge.flow for edge in trace.edges if edge.kind in INSIDE]
    found = {node.ref for node in trace.nodes} & {*roots}
    ahead = list(found)
    while ahead:
        source = ahead.pop()
        new = {target for giver, target in steps if giver == source} - found
        found |= new
        ahead.extend(new)
    return found


def _givers(trace: Trace, inside: set[str]) -> list[str]:
    """Return what was used in a hidden case, each once, in the order of the trace."""
    return list(
        dict.fromkeys(
            edge.source
            for edge in trace.edges
            if edge.kind == "used_in" and edge.target in inside
        )
    )


def _within(trace: Trace, giver: str, inside: set[str]) -> list[Node]:
    used = [edge.target for edge in trace.edges if edge.source == giver]
    mine = _inside(trace, inside.intersection(used))
    return [node for node in trace.nodes if node.ref in mine]


def _chain(giver: str, within: list[Node]) -> Iterator[Node | Edge]:
    """Yield the case, then the decision and the follow-up as far as it has come."""
    line = giver
    states = [node.state for node in within if node.kind == "followup" and node.state]
    steps: list[tuple[str, str, str | None]] = [("case", "used_in", None)]
    if any(node.kind == "decision_item" for node in within):
        steps.append(("decision_item", "decided", None))
    if states:
        steps.append(("followup", "followed_up", worst(states)))
    for kind, relation, state in steps:
        ref = f"{giver}/{kind}"
        yield Node(ref, kind, MASKED, "decision", state=state, note=STATUS_ONLY)
        yield Edge(line, ref, relation)
        line = ref


def _parts(session: Session) -> Iterator[str]:
    """Yield the references of all that is in the exempt cases."""
    mine = (Case.municipality_id == tenant(session)) & Case.restricted.is_not(None)
    treated = select(Treatment.ref).join(Case, Case.id == Treatment.case_id)
    decided = (
        select(DecisionItem.ref)
        .join(Decision, Decision.id == DecisionItem.decision_id)
        .join(Treatment, Treatment.id == Decision.treatment_id)
        .join(Case, Case.id == Treatment.case_id)
    )
    followed = decided.join(FollowUp, FollowUp.item_id == DecisionItem.id)
    reviewed = decided.join(ReviewDate, ReviewDate.item_id == DecisionItem.id)
    for query in (
        treated,
        decided,
        followed.with_only_columns(FollowUp.ref),
        reviewed.with_only_columns(ReviewDate.ref),
    ):
        yield from session.scalars(query.where(mine))
