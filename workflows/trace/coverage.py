"""Which decisions rest on the development line, item by item, and which never met it.

One function finds how each decision item stands. Every number on a page, in a Word
report, in a table and in the API is a count of its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workflows.base import MINE, owned, points_at, rows, tenant
from workflows.clock import norwegian_date
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, ItemRow, items_of
from workflows.decision.meetings import Treatment
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.development.documents import Document, Version
from workflows.development.positions import PartyPosition
from workflows.trace.asking import Expectations, expectations
from workflows.trace.basis import ITEM, BasisLink, basis_links, days_open
from workflows.trace.judging import LinkType
from workflows.trace.justifications import (
    DECIDED,
    JustifiedAbsence,
    justified_absences,
)
from workflows.trace.link_states import HOLDING, OPEN, LinkState
from workflows.trace.policy import policy
from workflows.trace.statuses import Link, Net, Status, Thing
from workflows.trace.uses import cases_resting

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One item of a final decision, or the whole of one that has none."""

    ref: str
    treatment: TreatmentRow
    item: ItemRow | None
    set_aside: bool


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is needed to say whether a basis was expected."""

    given: Mapping[str, JustifiedAbsence]
    expected: Expectations
    folders: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Look(_Asked):
    """What is needed to say how a point stands; the links by what they lead to."""

    into: Mapping[str, Sequence[BasisLink]]
    parties: Mapping[tuple[str, str], frozenset[str]]
    on: date


def coverage(session: Session, *, at: datetime) -> Rows:
    """Return a row for each item of each final decision, with how it stands.

    `valid` and `suspect` count the links of outputs that it rests on; `justified` and
    `missing` are 1 where it rests on none. `basis` is the worst of them in one word,
    `deep` that of all that the outputs rest on in their turn. `inputs` are the links.
    """
    treated = treatments_of(session, at=at)
    look = _look(session, treated, at=at)
    points = list(_points(session, treated, at=at))
    inputs = {point.ref: _inputs(point, look) for point in points}
    net = _net(points, inputs, look)
    asking = {row.ref: _asking(row, look) for row in _final(treated)}
    return [
        _row(point, inputs[point.ref], net, on=look.on) | asking[point.treatment.ref]
        for point in points
    ]


def coverage_totals(rows: Rows) -> dict[str, Any]:
    """Return how many points, links and statuses the rows tell of."""
    summed = {
        key: sum(row[key] for row in rows)
        for key in ("valid", "suspect", "justified", "missing")
    }
    return {
        "rows": len(rows),
        **summed,
        "by_basis": dict(Counter(row["basis"] for row in rows)),
        "unanswered": sum(row["missing"] and row["asked"] for row in rows),
    }


def uncovered_decisions(session: Session, *, at: datetime) -> Rows:
    """Return each final decision whose case uses no output.

    `asked` tells whether one would expect a basis, and `because` why; `justification`
    is the reason given, a code of `Absence`, None while there is none.
    """
    treated = treatments_of(session, at=at)
    covered = cases_resting(session, at=at)
    left = [row for row in _final(treated) if row.case not in covered]
    if not left:
        return []
    look = _asking_look(session, treated, at=at)
    return [
        {
            "case": row.case,
            "title": look.folders[row.case].title,
            "treatment": row.number or row.ref,
            "decided_on": row.treated_on.isoformat(),
            **_asking(row, look),
        }
        for row in left
    ]


def _look(session: Session, treated: Sequence[TreatmentRow], *, at: datetime) -> _Look:
    asked = _asking_look(session, treated, at=at)
    into: dict[str, list[BasisLink]] = {}
    for link in basis_links(session, at=at):
        into.setdefault(link.target, []).append(link)
    return _Look(
        given=asked.given,
        expected=asked.expected,
        folders=asked.folders,
        into=into,
        parties=_parties(session, at=at),
        on=norwegian_date(at),
    )


def _asking_look(
    session: Session, treated: Sequence[TreatmentRow], *, at: datetime
) -> _Asked:
    return _Asked(
        given=justified_absences(session, at=at),
        expected=expectations(session, treated),
        folders={row.ref: row for row in rows(session, _FOLDERS)},
    )


def _final(treated: Iterable[TreatmentRow]) -> list[TreatmentRow]:
    return [row for row in treated if row.is_final and row.result in DECIDED]


def _points(
    session: Session, treated: Sequence[TreatmentRow], *, at: datetime
) -> Iterator[Point]:
    items: dict[str, list[ItemRow | None]] = {}
    for item in items_of(session, at=at):
        items.setdefault(item.treatment, []).append(item)
    former = _set_aside(session, at=at)
    for row in _final(treated):
        for point in items.get(row.ref) or [None]:
            yield Point(
                ref=point.ref if point else row.ref,
                treatment=row,
                item=point,
                set_aside=row.ref in former,
            )


def _set_aside(session: Session, *, at: datetime) -> set[str]:
    """Treatments whose decision a later one has replaced."""
    later = aliased(Decision)
    query = (
        owned(session, Treatment)
        .join(Decision, Decision.treatment_id == Treatment.id)
        .join(later, later.supersedes_id == Decision.id)
        .where(later.registered_at <= at)
    )
    return {row.ref for row in session.scalars(query)}


def _row(
    point: Point, links: Sequence[BasisLink], net: Net, *, on: date
) -> dict[str, Any]:
    status, deep = net.shallow(point.ref), net.deep(point.ref)
    return {
        "case": point.treatment.case,
        "item": point.item.number if point.item else None,
        "treatment": point.treatment.number or point.treatment.ref,
        "decided_on": point.treatment.treated_on.isoformat(),
        **_counts(links, status),
        "basis": status.value,
        "deep": deep.status.value,
        "inputs": [_input(link, on=on) for link in links],
    }


def _counts(links: Sequence[BasisLink], status: Status) -> dict[str, int]:
    return {
        "valid": sum(link.state is LinkState.VALID for link in links),
        "suspect": sum(link.state in OPEN for link in links),
        "justified": int(status is Status.JUSTIFIED),
        "missing": int(status is Status.MISSING),
    }


def _asking(row: TreatmentRow, look: _Asked) -> dict[str, Any]:
    because = look.expected.of(look.folders[row.case], on=row.treated_on)
    given = look.given.get(row.ref)
    return {
        "asked": bool(because),
        "because": [reason.value for reason in because],
        "justification": given.reason.value if given else None,
    }


def _input(link: BasisLink, *, on: date) -> dict[str, Any]:
    return {
        "output": link.output,
        "version": link.version,
        "now": now_called(link),
        "via": link.type.value,
        "link": link.state.value,
        "days": days_open(link, on=on),
    }


def now_called(link: BasisLink) -> str | None:
    """Return the newest version, with the output that it is of where that is another.

    None when the version that was used still is the newest.
    """
    if link.now is None or (link.now.output, link.now.version) == (
        link.output,
        link.version,
    ):
        return None
    is_other = link.now.output != link.output
    return f"{link.now.output} {link.now.version}" if is_other else link.now.version


def _inputs(point: Point, look: _Look) -> list[BasisLink]:
    """What the minutes say of the point itself, else what its case rests on."""
    own = list(look.into.get(point.ref, ()))
    led = look.into.get(point.treatment.case, ())
    of_case = [link for link in led if link.type is LinkType.USE]
    return own if any(link.state in HOLDING for link in own) else own + of_case


def _net(
    points: Iterable[Point], inputs: Mapping[str, Sequence[BasisLink]], look: _Look
) -> Net:
    """The points, the outputs that they rest on, and the parties behind those."""
    things: dict[str, Thing] = {}
    into: dict[Link, None] = {}
    for point in points:
        things[point.ref] = Thing(
            ref=point.ref,
            kind=ITEM,
            justified=point.treatment.ref in look.given,
            set_aside=point.set_aside,
        )
        for link in inputs[point.ref]:
            source = f"{link.output}@{link.version}"
            into[Link(source=source, target=point.ref, state=link.state)] = None
            if source not in things:
                things[source] = Thing(ref=source, kind=link.kind.value)
                into |= dict.fromkeys(_behind(link, things, look))
    return Net(policy(), list(things.values()), list(into))


def _behind(link: BasisLink, things: dict[str, Thing], look: _Look) -> Iterator[Link]:
    """Yield what leads to an output: the positions that the parties took."""
    source = f"{link.output}@{link.version}"
    for party in sorted(look.parties.get((link.output, link.version), ())):
        said = f"{source}:{party}"
        things[said] = Thing(ref=said, kind=f"position_{party.lower()}")
        yield Link(source=said, target=source, state=LinkState.VALID)


_FOLDERS = select(
    *(Case.ref, Case.title, Case.archive_number, Case.focus, Case.asks_basis)
).where(Case.municipality_id == MINE)


def _parties(
    session: Session, *, at: datetime
) -> dict[tuple[str, str], frozenset[str]]:
    """Which parties have taken a stand on each version."""
    query = (
        select(Document.ref, Version.number, PartyPosition.party)
        .join(Version, points_at(Version.document_id, Document))
        .join(PartyPosition, points_at(PartyPosition.version_id, Version))
        .where(
            PartyPosition.municipality_id == tenant(session),
            Version.municipality_id == tenant(session),
            Document.municipality_id == tenant(session),
            PartyPosition.at <= at,
        )
    )
    found: dict[tuple[str, str], frozenset[str]] = {}
    for ref, number, party in session.execute(query):
        found[ref, number] = found.get((ref, number), frozenset()) | {party.value}
    return found
