"""The day when an exemption is looked at anew (ny vurdering av unntak).

Some exemptions hold only as long as they are required: a negotiating position, before
the agreement is made. They get a day, and stand on the archive's page until it decides
again. Source: offentleglova § 23; which rules these are stands with the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, all_of
from workflows.clock import norwegian_date
from workflows.errors import InvalidValueError
from workflows.law.references import exemption
from workflows.record.access_classes import decisions_on_access
from workflows.record.entries import next_seq

AT_MOST = timedelta(days=365)


class ExemptionReview(Owned, Base, kw_only=True):
    """When an exemption is looked at anew (ny vurdering av unntak). Immutable.

    `entry` is the number of the decision that it belongs to.
    """

    __tablename__ = "exemption_review"
    __table_args__ = (IMMUTABLE,)

    about: Mapped[str] = mapped_column(index=True)
    review_on: Mapped[date]
    entry: Mapped[int]


@dataclass(frozen=True, kw_only=True)
class ReviewOfExemption:
    """An exemption in force that is looked at anew, and whether its day has come."""

    about: str
    review_on: date
    is_due: bool


def plan_review(
    session: Session,
    about: str,
    basis: str | None,
    *,
    review_on: date | None,
    at: datetime,
) -> None:
    """Set the day of a new look at an exemption that asks for one; part of deciding it.

    Raises `InvalidValueError` when the day is not ahead, is more than a year ahead, or
    is said of what asks for none.
    """
    today = norwegian_date(at)
    is_asked = basis is not None and exemption(basis, on=today).only_while_required
    if review_on and not (is_asked and today < review_on <= today + AT_MOST):
        raise InvalidValueError("review_on", "ahead, within a year, where one is asked")
    if is_asked:
        day = review_on or today + AT_MOST
        entry = next_seq(session)
        session.add(ExemptionReview(about=about, review_on=day, entry=entry))


def exemption_reviews(session: Session, *, at: datetime) -> list[ReviewOfExemption]:
    """Return the exemptions in force that are looked at anew, the earliest day first.

    A new decision takes the place of the former and of its day.
    """
    last = {row.about: row.entry for row in decisions_on_access(session)}
    rows = all_of(
        session, ExemptionReview, ExemptionReview.review_on, ExemptionReview.about
    )
    today = norwegian_date(at)
    return [
        ReviewOfExemption(
            about=row.about, review_on=row.review_on, is_due=row.review_on <= today
        )
        for row in rows
        if last.get(row.about) == row.entry
    ]
