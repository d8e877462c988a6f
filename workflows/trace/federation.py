"""What municipalities of a programme know of each other's outputs, and build on.

A municipality shares what it has handed over and what is open to the public: reference,
version and fingerprint, never the text. Another takes it in as it was told, and nothing
of it becomes its own: a foreign output keeps its municipality, its reference and its
unresolved links. What builds on it names the version, so that a later one is seen.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, Session

from workflows.base import (
    IMMUTABLE,
    Base,
    Owned,
    all_of,
    by_ref,
    get,
    refers_to,
    tenant,
)
from workflows.development.documents import Version
from workflows.development.outputs import (
    Handover,
    Output,
    OutputState,
    handover_of,
    project_of,
)
from workflows.development.publication import OPENNESS, PUBLIC
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.municipalities import Municipality, Programme
from workflows.record.entries import append, next_seq
from workflows.trace.outcomes import output_states
from workflows.trace.status_only import exempt_cases
from workflows.trace.supersessions import OutputSupersession, supersessions


class Resolution(enum.StrEnum):
    """How a link to another municipality's output stands."""

    UNRESOLVED = "unresolved"
    RESOLVED = "resolved"
    NEWER = "newer"
    SUPERSEDED = "superseded"
    DIFFERS = "differs"


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """An output as its municipality tells of it; `cites` are its links to others.

    `supersedes` and `superseded_by` are references in the same municipality.
    """

    ref: str
    version: str
    title: str
    kind: str
    language: str
    handed_over_on: str
    fingerprint: str
    state: str
    supersedes: str | None = None
    superseded_by: str | None = None
    cites: tuple[Mapping[str, Any], ...] = ()


class ForeignOutput(Owned, Base, kw_only=True):
    """An output of another municipality as it was told once. Immutable.

    `told` are the facts of `Foreign`; the newest row of a reference holds.
    """

    __tablename__ = "foreign_output"
    __table_args__ = (IMMUTABLE,)

    municipality_number: Mapped[str]
    municipality_name: Mapped[str]
    foreign_ref: Mapped[str]
    told: Mapped[dict[str, Any]]
    seq: Mapped[int]
    at: Mapped[datetime]


class ForeignCitation(Owned, Base, kw_only=True):
    """That an output of ours builds on one of another municipality. Immutable.

    `version` and `fingerprint` are what was read; the other may not be told of yet.
    """

    __tablename__ = "foreign_citation"
    __table_args__ = (refers_to("output", "output_id"), IMMUTABLE)

    output_id: Mapped[uuid.UUID]
    municipality_number: Mapped[str]
    foreign_ref: Mapped[str]
    version: Mapped[str]
    fingerprint: Mapped[str]
    at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """What an exchange brought: references that are new, changed, and as before.

    `one_sided` are the replacements that only one of the two outputs tells of.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    one_sided: tuple[OutputSupersession, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CitationRow:
    """A link to another municipality's output as plain values.

    `superseded_by` is what has replaced it there, whichever of the two says so.
    """

    output: str
    municipality: str
    ref: str
    version: str
    fingerprint: str
    state: Resolution
    superseded_by: str | None = None


def shared_outputs(session: Session, *, programme: str, at: datetime) -> list[Foreign]:
    """Return what the municipality shares in a programme, by reference.

    Raises `NotFoundError` where it takes part in no such programme.
    """
    by_ref(session, Programme, programme)
    states = output_states(session, at=at, without=exempt_cases(session).cases)
    rows = all_of(session, Output, Output.ref)
    ours = [row for row in rows if project_of(session, row).programme == programme]
    return [found for row in ours if (found := _shared(session, row, states, at=at))]


def take_in_exchange(
    session: Session,
    *,
    municipality: Mapping[str, str],
    outputs: Sequence[Mapping[str, Any]],
    by: Hat,
    at: datetime,
) -> TakenIn:
    """Take in what another municipality shares; the same again changes nothing.

    `municipality` has its number and name, `outputs` the facts of `Foreign`. Raises
    `RuleBrokenError` when it is one's own file: a copy would stand beside the original.
    """
    permit(by, "foreign.taken_in", at=at)
    own = session.get_one(Municipality, tenant(session))
    if municipality["number"] == own.number:
        raise RuleBrokenError(
            f"{own.name} cannot take in what it shares itself", rule="one original"
        )
    known = {
        row.foreign_ref: row.told for row in _newest(session, municipality["number"])
    }
    told = {each["ref"]: dict(each) for each in outputs}
    moved = [ref for ref, facts in told.items() if known.get(ref) != facts]
    if moved:
        _keep(session, municipality, [told[ref] for ref in moved], by=by, at=at)
    return TakenIn(
        new=tuple(ref for ref in moved if ref not in known),
        changed=tuple(ref for ref in moved if ref in known),
        same=len(told) - len(moved),
        one_sided=tuple(
            each for each in supersessions((known | told).values()) if each.silent
        ),
    )


def cite_foreign(
    session: Session,
    *,
    output: str,
    municipality: str,
    foreign: str,
    version: str,
    fingerprint: str = "",
    by: Hat,
    at: datetime,
) -> ForeignCitation:
    """Say that an output builds on one of another municipality, by its number.

    It need not be told of yet: then the link stands unresolved. No state moves.
    """
    row = by_ref(session, Output, output)
    permit(by, "foreign.cited", at=at, project=project_of(session, row).ref)
    if municipality == session.get_one(Municipality, tenant(session)).number:
        raise InvalidValueError("municipality", "is our own; use a use of the output")
    citation = ForeignCitation(
        output_id=row.id,
        municipality_number=municipality,
        foreign_ref=foreign,
        version=version,
        fingerprint=fingerprint,
        at=at,
    )
    session.add(citation)
    append(
        session, "foreign.cited", row, by=by, at=at, refs=[f"{municipality}/{foreign}"]
    )
    return citation


def foreign_citations(session: Session, *, at: datetime) -> list[CitationRow]:
    """Return every link to another municipality's output, with how it stands."""
    newest = _told_by(session, at=at)
    rows = [
        row
        for row in all_of(session, ForeignCitation, ForeignCitation.at)
        if row.at <= at
    ]
    return [_citation(session, row, newest) for row in rows]


