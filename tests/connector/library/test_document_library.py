"""A document library keeps what it is given, and tells what people did with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.bench.desks import Desk, FolderDesk, SharePointDesk
from connector.library.columns import DEADLINE, KIND, VERSION
from connector.library.document_library import (
    Access,
    Grant,
    ItemChangedError,
    ItemGoneError,
    ItemLockedError,
    LibraryError,
    NameTakenError,
    TokenLostError,
)
from tests.connector.library.libraries import read_through

NAME, OTHER = "PR1/avtale.docx", "PR1/referat.docx"
COLUMNS = {KIND: "agreement", VERSION: "PA-1@1.0", DEADLINE: ""}
ELSEWHERE = "https://elsewhere.example"
ADA, BO = "ada@testvik.example", "bo@testvik.example"


@pytest.fixture(params=["folder", "sharepoint"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """People at each kind of library."""
    if request.param == "folder":
        return FolderDesk(tmp_path / "felles")
    found: SharePointDesk = request.getfixturevalue("sharepoint")
    found.clear()
    return found


def test_what_is_put_can_be_had_with_its_columns(desk: Desk) -> None:
    library = desk.library

    item = library.put(NAME, b"tekst", columns=COLUMNS)

    assert item.name == NAME
    assert library.content(item) == b"tekst"
    assert library.get(item.id) == library.find(NAME) == item
    assert library.columns(item.id) == {KIND: "agreement", VERSION: "PA-1@1.0"}


def test_many_contents_are_had_at_once_and_one_that_is_gone_is_told(
    desk: Desk,
) -> None:
    library = desk.library
    there = library.put(NAME, b"tekst", columns=COLUMNS)
    gone = library.put(OTHER, b"referat", columns=COLUMNS)
    desk.delete(OTHER)

    lost, found = library.contents([gone, there])

    assert found == b"tekst"
    assert isinstance(lost, ItemGoneError)
    assert list(library.contents([])) == []


def test_a_name_is_never_written_over_unasked(desk: Desk) -> None:
    item = desk.library.put(NAME, b"tekst", columns=COLUMNS)

    with pytest.raises(NameTakenError):
        desk.library.put(NAME, b"annen tekst", columns=COLUMNS)

    assert desk.library.content(item) == b"tekst"


def test_each_content_is_kept_as_a_version(desk: Desk) -> None:
    library = desk.library
    first = library.put(NAME, b"en", columns=COLUMNS)
    library.put(NAME, b"to", columns=COLUMNS, over=first)
    desk.save(NAME, b"tre")

    versions = library.versions(first.id)

    contents = [library.version_content(first.id, each.id) for each in versions]
    assert contents == [b"tre", b"to", b"en"]
    assert [each.size for each in versions] == [3, 2, 2]
    with pytest.raises(ItemGoneError):
        library.version_content(first.id, "77.0")


def test_what_somebody_has_saved_is_not_written_over(desk: Desk) -> None:
    item = desk.library.put(NAME, b"tekst", columns=COLUMNS)
    desk.save(NAME, b"arbeid")

    with pytest.raises(ItemChangedError):
        desk.library.put(NAME, b"ny tekst", columns=COLUMNS, over=item)

    assert desk.library.content(desk.library.get(item.id)) == b"arbeid"


def test_an_open_file_is_not_written_to_until_it_is_closed(desk: Desk) -> None:
    item = desk.library.put(NAME, b"tekst", columns=COLUMNS)
    desk.open(NAME)
    with pytest.raises(ItemLockedError):
        desk.library.put(NAME, b"ny tekst", columns=COLUMNS, over=item)
    desk.close(NAME)

    written = desk.library.put(NAME, b"ny tekst", columns=COLUMNS, over=item)

    assert written.id == item.id
    assert desk.library.content(written) == b"ny tekst"


def test_changes_name_each_item_once_as_it_is_last(desk: Desk) -> None:
    library = desk.library
    item = library.put(NAME, b"tekst", columns=COLUMNS)
    gone = library.put(OTHER, b"referat", columns=COLUMNS)
    _, token = read_through(library, None)
    desk.save(NAME, b"arbeid")
    read_through(library, token)
    desk.move(NAME, "PR1/flyttet/avtale.docx")
    desk.delete(OTHER)

    told, token = read_through(library, token)

    assert told.keys() == {item.id, gone.id}
    assert told[gone.id] is None
    assert told[item.id] == library.get(item.id)
    told, _ = read_through(library, token)
    assert told == {}


def test_a_file_is_the_same_when_it_is_moved_and_when_it_is_restored(
    desk: Desk,
) -> None:
    library = desk.library
    item = library.put(NAME, b"tekst", columns=COLUMNS)

    desk.move(NAME, OTHER)
    moved = library.get(item.id)
    desk.delete(OTHER)
    with pytest.raises(ItemGoneError):
        library.get(item.id)
    desk.restore(OTHER)

    assert moved.name == OTHER
    assert library.get(item.id).name == OTHER
    assert library.get(item.id).content_tag == item.content_tag


def test_changes_since_a_forgotten_time_are_asked_for_from_the_start(
    desk: Desk,
) -> None:
    item = desk.library.put(NAME, b"tekst", columns=COLUMNS)
    _, token = read_through(desk.library, None)
    desk.forget()

    with pytest.raises(TokenLostError):
        read_through(desk.library, token)

    again, _ = read_through(desk.library, None)
    assert again == {item.id: desk.library.get(item.id)}


def test_exactly_those_whom_a_file_is_shared_with_have_it(desk: Desk) -> None:
    library = desk.library
    item = library.put(NAME, b"tekst", columns=COLUMNS)
    library.share(item.id, {ADA.upper(): Access.WRITE, "ute@x.example": Access.WRITE})

    library.share(item.id, {ADA: Access.WRITE, BO: Access.WRITE})

    shared = library.shared_with(item.id)
    given = {grant for grant in shared if grant.access is not Access.OWNER}
    assert given == {Grant(to=each, access=Access.WRITE) for each in (ADA, BO)}


def test_sharing_leaves_the_content_as_it_was(desk: Desk) -> None:
    item = desk.library.put(NAME, b"tekst", columns=COLUMNS)

    desk.library.share(item.id, {ADA: Access.WRITE})

    assert desk.library.get(item.id).content_tag == item.content_tag


def test_no_file_is_written_outside_the_library(desk: Desk) -> None:
    with pytest.raises(LibraryError):
        desk.library.put("../ute.docx", b"tekst", columns=COLUMNS)


def test_a_token_of_another_address_tells_nothing(desk: Desk) -> None:
    with pytest.raises(TokenLostError):
        read_through(desk.library, f"{ELSEWHERE}/v1.0/drives/1/root/delta")
