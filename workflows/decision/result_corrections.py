"""Correcting what a body was said to have done: the result, never the fact that it did.

What was written down first stands; the correction is a row of its own, with who, when,
why and where the right thing is written. Source: kommuneloven § 11-4 (the minutes).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref, get
from workflows.decision.cases import Case, CaseState
from workflows.decision.meetings import Result, Treatment, TreatmentCorrection
from workflows.decision.minuted import FINAL_RESULTS, MOVES
from workflows.decision.minutes import TreatmentRow, result_corrections, treatments_of
from workflows.errors import InvalidValueError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append


def correct_result(
    session: Session,
    *,
    treatment: str,
    result: Result,
    is_final: bool | None = None,
    reason: str,
    source: str,
    by: Hat,
    at: datetime,
) -> TreatmentCorrection:
    """Correct the result of a treatment; `source` says where the right one stands.

    `is_final` is told by the result, but for NOTED. The case moves along when it still
    is where the wrong result took it and no later body has treated it. What follows
    from the wrong result, as follow-ups, stands, for people to look at.

    Raises:
        InvalidValueError: reason or source is empty, or nothing is corrected.
        NotFoundError: there is no such treatment.
    """
    permit(by, "treatment.corrected", at=at)
    for where, value in (("reason", reason), ("source", source)):
        if not value.strip():
            raise InvalidValueError(where, "a correction cannot do without it")
    row = by_ref(session, Treatment, treatment)
    case = get(session, Case, row.case_id)
    rows = treatments_of(session, case.ref)
    before = next(each for each in rows if each.ref == treatment)
    final = _finality(before, result, is_final)
    correction = TreatmentCorrection(
        treatment_id=row.id,
        number=len(result_corrections(session, row)) + 1,
        mandate_id=by.mandate_id,
        result=result,
        is_final=final,
        reason=reason,
        source=source,
        corrected_at=at,
    )
    session.add(correction)
    was, becomes = _state(before.result, before.is_final), _state(result, final)
    moves = rows[-1].ref == treatment and case.state is was and was is not becomes
    if moves:
        case.state = becomes
    append(
        session,
        "treatment.corrected",
        row,
        moved=[case] if moves else [],
        refs=[case.ref],
        facts={"from": before.result.value, "to": result.value, "is_final": final},
        by=by,
        at=at,
    )
    return correction


def _finality(before: TreatmentRow, result: Result, told: bool | None) -> bool:  # noqa: FBT001 - passed on as it was given
    """Return whether the corrected treatment is final; raises when nothing changes."""
    by_result = result in FINAL_RESULTS
    if told not in (None, by_result) and result is not Result.NOTED:
        raise InvalidValueError("is_final", f"does not fit the result {result}")
    final = by_result if told is None else told
    if (before.result, before.is_final) == (result, final):
        raise InvalidValueError("result", "is what is registered already")
    return final


def _state(result: Result, is_final: bool) -> CaseState:  # noqa: FBT001 - two columns of one row
    """Return where a treatment takes its case; NOTED without an end goes on."""
    if result is Result.NOTED and not is_final:
        return CaseState.TREATED_IN_BODY
    return MOVES[result]
