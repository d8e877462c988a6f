from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import (  # type: ignore[import-untyped] # it has no types of its own
    Draft202012Validator,
)
from lxml import etree
from prov.model import ProvDocument

from connector.cli.schemas import schema
from tests.connector.cli.testvik import answer, loaded, run
from workflows.errors import NotFoundError
from workflows.trace.questions import QUESTIONS


@pytest.fixture(scope="module")
def testvik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("testvik"), until="2025-03-03T12:00:00+01:00")


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_report_has_the_agreed_shape(testvik: Path, name: str) -> None:
    found = answer(testvik, "report", name)

    Draft202012Validator(schema("report")).validate(found)
    assert (found["report"], found["at"]) == (name, "2025-03-03T12:00:00+01:00")
    assert found["totals"]["rows"] == len(found["rows"])
    assert all(set(QUESTIONS[name].columns) <= set(row) for row in found["rows"])


def test_a_report_in_a_table_file_has_the_same_rows(testvik: Path) -> None:
    rows = answer(testvik, "report", "mandates")["rows"]

    text = run(testvik, "report", "mandates", "--format", "csv").stdout
    data = run(testvik, "report", "mandates", "--format", "xlsx").stdout_bytes

    names = [row["name"] for row in rows]
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    lines = csv.DictReader(io.StringIO(text), delimiter=";")
    assert len(names) == 7
    assert [line["name"] for line in lines] == names
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == names


def test_a_report_for_people_ends_with_its_totals(testvik: Path) -> None:
    said = run(testvik, "report", "follow-ups").stdout.splitlines()

    assert said[0].split()[:2] == ["follow_up", "case"]
    assert said[2].startswith("F-1")
    assert said[-1].startswith('{"rows": 1')


@pytest.mark.parametrize(
    ("at", "rows"),
    [
        pytest.param("2025-01-20", 0, id="the end of the day before"),
        pytest.param("2025-01-21T11:59", 0, id="before noon on a Norwegian clock"),
        pytest.param("2025-01-21T12:00", 1, id="noon on a Norwegian clock"),
        pytest.param("2025-01-21T10:59:00Z", 0, id="before noon, told in UTC"),
        pytest.param("2025-01-21T11:00:00+00:00", 1, id="noon, told in UTC"),
        pytest.param("2025-01-21", 1, id="a day means its end"),
    ],
)
def test_a_report_is_told_as_it_was(testvik: Path, at: str, rows: int) -> None:
    assert answer(testvik, "report", "follow-ups", "--at", at)["totals"]["rows"] == rows


@pytest.mark.parametrize(
    "at",
    [
        *("", "nå", "2025-13-01", "2025-02-30", "12.06.2025", "2025-01-21T25:00"),
        *("0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "9999-12-31", "x" * 10),
    ],
)
def test_what_is_no_time_is_wrong_usage(testvik: Path, at: str) -> None:
    result = run(testvik, "report", "follow-ups", "--at", at)

    assert result.exit_code == 2
    assert "er verken en dag" in " ".join(result.stderr.split())


def test_an_unknown_report_is_wrong_usage(testvik: Path) -> None:
    assert run(testvik, "report", "weather").exit_code == 2


def test_a_trace_has_the_agreed_shape(testvik: Path) -> None:
    found = answer(testvik, "trace", "C1")

    Draft202012Validator(schema("trace")).validate(found)
    assert found["root"] == "C1"
    assert "F-1" in found["downstream"]


def test_a_trace_is_drawn_and_told_in_the_language_asked_for(testvik: Path) -> None:
    drawn = run(testvik, "trace", "C1", "--format", "svg", "--lang", "nn").stdout_bytes
    told = run(testvik, "trace", "C1", "--format", "csv").stdout.splitlines()

    assert etree.fromstring(drawn).tag == "{http://www.w3.org/2000/svg}svg"
    assert told[0].startswith("from_ref;")
    assert any(";F-1;" in line for line in told)


def test_a_trace_is_told_in_w3c_prov_and_read_again_the_same(testvik: Path) -> None:
    as_json = run(testvik, "trace", "C1", "--format", "prov").stdout
    as_text = run(testvik, "trace", "C1", "--format", "provn").stdout

    read_again = ProvDocument.deserialize(content=as_json).get_provn()
    assert sorted(read_again.split("\n")) == sorted(as_text.rstrip("\n").split("\n"))
    assert "activity(spor:F-1, " in as_text


def test_a_trace_before_anything_happened_is_refused(testvik: Path) -> None:
    result = run(testvik, "trace", "C1", "--at", "2025-01-03")

    assert isinstance(result.exception, NotFoundError)


def test_an_unknown_reference_is_refused_by_name(testvik: Path) -> None:
    result = run(testvik, "trace", "O-999")

    assert isinstance(result.exception, NotFoundError)
    assert "O-999" in str(result.exception)
