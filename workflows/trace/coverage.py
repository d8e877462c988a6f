"""Which formal decisions met the development line, and which never did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of
from workflows.decision.cases import Case
from workflows.decision.minutes import treatments_of
from workflows.trace.asking import expectations
from workflows.trace.justifications import DECIDED, justified_absences
from workflows.trace.uses import real_uses


def uncovered_decisions(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return each final decision whose case uses no output.

    `asked` tells whether one would expect a basis, and `because` why; `justification`
    is the reason given, a code of `Absence`, None while there is none.
    """
    covered = {use.case for use in real_uses(session, at=at)}
    treated = treatments_of(session, at=at)
    folders = {case.ref: case for case in all_of(session, Case)}
    expected = expectations(session, treated)
    given = justified_absences(session, at=at)
    return [
        {
            "case": row.case,
            "title": folders[row.case].title,
            "treatment": row.number or row.ref,
            "decided_on": row.treated_on.isoformat(),
            "asked": bool(because),
            "because": [reason.value for reason in because],
            "justification": given[row.ref].reason.value if row.ref in given else None,
        }
        for row in treated
        if row.is_final and row.result in DECIDED and row.case not in covered
        for because in [expected.of(folders[row.case], on=row.treated_on)]
    ]
