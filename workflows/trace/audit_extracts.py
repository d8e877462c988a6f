"""What an auditor sees of the record: entries, decisions, links and equal access.

Only what hangs together with the projects and cases of the engagement, and only of the
days that are asked for. Without titles and notes: those stand on the pages and in the
documents. What is sealed, and a drøfting that is not recorded, is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.clock import norwegian_date
from workflows.consultations import consultations_for
from workflows.decision.decisions import items_of
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.development.parity import accesses_told, gap_minutes
from workflows.development.seals import TELLING, sealed_assessments, sealed_rounds
from workflows.errors import InvalidValueError, NotFoundError
from workflows.record.entries import Entry, entries_until
from workflows.trace.audits import AuditEngagement
from workflows.trace.graph import trace_of
from workflows.trace.links import Edge, Node, Trace
from workflows.trace.status_only import NOTHING, Hidden, exempt_cases, status_only

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AuditExtract:
    """An extract (utdrag) for an engagement, from `first` up to and with `last`.

    `nodes` and `edges` are what the engagement reaches; the rest is of the period.
    """

    engagement: AuditEngagement
    first: date
    last: date
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    entries: tuple[Entry, ...]
    decisions: tuple[Row, ...]
    parity: tuple[Row, ...]


def extract_of(
    session: Session,
    engagement: AuditEngagement,
    *,
    first: date,
    last: date,
    at: datetime,
) -> AuditExtract:
    """Return what an engagement may see of a period, as it was known at `at`.

    Raises `InvalidValueError` when the days are not within the engagement's period.
    """
    if not engagement.period_from <= first <= last <= engagement.period_to:
        raise InvalidValueError("from", "not within the period of the engagement")
    hidden = NOTHING if engagement.sees_exempt else exempt_cases(session)
    traces = list(_traces(session, engagement, hidden, at=at))
    nodes = {node.ref: node for trace in traces for node in trace.nodes}
    told = _entries(session, {*nodes}, hidden, at=at)
    within = tuple(e for e in told if first <= norwegian_date(e.at) <= last)
    return AuditExtract(
        engagement=engagement,
        first=first,
        last=last,
        nodes=tuple(nodes.values()),
        edges=tuple(dict.fromkeys(edge for trace in traces for edge in trace.edges)),
        entries=within,
        decisions=tuple(_decisions(session, {*nodes}, first=first, last=last, at=at)),
        parity=tuple(_parity(within, {*nodes})),
    )


def _traces(
    session: Session, engagement: AuditEngagement, hidden: Hidden, *, at: datetime
) -> list[Trace]:
    """A case that became exempt afterwards is no longer there to be looked into."""
    found = []
    for ref in engagement.scope:
        try:
            whole = trace_of(session, ref, at=at)
            found.append(status_only(whole, hidden.cases))
        except NotFoundError:
            continue
    return found


def _entries(
    session: Session, about: set[str], hidden: Hidden, *, at: datetime
) -> list[Entry]:
    sealed = {*sealed_rounds(session).values(), *sealed_assessments(session).values()}
    talks = {row.ref for row in consultations_for(session, None, at=at)}
    return [
        entry
        for entry in entries_until(session, at)
        if _is_about(entry, about)
        and not any(ref in hidden for ref in entry.refs)
        and not (entry.type in TELLING and entry.subject in sealed)
        and not (entry.type.startswith("consultation.") and entry.subject not in talks)
    ]


def _is_about(entry: Entry, about: set[str]) -> bool:
    """An entry about a version or an item is about what it belongs to."""
    return any({ref, ref.partition("@")[0]} & about for ref in entry.refs)


def _decisions(
    session: Session, about: set[str], *, first: date, last: date, at: datetime
) -> list[Row]:
    treated = {row.ref: row for row in treatments_of(session, at=at)}
    return [
        _decision(treated[item.treatment]) | {"item": item.ref, "text": item.text}
        for item in items_of(session, at=at)
        if item.ref in about and first <= item.decided_on <= last
    ]


def _decision(row: TreatmentRow) -> Row:
    return {
        "case": row.case,
        "body": row.body,
        "number": row.number,
        "decided_on": row.treated_on.isoformat(),
        "final": row.is_final,
    }


def _parity(entries: Sequence[Entry], about: set[str]) -> list[Row]:
    """Rounds that opened in the period, by the entries alone."""
    opened = [e.subject for e in entries if e.type == "round.opened"]
    found = {ref: accesses_told(entries, ref) for ref in opened if ref in about}
    return [
        {
            "round": review,
            "party": access.party.value,
            "made_available_at": access.made_available_at.isoformat(),
            "gap_minutes": gap_minutes(told),
        }
        for review, told in found.items()
        for access in told
    ]
