"""What a follow-up may rest on: a notice to the body, its taking note, or a decision.

Source: kommuneloven § 13-1 (the body is told of obstacles, L-03).
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from workflows.base import get
from workflows.decision.bodies import ELECTED_KINDS, Body, BodyKind
from workflows.decision.decisions import Decision, DecisionItem, decision_of
from workflows.decision.meetings import Treatment
from workflows.errors import RuleBrokenError


def decided_in(session: Session, item_id: uuid.UUID) -> Treatment:
    """Return the treatment that decided an item."""
    item = get(session, DecisionItem, item_id)
    decision = get(session, Decision, item.decision_id)
    return get(session, Treatment, decision.treatment_id)


def require_notice(
    session: Session, decided: Treatment, told_in: Treatment | None, notice: str
) -> None:
    """Raise unless the body that decided was told, in a meeting or otherwise (L-03)."""
    if told_in:
        require_deciding_body(session, decided, told_in)
    elif not notice.strip():
        raise RuleBrokenError(
            f"say how the body that decided in {decided.ref} was told", rule="L-03"
        )


def require_evidence(followup: str, evidence: str) -> None:
    """Raise unless it is said where it shows that a follow-up is carried out."""
    if not evidence.strip():
        raise RuleBrokenError(
            f"say where it shows that {followup} is carried out",
            rule="what is carried out is shown",
        )


def require_case_number(later: Treatment) -> None:
    """Raise unless a body took note under a case number of its meeting."""
    if later.number is None:
        raise RuleBrokenError(
            f"{later.ref} has no case number", rule="noted under a case number"
        )


def require_decision(
    session: Session, decided: Treatment, anew: Treatment | None
) -> None:
    """Raise unless another treatment has decided anew: a decision yields to no less.

    That may be in another body, but not on an earlier day.
    """
    if not anew or anew.id == decided.id or anew.treated_on < decided.treated_on:
        raise RuleBrokenError(
            f"only a new decision sets that of {decided.ref} aside", rule="SM-8"
        )
    decision_of(session, anew)


def require_deciding_body(
    session: Session, decided: Treatment, later: Treatment
) -> None:
    """Raise unless `later` is a later treatment in the body that decided.

    What the administration decided under delegation, any elected body may hear of.
    """
    body = get(session, Body, later.body_id)
    if get(session, Body, decided.body_id).kind is BodyKind.DELEGATED:
        is_right = body.kind in ELECTED_KINDS
    else:
        is_right = body.id == decided.body_id
    if not is_right:
        raise RuleBrokenError(f"{body.ref} did not decide {decided.ref}", rule="SM-8")
    if later.id == decided.id or later.treated_on < decided.treated_on:
        raise RuleBrokenError(
            f"{later.ref} is not later than {decided.ref}", rule="SM-8"
        )
