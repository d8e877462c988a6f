"""Whom a change of an output concerns: all that rests on it, and who looks again.

From the output to the cases that use it and the decision items that it had an outcome
in, from there to what is being carried out, nearest first. Where somebody has said that
the change has no effect, the way ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import all_of, by_ref, tenant
from workflows.decision.decisions import items_of
from workflows.decision.implementation import follow_ups
from workflows.development.outputs import Output
from workflows.people.persons import Person
from workflows.record.entries import Entry
from workflows.trace.basis import BasisLink, basis_links
from workflows.trace.link_states import HOLDING
from workflows.trace.status_only import NOTHING, Hidden

Rows = list[dict[str, Any]]

IMPACT = ("ref", "kind", "depth", "path", "state", "who")


@dataclass(frozen=True)
class Way:
    """One step: where it leads, what that is, and whether the way ends there."""

    ref: str
    kind: str
    state: str | None = None
    ends: bool = False


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What was reached, in how many steps and along which references."""

    way: Way
    path: tuple[str, ...]

    @property
    def depth(self) -> int:
        """The number of steps from the start."""
        return len(self.path) - 1


def reach(start: str, ways: Mapping[str, Sequence[Way]]) -> list[Reached]:
    """Return all that can be reached, nearest first, each once; circles are safe."""
    found: dict[str, Reached] = {}
    waiting: deque[tuple[str, ...]] = deque([(start,)])
    while waiting:
        path = waiting.popleft()
        for way in ways.get(path[-1], ()):
            if way.ref == start or way.ref in found:
                continue
            found[way.ref] = Reached(way=way, path=(*path, way.ref))
            if not way.ends:
                waiting.append(found[way.ref].path)
    return list(found.values())


def impact_of(
    session: Session, output: str, *, at: datetime, hidden: Hidden = NOTHING
) -> Rows:
    """Return what a change of an output reaches, as it stood at an instant.

    {"ref", "kind", "depth", "path", "state", "who"}; `state` is that of the link on the
    way, None where there is none to judge; `who` are the names of those who have to
    look again, empty where the way ends. What is in `hidden`, and what is reached by
    way of it alone, is left out.

    Raises:
        NotFoundError: there is no such output.
    """
    by_ref(session, Output, output)
    links = [
        link
        for link in basis_links(session, at=at)
        if link.state in HOLDING and link.case not in hidden
    ]
    who = _who(session, links, at=at)
    return [
        {
            "ref": each.way.ref,
            "kind": each.way.kind,
            "depth": each.depth,
            "path": list(each.path),
            "state": each.way.state,
            "who": [] if each.way.ends else who.get(each.way.ref, []),
        }
        for each in reach(output, _ways(session, links, at=at))
    ]


def _ways(
    session: Session, links: Iterable[BasisLink], *, at: datetime
) -> dict[str, list[Way]]:
    ways: dict[str, list[Way]] = {}
    for start, way in (*_to_decisions(links), *_onwards(session, at=at)):
        ways.setdefault(start, []).append(way)
    return ways


def _to_decisions(links: Iterable[BasisLink]) -> Iterator[tuple[str, Way]]:
    for link in links:
        kind = "case" if link.target == link.case else "treatment"
        kind = "decision_item" if link.item else kind
        is_kept = link.kept is not None
        yield link.output, Way(link.target, kind, link.state.value, is_kept)


def _onwards(session: Session, *, at: datetime) -> Iterator[tuple[str, Way]]:
    for item in items_of(session, at=at):
        yield item.case, Way(item.ref, "decision_item")
    for row in follow_ups(session, at=at):
        yield row.item, Way(row.ref, "followup")


def _who(
    session: Session, links: Iterable[BasisLink], *, at: datetime
) -> dict[str, list[str]]:
    """Who registered the uses of a case, also for its items; and who carries out."""
    names = {str(person.id): person.name for person in all_of(session, Person)}
    by_code = {person.ref: person.name for person in all_of(session, Person)}
    used = {(link.output, link.case) for link in links}
    found: dict[str, dict[str, None]] = {}
    for entry in _entries_of_use(session, at=at):
        name = names.get(entry.by["person"] or "")
        for case in entry.refs:
            if name and (entry.subject, case) in used:
                found.setdefault(case, {})[name] = None
    for item in items_of(session, at=at):
        found[item.ref] = dict(found.get(item.case, {}))
    for row in follow_ups(session, at=at):
        responsible = by_code.get(row.responsible, row.responsible)
        found.setdefault(row.ref, {})[responsible] = None
    return {ref: list(people) for ref, people in found.items()}


def _entries_of_use(session: Session, *, at: datetime) -> Sequence[Entry]:
    query = select(Entry).where(
        Entry.municipality_id == tenant(session),
        Entry.type == "output.used",
        Entry.at <= at,
    )
    return session.scalars(query.order_by(Entry.seq)).all()
