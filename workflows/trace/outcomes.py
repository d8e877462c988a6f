"""What became of an output: one outcome for each treatment and decision item.

Set by the committee secretary from the minutes, never by the development line (INV-01,
INV-20). There is no folding from worst to best: the list stands, and the one-word
summary says «partly» as soon as the items differ.
"""

from __future__ import annotations

import enum
import functools
import uuid
from collections.abc import Collection, Iterable
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
    owned,
    points_at,
    refers_to,
    rows,
    tenant,
)
from workflows.decision.cases import Case
from workflows.decision.decisions import DecisionItem, find_decision
from workflows.decision.meetings import Treatment
from workflows.development.documents import Version
from workflows.development.outputs import Output, OutputKind, OutputState
from workflows.errors import NotFoundError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, fold
from workflows.record.judgements import Pair
from workflows.trace.judging import LinkType, judge_link, link_name
from workflows.trace.sides import decided_mark, version_mark
from workflows.trace.uses import OutputUse, outputs_used


class Code(enum.StrEnum):
    """What a treatment did with an output, or with one point of it."""

    ADOPTED = "ADOPTED"
    ADOPTED_CHANGED = "ADOPTED_CHANGED"
    ADOPTED_PARTLY = "ADOPTED_PARTLY"
    NOT_FOLLOWED = "NOT_FOLLOWED"
    SENT_BACK = "SENT_BACK"
    POSTPONED = "POSTPONED"
    NOTED = "NOTED"
    DELEGATED_ADOPTED = "DELEGATED_ADOPTED"
    WITHDRAWN = "WITHDRAWN"
    RELIED_ON = "RELIED_ON"
    REJECTED_FORMAL = "REJECTED_FORMAL"


OPEN_CODES = frozenset({Code.SENT_BACK, Code.POSTPONED, Code.WITHDRAWN})
ADOPTIONS = frozenset({Code.ADOPTED, Code.ADOPTED_CHANGED, Code.DELEGATED_ADOPTED})
NEEDS_REASON = frozenset({Code.NOT_FOLLOWED, Code.SENT_BACK, Code.ADOPTED_CHANGED})
RESTED_ON = frozenset({OutputKind.KNOWLEDGE_BASE, OutputKind.EXPERIENCE})


class Outcome(Owned, Base, kw_only=True):
    """An outcome (utfall) of an output in a treatment. Immutable.

    `point` is the output's own numbered point, None for the whole; `minutes` the place
    in the minutes that it is read from.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        refers_to("output", "output_id"),
        refers_to("version", "version_id"),
        refers_to("treatment", "treatment_id"),
        refers_to("decision_item", "item_id"),
        looked_up_by("output_id"),
        looked_up_by("treatment_id"),
        IMMUTABLE,
    )

    output_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID]
    treatment_id: Mapped[uuid.UUID]
    item_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    point: Mapped[int | None] = mapped_column(default=None)
    code: Mapped[Code] = mapped_column(codes(Code))
    reason: Mapped[str] = mapped_column(default="")
    minutes: Mapped[str]
    at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class OutcomeRow:
    """An outcome as plain values; `item` is the decision item's number."""

    output: str
    version: str
    kind: OutputKind
    case: str
    treatment: str
    treated_on: date
    item: int | None
    item_ref: str | None
    point: int | None
    code: Code
    reason: str
    minutes: str

    @property
    def about(self) -> str:
        """What the trace calls it: `O-1/3 C01-T1` for point 3 of O-1 in C01-T1."""
        what = f"{self.output}/{self.point}" if self.point else self.output
        return f"{what} {self.treatment}"


_COLUMNS = (
    Output.ref.label("output"),
    Version.number.label("version"),
    Output.kind,
    Case.ref.label("case"),
    Treatment.ref.label("treatment"),
    Treatment.treated_on,
    DecisionItem.number.label("item"),
    DecisionItem.ref.label("item_ref"),
    Outcome.point,
    Outcome.code,
    Outcome.reason,
    Outcome.minutes,
)


