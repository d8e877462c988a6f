"""A file from outside is read by a process that may not cost much."""

from __future__ import annotations

import time

import pytest

from connector.library.quarantine import (
    LARGE_INSIDE,
    read_apart,
    read_safely,
    size_inside,
)
from templates_docx.compile import template
from templates_docx.errors import RefusedFileError
from templates_docx.read import read
from tests.templates_docx.hostile import hostile, in_document
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import edited
from workflows.forms.catalogue import form


@pytest.fixture(scope="module")
def made() -> bytes:
    made = template("output", "nb").fill(full_values(form("output"), "nb"))
    return edited(
        made,
        "<w:body>",
        '<w:body><w:p><w:ins w:id="1" w:author="Åsta">'
        "<w:r><w:t>ny</w:t></w:r></w:ins></w:p>",
    )


@pytest.fixture(scope="module")
def large() -> bytes:
    made = template("output", "nb").fill({"o_title": "Nærvær"})
    paragraphs = (
        f"<w:p><w:r><w:t>Avsnitt {number} om vaktplan</w:t></w:r></w:p>"
        for number in range(60_000)
    )
    return in_document("".join(paragraphs).encode())(made)


def test_a_process_apart_answers_the_same(made: bytes) -> None:
    reading = read_apart(made, name="inn.docx")

    assert reading == read(made, name="inn.docx")
    assert reading.changes


def test_a_file_that_is_large_inside_is_read_apart(large: bytes) -> None:
    assert size_inside(large) > LARGE_INSIDE
    assert read_safely(large) == read(large)


@pytest.mark.parametrize(
    "name", ["no zip", "200 MB document", "entity bomb", "40,000 deep", "macros"]
)
def test_a_refusal_comes_back_from_the_process(name: str) -> None:
    data, code = hostile(name)

    with pytest.raises(RefusedFileError) as refused:
        read_apart(data)

    assert refused.value.code == code


def test_a_file_that_takes_too_long_is_refused(large: bytes) -> None:
    start = time.monotonic()
    with pytest.raises(RefusedFileError) as refused:
        read_apart(large, seconds=0)

    assert refused.value.code == "too-costly"
    assert time.monotonic() - start < 20


def test_a_file_that_takes_too_much_memory_is_refused(large: bytes) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read_apart(large, memory=64 * 2**20)

    assert refused.value.code == "too-costly"


def test_nothing_of_the_service_follows_into_the_process(
    made: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")

    assert read_apart(made).kind == "output"
