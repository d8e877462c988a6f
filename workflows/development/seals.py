"""What is sealed until a deadline: answers in sealed rounds, and in self-assessments.

Until then nobody but the party itself sees what was said, nor that anything was said
(INV-04). Every report, trace, page and dump asks here.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from workflows.base import all_of, among, owned, points_at
from workflows.development.assessments import AssessmentState, SelfAssessment
from workflows.development.remarks import Remark
from workflows.development.rounds import Round, Visibility
from workflows.people.kinds import Party

# The acts that would tell who has answered, or is about to.
TELLING = frozenset(
    {
        "guest.opened",
        "round.answered",
        "round.close_asked",
        "round.deviated",
        "round.read",
        "assessment.answered",
    }
)


class Sealable(Protocol):
    """What tells whether a seal holds: a round, or these two columns of it."""

    @property
    def visibility(self) -> Any:
        """Whether answers are seen while the round is open."""

    @property
    def closed_at(self) -> Any:
        """When the round was closed, None until then."""


def is_sealed(review: Sealable, *, at: datetime | None = None) -> bool:
    """Return whether a round's answers are nobody else's to see, at an instant or now.

    The seal opens when the round closes; a cancelled round's is never opened.
    """
    if review.visibility is not Visibility.SEALED:
        return False
    closed_at: datetime | None = review.closed_at
    return closed_at is None or (at is not None and at < closed_at)


def sealed_rounds(
    session: Session,
    *,
    rounds: Collection[str] | None = None,
    at: datetime | None = None,
) -> dict[uuid.UUID, str]:
    """Return the sealed ones of some rounds or of all, by their id, with references."""
    query = owned(session, Round)
    if rounds is not None:
        query = query.where(among(Round.ref, rounds))
    rows = session.scalars(query)
    return {row.id: row.ref for row in rows if is_sealed(row, at=at)}


def sealed_assessments(session: Session) -> dict[uuid.UUID, str]:
    """Return the self-assessments whose seal is not open, with their references."""
    rows = all_of(session, SelfAssessment)
    is_closed = AssessmentState.CLOSED
    return {row.id: row.ref for row in rows if row.state is not is_closed}


def remarks_shown(
    session: Session,
    *,
    at: datetime,
    party: Party | None = None,
    rounds: Collection[str] | None = None,
) -> list[Remark]:
    """Return the remarks made up to `at` that a party may see, or anybody (None).

    By reference, of some rounds or of all; of a sealed round only the party's own.
    """
    sealed = sealed_rounds(session, rounds=rounds, at=at)
    query = owned(session, Remark).where(Remark.at <= at)
    if rounds is not None:
        query = query.join(Round, points_at(Remark.round_id, Round))
        query = query.where(among(Round.ref, rounds))
    return [
        row
        for row in session.scalars(query.order_by(Remark.ref))
        if row.round_id not in sealed or _is_own(row, party)
    ]


def _is_own(remark: Remark, party: Party | None) -> bool:
    return party is not None and remark.party is party
