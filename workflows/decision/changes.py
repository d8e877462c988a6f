"""What happened to the follow-ups in a period, from the entries of the record alone.

What changed, its states, its deadlines and where a body took note are read from entries
up to an instant, so that a closed period gives the same content whenever it is asked
for. Only the words of a report are rows of their own, which are never changed.
Source: kommuneloven § 13-1 (the body is told how its decisions are carried out).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of
from workflows.clock import norwegian_date
from workflows.decision.decisions import ItemRow, items_of
from workflows.decision.followups import FollowUpState
from workflows.decision.implementation import FollowUpRow, follow_ups
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.decision.tertials import Period
from workflows.people.access import PERMITTED
from workflows.people.persons import Person
from workflows.record.entries import acts_told

ACTS = tuple(act for act in PERMITTED if act.startswith("followup."))
NOTED = "followup.noted"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One act that touched a follow-up; `noted_as` is the meeting and case number."""

    act: str
    on: date
    noted_as: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChangedRow:
    """A follow-up that was touched in a period, as it was at the end of it.

    `is_closed` tells that the body that decided has taken note; nothing else closes it.
    `responsible` is a name, or a unit.
    """

    follow_up: FollowUpRow
    item: ItemRow
    decided: TreatmentRow
    responsible: str
    changes: tuple[Change, ...]

    @property
    def is_closed(self) -> bool:
        """Whether the body that decided has taken note."""
        return self.follow_up.state is FollowUpState.NOTED_BY_BODY


def changed_in(session: Session, period: Period, *, at: datetime) -> list[ChangedRow]:
    """Return the follow-ups touched in a period up to `at`, by reference."""
    seen = min(at, period.ends_at)
    acts = acts_told(session, ACTS, at=seen)
    changed = [entry for entry in acts if period.holds(entry.at)]
    touched = {ref for entry in changed for ref in _touched(entry)}
    found = follow_ups(session, refs=touched, at=seen)
    items = {
        row.ref: row
        for row in items_of(session, refs={row.item for row in found}, at=seen)
    }
    treatments = _treatments(session, changed, items.values(), at=seen)
    told = _told_in(changed, treatments)
    people = {person.ref: person.name for person in all_of(session, Person)}
    return [
        ChangedRow(
            follow_up=row,
            item=items[row.item],
            decided=treatments[items[row.item].treatment],
            responsible=people.get(row.responsible, row.responsible),
            changes=tuple(told[row.ref]),
        )
        for row in found
    ]


def noted_as(row: TreatmentRow) -> str:
    """Return where a body took note, as «KST 11.06.2026, PS 40/26»."""
    meeting = f"{row.body} {row.treated_on:%d.%m.%Y}"
    return f"{meeting}, {row.number}" if row.number else meeting


def _treatments(
    session: Session,
    changed: Iterable[Any],
    items: Iterable[ItemRow],
    *,
    at: datetime,
) -> dict[str, TreatmentRow]:
    """Those that decided what was followed up, and those where it was noted."""
    noted = {entry.subject for entry in changed if entry.type == NOTED}
    refs = noted | {item.treatment for item in items}
    return {row.ref: row for row in treatments_of(session, refs=refs, at=at)}


def _told_in(
    changed: Sequence[Any], treatments: dict[str, TreatmentRow]
) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for entry in changed:
        change = _change(entry, treatments)
        for ref in _touched(entry):
            found.setdefault(ref, []).append(change)
    return found


def _touched(entry: Any) -> Iterable[str]:
    """A body takes note of several at once; else the entry is about one."""
    return entry.states if entry.type == NOTED else [entry.subject]


def _change(entry: Any, treatments: dict[str, TreatmentRow]) -> Change:
    place = treatments[entry.subject] if entry.type == NOTED else None
    return Change(
        act=entry.type,
        on=norwegian_date(entry.at),
        noted_as=noted_as(place) if place else None,
    )
