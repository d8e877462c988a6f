"""The group that drafts a project's mandate, and what it may read.

Whoever is named to it reads the draft and nothing more: nobody in it may put the draft
on a round, and it is read by no one else in their party. While A, F or T is missing in
the group, nobody reads on the strength of it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.clock import norwegian_date
from workflows.development.projects import Group, ProjectMember, members_of
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party
from workflows.people.reading import Matter, may_read, may_read_when_named


def drafting_group(session: Session, project: str, *, on: date) -> list[ProjectMember]:
    """Return who drafts a project's mandate on a day."""
    members = members_of(session, project, on=on)
    return [member for member in members if member.group is Group.DRAFTING]


def lacking_in(members: list[ProjectMember]) -> list[Party]:
    """Return the parties that nobody in the group comes from, in neutral order."""
    present = {member.party for member in members}
    return [party for party in PARTIES if party not in present]


def reads_mandate_draft(
    session: Session, hat: Hat | None, project: str, *, at: datetime
) -> bool:
    """Return whether a hat may read the draft of a project's mandate.

    The one who leads the project may. Others may when they are named to the drafting
    group for the party that the hat speaks for, and the group has all three.
    """
    if may_read(hat, Matter.MANDATE_DRAFT, at=at):
        return hat is not None and hat.project in {None, project}
    if hat is None or not may_read_when_named(hat, Matter.MANDATE_DRAFT, at=at):
        return False
    members = drafting_group(session, project, on=norwegian_date(at))
    named = {(member.person_id, member.party) for member in members}
    return not lacking_in(members) and (hat.person_id, hat.party) in named
