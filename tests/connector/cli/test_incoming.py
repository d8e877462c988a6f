from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import (  # type: ignore[import-untyped] # it has no types of its own
    Draft202012Validator,
)

from connector.cli.schemas import schema
from connector.library.folder import FolderLibrary
from templates_docx.compile import template
from templates_docx.store import Identity
from tests.connector.cli.testvik import loaded, run
from tests.templates_docx.in_word import typed

NAME = "felles/avtale.docx"


@pytest.fixture
def testvik(tmp_path: Path) -> Path:
    """An installation with one delivered file in its library, as the record has it."""
    data = loaded(tmp_path, until="2025-02-03T12:00:00+01:00")
    made = template("agreement", "nb").fill(
        {"a_name": "Lokal avtale", "a_case": "2025/1"},
        identity=Identity(document="PA-1", version="1.0"),
    )
    FolderLibrary(data / "library").deliver(NAME, made)
    return data


def work_in(data: Path) -> None:
    library = FolderLibrary(data / "library")
    library.put(NAME, typed(library.get(NAME), "Lokal avtale", "Ny avtale"))


def test_nothing_worked_in_is_status_0(testvik: Path) -> None:
    result = run(testvik, "incoming")

    assert (result.exit_code, result.stdout) == (
        0,
        "No file of the library has been worked in.\n",
    )


def test_a_file_worked_in_is_shown_with_its_plan(testvik: Path) -> None:
    work_in(testvik)

    result = run(testvik, "incoming", "--format", "json")

    found = json.loads(result.stdout)
    Draft202012Validator(schema("incoming")).validate(found)
    assert result.exit_code == 1
    (file,) = found["files"]
    assert (file["name"], file["document"], file["version"]) == (NAME, "PA-1", "1.0")
    assert file["plan"]["clean"] == [{"key": "a_name", "value": "Ny avtale"}]


def test_people_get_the_file_and_what_it_brings(testvik: Path) -> None:
    work_in(testvik)
    FolderLibrary(testvik / "library").put("felles/notat.docx", b"ikke Word")

    lines = run(testvik, "incoming").stdout.splitlines()

    assert lines[:2] == [
        f"{NAME}: PA-1 v1.0",
        "  clean     a_name: Lokal avtale → Ny avtale",
    ]
    assert lines[-1].startswith("refused   felles/notat.docx: ")
