"""`samspor archive`: the command, without LibreOffice where nothing is packed."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest

from tests.connector.cli.testvik import answer, loaded, run
from tests.journeys.stories import LEADER, small_story, step
from workflows.errors import NotFoundError, RuleBrokenError


@pytest.fixture(scope="module")
def testvik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    idea = step(
        "2025-02-03",
        "propose_project",
        LEADER,
        ref="PR1",
        number="1",
        name="Heltid",
        focus="competence",
        language="nb",
    )
    folder = tmp_path_factory.mktemp("testvik")
    return loaded(folder, steps=small_story(idea)["steps"])


def test_the_plan_is_given_as_word_and_as_json(testvik: Path, tmp_path: Path) -> None:
    for name in ("plan.docx", "plan.json"):
        result = run(testvik, "archive", "--plan", "--out", str(tmp_path / name))
        assert result.exit_code == 0, result.exception

    told = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    table = docx.Document(str(tmp_path / "plan.docx")).tables[0]
    assert told["municipality"] == "Testvik kommune"
    names = [row["name"] for row in told["documentation"]]
    assert [row.cells[0].text for row in table.rows][1:] == names


def test_a_project_without_texts_gives_a_package_of_metadata(
    testvik: Path, tmp_path: Path
) -> None:
    out = tmp_path / "PR1.zip"

    result = run(testvik, "archive", "PR1", "--out", str(out))

    assert result.exit_code == 0, result.exception
    names = zipfile.ZipFile(io.BytesIO(out.read_bytes())).namelist()
    assert names == ["arkivstruktur.xml", "manifest-sha256.txt"]


def test_only_a_records_manager_takes_out_for_the_archive(
    testvik: Path, tmp_path: Path
) -> None:
    out = tmp_path / "PR1.zip"

    result = run(testvik, "archive", "PR1", "--person", "P22", "--out", str(out))

    assert isinstance(result.exception, RuleBrokenError)
    assert not out.exists()


def test_an_unknown_project_is_refused(testvik: Path, tmp_path: Path) -> None:
    result = run(testvik, "archive", "PR9", "--out", str(tmp_path / "PR9.zip"))

    assert isinstance(result.exception, NotFoundError)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(["--out", "p.zip"], id="neither project nor plan"),
        pytest.param(["PR1", "--plan", "--out", "p.json"], id="both"),
        pytest.param(["--plan", "--out", "p.pdf"], id="a plan as PDF"),
    ],
)
def test_what_is_asked_for_wrongly_is_wrong_usage(
    testvik: Path, asked: list[str]
) -> None:
    assert run(testvik, "archive", *asked).exit_code == 2


def test_a_signed_agreement_names_its_archive_case(testvik: Path) -> None:
    assert answer(testvik, "report", "archive-gaps")["rows"] == []
