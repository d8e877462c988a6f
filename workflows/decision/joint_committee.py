"""Which cases are proposed for the party-composed committee: a hint, never a refusal.

The committee discusses measures of quality, renewal and development, and overall
guidelines for personnel. A case within a focus area of the programmes is about one of
these. Where it is treated is for the decision line alone.
Source: Hovedavtalen KS, part B § 4, kommuneloven § 5-11 (L-40).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflows.base import owned
from workflows.decision.bodies import Body, BodyKind
from workflows.decision.cases import Case, CaseState
from workflows.decision.meetings import Treatment

BEFORE_DECISION = frozenset(CaseState) - {
    CaseState.FINAL_DECISION,
    CaseState.IMPLEMENTATION,
    CaseState.WITHDRAWN,
    CaseState.CLOSED,
}


def proposed_committee(session: Session, case: Case) -> Body | None:
    """Return the committee that a case should come before, None where there is none.

    None as well when the plan names it, when it has treated the case, and once the case
    is decided.
    """
    if case.focus is None or case.state not in BEFORE_DECISION:
        return None
    query = owned(session, Body).where(Body.kind == BodyKind.JOINT_COMMITTEE_511)
    committees = session.scalars(query.order_by(Body.ref)).all()
    if any(row.ref in case.plan or _treated(session, case, row) for row in committees):
        return None
    return next(iter(committees), None)


def _treated(session: Session, case: Case, body: Body) -> bool:
    query = owned(session, Treatment).where(
        Treatment.case_id == case.id, Treatment.body_id == body.id
    )
    return session.scalars(query).first() is not None
