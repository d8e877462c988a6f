"""Positions of the three parties, and what three positions amount to together.

There is no counting here: two parties never outvote the third (INV-06), and a party
that has not answered has not consented (INV-05).
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, Base, Owned, codes, owned, refers_to
from workflows.errors import RuleBrokenError
from workflows.people.kinds import PARTIES, Party


class Position(enum.StrEnum):
    """What a party says to a text (standpunkt)."""

    AGREE = "agree"
    AGREE_WITH_REMARK = "agree_with_remark"
    DISAGREE = "disagree"
    NO_REMARK = "no_remark"


CONSENT = frozenset({Position.AGREE, Position.AGREE_WITH_REMARK})
NEEDS_REASON = frozenset({Position.AGREE_WITH_REMARK, Position.DISAGREE})


class Standing(enum.StrEnum):
    """How an output stands between the parties, decided by their positions alone."""

    JOINT = "joint"
    JOINT_WITH_REMARK = "joint_with_remark"
    SPLIT = "split"


@dataclass(frozen=True, kw_only=True)
class View:
    """One party's position, with its dissent verbatim and the point it concerns."""

    party: Party
    position: Position
    dissent: str | None = None
    point: int | None = None

    def __post_init__(self) -> None:
        """A reservation without its reason is of no use to the politicians."""
        if self.position in NEEDS_REASON and not (self.dissent or "").strip():
            raise RuleBrokenError(
                f"{self.party}: {self.position} needs its reason in writing",
                rule="SM-3",
            )


class PartyPosition(Owned, Base, kw_only=True):
    """A party's position (standpunkt) on one version, as it was concluded. Immutable.

    `said_in` is the reference of the round or the forum item; `dissent` is the party's
    special remark (særmerknad), verbatim. The position binds no representative in the
    decision line.
    """

    __tablename__ = "party_position"
    __table_args__ = (
        refers_to("version", "version_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    version_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    position: Mapped[Position] = mapped_column(codes(Position))
    dissent: Mapped[str | None] = mapped_column(default=None)
    point: Mapped[int | None] = mapped_column(default=None)
    said_in: Mapped[str]
    at: Mapped[datetime]


def by_party(views: Iterable[View]) -> dict[Party, View]:
    """Return the views by party; raise when one party speaks twice (INV-07)."""
    found: dict[Party, View] = {}
    for view in views:
        if view.party in found:
            raise RuleBrokenError(f"{view.party} speaks twice", rule="INV-07")
        found[view.party] = view
    return found


def silent(views: Mapping[Party, View]) -> tuple[Party, ...]:
    """Return the parties that have not answered, in neutral order."""
    return tuple(party for party in PARTIES if party not in views)


def is_open(views: Mapping[Party, View]) -> bool:
    """Tell whether a party is silent or takes no stand: then nothing follows yet."""
    said = {view.position for view in views.values()}
    return bool(silent(views)) or Position.NO_REMARK in said


def all_consent(views: Mapping[Party, View]) -> bool:
    """Tell whether each of the three parties has consented, with or without remark."""
    return not silent(views) and all(v.position in CONSENT for v in views.values())


def standing(views: Mapping[Party, View]) -> Standing | None:
    """Return how a text stands, or None while a party has not taken a stand."""
    if is_open(views):
        return None
    said = {view.position for view in views.values()}
    if Position.DISAGREE in said:
        return Standing.SPLIT
    if Position.AGREE_WITH_REMARK in said:
        return Standing.JOINT_WITH_REMARK
    return Standing.JOINT


def positions_on(
    session: Session, version_id: uuid.UUID, *, at: datetime | None = None
) -> Sequence[PartyPosition]:
    """Return the concluded positions on a version, in neutral order of the parties."""
    query = owned(session, PartyPosition).where(PartyPosition.version_id == version_id)
    if at:
        query = query.where(PartyPosition.at <= at)
    return session.scalars(query.order_by(PartyPosition.party)).all()
