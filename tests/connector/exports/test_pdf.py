"""With the real LibreOffice: every kind and language opens, prints and comes back."""

from __future__ import annotations

import re
import subprocess
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
from tests.templates_docx.samples import full_values
from workflows.forms.catalogue import form, kinds
from workflows.forms.rich import rich_text

# «Elvestrand kommune · Prosjektmandat · v1.0 · sak 2025/412-3 · side 5 av 24»
FOOTER_WORDS = 14
NAMES = [f"{kind}.{language}" for kind in kinds() for language in LANGUAGES]


@dataclass(frozen=True)
class Printed:
    values: dict[str, dict[str, Any]]
    pdf: dict[str, Path]
    word: dict[str, Path]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """All documents, converted in one run each way: starting the office is slow."""
    folder = tmp_path_factory.mktemp("office")
    values, files = {}, []
    for kind in kinds():
        for language in LANGUAGES:
            name = f"{kind}.{language}"
            values[name] = full_values(form(kind), language)
            files.append(folder / f"{name}.docx")
            files[-1].write_bytes(template(kind, language).fill(values[name]))
    (folder / "back").mkdir()
    pdf = to_pdf(files, into=folder)
    word = converted(files, to=WORD, into=folder / "back")
    return Printed(values, _by_name(pdf), _by_name(word))


def _by_name(paths: list[Path]) -> dict[str, Path]:
    return {path.stem: path for path in paths}


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
    text = subprocess.run(
        ["pdftotext", str(printed.pdf[name]), "-"], capture_output=True, check=True
    ).stdout.decode()

    flat = re.sub(r"\W+", "", text)
    wanted = [re.sub(r"\W+", "", part) for part in _shown_texts(printed.values[name])]
    assert wanted
    assert [part for part in wanted if part not in flat] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_is_tagged_titled_and_has_no_empty_page(
    printed: Printed, name: str
) -> None:
    told = subprocess.run(
        ["pdfinfo", str(printed.pdf[name])], capture_output=True, check=True
    ).stdout.decode()
    text = subprocess.run(
        ["pdftotext", str(printed.pdf[name]), "-"], capture_output=True, check=True
    ).stdout.decode()

    assert re.search(r"Tagged:\s+yes", told)
    assert form(name.partition(".")[0]).name.nb in told
    pages = text.split("\f")[:-1]
    assert 1 < len(pages) < 40
    assert min(len(page.split()) for page in pages) > FOOTER_WORDS


@pytest.mark.parametrize("name", NAMES)
def test_a_document_that_libreoffice_saved_reads_the_same(
    printed: Printed, name: str
) -> None:
    reading = read(printed.word[name].read_bytes())

    assert (reading.saved_by or "").startswith("LibreOffice")
    assert reading.values == printed.values[name]
    assert {found.severity for found in reading.findings} == {"note"}


def test_a_file_that_cannot_be_converted_is_told(tmp_path: Path) -> None:
    with pytest.raises(OfficeUnavailableError, match="made no"):
        converted([tmp_path / "gone.docx"], to=PDF, into=tmp_path)
