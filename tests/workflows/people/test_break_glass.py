"""An administrator reads more for some hours, for a reason, and all three are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.conftest import at_work, stage
from tests.workflows.development.towns import Town, U, session_on
from workflows.development.party_rooms import notes_in_room, write_in_room
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.break_glass import (
    OPENED,
    BreakGlass,
    Scope,
    break_glass,
    glasses,
    opened_for,
)
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Role
from workflows.people.notices import NoticeKind, notices_about
from workflows.people.reading import Matter
from workflows.record.entries import history
from workflows.record.reasons import reasons_for

__all__ = ["at_work", "stage"]

WHY = "En runde lar seg ikke lukke."


@pytest.fixture
def town(at_work: Connection) -> Iterator[Town]:
    """A town at work, with an administrator."""
    with session_on(at_work) as session:
        town = Town(session)
        town.settle("P-it", Role.SYSADMIN)
        yield town


def admin(town: Town) -> Hat:
    return town.hat("P-it", Role.SYSADMIN)


def broken(
    town: Town, *scopes: Scope, by: Hat | None = None, **more: Any
) -> BreakGlass:
    values = {"ref": "NL-1", "hours": 2, "reason": WHY, **more}
    scopes = scopes or (Scope.DEVELOPMENT,)
    return town.do(break_glass, by=by or admin(town), scopes=scopes, **values)


def reads(town: Town, hat: Hat | None = None) -> frozenset[Matter]:
    return opened_for(town.session, hat or admin(town), at=town.now)


def test_inv_24_the_administrator_reads_nothing_before_the_glass_is_broken(
    town: Town,
) -> None:
    assert reads(town) == frozenset()


def test_inv_24_all_three_parties_are_told_at_that_instant(town: Town) -> None:
    row = broken(town)

    told = [
        (notice.party, notice.kind, notice.at)
        for notice in notices_about(town.session, "NL-1")
    ]
    assert told == [(party, NoticeKind.GLASS_BROKEN, town.now) for party in PARTIES]
    (entry,) = history(town.session, "NL-1")
    assert (entry.type, entry.by["role"]) == ("glass.broken", "sysadmin")
    assert WHY not in str(entry.payload)
    assert [each.text for each in reasons_for(town.session, "NL-1")] == [WHY]
    assert glasses(town.session) == [row]


def test_inv_24_it_opens_what_was_named_and_ends_by_itself(town: Town) -> None:
    row = broken(town, Scope.DEVELOPMENT)

    assert reads(town) == OPENED[Scope.DEVELOPMENT]
    assert Matter.DRAFT not in reads(town)
    assert opened_for(town.session, admin(town), at=row.ends_at) == frozenset()


@pytest.mark.parametrize("reason", ["", "  "])
def test_inv_24_there_is_none_without_a_reason(town: Town, reason: str) -> None:
    with pytest.raises(RuleBrokenError, match="INV-24"):
        broken(town, reason=reason)


@pytest.mark.parametrize("hours", [0, -1, 9])
def test_it_lasts_some_hours_at_most(town: Town, hours: int) -> None:
    with pytest.raises(InvalidValueError, match="hours"):
        broken(town, hours=hours)
    with pytest.raises(InvalidValueError, match="scopes"):
        town.do(break_glass, by=admin(town), ref="NL-1", scopes=[], hours=1, reason=WHY)


def test_it_is_one_administrators_and_nobody_elses(town: Town) -> None:
    town.settle("P-it2", Role.SYSADMIN)
    broken(town)

    assert reads(town, town.hat("P-it2", Role.SYSADMIN)) == frozenset()
    assert reads(town, town.manager) == frozenset()
    assert opened_for(town.session, None, at=town.now) == frozenset()


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.CHIEF_EXECUTIVE])
def test_nobody_else_breaks_it(town: Town, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        broken(town, by=town.office(role))


def test_inv_24_a_partys_room_stays_closed_even_so(town: Town) -> None:
    town.do(write_in_room, by=town.contact(U), about="PR1", text="Vårt utkast.")
    broken(town, *Scope)

    with pytest.raises(NotPermittedError):
        notes_in_room(town.session, about="PR1", by=admin(town), at=town.now)


def test_inv_24_the_database_keeps_that_it_was_broken(town: Town) -> None:
    row = broken(town)

    with pytest.raises(DBAPIError):
        town.session.execute(update(BreakGlass).values(ends_at=row.opened_at))
