"""How the decision line uses an output: where in a case, which version, and why not.

A use is written in the decision line only, and names the version that was used: it
shows that version for ever, also when a newer one is delivered (INV-11). «In use» and
«treated» of an output are computed from uses and outcomes, never stored.
"""

from __future__ import annotations

import enum
import functools
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    AT,
    IMMUTABLE,
    MINE,
    Base,
    Owned,
    among,
    among_given,
    by_ref,
    codes,
    get,
    looked_up_by,
    points_at,
    refers_to,
    rows,
    tenant,
)
from workflows.clock import norwegian_date
from workflows.decision.cases import Case
from workflows.development.documents import Version
from workflows.development.outputs import (
    Handover,
    Output,
    OutputKind,
    OutputState,
    handover_of,
)
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, fold
from workflows.record.judgements import Pair
from workflows.trace.judging import LinkType, judge_link, link_name
from workflows.trace.sides import case_mark, version_mark

ASKED_FOR = frozenset({OutputKind.KNOWLEDGE_BASE, OutputKind.PROPOSAL, OutputKind.TOOL})


class Where(enum.StrEnum):
    """Where in a case an output is used."""

    RECOMMENDATION = "recommendation"
    ASSESSMENT = "assessment"
    FACTS = "facts"
    ATTACHMENT = "attachment"
    MENTIONED = "mentioned"


class Used(enum.StrEnum):
    """How far an output is used."""

    USED = "used"
    PARTLY = "partly"
    NOT_USED = "not_used"


class OutputUse(Owned, Base, kw_only=True):
    """One use (bruk) of a version of an output in a case. Immutable."""

    __tablename__ = "output_use"
    __table_args__ = (
        refers_to("case_folder", "case_id"),
        refers_to("output", "output_id"),
        refers_to("version", "version_id"),
        looked_up_by("case_id"),
        looked_up_by("output_id"),
        IMMUTABLE,
    )

    case_id: Mapped[uuid.UUID]
    output_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID]
    where: Mapped[Where] = mapped_column("where_used", codes(Where))
    used: Mapped[Used] = mapped_column(codes(Used))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class UseRow:
    """A use as plain values; `version` is a number such as 1.0."""

    case: str
    output: str
    kind: OutputKind
    version: str
    where: Where
    used: Used
    reason: str
    at: datetime


def use_output(
    session: Session,
    *,
    case: str,
    output: str,
    where: Where,
    used: Used = Used.USED,
    reason: str = "",
    has_read: bool = True,
    by: Hat,
    at: datetime,
) -> OutputUse:
    """Say how a case uses a handed-over output; «partly» and «not» need the reason.

    Who has read the text judges by it that the two belong together; a use that is only
    registered waits until somebody has looked at it.
    """
    permit(by, "output.used", at=at)
    folder, row = by_ref(session, Case, case), by_ref(session, Output, output)
    if used is not Used.USED and not reason.strip():
        raise RuleBrokenError(f"{output} in {case}: {used} needs a reason", rule="SM-5")
    handover = _require_handover(session, row)
    version = get(session, Version, handover.version_id)
    use = OutputUse(
        case_id=folder.id,
        output_id=row.id,
        version_id=version.id,
        where=where,
        used=used,
        reason=reason,
        at=at,
    )
    session.add(use)
    if has_read:
        judge_link(
            session,
            link=link_name(LinkType.USE, output, case),
            pair=Pair(version_mark(session, version), case_mark(folder)),
            by=by,
            at=at,
        )
    append(
        session,
        "output.used",
        row,
        by=by,
        at=at,
        refs=[folder.ref, version.ref],
        facts={"where": where.value, "used": used.value},
    )
    session.flush()
    return use


def uses(
    session: Session,
    *,
    cases: Collection[str] | None = None,
    outputs: Collection[str] | None = None,
    at: datetime | None = None,
) -> list[UseRow]:
    """Return the uses registered up to `at`, in the order they were made.

    Those in some `cases`, and of some `outputs`; without them in all, and of all.
    """
    query = _uses(cases=cases is not None, outputs=outputs is not None)
    found = rows(session, query, at=at, cases=cases, outputs=outputs)
    return [UseRow(**row._mapping) for row in found]  # noqa: SLF001 - a public name


