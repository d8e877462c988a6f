"""What became of what was said: each remark, the output it went into, and the cases.

Set by set: remarks, outcomes and follow-ups are each read once, and put together here.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, points_at, rows
from workflows.decision.followups import FollowUpState
from workflows.decision.implementation import follow_up_states
from workflows.development.documents import Document, Version
from workflows.development.remarks import Remark, RemarkAssessment
from workflows.development.rounds import Round
from workflows.development.seals import is_sealed
from workflows.people.kinds import Party
from workflows.trace.outcomes import OutcomeRow, outcomes, summary
from workflows.trace.status_only import worst

Rows = list[dict[str, Any]]
_Followed = Mapping[str, Sequence[tuple[str, FollowUpState]]]


@dataclass(frozen=True, kw_only=True)
class _Look:
    """Outcomes by output, follow-ups by item, and the cases of which little is told."""

    ended: Mapping[str, Sequence[OutcomeRow]]
    followed: _Followed
    hidden: Container[str]
    at: datetime


def what_became_of_input(
    session: Session,
    *,
    at: datetime,
    party: Party | None = None,
    hidden: Container[str] = (),
) -> Rows:
    """Return each remark with its verdict, and where the output went from there.

    Those of a round that was sealed then are shown to `party` when they are its own. Of
    the cases of `hidden` only one status is told: how the carrying out stands.
    """
    look = _Look(
        ended=_by_output(outcomes(session, at=at)),
        followed=_by_item(session, at=at),
        hidden=hidden,
        at=at,
    )
    return [
        _became(row, look)
        for row in rows(session, _REMARKS, at=at)
        if not is_sealed(row, at=at) or (party is not None and row.party is party)
    ]


def counted_as(state: FollowUpState) -> str:
    """Return a follow-up's status; one that its body has noted is implemented."""
    if state is FollowUpState.NOTED_BY_BODY:
        return FollowUpState.IMPLEMENTED.value.upper()
    return state.upper()


def _by_output(found: Sequence[OutcomeRow]) -> dict[str, list[OutcomeRow]]:
    ended: dict[str, list[OutcomeRow]] = {}
    for row in found:
        ended.setdefault(row.output, []).append(row)
    return ended


def _by_item(session: Session, *, at: datetime) -> _Followed:
    followed: dict[str, list[tuple[str, FollowUpState]]] = {}
    for ref, item, state in follow_up_states(session, at=at):
        followed.setdefault(item, []).append((ref, state))
    return followed


def _became(remark: Any, look: _Look) -> dict[str, Any]:
    mine = look.ended.get(remark.output, ())
    told = [row for row in mine if row.case not in look.hidden]
    masked = [row for row in mine if row.case in look.hidden]
    final = summary(row.code for row in told)
    return {
        "remark": remark.ref,
        "party": remark.party.value if remark.party else None,
        "text": remark.text,
        "assessment": _verdict(remark, at=look.at),
        "output": remark.output,
        "case": told[-1].case if told else None,
        "outcome": final.value if final else None,
        "follow_up": [
            *_following(told, look),
            *_status_of(_following(masked, look)),
        ],
    }


def _verdict(remark: Any, *, at: datetime) -> str | None:
    is_told = remark.verdict is not None and remark.told_at <= at
    return remark.verdict.value if is_told else None


def _following(ended: Sequence[OutcomeRow], look: _Look) -> list[dict[str, str | None]]:
    """Return the follow-ups of what was decided, each once, by reference."""
    items = {row.item_ref for row in ended if row.item_ref}
    found = sorted(each for item in items for each in look.followed.get(item, ()))
    return [{"follow_up": ref, "status": counted_as(state)} for ref, state in found]


def _status_of(rows_: Sequence[Mapping[str, str | None]]) -> Rows:
    """Return how several follow-ups stand in one word, and nothing else of them."""
    status = worst(str(row["status"]).lower() for row in rows_)
    return [{"follow_up": None, "status": status.upper()}] if status else []


_REMARKS = (
    select(
        *(Remark.ref, Remark.text, Remark.party, Document.ref.label("output")),
        *(Round.visibility, Round.closed_at),
        *(RemarkAssessment.verdict, RemarkAssessment.at.label("told_at")),
    )
    .join(Round, points_at(Remark.round_id, Round))
    .join(Version, points_at(Round.version_id, Version))
    .join(Document, points_at(Version.document_id, Document))
    .outerjoin(RemarkAssessment, points_at(RemarkAssessment.remark_id, Remark))
    .where(Remark.municipality_id == MINE, Remark.at <= AT)
    .order_by(Remark.ref)
)
