from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner

from connector.cli.merging import merge_command
from connector.cli.stories import schema_command
from connector.refusals import InputRefusedError
from templates_docx.compile import template
from tests.templates_docx.in_word import typed, with_insertion, without_control

BASE = {"m_name": "Nærvær på Solsida", "m_case": "2025/412", "m_pm_percent": 50}


def merging(
    folder: Path, file: bytes, *, record: Any = BASE, shape: str = "json"
) -> tuple[int, str]:
    (folder / "base.json").write_text(json.dumps(BASE), "utf-8")
    (folder / "record.json").write_text(json.dumps(record), "utf-8")
    (folder / "word.docx").write_bytes(file)
    result = CliRunner().invoke(
        merge_command,
        [
            *("--base", str(folder / "base.json")),
            *("--record", str(folder / "record.json")),
            *("--word", str(folder / "word.docx")),
            *("--format", shape),
        ],
        catch_exceptions=False,
    )
    return result.exit_code, result.stdout


@pytest.fixture
def made() -> bytes:
    return template("mandate", "nb").fill(BASE)


def test_changes_that_nobody_opposes_are_status_0(made: bytes, tmp_path: Path) -> None:
    status, told = merging(tmp_path, typed(made, "2025/412", "2025/413"))

    assert status == 0
    assert json.loads(told) == {
        "clean": [{"key": "m_case", "value": "2025/413"}],
        "conflicts": [],
        "missing": [],
        "pending": [],
        "comments": [],
        "unchanged": 2,
        "findings": [],
    }


def test_what_waits_for_a_person_is_status_1(made: bytes, tmp_path: Path) -> None:
    record = BASE | {"m_case": "2025/999"}
    file = typed(made, "2025/412", "2025/413")

    statuses = [
        merging(tmp_path, file, record=record)[0],
        merging(tmp_path, without_control(made, "m_pm_percent"))[0],
        merging(tmp_path, with_insertion(made, "m_name", "!", author="Kari"))[0],
    ]

    assert statuses == [1, 1, 1]


def test_people_get_lines_with_all_three_values(made: bytes, tmp_path: Path) -> None:
    file = with_insertion(
        typed(made, "2025/412", "2025/413"), "m_name", "!", author="Kari Fjellbru"
    )

    _, told = merging(
        tmp_path, file, record=BASE | {"m_case": "2025/999"}, shape="table"
    )

    assert told.splitlines() == [
        "conflict  m_case:",
        "            base    2025/412",
        "            record  2025/999",
        "            word    2025/413",
        "pending   m_name: insertion by Kari Fjellbru: !",
        "unchanged 1 fields",
    ]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"m_foo": "x"}, "record.json: m_foo"),
        ({"m_start": "i vår"}, "record.json: m_start"),
        (["m_name"], "record.json: must hold one object"),
    ],
)
def test_a_side_that_is_no_values_of_the_form_is_refused_by_file_and_key(
    made: bytes, tmp_path: Path, record: Any, told: str
) -> None:
    with pytest.raises(InputRefusedError, match=told):
        merging(tmp_path, made, record=record)


def test_a_file_of_another_origin_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    docx.Document().save(stream)

    with pytest.raises(InputRefusedError, match=r"word\.docx: is no document"):
        merging(tmp_path, stream.getvalue())


def test_the_answer_has_a_schema() -> None:
    told = CliRunner().invoke(schema_command, ["merge"], catch_exceptions=False).stdout

    assert set(json.loads(told)["required"]) == {
        *("clean", "conflicts", "missing", "pending", "comments", "unchanged"),
        "findings",
    }
