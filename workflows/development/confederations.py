"""Which negotiating confederations have a seat in a project's steering group.

What is told is a hint, never a refusal: who sits there is for the parties to agree on.
Whose members are affected is not known, for nobody's membership is kept (L-34); a
confederation that has representatives in the municipality is taken to be affected.
Source: Hovedavtalen KS, part B § 1-3 (L-39).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import owned
from workflows.clock import norwegian_date
from workflows.development.projects import Group, members_of
from workflows.people.kinds import Party
from workflows.people.mandates import Mandate, valid_at
from workflows.people.parties import Confederation, Union


def unseated_confederations(
    session: Session, project: str, *, at: datetime
) -> list[Confederation]:
    """Return the confederations with representatives here and no seat, in their order.

    A substitute is no seat. Nothing is told of a group that no union sits in yet: that
    a whole party is missing is told by the form's own rules.
    """
    seated = {
        member.person_id
        for member in members_of(session, project, on=norwegian_date(at))
        if member.group is Group.STEERING and not member.is_substitute
    }
    represented = _mandates_of_unions(session, at=at)
    present = {found for mandate, found in represented if mandate.person_id in seated}
    known = {found for _, found in represented}
    lacking = known - present if present else set()
    return [each for each in Confederation if each in lacking]


def _mandates_of_unions(
    session: Session, *, at: datetime
) -> list[tuple[Mandate, Confederation]]:
    unions = {
        row.name: row.confederation for row in session.scalars(owned(session, Union))
    }
    query = valid_at(session, at).where(
        Mandate.party == Party.UNION, Mandate.organisation.in_(unions)
    )
    return [
        (row, unions[row.organisation])
        for row in session.scalars(query)
        if row.organisation
    ]