def record_outcome(
    session: Session,
    *,
    output: str,
    treatment: str,
    code: Code,
    minutes: str,
    item: int | None = None,
    point: int | None = None,
    reason: str = "",
    has_read: bool = True,
    by: Hat,
    at: datetime,
) -> Outcome:
    """Record what a treatment did with an output.

    Who has read both texts judges by it that they belong together.

    Raises `RuleBrokenError` (INV-20) without a place in the minutes, or without the
    decision item where the decision has items and the point is not left out of it.
    """
    permit(by, "outcome.recorded", at=at)
    row, treated = (
        by_ref(session, Output, output),
        by_ref(session, Treatment, treatment),
    )
    _require_source(code, minutes=minutes, reason=reason)
    require_fitting(row, code)
    use = use_in(session, row, treated)
    found = item_decided(session, treated, item, code=code, point=point)
    outcome = Outcome(
        output_id=row.id,
        version_id=use.version_id,
        treatment_id=treated.id,
        item_id=found.id if found else None,
        point=point,
        code=code,
        reason=reason,
        minutes=minutes,
        at=at,
    )
    session.add(outcome)
    if has_read:
        _judge(session, outcome, output, by=by, at=at)
    refs = [treated.ref, *([found.ref] if found else [])]
    facts = {"code": code.value, "point": point}
    append(session, "outcome.recorded", row, by=by, at=at, refs=refs, facts=facts)
    session.flush()
    return outcome


def require_fitting(output: Output, code: Code) -> None:
    """Raise `RuleBrokenError` where this kind of output cannot have this outcome."""
    if output.kind in RESTED_ON and code in ADOPTIONS:
        raise RuleBrokenError(
            f"{output.ref} is {output.kind}: it is relied on, not adopted", rule="SM-7"
        )


def use_in(session: Session, output: Output, treatment: Treatment) -> OutputUse:
    """Return the last use of an output in the case of a treatment, or raise INV-20."""
    query = (
        owned(session, OutputUse)
        .where(OutputUse.output_id == output.id, OutputUse.case_id == treatment.case_id)
        .order_by(OutputUse.at.desc())
    )
    found = session.scalars(query).first()
    if found is None:
        raise RuleBrokenError(
            f"{output.ref} is not used in the case of {treatment.ref}", rule="INV-20"
        )
    return found


