"""Access that is no longer the same is seen by the clock, and told to all alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from connector.library.document_library import Grant, ItemGoneError
from connector.library.items import ItemState, LibraryItem
from connector.library.shared_folder import SharedFolder
from connector.library.sharing import look_again, share_again, share_new, to_check
from connector.library.standing import Trouble, standing
from connector.library.tending import tend
from tests.connector.library.libraries import NOON, VERSION, House
from workflows.people.kinds import PARTIES
from workflows.people.notices import Notice, NoticeKind, notices_about

OUTSIDER = "ute@annen.example"


def told(house: House) -> Sequence[Notice]:
    """Return the notices that access differs."""
    with house.installation.reading() as session:
        found = notices_about(session, VERSION)
    return [each for each in found if each.kind is NoticeKind.ACCESS_DIFFERS]


def others(house: House) -> set[str]:
    """Return who else than the parties is told to have access."""
    return {each["who"] for each in house.row.drift if each["kind"] == "extra"}


def test_access_that_somebody_else_got_is_seen_the_next_day_and_told_to_all_alike(
    each_house: House,
) -> None:
    house = each_house
    share_new(house.installation, house.desk.library)
    house.desk.give(house.row.lies_as, OUTSIDER)
    assert look_again(house.installation, house.desk.library) == []
    assert told(house) == []

    tomorrow = house.later(days=1)
    assert look_again(tomorrow.installation, house.desk.library) == [VERSION]

    assert others(house) == {OUTSIDER}
    assert [each.party for each in told(house)] == sorted(PARTIES)
    assert len({each.at for each in told(house)}) == 1
    with tomorrow.installation.reading() as session:
        found = standing(
            session,
            house.desk.library.key,
            working=house.working,
            at=tomorrow.installation.now(),
        )
    assert Trouble.DRIFT in found.troubles


def test_what_was_told_is_not_told_again_and_only_a_person_mends_it(
    house: House,
) -> None:
    share_new(house.installation, house.desk.library)
    house.desk.give(house.row.lies_as, OUTSIDER)
    for days in (1, 2, 3):
        tend(house.later(days=days).installation, house.desk.library)
    assert len(told(house)) == len(PARTIES)
    assert others(house) == {OUTSIDER}

    with house.installation.unrecorded() as session:
        share_again(session.merge(house.row))
    tend(house.later(days=3).installation, house.desk.library)

    assert others(house) == set()
    shared = house.desk.library.shared_with(str(house.row.item_id))
    assert OUTSIDER not in {grant.to for grant in shared}
    assert len(told(house)) == len(PARTIES)


def test_a_file_that_cannot_be_looked_at_waits_a_day_and_stops_nothing(
    house: House,
) -> None:
    class Closed(SharedFolder):
        """A library that has lost sight of the file."""

        def shared_with(self, item_id: str) -> list[Grant]:
            raise ItemGoneError(item_id)

    share_new(house.installation, house.desk.library)
    assert isinstance(house.desk.library, SharedFolder)
    tomorrow = house.later(days=1).installation

    assert look_again(tomorrow, Closed(house.desk.library.root)) == []

    assert house.row.checked_at == tomorrow.now()
    assert told(house) == []


def row(
    version: str, hours: float, *, state: ItemState = ItemState.IN_PLACE
) -> LibraryItem:
    """A file that was looked at so many hours before noon; below 0 for never."""
    looked = NOON - timedelta(hours=hours) if hours >= 0 else None
    return LibraryItem(
        version=version,
        name=version,
        state=state,
        item_id=version,
        changed_at=NOON,
        shared_at=looked,
        checked_at=looked,
    )


def test_those_looked_at_longest_ago_come_first_and_no_more_than_so_many() -> None:
    rows = [
        row("a", 21),
        row("b", 90),
        row("c", 19),
        row("d", 40),
        row("e", -1),
        row("f", 99, state=ItemState.GONE),
    ]

    assert to_check(rows, at=NOON) == ["b", "d", "a"]
    assert to_check(rows, at=NOON, most=2) == ["b", "d"]
