"""Looking at a link again after one of its sides has changed (etterprøving).

The council decided on version 1, and there is a version 3: the chief executive's office
says whether that makes a difference, and why. It holds for these two texts; the next
change asks anew. No state moves, and the decision stays what it was.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.development.outputs import Output
from workflows.errors import RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.record.entries import append
from workflows.record.judgements import Verdict
from workflows.trace.basis import BasisLink, basis_links
from workflows.trace.judging import judge_link
from workflows.trace.link_states import OPEN


def acknowledge_change(
    session: Session,
    *,
    output: str,
    case: str,
    reason: str,
    verdict: Verdict = Verdict.NO_EFFECT,
    by: Hat,
    at: datetime,
) -> list[BasisLink]:
    """Give a verdict on all links of an output to a case that wait for one.

    Returns those links, as they were before. `INVALID` says that the decision has to be
    taken up again; that is done in the decision line, and not here.

    Raises:
        RuleBrokenError: nothing has changed since somebody looked, or no reason.
    """
    permit(by, "link.judged", at=at)
    row, folder = by_ref(session, Output, output), by_ref(session, Case, case)
    waiting = [
        link
        for link in basis_links(session, cases=[case], at=at)
        if link.output == output and link.state in OPEN
    ]
    if not waiting:
        raise RuleBrokenError(
            f"nothing has changed between {output} and {case}", rule="a link judged"
        )
    for link in waiting:
        judge_link(
            session,
            link=link.name,
            pair=link.pair,
            verdict=verdict,
            reason=reason,
            by=by,
            at=at,
        )
    refs = [folder.ref, *(link.target for link in waiting)]
    facts = {"verdict": verdict.value, "source": waiting[0].pair.source}
    append(session, "link.judged", row, by=by, at=at, refs=refs, facts=facts)
    return waiting
