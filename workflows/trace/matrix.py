"""A table of any two kinds against each other, both ways, with its empty cells.

An empty row says as much as a full one: an output that met no case, a case without any
output. A cell tells how the link stands, or that the way goes through something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import all_of
from workflows.decision.cases import cases
from workflows.decision.decisions import items_of
from workflows.decision.implementation import follow_ups
from workflows.development.outputs import Output, OutputState
from workflows.errors import InvalidValueError
from workflows.record.entries import fold
from workflows.trace.basis import basis_links
from workflows.trace.impact import Way, reach
from workflows.trace.link_states import LinkState
from workflows.trace.uses import real_uses

KINDS = ("output", "case", "decision_item", "followup")
BELONGS = "belongs"
"""The cell of a decision item and its case, or of a follow-up and its item."""
THROUGH = "through"
"""The cell of what hangs together through something of another kind."""

UNFINISHED = frozenset({OutputState.PLANNED, OutputState.DROPPED})


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """References down and across; a pair that is not among the cells has no link."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], str]

    @property
    def empty_rows(self) -> tuple[str, ...]:
        """The references down that meet nothing across."""
        met = {row for row, _ in self.cells}
        return tuple(ref for ref in self.rows if ref not in met)


def matrix(
    session: Session,
    *,
    rows: str,
    columns: str,
    hidden: frozenset[str] = frozenset(),
    at: datetime,
) -> Matrix:
    """Return how everything of one kind hangs together with everything of another.

    `rows` and `columns` are of `KINDS`, the same both ways round; the cases `hidden`
    are left out with all that is theirs. Raises `InvalidValueError` for another kind.
    """
    for where, kind in (("rows", rows), ("columns", columns)):
        if kind not in KINDS:
            raise InvalidValueError(where, f"{kind!r} is not one of {', '.join(KINDS)}")
    refs = _refs(session, hidden, at=at)
    ways = _ways(session, hidden, at=at)
    found = dict(_cells(refs[rows], refs[columns], ways))
    back = {(a, b): said for (b, a), said in _cells(refs[columns], refs[rows], ways)}
    return Matrix(rows=refs[rows], columns=refs[columns], cells=back | found)


def _cells(
    starts: Sequence[str], ends: Sequence[str], ways: Mapping[str, Sequence[Way]]
) -> Iterator[tuple[tuple[str, str], str]]:
    wanted = set(ends)
    for start in starts:
        for each in reach(start, ways):
            if each.way.ref in wanted:
                said = each.way.state or BELONGS
                yield (start, each.way.ref), said if each.depth == 1 else THROUGH


def _refs(
    session: Session, hidden: frozenset[str], *, at: datetime
) -> dict[str, tuple[str, ...]]:
    states = fold(session, at=at)
    outputs = (
        row.ref
        for row in all_of(session, Output, Output.ref)
        if row.ref in states and states[row.ref] not in UNFINISHED
    )
    return {
        "output": tuple(outputs),
        "case": tuple(
            row.ref for row in cases(session, at=at) if row.ref not in hidden
        ),
        "decision_item": tuple(
            row.ref for row in items_of(session, at=at) if row.case not in hidden
        ),
        "followup": tuple(
            row.ref for row in follow_ups(session, at=at) if row.case not in hidden
        ),
    }


def _ways(
    session: Session, hidden: frozenset[str], *, at: datetime
) -> dict[str, list[Way]]:
    ways: dict[str, list[Way]] = {}
    told = [link for link in basis_links(session, at=at) if link.case not in hidden]
    for link in told:
        way = Way(link.target, link.type.value, link.state.value)
        ways.setdefault(link.output, []).append(way)
    known = {(link.output, link.target) for link in told}
    for use in real_uses(session, at=at):
        # Of what the same case has replaced by a newer one, only the use is told.
        if use.case not in hidden and (use.output, use.case) not in known:
            way = Way(use.case, "case", LinkState.SOURCE_SUPERSEDED.value, ends=True)
            ways.setdefault(use.output, []).append(way)
    for item in items_of(session, at=at):
        ways.setdefault(item.case, []).append(Way(item.ref, "decision_item"))
    for row in follow_ups(session, at=at):
        ways.setdefault(row.item, []).append(Way(row.ref, "followup"))
    return ways
