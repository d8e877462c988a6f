"""A large library is read page by page: little is held, and nothing is read twice."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from connector.library.document_library import Changes, Item, LibraryError
from connector.library.items import ItemState, LibraryItem, find_cursor, items
from connector.library.looking import Seen
from connector.library.shared_folder import SharedFolder
from connector.library.syncing import sync
from tests.connector.library.libraries import House

FILES, SIZE = 12, 1_000_000


class Killed(BaseException):
    """What ends a process where it stands."""


@dataclass(frozen=True)
class Paged(SharedFolder):
    """A folder that tells of one change at a time, and notes what is fetched.

    It is killed when so many pages have been asked for.
    """

    pages: int = FILES * 2
    fetched: list[str] = field(default_factory=list)

    def changes(self, token: str | None) -> Iterator[Changes]:
        """Yield each change for itself."""
        (whole,) = super().changes(token)
        for number, change in enumerate(whole.changes, start=1):
            if number > self.pages:
                raise Killed
            is_last = number == len(whole.changes)
            yield Changes(changes=(change,), token=whole.token if is_last else None)

    def contents(self, items: Sequence[Item]) -> Iterator[bytes | LibraryError]:
        """Note what is fetched."""
        self.fetched.extend(item.name for item in items)
        return super().contents(items)


@pytest.fixture
def full_house(each_house: House) -> House:
    """Testvik whose library has large files, of which nothing was ever read."""
    house = each_house
    folder = house.desk.library
    assert isinstance(folder, SharedFolder)
    for number in range(FILES):
        house.desk.save(f"stor/{number:02}.docx", os.urandom(SIZE))
    (page,) = folder.changes(None)
    with house.installation.unrecorded() as session:
        cursor = find_cursor(session, folder.key)
        assert cursor
        cursor.token = None
        session.add_all(
            _unread(house, change.item)
            for change in page.changes
            if change.item and change.item.name.startswith("stor/")
        )
    return house


def _unread(house: House, item: Item) -> LibraryItem:
    return LibraryItem(
        version=f"D-{item.name[5:7]}@1.0",
        name=item.name,
        state=ItemState.IN_PLACE,
        item_id=item.id,
        changed_at=house.installation.now(),
    )


def states(house: House) -> list[ItemState]:
    """Return the state of each large file, in order."""
    with house.installation.reading() as session:
        return [row.state for row in items(session) if row.version.startswith("D-")]


def token(house: House) -> str | None:
    """Return how far the library has been read."""
    with house.installation.reading() as session:
        cursor = find_cursor(session, house.desk.library.key)
    assert cursor
    return cursor.token


def paged(house: House, *, pages: int = FILES * 2) -> Paged:
    """Return the library of a house, in pages."""
    assert isinstance(house.desk.library, SharedFolder)
    return Paged(house.desk.library.root, pages)


def test_a_reading_that_is_killed_goes_on_and_fetches_nothing_twice(
    full_house: House,
) -> None:
    house = full_house
    cut = paged(house, pages=FILES // 2)

    with pytest.raises(Killed):
        sync(house.installation, cut)

    assert token(house) is None
    assert ItemState.IN_PLACE in states(house)
    assert states(house).count(ItemState.WORKED_IN) == len(cut.fetched) > 0
    whole = paged(house)
    done = sync(house.installation, whole)
    assert sorted(cut.fetched + whole.fetched) == sorted(
        f"stor/{number:02}.docx" for number in range(FILES)
    )
    assert {each.state for each in done.seen} == {ItemState.WORKED_IN}
    assert token(house) is not None
    assert sync(house.installation, paged(house)).seen == ()


def test_of_many_large_files_few_are_held_at_a_time(full_house: House) -> None:
    tracemalloc.start()
    done = sync(full_house.installation, full_house.desk.library)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(done.seen) == FILES
    assert most < 5 * SIZE


def test_an_item_that_is_told_of_twice_is_as_it_was_told_last(
    full_house: House,
) -> None:
    house = full_house

    class Twice(SharedFolder):
        """A folder that first says that everything is deleted."""

        def changes(self, token: str | None) -> Iterator[Changes]:
            (whole,) = super().changes(token)
            gone = tuple(type(each)(id=each.id, item=None) for each in whole.changes)
            yield Changes(changes=gone, token=None)
            yield whole

    assert isinstance(house.desk.library, SharedFolder)
    done = sync(house.installation, Twice(house.desk.library.root))

    assert Seen(version="D-00@1.0", state=ItemState.WORKED_IN) in done.seen
    assert set(states(house)) == {ItemState.WORKED_IN}
    assert house.row.state is ItemState.IN_PLACE


def test_a_reading_that_is_no_longer_its_workers_stops_after_a_page(
    full_house: House,
) -> None:
    def taken_over() -> None:
        raise Killed

    with pytest.raises(Killed):
        sync(full_house.installation, paged(full_house), alive=taken_over)

    assert token(full_house) is None