def programme_roll_up(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return how many outputs each other municipality tells of, by kind and state."""
    found: dict[tuple[str, str, str, str], int] = {}
    for (number, _), row in sorted(_told_by(session, at=at).items()):
        key = (number, row.municipality_name, row.told["kind"], row.told["state"])
        found[key] = found.get(key, 0) + 1
    return [
        {
            "municipality": number,
            "name": name,
            "kind": kind,
            "state": state,
            "outputs": n,
        }
        for (number, name, kind, state), n in sorted(found.items())
    ]


def _shared(
    session: Session, output: Output, states: Mapping[str, str], *, at: datetime
) -> Foreign | None:
    """Return the facts of an output that may be shared, None for any other."""
    handover = handover_of(session, output, at=at)
    if handover is None or not _is_open(session, output, handover):
        return None
    return Foreign(
        ref=output.ref,
        version=handover.package["version"],
        title=output.title,
        kind=output.kind.value,
        language=output.language,
        handed_over_on=handover.handed_over_on.isoformat(),
        fingerprint=handover.package["fingerprint"],
        state=states[output.ref],
        supersedes=output.supersedes,
        superseded_by=_successor(session, output, states),
        cites=tuple(_links(session, output, at=at)),
    )


def _successor(
    session: Session, output: Output, states: Mapping[str, str]
) -> str | None:
    if states[output.ref] != OutputState.SUPERSEDED:
        return None
    rows = all_of(session, Output, Output.ref)
    return next((row.ref for row in rows if row.supersedes == output.ref), None)


def _is_open(session: Session, output: Output, handover: Handover) -> bool:
    values = get(session, Version, handover.version_id).values
    return not output.partly_exempt and values.get(OPENNESS["output"]) == PUBLIC


def _links(
    session: Session, output: Output, *, at: datetime
) -> Iterator[dict[str, Any]]:
    for row in foreign_citations(session, at=at):
        if row.output == output.ref:
            facts = asdict(row) | {"state": row.state.value}
            left_out = {"output", "superseded_by"}
            yield {key: value for key, value in facts.items() if key not in left_out}


def _keep(
    session: Session,
    municipality: Mapping[str, str],
    moved: Sequence[Mapping[str, Any]],
    *,
    by: Hat,
    at: datetime,
) -> None:
    """Store what is new as rows of its own, and one entry for the whole file."""
    seq = next_seq(session)
    for told in moved:
        row = ForeignOutput(
            municipality_number=municipality["number"],
            municipality_name=municipality["name"],
            foreign_ref=told["ref"],
            told=dict(told),
            seq=seq,
            at=at,
        )
        session.add(row)
    refs = [f"{municipality['number']}/{told['ref']}" for told in moved]
    own = session.get_one(Municipality, tenant(session))
    append(session, "foreign.taken_in", own, by=by, at=at, refs=refs)


def _newest(session: Session, number: str) -> list[ForeignOutput]:
    rows = all_of(session, ForeignOutput, ForeignOutput.seq)
    ours = {row.foreign_ref: row for row in rows if row.municipality_number == number}
    return list(ours.values())


def _told_by(session: Session, *, at: datetime) -> dict[tuple[str, str], ForeignOutput]:
    rows = all_of(session, ForeignOutput, ForeignOutput.seq)
    known = (row for row in rows if row.at <= at)
    return {(row.municipality_number, row.foreign_ref): row for row in known}


def _citation(
    session: Session,
    row: ForeignCitation,
    newest: Mapping[tuple[str, str], ForeignOutput],
) -> CitationRow:
    told = newest.get((row.municipality_number, row.foreign_ref))
    newer = _newer_one(row, newest)
    return CitationRow(
        output=get(session, Output, row.output_id).ref,
        municipality=row.municipality_number,
        ref=row.foreign_ref,
        version=row.version,
        fingerprint=row.fingerprint,
        state=_resolution(row, told.told if told else None, newer),
        superseded_by=newer,
    )


def _newer_one(
    row: ForeignCitation, newest: Mapping[tuple[str, str], ForeignOutput]
) -> str | None:
    there = [
        each.told
        for (number, _), each in newest.items()
        if number == row.municipality_number
    ]
    found = {each.older: each.newer for each in supersessions(there)}
    return found.get(row.foreign_ref)


def _resolution(
    row: ForeignCitation, told: Mapping[str, Any] | None, newer: str | None
) -> Resolution:
    """Tell the most specific: replaced, then a newer version, then another text."""
    if told is None:
        return Resolution.UNRESOLVED
    if newer:
        return Resolution.SUPERSEDED
    if told["version"] != row.version:
        return Resolution.NEWER
    if row.fingerprint and told["fingerprint"] != row.fingerprint:
        return Resolution.DIFFERS
    return Resolution.RESOLVED
