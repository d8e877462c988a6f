"""A masked copy: on the page, in the Word file byte by byte, and who decides it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from connector.installation import Installation
from tests.connector.cli.testvik import run
from tests.connector.web.visitors import Visitor
from workflows.base import by_ref
from workflows.development.documents import Version, content_of, document_of
from workflows.forms.catalogue import form
from workflows.forms.masking import texts
from workflows.record.entries import history

Enter = Callable[..., Visitor]
REF = "O-102@1.0"
COPY = f"/dokumenter/{REF}/offentlig-kopi"
GROUNDS = {
    "basis": "exemption_negotiation",
    "reason": "Forhandlinger pågår.",
    "wider_access": "Vurdert, men nei.",
}
EXEMPT = {"access": "exempt", "about": "O-102", "wider": "Vurdert.", "opens_on": ""} | {
    key: GROUNDS[key] for key in ("basis", "reason")
}


@pytest.fixture
def archive(visitor: Enter) -> Visitor:
    """The archive, which has exempted O-102."""
    found = visitor("M-13")
    found.done("/tilgang/fastsett", **EXEMPT)
    return found


def sentences(house: Installation) -> Iterator[tuple[str, str]]:
    """What the version says that is long enough to be known again: field and text."""
    with house.reading() as session:
        version = by_ref(session, Version, REF)
        paper = document_of(session, version)
        known = form(paper.kind).by_key
        for key, value in content_of(session, version).values.items():
            for text in texts(known[key], value):
                if len(text) > 12 and text not in paper.title:
                    yield key, text


def in_file(data: bytes) -> str:
    """Every byte of every part, and the words without their tags."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist()]
    return "".join(parts) + "".join(re.sub(r"<[^>]+>", "", part) for part in parts)


def word(visitor: Visitor) -> TestResponse:
    return visitor.get(f"{COPY}.docx")


def test_l_19_what_is_masked_is_nowhere_in_the_copy(
    archive: Visitor, visitor: Enter, house: Installation
) -> None:
    (field, secret), *rest = sentences(house)
    # The template has been used for the whole text before the copy is made.
    assert secret in in_file(word(archive).data)

    archive.done(f"{COPY}/sladd", passage=secret, **GROUNDS)
    archive.done(f"{COPY}/apne", open="1")

    said = in_file(word(visitor()).data)
    assert secret not in said
    assert "[sladdet: offentleglova § 23]" in said
    assert f"OFFENTLIG KOPI av {REF}" in said
    assert any(text in said for _, text in rest), field
    page = visitor().page(COPY)
    assert secret not in page
    assert "[sladdet: offentleglova § 23]" in page
    assert "Les den offentlige kopien" in visitor().page("/leveranser/O-102")


def test_a_whole_field_is_masked_with_its_basis(
    archive: Visitor, visitor: Enter, house: Installation
) -> None:
    field = next(key for key, _ in sentences(house))
    masked = [text for key, text in sentences(house) if key == field]

    archive.done(f"{COPY}/sladd", field=field, **GROUNDS)
    archive.done(f"{COPY}/apne", open="1")

    said = in_file(word(visitor(language="nn")).data)
    assert [text for text in masked if text in said] == []


def test_nothing_is_open_before_the_archive_opens_it(
    archive: Visitor, visitor: Enter, house: Installation
) -> None:
    secret = next(text for _, text in sentences(house))
    assert archive.send(f"{COPY}/apne", open="1").status_code == 409

    archive.done(f"{COPY}/sladd", passage=secret, **GROUNDS)
    assert visitor().get(COPY).status_code == 404
    assert word(visitor()).status_code == 404

    archive.done(f"{COPY}/apne", open="1")
    assert visitor().get(COPY).status_code == 200
    archive.done(f"{COPY}/apne", open="")
    assert visitor().get(COPY).status_code == 404


def test_a_mask_that_is_lifted_covers_nothing_and_the_last_closes_the_copy(
    archive: Visitor, visitor: Enter, house: Installation
) -> None:
    secret = next(text for _, text in sentences(house))
    archive.done(f"{COPY}/sladd", passage=secret, **GROUNDS)
    archive.done(f"{COPY}/apne", open="1")

    archive.done(f"{COPY}/opphev", field="", passage=secret)

    assert visitor().get(COPY).status_code == 404


def test_the_record_tells_that_something_was_masked_and_not_what(
    archive: Visitor, house: Installation
) -> None:
    secret = next(text for _, text in sentences(house))
    archive.done(f"{COPY}/sladd", passage=secret, **GROUNDS)

    with house.reading() as session:
        entry = history(session, REF)[-1]
    assert entry.type == "access.masked"
    assert entry.payload == {"field": None, "basis": "exemption_negotiation"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"passage": "Dette står ikke der"},
        {"passage": "av"},
        {"passage": ""},
        {"passage": "noe", "field": "o_title"},
        {"passage": "noe", "reason": ""},
        {"passage": "noe", "basis": "arkivlova"},
    ],
)
def test_a_mask_with_a_fault_is_sent_back(
    archive: Visitor, wrong: dict[str, str]
) -> None:
    answer = archive.send(f"{COPY}/sladd", **{**GROUNDS, **wrong})

    assert answer.status_code == 422
    assert "Ingenting er sladdet ennå." in archive.page(COPY)


def test_what_the_title_says_cannot_be_masked(
    archive: Visitor, house: Installation
) -> None:
    with house.reading() as session:
        title = document_of(session, by_ref(session, Version, REF)).title

    answer = archive.send(f"{COPY}/sladd", passage=title, **GROUNDS)

    assert answer.status_code == 409
    assert "Tittelen er åpen for alle" in answer.text


def test_the_command_makes_the_same_copy(
    archive: Visitor, visitor: Enter, house: Installation, tmp_path: Path
) -> None:
    secret = next(text for _, text in sentences(house))
    archive.done(f"{COPY}/sladd", passage=secret, **GROUNDS)
    archive.done(f"{COPY}/apne", open="1")
    out = tmp_path / "kopi.docx"

    done = run(house.config.data, "public-copy", REF, "--out", str(out))

    assert done.exit_code == 0, (done.output, done.exception)
    assert secret not in in_file(out.read_bytes())


def test_what_is_masked_is_not_in_the_pdf_either(
    archive: Visitor, house: Installation, tmp_path: Path
) -> None:
    (_, secret), *_, (_, told) = sentences(house)
    archive.done(f"{COPY}/sladd", passage=secret, **GROUNDS)
    out = tmp_path / "kopi.pdf"

    done = run(house.config.data, "public-copy", REF, "--out", str(out))

    assert done.exit_code == 0, (done.output, done.exception)
    printed = subprocess.run(
        ["pdftotext", out, "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    said = letters(printed.stdout)
    assert letters(secret) not in said
    assert letters("[sladdet: offentleglova § 23]") in said
    assert letters(f"OFFENTLIG KOPI av {REF}") in said
    assert letters(told) in said


def letters(text: str) -> str:
    """A text without the spaces and line breaks that a page puts in."""
    return re.sub(r"\W+", "", text)