def item_decided(
    session: Session,
    treatment: Treatment,
    number: int | None,
    *,
    code: Code,
    point: int | None,
) -> DecisionItem | None:
    """Return the decision item that an outcome is about, or raise INV-20.

    A point that the body left out of its decision has no item to refer to.
    """
    decision = find_decision(session, treatment)
    if decision is None or (number is None and point and code is Code.NOT_FOLLOWED):
        return None
    if number is None:
        raise RuleBrokenError(
            f"{treatment.ref} has decision items; say which one", rule="INV-20"
        )
    query = owned(session, DecisionItem).where(
        DecisionItem.decision_id == decision.id, DecisionItem.number == number
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError("decision item", f"{treatment.ref}/{number}")
    return found


def outcomes(
    session: Session,
    *,
    cases: Collection[str] | None = None,
    outputs: Collection[str] | None = None,
    at: datetime | None = None,
) -> list[OutcomeRow]:
    """Return the outcomes recorded up to `at`: by output, day, item and point.

    Those in some `cases`, and of some `outputs`; without them in all, and of all.
    """
    query = _outcomes(cases=cases is not None, outputs=outputs is not None)
    found = rows(session, query, at=at, cases=cases, outputs=outputs)
    told = [OutcomeRow(**row._mapping) for row in found]  # noqa: SLF001 - a public name
    return sorted(told, key=_order)


@functools.cache
def _outcomes(*, cases: bool, outputs: bool) -> Select[*tuple[Any, ...]]:
    query = (
        select(*_COLUMNS)
        .join(Output, points_at(Outcome.output_id, Output))
        .join(Version, points_at(Outcome.version_id, Version))
        .join(Treatment, points_at(Outcome.treatment_id, Treatment))
        .join(Case, points_at(Treatment.case_id, Case))
        .outerjoin(DecisionItem, points_at(Outcome.item_id, DecisionItem))
        .where(Output.municipality_id == MINE, Outcome.at <= AT)
        .order_by(Output.ref, Treatment.treated_on, DecisionItem.number, Outcome.point)
    )
    if cases:
        query = query.where(among_given(Case.ref, "cases"))
    return query.where(among_given(Output.ref, "outputs")) if outputs else query


def summary(codes_: Iterable[Code]) -> Code | None:
    """Return one word for several outcomes: the common one, else «partly adopted».

    Outcomes that end nothing count only while there is no other.
    """
    said = list(codes_)
    ended = [code for code in said if code not in OPEN_CODES]
    if not ended:
        return said[-1] if said else None
    return ended[0] if len(set(ended)) == 1 else Code.ADOPTED_PARTLY


def state_of(
    output: str, *, states: dict[str, str], used: set[str], treated: set[str]
) -> str:
    """Return the state that people see: in use and treated come from the other line.

    `states` are folded from the record, `used` and `treated` the outputs with a use and
    with an outcome that ends something.
    """
    state = states[output]
    if state != OutputState.HANDED_OVER:
        return state
    if output in treated:
        return "treated"
    return "in_use" if output in used else state


def output_states(
    session: Session,
    *,
    outputs: Collection[str] | None = None,
    at: datetime | None = None,
    without: Collection[str] = (),
) -> dict[str, str]:
    """Return the state that people see of some outputs, or of all, at an instant.

    The cases in `without` are not counted: a state would tell that they are there.
    """
    states = fold(session, at=at, refs=outputs)
    used = outputs_used(session, outputs=outputs, at=at, without=without)
    ended = _outputs_treated(session, outputs=outputs, at=at, without=without)
    query = select(Output.ref).where(Output.municipality_id == tenant(session))
    if outputs is not None:
        query = query.where(among(Output.ref, outputs))
    return {
        ref: state_of(ref, states=states, used=used, treated=ended)
        for ref in session.scalars(query.order_by(Output.ref))
        if ref in states
    }


def _outputs_treated(
    session: Session,
    *,
    outputs: Collection[str] | None,
    at: datetime | None,
    without: Collection[str],
) -> set[str]:
    """Return which outputs have an outcome that ends something."""
    query = (
        select(Output.ref)
        .join(Outcome, points_at(Outcome.output_id, Output))
        .join(Treatment, points_at(Outcome.treatment_id, Treatment))
        .join(Case, points_at(Treatment.case_id, Case))
        .where(
            Output.municipality_id == tenant(session),
            Outcome.code.not_in(OPEN_CODES),
            Case.ref.not_in(without),
        )
        .distinct()
    )
    if outputs is not None:
        query = query.where(among(Output.ref, outputs))
    return set(session.scalars(query.where(Outcome.at <= at) if at else query))


def _judge(
    session: Session, outcome: Outcome, output: str, *, by: Hat, at: datetime
) -> None:
    target, said = decided_mark(session, outcome.treatment_id, outcome.item_id)
    version = get(session, Version, outcome.version_id)
    judge_link(
        session,
        link=link_name(LinkType.OUTCOME, output, target),
        pair=Pair(version_mark(session, version), said),
        by=by,
        at=at,
    )


def _require_source(code: Code, *, minutes: str, reason: str) -> None:
    if not minutes.strip():
        raise RuleBrokenError("an outcome is read from the minutes", rule="INV-20")
    if code in NEEDS_REASON and not reason.strip():
        raise RuleBrokenError(
            f"{code} needs its reason, or «ikke begrunnet i protokollen»",
            rule="SM-7",
        )


def _order(row: OutcomeRow) -> tuple[str, date, int]:
    return row.output, row.treated_on, row.point or row.item or 0
