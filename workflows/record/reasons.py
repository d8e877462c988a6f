"""The reasons that acts are given, in people's own words.

Free text never stands in an entry (see `entries.py`), so the reason is a row of its
own, found by the reference and the act that it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, owned
from workflows.errors import RuleBrokenError


class Reason(Owned, Base, kw_only=True):
    """Why an act was done (begrunnelse), by a party where it was one's. Immutable.

    `party` is A, F or T; None where the act is not a party's own.
    """

    __tablename__ = "reason"
    __table_args__ = (IMMUTABLE,)

    subject: Mapped[str] = mapped_column(index=True)
    act: Mapped[str]
    party: Mapped[str | None] = mapped_column(default=None)
    text: Mapped[str]
    at: Mapped[datetime]


def give_reason(
    session: Session,
    subject: str,
    act: str,
    text: str,
    *,
    at: datetime,
    party: str | None = None,
    rule: str,
) -> Reason:
    """Store the reason for an act on `subject`; raise `RuleBrokenError` when empty."""
    if not text.strip():
        raise RuleBrokenError(f"{subject}: a reason in writing is needed", rule=rule)
    reason = Reason(subject=subject, act=act, party=party, text=text, at=at)
    session.add(reason)
    return reason


def reasons_for(session: Session, subject: str) -> Sequence[Reason]:
    """Return the reasons given for acts on `subject`, oldest first."""
    query = owned(session, Reason).where(Reason.subject == subject)
    return session.scalars(query.order_by(Reason.at, Reason.party)).all()
