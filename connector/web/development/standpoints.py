"""The three parties side by side: equal columns, neutral order, dissent verbatim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from workflows.base import get
from workflows.development.answers import counted_answers
from workflows.development.conclusions import Said
from workflows.development.deviations import (
    Deviation,
    deviations_in,
    deviations_said_in,
)
from workflows.development.documents import Version
from workflows.development.guest_answers import assurance_behind, assurance_by_party
from workflows.development.positions import Position, positions_on
from workflows.development.rounds import Round
from workflows.people.guests import Assurance
from workflows.people.kinds import PARTIES, Party
from workflows.people.mandates import Mandate, holder_of


@dataclass(frozen=True, kw_only=True)
class Standpoint:
    """One party's column; all is empty where the party has said nothing.

    `assurance` is how sure one is of who spoke, None of who had signed in.
    """

    party: Party
    position: Position | None = None
    dissent: str | None = None
    point: int | None = None
    spoken_by: str = ""
    organisation: str = ""
    assurance: Assurance | None = None
    deviations: tuple[Deviation, ...] = ()


def concluded(session: Session, version: Version) -> list[Standpoint]:
    """Return the three columns of what was concluded on a version.

    What an organisation did not stand behind follows the position of its party.
    """
    rows = positions_on(session, version.id)
    said = {
        row.party: replace(
            _column(
                session, row.mandate_id, row.party, row.position, row.dissent, row.point
            ),
            assurance=assurance_behind(session, row),
        )
        for row in rows
    }
    return _side_by_side(
        said, deviations_said_in(session, [row.said_in for row in rows])
    )


def answered(session: Session, review: Round) -> list[Standpoint]:
    """Return the three columns of the answers in time of a round.

    What an organisation does not stand behind is told with the position of its party.
    """
    said = {
        each.view.party: _of(session, each) for each in counted_answers(session, review)
    }
    sure = assurance_by_party(session, review)
    return [
        replace(each, assurance=sure.get(each.party))
        for each in _side_by_side(said, deviations_in(session, review))
    ]


def _side_by_side(
    said: Mapping[Party, Standpoint], apart: Sequence[Deviation]
) -> list[Standpoint]:
    return [
        replace(
            said.get(party, Standpoint(party=party)),
            deviations=tuple(each for each in apart if each.party is party),
        )
        for party in PARTIES
    ]


def _of(session: Session, said: Said) -> Standpoint:
    view = said.view
    return _column(
        session, said.mandate_id, view.party, view.position, view.dissent, view.point
    )


def _column(
    session: Session,
    mandate_id: object,
    party: Party,
    position: Position,
    dissent: str | None,
    point: int | None,
) -> Standpoint:
    mandate = get(session, Mandate, mandate_id)  # type: ignore[arg-type]  # a mandate's id
    return Standpoint(
        party=party,
        position=position,
        dissent=dissent,
        point=point,
        spoken_by=holder_of(session, mandate.id).name,
        organisation=mandate.organisation or "",
    )
