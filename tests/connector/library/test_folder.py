from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.library.delivery import plain
from connector.library.folder import FolderLibrary


@pytest.fixture
def library(tmp_path: Path) -> FolderLibrary:
    return FolderLibrary(tmp_path / "library")


def test_a_file_is_put_in_and_comes_out_as_it_was(library: FolderLibrary) -> None:
    is_new = library.put("PR1/mandat.docx", b"innhold")

    assert is_new
    assert library.get("PR1/mandat.docx") == b"innhold"


def test_the_same_content_again_leaves_the_file_untouched(
    library: FolderLibrary,
) -> None:
    library.put("PR1/mandat.docx", b"innhold")
    before = (library.root / "PR1/mandat.docx").stat()

    is_new = library.put("PR1/mandat.docx", b"innhold")

    after = (library.root / "PR1/mandat.docx").stat()
    assert not is_new
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_file_is_replaced_whole_and_leaves_no_draft_behind(
    library: FolderLibrary,
) -> None:
    library.put("PR1/mandat.docx", b"gammelt")
    before = (library.root / "PR1/mandat.docx").stat()

    is_new = library.put("PR1/mandat.docx", b"nytt")

    # Another file took the place of the old one: nobody ever sees half of it.
    assert is_new
    assert (library.root / "PR1/mandat.docx").stat().st_ino != before.st_ino
    assert [path.name for path in (library.root / "PR1").iterdir()] == ["mandat.docx"]


def test_a_file_that_cannot_be_put_in_place_keeps_the_old_content(
    library: FolderLibrary,
) -> None:
    library.put("PR1/mandat.docx", b"gammelt")
    (library.root / "PR1/.mandat.docx.part").mkdir()

    with pytest.raises(IsADirectoryError):
        library.put("PR1/mandat.docx", b"nytt")

    assert library.get("PR1/mandat.docx") == b"gammelt"


def test_names_are_those_of_word_files_in_order(library: FolderLibrary) -> None:
    for name in ("PR2/b.docx", "PR1/a.docx", "felles/c.docx", "PR1/bilde.png"):
        library.put(name, b"")

    assert list(library.names()) == ["PR1/a.docx", "PR2/b.docx", "felles/c.docx"]


def test_a_library_that_is_not_made_yet_has_no_names(library: FolderLibrary) -> None:
    assert list(library.names()) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Nærvær på Øya – Åpne dager", "naervaer-paa-oeya-aapne-dager"),
        ("Café/../../etc", "cafe-etc"),
        ("2025/412", "2025-412"),
        ("А", ""),
    ],
)
def test_a_title_in_a_file_name_is_plain_ascii(title: str, name: str) -> None:
    assert plain(title) == name


@given(st.text())
def test_whatever_a_title_is_the_file_name_can_lie_in_any_library(title: str) -> None:
    name = plain(title)

    assert name.isascii()
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")
    assert not name.endswith("-")
