"""Whatever door a Word file leaves by, the record tells of it, and of it once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from connector.installation import Installation
from connector.library.given_out import enter_given_out, word_files_in
from tests.connector.cli.testvik import run
from tests.connector.web.test_public_copies import COPY, REF
from tests.connector.web.visitors import Visitor
from workflows.decision.cases import cases
from workflows.people.custody import is_recorded_delivery
from workflows.record.entries import record_head

Enter = Callable[..., Visitor]


def size_when_told_of(house: Installation, data: bytes) -> int:
    """How many entries there are, now that the record tells of a file."""
    with house.reading() as session:
        assert is_recorded_delivery(session, sha256(data).hexdigest())
        return record_head(session).size


@pytest.mark.parametrize(
    "door", [("document", "basis"), ("basis",), ("public-copy",)], ids=lambda d: d[0]
)
def test_a_command_gives_the_same_file_later_and_enters_it_once(
    house: Installation, tmp_path: Path, door: tuple[str, ...]
) -> None:
    with house.reading() as session:
        about = (
            REF if door[0] == "public-copy" else cases(session, at=house.now())[0].ref
        )
    outs = [tmp_path / name for name in ("first.docx", "later.docx")]

    sizes = []
    for out in outs:
        done = run(house.config.data, *door, about, "--out", str(out))
        assert done.exit_code == 0, (done.output, done.exception)
        sizes.append(size_when_told_of(house, out.read_bytes()))

    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert sizes[0] == sizes[1]


def test_a_page_gives_the_same_file_later_and_enters_it_once(
    house: Installation, visitor: Enter
) -> None:
    archive = visitor("M-13")

    given = archive.get(f"{COPY}.docx").data

    size = size_when_told_of(house, given)
    assert archive.get(f"{COPY}.docx").data == given
    assert size_when_told_of(house, given) == size


def test_the_word_files_in_an_archive_package_are_entered_together(
    house: Installation,
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("dokumenter/a.docx", "dokumenter/a.pdf", "dokumenter/b.docx"):
            archive.writestr(name, name)

    enter_given_out(house, word_files_in(buffer.getvalue()))

    size = size_when_told_of(house, b"dokumenter/a.docx")
    enter_given_out(house, word_files_in(buffer.getvalue()))
    assert size_when_told_of(house, b"dokumenter/b.docx") == size
