from __future__ import annotations

import contextlib
import io
import itertools
import re
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.library import quarantine
from templates_docx import guard
from templates_docx.compile import template
from templates_docx.errors import RefusedFileError
from templates_docx.package import Package, packed, write
from templates_docx.read import citations, read
from templates_docx.refusals import TEXTS, worded
from tests.templates_docx.hostile import (
    NAMES,
    NAMES_ASIDE,
    Change,
    encoded,
    hostile,
    in_document,
)
from tests.templates_docx.tampering import DOCUMENT, parts_of


def _long_text(length: int, letters: str = "æ") -> bytes:
    text = (letters * length)[:length]
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>".encode()


@pytest.fixture(scope="module")
def good() -> bytes:
    return template("mandate", "nb").fill({"m_name": "Nærvær"})


@pytest.mark.parametrize("name", NAMES + NAMES_ASIDE)
def test_a_hostile_file_is_refused_by_its_reason_at_once(name: str) -> None:
    """Some milliseconds are enough; a second allows for a busy machine."""
    data, code = hostile(name)
    start = time.process_time()

    with pytest.raises(RefusedFileError) as refused:
        read(data)

    assert refused.value.code == code
    assert time.process_time() - start < 1


# What only a parser can tell of a part, and citations parse no part without any.
_IN_MARKUP = (
    *("ill-formed", "too-complex", "too-many-controls"),
    *("too-long-attribute", "too-long-text"),
)


@pytest.mark.parametrize("name", NAMES)
def test_citations_refuse_what_reading_refuses(name: str) -> None:
    data, code = hostile(name)

    if code in _IN_MARKUP:
        with contextlib.suppress(RefusedFileError):
            assert citations(data) == ()
        return

    with pytest.raises(RefusedFileError) as refused:
        citations(data)

    assert refused.value.code == code


def test_what_we_write_other_programs_can_unpack(good: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(parts_of(good))


def test_a_file_that_python_wrote_can_be_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("æ.xml", "Nærvær")

    assert Package.open(buffer.getvalue()).read("æ.xml") == "Nærvær".encode()


@pytest.mark.parametrize("part", range(50))
def test_a_file_that_is_cut_off_is_refused(good: bytes, part: int) -> None:
    with pytest.raises(RefusedFileError):
        read(good[: len(good) * part // 50])


@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), max_size=5))
@settings(max_examples=150, deadline=None)
def test_flipped_bits_are_read_or_refused(flips: list[tuple[float, int]]) -> None:
    data = bytearray(template("output", "nb").fill({"o_title": "Nærvær"}))
    for place, bit in flips:
        data[min(int(place * len(data)), len(data) - 1)] ^= 1 << bit

    with contextlib.suppress(RefusedFileError):
        assert read(bytes(data)).values == {"o_title": "Nærvær"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(encoded(DOCUMENT, codec=codec, declared=declared), id=codec)
        for codec, declared in (
            ("utf-8-sig", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("utf-32", "UTF-32"),
            ("ascii", "US-ASCII"),
            ("latin-1", "ISO-8859-1"),
            ("cp1252", "windows-1252"),
        )
    ]
    + [
        pytest.param(in_document(_long_text(100_000)), id="text of 100,000"),
        pytest.param(in_document(_long_text(2_000, '"q" ')), id="quotes in a text"),
        pytest.param(in_document(_long_text(5_000, "'=''")), id="apostrophes"),
        pytest.param(in_document(b'<w:p w:x="' + b"x" * 1_000 + b'"/>'), id="1,000"),
        pytest.param(
            in_document(b'<w:p><w:r descr="' + b"x" * 50_000 + b'"/></w:p>'),
            id="a long alternative text",
        ),
        pytest.param(in_document(b"<w:sdt/>" * 5_000), id="5,000 controls"),
    ],
)
def test_what_real_documents_hold_is_read(good: bytes, change: Change) -> None:
    assert read(change(good)).values == {"m_name": "Nærvær"}


def test_a_file_of_a_thousand_parts_is_read(good: bytes) -> None:
    members = list(Package.open(good).members.values())
    more = (packed(f"custom/{number}.xml", b"<a/>") for number in range(len(members)))
    filling = (packed(f"{number}.bin", b"") for number in range(1_000))

    data = write(list(itertools.islice([*members, *more, *filling], 1_000)))

    assert read(data).values == {"m_name": "Nærvær"}


def test_every_refusal_is_worded_in_both_written_standards() -> None:
    folder = Path(guard.__file__).parent
    raised = {
        code
        for file in [*folder.glob("*.py"), Path(quarantine.__file__)]
        for code in re.findall(r'RefusedFileError\(\s*"([\w-]+)"', file.read_text())
    }

    assert raised == set(TEXTS)
    for nb, nn in TEXTS.values():
        assert nb != nn
        assert nb.endswith(".")
        assert nn.endswith(".")


def test_a_refusal_names_reason_place_and_code() -> None:
    refusal = RefusedFileError("zip-bomb", "unpacks too far", told="word/a.xml")

    assert worded(refusal, language="nb").startswith("Filen er liten, men blir")
    assert worded(refusal, language="nn").startswith("Fila er lita, men blir")
    assert worded(refusal, language="nb").endswith(" (word/a.xml: zip-bomb)")
    assert str(refusal) == "word/a.xml: unpacks too far (zip-bomb)"
