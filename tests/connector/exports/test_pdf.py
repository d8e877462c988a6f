"""With the real LibreOffice: every kind and language opens, prints and comes back."""

from __future__ import annotations

import json
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector.exports.pdf import (
    PDF,
    WORD,
    OfficeUnavailableError,
    converted,
    to_pdf,
)
from templates_docx.build import LANGUAGES
from templates_docx.compile import template
from templates_docx.read import read
from templates_docx.slots import title_of
from tests.shared import made_once
from tests.templates_docx.samples import full_values
from workflows.forms.catalogue import form, kinds
from workflows.forms.rich import rich_text

# «Elvestrand kommune · Prosjektmandat · v1.0 · sak 2025/412-3 · side 5 av 24»
FOOTER_WORDS = 14
NAMES = [f"{kind}.{language}" for kind in kinds() for language in LANGUAGES]


@dataclass(frozen=True)
class Printed:
    pdf: dict[str, Path]
    word: dict[str, Path]
    told: list[int]


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """All documents, converted in one run each way: starting the office is slow."""
    folder = made_once(tmp_path_factory, "office", _convert_all)
    return Printed(
        pdf={name: folder / f"{name}.pdf" for name in NAMES},
        word={name: folder / "back" / f"{name}.docx" for name in NAMES},
        told=json.loads((folder / "told.json").read_text()),
    )


def _convert_all(folder: Path) -> None:
    files = [folder / f"{name}.docx" for name in NAMES]
    for file in files:
        kind, language = file.stem.split(".")
        file.write_bytes(template(kind, language).fill(_values(file.stem)))
    (folder / "back").mkdir()
    told: list[int] = []
    to_pdf(files, into=folder, progress=told.append)
    converted(files, to=WORD, into=folder / "back")
    (folder / "told.json").write_text(json.dumps(told))


def _values(name: str) -> dict[str, Any]:
    kind, language = name.split(".")
    return full_values(form(kind), language)


def _said(program: str, *arguments: object) -> str:
    command = [program, *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def _shown_texts(values: dict[str, Any]) -> list[str]:
    """Words of rich text and names in tables; narrow cells may part other words."""
    texts: list[str] = []
    for value in values.values():
        if _is_table(value):
            texts += [row["navn"] for row in value if "navn" in row]
        elif isinstance(value, list) and len(value) > 2:
            texts += rich_text(value).split("\n")
    return texts


def _is_table(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and "_id" in first


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_printed(printed: Printed, name: str) -> None:
    text = _said("pdftotext", printed.pdf[name], "-")

    flat = re.sub(r"\W+", "", text)
    values = _values(name)
    texts = _shown_texts(values) or [values[title_of(form(name.split(".")[0]))]]
    wanted = [re.sub(r"\W+", "", part) for part in texts]
    assert wanted
    assert [part for part in wanted if part not in flat] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_has_no_empty_page(printed: Printed, name: str) -> None:
    pages = _said("pdftotext", printed.pdf[name], "-").split("\f")[:-1]

    assert 1 < len(pages) < 40
    assert min(len(page.split()) for page in pages) > FOOTER_WORDS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "pages"), [("short-mandate", 2), ("self-assessment", 2), ("workbook", 7)]
)
def test_a_document_for_a_meeting_keeps_to_its_pages(
    printed: Printed, kind: str, pages: int, language: str
) -> None:
    told = _said("pdfinfo", printed.pdf[f"{kind}.{language}"])

    assert f"Pages: {pages}" in " ".join(told.split())


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_is_made_to_be_kept_and_to_be_read_aloud(
    printed: Printed, name: str
) -> None:
    """PDF/A-2b and PDF/UA-1 by what the file says of itself; no checker is at hand."""
    told, metadata = (
        _said("pdfinfo", *more, printed.pdf[name]) for more in ((), ("-meta",))
    )
    kind, _, language = name.partition(".")

    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert re.search(r"Tagged:\s+yes", told)
    assert form(kind).name.in_(language) in told
    content = printed.pdf[name].read_bytes()
    assert re.findall(rb"/Lang\(([^)]*)\)", content) == [f"{language}-NO".encode()]
    assert b"/DisplayDocTitle true" in content


@pytest.mark.parametrize("name", NAMES)
def test_every_font_is_in_the_pdf(printed: Printed, name: str) -> None:
    lines = _said("pdffonts", printed.pdf[name]).splitlines()[2:]

    assert lines
    assert {line.split()[-5] for line in lines} == {"yes"}


@pytest.mark.parametrize("name", NAMES)
def test_a_document_that_libreoffice_saved_reads_the_same(
    printed: Printed, name: str
) -> None:
    reading = read(printed.word[name].read_bytes())

    assert (reading.saved_by or "").startswith("LibreOffice")
    assert reading.values == _values(name)
    assert {found.severity for found in reading.findings} == {"note"}


def test_a_file_that_cannot_be_converted_is_told(tmp_path: Path) -> None:
    with pytest.raises(OfficeUnavailableError, match="made no"):
        converted([tmp_path / "gone.docx"], to=PDF, into=tmp_path)


def test_progress_is_told_to_the_end(printed: Printed) -> None:
    assert printed.told == sorted(set(printed.told))
    assert printed.told[-1] == len(printed.pdf)


def test_a_machine_without_libreoffice_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OfficeUnavailableError, match="apt-get install libreoffice"):
        to_pdf([tmp_path / "a.docx"], into=tmp_path)


def test_a_libreoffice_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, beat = tmp_path / "soffice", tmp_path / "beat"
    beating = f"while :; do date +%s%N > {beat}; sleep 0.1; done"
    office.write_text(f"#!/bin/sh\n({beating}) &\nwait\n")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OfficeUnavailableError, match="could not convert"):
        converted([tmp_path / "a.docx"], to=PDF, into=tmp_path, patience_s=1)

    last = beat.read_text()
    time.sleep(0.5)
    assert beat.read_text() == last
