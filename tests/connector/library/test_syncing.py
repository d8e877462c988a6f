"""What people do in the library comes back, once, and nobody's work is written over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from connector.library.columns import FINGERPRINT, OPENNESS, PROJECT
from connector.library.columns import VERSION as VERSION_COLUMN
from connector.library.document_library import (
    Access,
    Item,
    LibraryError,
    LibraryUnavailableError,
)
from connector.library.incoming import Incoming, incoming, take_in
from connector.library.items import ItemState, find_cursor
from connector.library.publishing import Published, publish, publish_again
from connector.library.same_text import says_the_same
from connector.library.shared_folder import SharedFolder
from connector.library.sharing import DriftKind, check, share, share_new
from connector.library.syncing import sync
from tests.connector.library.libraries import (
    ADDRESSES,
    MEMBERS,
    VERSION,
    WITHOUT_ADDRESS,
    House,
    read_through,
)
from tests.templates_docx.in_word import typed
from tests.templates_docx.tampering import with_parts
from workflows.errors import NotFoundError
from workflows.people.custody import is_recorded_delivery
from workflows.people.kinds import Role
from workflows.people.mandates import wear

PROPERTIES = {"docProps/extra.xml": b"<extra/>"}


@pytest.fixture(params=["folder", "sharepoint"])
def house(request: pytest.FixtureRequest) -> House:
    """Testvik with its one document out at each kind of library."""
    found: House = request.getfixturevalue(f"{request.param}_house")
    return found


def synced(house: House) -> ItemState:
    """Read the changes, and again, which must change nothing; return the state."""
    sync(house.installation, house.desk.library)
    once = house.row
    sync(house.installation, house.desk.library)
    assert house.row.row_version == once.row_version
    return once.state


def brought(house: House) -> list[str]:
    """Return the names of the files that bring something."""
    with house.installation.reading() as session:
        return [each.name for each in incoming(session, house.working)]


def in_word(house: House, new: str) -> bytes:
    """Somebody types another name into the file as it lies, and saves it."""
    item = house.desk.library.get(str(house.row.item_id))
    data = typed(house.desk.library.content(item), "Lokal avtale", new)
    house.desk.save(item.name, data)
    return data


def test_an_agreed_version_lies_in_the_library_with_its_columns(house: House) -> None:
    item = house.desk.library.find(house.row.name)

    assert item is not None
    assert house.row.state is ItemState.IN_PLACE
    lies = house.desk.library.content(item)
    assert says_the_same(lies, house.working.get(house.row.name))
    columns = house.desk.library.columns(item.id)
    assert columns[VERSION_COLUMN] == VERSION
    assert columns[FINGERPRINT].startswith("fp:v1:")
    assert columns[OPENNESS] == "public"
    assert PROJECT not in columns
    with house.installation.reading() as session:
        assert is_recorded_delivery(session, str(house.row.sha256))


def test_publishing_again_writes_nothing(house: House) -> None:
    before, _ = read_through(house.desk.library, None)

    assert publish(house.installation, house.desk.library) == []

    assert read_through(house.desk.library, None)[0] == before


def test_what_is_typed_in_word_is_shown_and_taken_in_when_confirmed(
    each_house: House,
) -> None:
    house = each_house
    in_word(house, "Avtale om nærvær")

    assert synced(house) is ItemState.WORKED_IN
    assert brought(house) == [house.row.name]
    with house.installation.transaction() as session:
        (found,) = incoming(session, house.working)
        assert isinstance(found, Incoming)
        at = house.installation.now()
        draft = take_in(
            session,
            house.working,
            found,
            shown=found.sha256,
            choices={},
            by=wear(session, person="P22", role=Role.PROJECT_MANAGER, at=at),
            at=at,
        )
        assert draft.values["a_name"] == "Avtale om nærvær"
    assert brought(house) == []


def test_work_in_a_file_is_never_written_over(house: House) -> None:
    data = in_word(house, "Avtale om nærvær")
    sync(house.installation, house.desk.library)

    assert publish(house.installation, house.desk.library) == []

    item = house.desk.library.get(str(house.row.item_id))
    assert says_the_same(house.desk.library.content(item), data)


def test_a_file_that_the_library_rewrote_is_nobodys_work(house: House) -> None:
    item = house.desk.library.get(str(house.row.item_id))
    house.desk.save(item.name, with_parts(house.desk.library.content(item), PROPERTIES))

    assert synced(house) is ItemState.IN_PLACE
    assert brought(house) == []
    assert publish(house.installation, house.desk.library) == []


def test_work_that_somebody_takes_back_brings_nothing(house: House) -> None:
    item = house.desk.library.get(str(house.row.item_id))
    data = house.desk.library.content(item)
    in_word(house, "Avtale om nærvær")
    sync(house.installation, house.desk.library)
    house.desk.save(item.name, data)

    assert synced(house) is ItemState.IN_PLACE
    assert brought(house) == []


def test_a_deleted_file_is_told_and_not_made_again_unasked(house: House) -> None:
    house.desk.delete(house.row.name)

    assert synced(house) is ItemState.GONE
    assert publish(house.installation, house.desk.library) == []
    assert house.desk.library.find(house.row.name) is None


def test_a_deleted_file_is_made_again_when_somebody_says_so(each_house: House) -> None:
    house = each_house
    house.desk.delete(house.row.name)
    sync(house.installation, house.desk.library)

    with house.installation.unrecorded() as session:
        publish_again(session, VERSION, at=house.installation.now())
    publish(house.installation, house.desk.library)

    assert house.row.state is ItemState.IN_PLACE
    assert house.desk.library.find(house.row.name) is not None


def test_a_file_that_lies_there_is_not_made_again(house: House) -> None:
    with house.installation.unrecorded() as session, pytest.raises(NotFoundError):
        publish_again(session, VERSION, at=house.installation.now())


def test_a_moved_file_is_followed_and_work_in_it_comes_back(house: House) -> None:
    house.desk.move(house.row.name, "arkiv/annet navn.docx")
    assert synced(house) is ItemState.IN_PLACE
    assert house.row.lies_as == "arkiv/annet navn.docx"

    in_word(house, "Avtale om nærvær")

    assert synced(house) is ItemState.WORKED_IN
    assert brought(house) == [house.row.name]


def test_a_restored_file_is_taken_up_again_with_the_work_in_it(house: House) -> None:
    in_word(house, "Avtale om nærvær")
    sync(house.installation, house.desk.library)
    house.desk.delete(house.row.name)
    assert synced(house) is ItemState.GONE

    house.desk.restore(house.row.name)

    assert synced(house) is ItemState.WORKED_IN
    assert brought(house) == [house.row.name]


def test_a_deleted_file_that_is_laid_there_again_by_hand_is_the_same_work(
    house: House,
) -> None:
    data = house.working.get(house.row.name)
    house.desk.delete(house.row.name)
    assert synced(house) is ItemState.GONE

    house.desk.save(
        f"annet/{Path(house.row.name).name}", typed(data, "Lokal avtale", "Ny avtale")
    )

    assert synced(house) is ItemState.WORKED_IN
    assert brought(house) == [house.row.name]


def test_another_file_under_a_deleted_ones_name_is_not_taken_for_it(
    house: House,
) -> None:
    house.desk.delete(house.row.name)
    sync(house.installation, house.desk.library)

    house.desk.save(house.row.name, b"noe helt annet")

    assert synced(house) is ItemState.GONE


def test_everything_is_looked_through_when_the_changes_are_lost(
    each_house: House,
) -> None:
    house = each_house
    before = house.row
    house.desk.forget()

    done = sync(house.installation, house.desk.library)

    assert done.is_full
    assert done.seen == ()
    assert house.row.row_version == before.row_version
    in_word(house, "Avtale om nærvær")
    assert synced(house) is ItemState.WORKED_IN


def test_what_was_deleted_is_told_also_when_the_changes_are_lost(house: House) -> None:
    house.desk.delete(house.row.name)
    house.desk.forget()

    assert synced(house) is ItemState.GONE


def test_an_open_file_waits_with_the_reason_and_is_written_when_closed(
    each_house: House,
) -> None:
    house = each_house
    house.desk.open(house.row.name)
    with house.installation.unrecorded() as session:
        session.merge(house.row).sha256 = "an older file"

    (tried,) = publish(house.installation, house.desk.library)
    assert tried == Published(version=VERSION, state=ItemState.WAITING, reason="locked")
    assert (house.row.state, house.row.reason) == (ItemState.WAITING, "locked")
    house.desk.close(house.row.name)

    (tried,) = publish(house.installation, house.desk.library)
    assert tried.state is ItemState.IN_PLACE
    assert (house.row.state, house.row.reason) == (ItemState.IN_PLACE, "")


def test_a_file_whose_writing_was_not_remembered_is_found_and_not_doubled(
    house: House,
) -> None:
    item_id = house.row.item_id
    with house.installation.unrecorded() as session:
        session.delete(session.merge(house.row))

    publish(house.installation, house.desk.library)

    assert house.row.item_id == item_id
    assert house.row.state is ItemState.IN_PLACE


def test_work_in_a_file_whose_writing_was_not_remembered_comes_back(
    house: House,
) -> None:
    data = in_word(house, "Avtale om nærvær")
    with house.installation.unrecorded() as session:
        session.delete(session.merge(house.row))

    publish(house.installation, house.desk.library)

    assert house.row.state is ItemState.WORKED_IN
    assert brought(house) == [house.row.name]
    item = house.desk.library.get(str(house.row.item_id))
    assert says_the_same(house.desk.library.content(item), data)


def test_a_foreign_file_keeps_its_name_and_ours_waits(house: House) -> None:
    name = house.row.name
    house.desk.delete(name)
    with house.installation.unrecorded() as session:
        session.delete(session.merge(house.row))
    house.desk.save(name, b"noe helt annet")

    (tried,) = publish(house.installation, house.desk.library)

    assert (tried.state, tried.reason) == (ItemState.WAITING, "name-taken")


def test_a_version_is_shared_with_the_parties_as_equals(house: House) -> None:
    assert share_new(house.installation, house.desk.library) == [VERSION]

    every = house.desk.library.shared_with(str(house.row.item_id))
    shared = [grant for grant in every if grant.access is not Access.OWNER]
    assert {grant.to for grant in shared} == MEMBERS
    assert len({grant.access for grant in shared}) == 1
    assert house.row.shared_at == house.installation.now()
    assert share_new(house.installation, house.desk.library) == []


def test_a_member_without_an_address_is_told(house: House) -> None:
    (drift,) = share(house.installation, house.desk.library, VERSION)

    assert (drift.kind, drift.who) == (DriftKind.NO_ADDRESS, WITHOUT_ADDRESS)
    assert house.row.drift == [drift.as_row()]


def test_permissions_that_differ_afterwards_are_told_and_mended(
    each_house: House,
) -> None:
    house = each_house
    share(house.installation, house.desk.library, VERSION)
    house.desk.give(house.row.lies_as, "ute@annen.example")
    house.desk.give(house.row.lies_as, ADDRESSES["P15"])

    drift = check(house.installation, house.desk.library, VERSION)

    assert {(each.kind, each.who) for each in drift} == {
        (DriftKind.UNEQUAL, "P15"),
        (DriftKind.EXTRA, "ute@annen.example"),
        (DriftKind.NO_ADDRESS, WITHOUT_ADDRESS),
    }
    share(house.installation, house.desk.library, VERSION)
    assert [each["kind"] for each in house.row.drift] == ["no_address"]


def test_a_member_whose_mandate_has_ended_is_no_longer_waited_for(
    house: House,
) -> None:
    share(house.installation, house.desk.library, VERSION)

    later = house.later(days=300).installation

    assert check(later, house.desk.library, VERSION) == []


class _Silent(SharedFolder):
    """A library that no longer answers when a content is asked for."""

    def contents(self, items: Sequence[Item]) -> Iterator[bytes | LibraryError]:
        raise LibraryUnavailableError(f"no answer about {len(items)}")


def test_a_library_that_does_not_answer_leaves_all_as_it_was(
    folder_house: House,
) -> None:
    house = folder_house
    in_word(house, "Avtale om nærvær")
    before = house.row
    assert isinstance(house.desk.library, SharedFolder)

    with pytest.raises(LibraryUnavailableError):
        sync(house.installation, _Silent(house.desk.library.root))

    assert house.row.row_version == before.row_version
    with house.installation.reading() as session:
        cursor = find_cursor(session, house.desk.library.key)
    assert cursor is not None
    assert cursor.fault == "unavailable"
    assert synced(house) is ItemState.WORKED_IN
