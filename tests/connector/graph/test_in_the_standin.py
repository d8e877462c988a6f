"""The whole client against the stand-in of Entra ID, Graph and SharePoint."""

from __future__ import annotations

import io
import itertools
import zipfile

import pytest

from connector.graph.client import Graph
from connector.graph.drives import (
    DriveItem,
    OnConflict,
    change,
    children,
    content,
    contents,
    delete,
    folder_named,
    item,
    item_at,
    make_folder,
)
from connector.graph.errors import (
    ChangedError,
    ForbiddenError,
    ItemNotFoundError,
    NameTakenError,
)
from connector.graph.sites import site_at
from connector.graph.uploads import create, replace
from connector.microsoft365 import Microsoft365
from connector.standin.running import Standin
from templates_docx.compile import template


@pytest.fixture(scope="module")
def word() -> bytes:
    """A Word document, as the service makes them."""
    return template("mandate", "nb").fill({"m_name": "Heltidskultur"})


def changed_word(word: bytes) -> bytes:
    """Return the document with another text."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as old, zipfile.ZipFile(into, "w") as new:
        for each in old.namelist():
            part = old.read(each)
            is_text = each == "word/document.xml"
            new.writestr(
                each, part.replace(b"</w:body>", b" </w:body>") if is_text else part
            )
    return into.getvalue()


def test_a_site_that_the_app_has_no_role_in_is_refused(
    graph: Graph, settings: Microsoft365
) -> None:
    with pytest.raises((ForbiddenError, ItemNotFoundError)):
        site_at(graph, host=settings.site_host, path="/sites/another")


def test_a_file_is_put_found_and_fetched_again(
    graph: Graph, drive: str, folder: DriveItem, word: bytes
) -> None:
    made = create(graph, drive, folder.id, "Mandat æøå #1.docx", word)

    assert made == item(graph, drive, made.id)
    assert made == item_at(graph, drive, folder.name, "Mandat æøå #1.docx")
    assert made.parent_id == folder.id
    assert not made.is_folder
    with zipfile.ZipFile(io.BytesIO(content(graph, drive, made.id))) as package:
        assert b"Heltidskultur" in package.read("word/document.xml")


def test_a_list_is_read_to_its_end_over_several_pages(
    graph: Graph, drive: str, folder: DriveItem
) -> None:
    names = [f"{n}.txt" for n in range(7)]
    for name in names:
        create(graph, drive, folder.id, name, name.encode())

    assert sorted(each.name for each in children(graph, drive, folder.id)) == names


def test_the_same_file_again_is_the_one_that_lies_there(
    graph: Graph, drive: str, folder: DriveItem, word: bytes
) -> None:
    first = create(graph, drive, folder.id, "a.docx", word)
    assert content(graph, drive, first.id) != word, "SharePoint has rewritten it"

    again = create(graph, drive, folder.id, "a.docx", word)

    assert again == first


def test_another_file_is_never_written_over(
    graph: Graph, drive: str, folder: DriveItem, word: bytes
) -> None:
    first = create(graph, drive, folder.id, "a.docx", word)

    with pytest.raises(NameTakenError):
        create(graph, drive, folder.id, "a.docx", changed_word(word))
    beside = create(
        graph, drive, folder.id, "a.docx", b"x", on_conflict=OnConflict.RENAME
    )

    assert item(graph, drive, first.id) == first
    assert beside.name != "a.docx"


def test_a_file_is_replaced_only_at_the_version_that_was_read(
    graph: Graph, drive: str, folder: DriveItem, word: bytes
) -> None:
    first = create(graph, drive, folder.id, "a.docx", word)
    other = changed_word(word)

    second = replace(graph, drive, first.id, other, etag=first.etag)
    again = replace(graph, drive, first.id, other, etag=first.etag)
    with pytest.raises(ChangedError):
        replace(graph, drive, first.id, word, etag=first.etag)

    assert second.etag != first.etag
    assert again == second, "the very file lies there: an answer had been lost"


def test_a_folder_is_made_once(graph: Graph, drive: str, folder: DriveItem) -> None:
    first = folder_named(graph, drive, folder.id, "Prosjekt")
    again = folder_named(graph, drive, folder.id, "Prosjekt")

    assert first.is_folder
    assert again.id == first.id
    with pytest.raises(NameTakenError):
        make_folder(graph, drive, folder.id, "Prosjekt")


def test_a_file_is_renamed_moved_and_deleted_only_at_its_version(
    graph: Graph, drive: str, folder: DriveItem
) -> None:
    other = make_folder(graph, drive, folder.id, "annen")
    first = create(graph, drive, folder.id, "a.txt", b"a")

    moved = change(
        graph, drive, first.id, etag=first.etag, name="b.txt", parent=other.id
    )
    with pytest.raises(ChangedError):
        change(graph, drive, first.id, etag=first.etag, name="c.txt")
    with pytest.raises(ChangedError):
        delete(graph, drive, first.id, etag=first.etag)
    delete(graph, drive, first.id, etag=moved.etag)

    assert (moved.name, moved.parent_id) == ("b.txt", other.id)
    with pytest.raises(ItemNotFoundError):
        item(graph, drive, first.id)


def test_many_files_are_fetched_twenty_at_a_time_while_their_addresses_are_good(
    graph: Graph, standin: Standin, drive: str, folder: DriveItem
) -> None:
    made = [
        create(graph, drive, folder.id, f"{number}.txt", f"{number}".encode()).id
        for number in range(21)
    ]
    before = len(standin.requests)

    found = list(contents(graph, drive, made))

    assert found == [f"{number}".encode() for number in range(21)]
    asked = [each.path.endswith("/content") for each in standin.requests[before:]]
    assert [kind for kind, _ in itertools.groupby(asked)] == [True, False, True, False]
    assert asked[:20] == [True] * 20