@functools.cache
def _uses(*, cases: bool, outputs: bool) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            *(Case.ref.label("case"), Output.ref.label("output"), Output.kind),
            *(Version.number.label("version"), OutputUse.where.label("where")),
            *(OutputUse.used, OutputUse.reason, OutputUse.at),
        )
        .join(Case, points_at(OutputUse.case_id, Case))
        .join(Output, points_at(OutputUse.output_id, Output))
        .join(Version, points_at(OutputUse.version_id, Version))
        .where(Output.municipality_id == MINE, OutputUse.at <= AT)
        .order_by(OutputUse.at, Output.ref, Case.ref)
    )
    if cases:
        query = query.where(among_given(Case.ref, "cases"))
    return query.where(among_given(Output.ref, "outputs")) if outputs else query


def real_uses(
    session: Session,
    *,
    cases: Collection[str] | None = None,
    outputs: Collection[str] | None = None,
    at: datetime | None = None,
) -> list[UseRow]:
    """Return the uses where something was used; «not used» with its reason is none."""
    return [
        use
        for use in uses(session, cases=cases, outputs=outputs, at=at)
        if use.used is not Used.NOT_USED
    ]


def cases_resting(session: Session, *, at: datetime) -> set[str]:
    """Return the cases that use any output, at an instant."""
    query = (
        select(Case.ref)
        .join(OutputUse, points_at(OutputUse.case_id, Case))
        .where(Case.municipality_id == tenant(session), OutputUse.at <= at)
        .where(OutputUse.used != Used.NOT_USED)
        .distinct()
    )
    return set(session.scalars(query))


def outputs_used(
    session: Session,
    *,
    outputs: Collection[str] | None = None,
    at: datetime | None = None,
    without: Collection[str] = (),
) -> set[str]:
    """Return which outputs, of some or of all, were used by any case up to `at`.

    What the cases in `without` used does not count.
    """
    query = (
        select(Output.ref)
        .join(OutputUse, points_at(OutputUse.output_id, Output))
        .join(Case, points_at(OutputUse.case_id, Case))
        .where(
            Output.municipality_id == tenant(session),
            OutputUse.used != Used.NOT_USED,
            Case.ref.not_in(without),
        )
        .distinct()
    )
    if outputs is not None:
        query = query.where(among(Output.ref, outputs))
    return set(session.scalars(query.where(OutputUse.at <= at) if at else query))


def handovers(
    session: Session,
    *,
    outputs: Collection[str] | None = None,
    at: datetime | None = None,
) -> Sequence[tuple[Handover, Output]]:
    """Return each output handed over up to `at` with its latest handover, by output."""
    latest = {
        output.ref: (row, output)
        for row, output in all_handovers(session, outputs=outputs, at=at)
    }
    return list(latest.values())


def all_handovers(
    session: Session,
    *,
    outputs: Collection[str] | None = None,
    at: datetime | None = None,
) -> Sequence[tuple[Handover, Output]]:
    """Return every handover up to `at` with its output, by output, oldest first."""
    query = (
        select(Handover, Output)
        .join(Output, points_at(Handover.output_id, Output))
        .where(Handover.municipality_id == tenant(session))
        .order_by(Output.ref, Handover.at)
    )
    if outputs is not None:
        query = query.where(among(Output.ref, outputs))
    if at:
        query = query.where(Handover.at <= at)
    return [(row, output) for row, output in session.execute(query)]


def unused_outputs(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return outputs handed over and met by no case, with the days since.

    Experiences and final reports are meant for others to learn from, and not asked for.
    """
    used = outputs_used(session, at=at)
    waiting = [
        (handover, output)
        for handover, output in handovers(session, at=at)
        if output.kind in ASKED_FOR and output.ref not in used
    ]
    states = fold(session, at=at, refs=[output.ref for _, output in waiting])
    return [
        _unused(handover, output, on=norwegian_date(at))
        for handover, output in waiting
        if states[output.ref] == OutputState.HANDED_OVER
    ]


def _unused(handover: Handover, output: Output, *, on: date) -> dict[str, Any]:
    return {
        "output": output.ref,
        "title": output.title,
        "handed_over_on": handover.handed_over_on.isoformat(),
        "days": (on - handover.handed_over_on).days,
    }


def _require_handover(session: Session, output: Output) -> Handover:
    handover = handover_of(session, output)
    if handover is None:
        raise RuleBrokenError(f"{output.ref} has not been handed over", rule="SM-5")
    return handover
