"""What contacts have proposed to change in an open round, and who has agreed so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.development.round_changes import ChangeConsent, Matter, consents_on
from workflows.development.rounds import Round
from workflows.people.kinds import PARTIES, Party


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One change that somebody has agreed to; done when nobody lacks."""

    matter: Matter
    deadline_at: datetime | None
    agreed: tuple[Party, ...]

    @property
    def lacking(self) -> tuple[Party, ...]:
        """The parties that have not agreed, in neutral order."""
        return tuple(party for party in PARTIES if party not in self.agreed)


def proposals(session: Session, review: Round, *, at: datetime) -> list[Proposal]:
    """Return the changes that wait for somebody, each party's last word counting."""
    last = {(row.matter, row.party): row for row in consents_on(session, review)}
    waiting = [row for row in last.values() if _waits(row, review, at=at)]
    wanted = dict.fromkeys((row.matter, row.deadline_at) for row in waiting)
    return [_proposal(waiting, matter, deadline) for matter, deadline in wanted]


def _waits(row: ChangeConsent, review: Round, *, at: datetime) -> bool:
    return row.deadline_at is None or (
        row.deadline_at > at and row.deadline_at != review.deadline_at
    )


def _proposal(
    rows: Sequence[ChangeConsent], matter: Matter, deadline_at: datetime | None
) -> Proposal:
    said = {
        row.party
        for row in rows
        if (row.matter, row.deadline_at) == (matter, deadline_at)
    }
    return Proposal(
        matter=matter,
        deadline_at=deadline_at,
        agreed=tuple(party for party in PARTIES if party in said),
    )
