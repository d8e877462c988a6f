"""What the case officer proposes that a treatment did with an output.

A proposal is a help for the committee secretary, who records the outcome from the
minutes. It is read in the decision line only, and counts for nothing by itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, by_ref, codes, owned, refers_to
from workflows.decision.meetings import Treatment
from workflows.development.outputs import Output
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append, next_seq
from workflows.trace.outcomes import Code, item_decided, require_fitting, use_in


class OutcomeProposal(Owned, Base, kw_only=True):
    """A proposed outcome (forslag til utfall). Immutable; `item` is a number."""

    __tablename__ = "outcome_proposal"
    __table_args__ = (
        refers_to("output", "output_id"),
        refers_to("treatment", "treatment_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    output_id: Mapped[uuid.UUID]
    treatment_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    item: Mapped[int | None] = mapped_column(default=None)
    point: Mapped[int | None] = mapped_column(default=None)
    code: Mapped[Code] = mapped_column(codes(Code))
    reason: Mapped[str] = mapped_column(default="")
    entry: Mapped[int]
    at: Mapped[datetime]


def propose_outcome(
    session: Session,
    *,
    output: str,
    treatment: str,
    code: Code,
    item: int | None = None,
    point: int | None = None,
    reason: str = "",
    by: Hat,
    at: datetime,
) -> OutcomeProposal:
    """Propose an outcome to the secretary; nothing is recorded by it.

    Raises `RuleBrokenError` where such an outcome could not be recorded.
    """
    permit(by, "outcome.proposed", at=at)
    row, treated = (
        by_ref(session, Output, output),
        by_ref(session, Treatment, treatment),
    )
    require_fitting(row, code)
    use_in(session, row, treated)
    item_decided(session, treated, item, code=code, point=point)
    proposal = OutcomeProposal(
        output_id=row.id,
        treatment_id=treated.id,
        mandate_id=by.require_mandate(),
        item=item,
        point=point,
        code=code,
        reason=reason,
        entry=next_seq(session),
        at=at,
    )
    session.add(proposal)
    append(session, "outcome.proposed", row, by=by, at=at, refs=[treated.ref])
    return proposal


def proposed_outcomes(
    session: Session, treatment: Treatment
) -> Sequence[OutcomeProposal]:
    """Return the last proposal for each output, or point of it, in a treatment."""
    query = owned(session, OutcomeProposal).where(
        OutcomeProposal.treatment_id == treatment.id
    )
    rows = session.scalars(query.order_by(OutcomeProposal.entry))
    return list({(row.output_id, row.point): row for row in rows}.values())
