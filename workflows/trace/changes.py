"""What was changed after it was used or decided on, and who has looked at it since.

And the other way round: what was delivered, and never met a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of
from workflows.clock import norwegian_date
from workflows.decision.minutes import treatments_of
from workflows.development.outputs import Output, OutputState
from workflows.people.mandates import Mandate
from workflows.people.persons import Person
from workflows.record.entries import fold
from workflows.record.judgements import Given
from workflows.trace.basis import BasisLink, basis_links, days_open
from workflows.trace.coverage import Rows, now_called
from workflows.trace.justifications import DECIDED
from workflows.trace.link_states import OPEN, LinkState
from workflows.trace.status_only import NOTHING, Hidden
from workflows.trace.uses import ASKED_FOR

DELIVERED = frozenset(
    {OutputState.DELIVERED, OutputState.HANDED_OVER, OutputState.NOT_USED}
)
_TOLD = OPEN | {LinkState.INVALID}


def changed_since(session: Session, *, at: datetime) -> Rows:
    """Return each output and case between which something has changed since the use.

    `version` was used, `now` is the newest; `days` is how long the change has waited,
    None when somebody has looked at it: `kept_by` said on `kept_on`, and why. What
    waits comes first, the longest first.
    """
    decided = _decided(session, at=at)
    names = _names(session)
    grouped: dict[tuple[str, str], list[BasisLink]] = {}
    for link in basis_links(session, at=at):
        if link.state in _TOLD or link.kept:
            grouped.setdefault((link.output, link.case), []).append(link)
    rows = [_changed(links, decided, names, at=at) for links in grouped.values()]
    return sorted(rows, key=lambda row: (row["days"] is None, -(row["days"] or 0)))


def outputs_without_decision(
    session: Session, *, at: datetime, hidden: Hidden = NOTHING
) -> Rows:
    """Return each output that was delivered and has met no final decision.

    `cases` are those that use it and are not decided yet, but those in `hidden`.
    `asked` is false for what is meant for others to learn from.
    """
    states, decided = fold(session, at=at), _decided(session, at=at)
    cases: dict[str, list[str]] = {}
    for link in basis_links(session, at=at):
        cases.setdefault(link.output, []).append(link.case)
    return [
        {
            "output": row.ref,
            "title": row.title,
            "kind": row.kind.value,
            "delivered_on": row.delivered_on.isoformat() if row.delivered_on else None,
            "cases": sorted(set(cases.get(row.ref, [])) - hidden.cases),
            "asked": row.kind in ASKED_FOR,
        }
        for row in all_of(session, Output, Output.ref)
        if states.get(row.ref) in DELIVERED
        and not set(cases.get(row.ref, [])) & set(decided)
    ]


def _decided(session: Session, *, at: datetime) -> dict[str, str]:
    """Each case with a final decision, and when it was made."""
    return {
        row.case: row.treated_on.isoformat()
        for row in treatments_of(session, at=at)
        if row.is_final and row.result in DECIDED
    }


def _names(session: Session) -> dict[Any, str]:
    people = {person.id: person.name for person in all_of(session, Person)}
    return {row.id: people[row.person_id] for row in all_of(session, Mandate)}


def _changed(
    links: Sequence[BasisLink],
    decided: dict[str, str],
    names: dict[Any, str],
    *,
    at: datetime,
) -> dict[str, Any]:
    open_links = [link for link in links if link.state in OPEN]
    link = open_links[0] if open_links else links[0]
    days = [days_open(each, on=norwegian_date(at)) or 0 for each in open_links]
    return {
        "output": link.output,
        "case": link.case,
        "items": sorted({each.item for each in links if each.item}),
        "decided_on": decided.get(link.case),
        "version": link.version,
        "now": now_called(link),
        "link": link.state.value,
        "days": max(days) if days else None,
        **_kept(link.kept, names),
    }


def _kept(kept: Given | None, names: dict[Any, str]) -> dict[str, Any]:
    return {
        "kept_by": names[kept.mandate_id] if kept else None,
        "kept_on": norwegian_date(kept.at).isoformat() if kept else None,
        "reason": kept.reason if kept else None,
    }
