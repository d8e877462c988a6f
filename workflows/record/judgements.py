"""Judgements of what belongs together, keyed by what both sides said.

A judgement holds for one pair of fingerprints and for ever: «this consent holds for
that text». Nothing is ever marked or cleared. Whether something still holds is computed
from the judgements and the fingerprints of today, so it ceases to hold when a side
changes, and holds again when both say what was judged.
"""

from __future__ import annotations

import enum
import functools
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    AT,
    IMMUTABLE,
    MINE,
    Base,
    Owned,
    among_given,
    codes,
    owned,
    refers_to,
    rows,
)
from workflows.errors import RuleBrokenError

FEW = 1000
"""So many links are looked up one by one; of more, all that was judged is read."""


class Verdict(enum.StrEnum):
    """What was judged of a pair: it holds, it holds in spite of a change, or not."""

    VALID = "valid"
    NO_EFFECT = "no_effect"
    INVALID = "invalid"


class Validity(enum.StrEnum):
    """Whether a link holds today, and if not, which side has changed."""

    VALID = "valid"
    INVALID = "invalid"
    SUSPECT_SOURCE = "suspect_source"
    SUSPECT_TARGET = "suspect_target"
    SUSPECT_BOTH = "suspect_both"
    UNJUDGED = "unjudged"


SUSPECT = frozenset(
    {Validity.SUSPECT_SOURCE, Validity.SUSPECT_TARGET, Validity.SUSPECT_BOTH}
)


@dataclass(frozen=True)
class Pair:
    """What the source and the target of a link say, as fingerprints."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict on one pair."""

    pair: Pair
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Given(Judged):
    """A verdict as it was given: under which mandate, why, and when."""

    mandate_id: uuid.UUID
    reason: str | None
    at: datetime


class Judgement(Owned, Base, kw_only=True):
    """A verdict (vurdering) on one pair of texts by a person. Immutable.

    `link` names what is judged, such as `consent:PR1-M:effect:T`; the same link has one
    judgement after the other. `entry` is the number of the entry that tells of it.
    """

    __tablename__ = "judgement"
    __table_args__ = (refers_to("mandate", "mandate_id"), IMMUTABLE)

    link: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]
    target: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(codes(Verdict))
    reason: Mapped[str | None] = mapped_column(default=None)
    mandate_id: Mapped[uuid.UUID]
    entry: Mapped[int]
    at: Mapped[datetime]

    @property
    def judged(self) -> Judged:
        """The verdict and its pair, to compute with."""
        return Judged(pair=Pair(self.source, self.target), verdict=self.verdict)


def validity(judged: Sequence[Judged], now: Pair) -> Validity:
    """Return whether a link holds for the pair of today; `judged` is oldest first.

    The last verdict on this very pair counts. Without one, the link is suspect on each
    side that differs from the pair that was judged last.
    """
    if not judged:
        return Validity.UNJUDGED
    same = [one.verdict for one in judged if one.pair == now]
    if same:
        return Validity.INVALID if same[-1] is Verdict.INVALID else Validity.VALID
    return _changed(judged[-1].pair, now)


def judge(
    session: Session,
    *,
    link: str,
    pair: Pair,
    verdict: Verdict,
    reason: str | None = None,
    mandate_id: uuid.UUID,
    entry: int,
    at: datetime,
) -> Judgement:
    """Store a verdict given under a mandate; the caller appends the entry.

    Raises:
        RuleBrokenError: the verdict lacks the reason it needs.
    """
    if verdict is not Verdict.VALID and not (reason or "").strip():
        raise RuleBrokenError(f"{link}: {verdict} needs its reason", rule="SM-3")
    row = Judgement(
        link=link,
        source=pair.source,
        target=pair.target,
        verdict=verdict,
        reason=reason,
        mandate_id=mandate_id,
        entry=entry,
        at=at,
    )
    session.add(row)
    return row


def judgements_of(session: Session, links: Sequence[str]) -> dict[str, list[Judgement]]:
    """Return the judgements of each link that has any, oldest first."""
    query = owned(session, Judgement).where(Judgement.link.in_(links))
    found: dict[str, list[Judgement]] = {}
    for row in session.scalars(query.order_by(Judgement.entry)):
        found.setdefault(row.link, []).append(row)
    return found


def verdicts_on(
    session: Session, links: Collection[str], *, at: datetime
) -> dict[str, list[Given]]:
    """Return the verdicts given up to `at` on each link that has any, oldest first."""
    query = _given(is_narrow=len(links) <= FEW)
    found: dict[str, list[Given]] = {}
    for row in rows(session, query, at=at, links=links if len(links) <= FEW else None):
        if row.link in links:
            given = Given(
                pair=Pair(row.source, row.target),
                verdict=row.verdict,
                mandate_id=row.mandate_id,
                reason=row.reason,
                at=row.at,
            )
            found.setdefault(row.link, []).append(given)
    return found


@functools.cache
def _given(*, is_narrow: bool) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            *(Judgement.link, Judgement.source, Judgement.target, Judgement.verdict),
            *(Judgement.mandate_id, Judgement.reason, Judgement.at),
        )
        .where(Judgement.municipality_id == MINE, Judgement.at <= AT)
        .order_by(Judgement.entry)
    )
    return query.where(among_given(Judgement.link, "links")) if is_narrow else query


def _changed(last: Pair, now: Pair) -> Validity:
    if last.source == now.source:
        return Validity.SUSPECT_TARGET
    if last.target == now.target:
        return Validity.SUSPECT_SOURCE
    return Validity.SUSPECT_BOTH
