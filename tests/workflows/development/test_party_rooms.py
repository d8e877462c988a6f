"""A party's own room: nobody else reads it, counts it or takes it out."""

from __future__ import annotations

import json

import pytest

from connector.database.dump import dumped
from tests.workflows.development.towns import A, F, Town, U
from workflows.base import all_of
from workflows.development.party_rooms import (
    RoomNote,
    notes_in_room,
    take_out_of_room,
    write_in_room,
)
from workflows.errors import InvalidValueError, NotFoundError, NotPermittedError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.record.entries import Entry, entries_until

DRAFT = "Vi sier nei om helgene ikke er med."


@pytest.fixture
def drafting(town: Town) -> Town:
    """A town whose union party has a draft about a round."""
    town.do(write_in_room, by=town.member(U), about="R-1", text=DRAFT)
    return town


def seen(town: Town, by: object) -> list[str]:
    notes = notes_in_room(town.session, about="R-1", by=by, at=town.now)  # type: ignore[arg-type]  # any hat may try
    return [note.text for note in notes]


def test_all_of_the_party_read_it(drafting: Town) -> None:
    assert seen(drafting, drafting.contact(U)) == [DRAFT]
    assert seen(drafting, drafting.member(U)) == [DRAFT]


@pytest.mark.parametrize("party", [A, F])
def test_the_other_parties_find_nothing(drafting: Town, party: object) -> None:
    assert seen(drafting, drafting.contact(party)) == []  # type: ignore[arg-type]  # a party


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.SAFETY_REP])
def test_who_is_of_no_party_is_refused(drafting: Town, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        seen(drafting, drafting.office(role))


def test_the_system_itself_is_refused(drafting: Town) -> None:
    with pytest.raises(NotPermittedError):
        seen(drafting, SYSTEM)


def test_the_record_says_nothing_of_it(drafting: Town) -> None:
    entries: list[Entry] = list(entries_until(drafting.session, drafting.now))

    assert "room" not in {entry.type.split(".")[0] for entry in entries}


def test_what_is_taken_out_of_the_system_holds_nothing_of_it(drafting: Town) -> None:
    out = json.dumps(dumped(drafting.session), ensure_ascii=False)

    assert DRAFT not in out
    assert "room_note" not in out


def test_a_draft_is_taken_out_without_a_trace_by_its_party_only(
    drafting: Town,
) -> None:
    (note,) = all_of(drafting.session, RoomNote)
    with pytest.raises(NotFoundError):
        drafting.do(take_out_of_room, by=drafting.contact(A), note=note.id)

    drafting.do(take_out_of_room, by=drafting.contact(U), note=note.id)

    assert seen(drafting, drafting.contact(U)) == []


def test_an_empty_draft_is_refused(town: Town) -> None:
    with pytest.raises(InvalidValueError):
        town.do(write_in_room, by=town.member(U), about="R-1", text=" \n")
