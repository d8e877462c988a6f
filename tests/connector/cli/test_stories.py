from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import (  # type: ignore[import-untyped] # it has no types of its own
    Draft202012Validator,
)

from connector.cli.schemas import schema, schema_names
from connector.refusals import InputRefusedError
from templates_docx.compile import template
from tests.connector.cli.testvik import answer, loaded, run, story_file
from tests.journeys.stories import contact, small_story, step
from workflows.forms.catalogue import kinds
from workflows.stories import StoryError


@pytest.fixture(scope="module")
def testvik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("testvik"))


def test_a_loaded_story_can_be_asked_about(testvik: Path) -> None:
    rows = answer(testvik, "report", "mandates")["rows"]

    assert [row["person"] for row in rows if row["signs"]] == [
        *("P01", "P06", "P15", "P16"),
    ]


def test_a_story_is_not_loaded_into_a_folder_that_holds_one(
    testvik: Path, tmp_path: Path
) -> None:
    before = answer(testvik, "report", "mandates")["rows"]

    result = run(testvik, "load", str(story_file(tmp_path)))

    assert isinstance(result.exception, InputRefusedError)
    assert "holds a municipality already" in str(result.exception)
    assert answer(testvik, "report", "mandates")["rows"] == before


def test_nothing_of_a_story_with_a_wrong_step_is_kept(tmp_path: Path) -> None:
    wrong = small_story(step("2025-02-03", "sign", contact("P06"), agreement="PA-9"))
    path = story_file(tmp_path, steps=wrong["steps"])

    refused = run(tmp_path / "var", "load", str(path))
    asked = run(tmp_path / "var", "report", "projects")

    assert isinstance(refused.exception, StoryError)
    assert "step 25 (sign): no Agreement PA-9" in str(refused.exception)
    assert isinstance(asked.exception, InputRefusedError)
    assert "no municipality here yet" in str(asked.exception)
    assert not (tmp_path / "var/settings.toml").exists()


def test_a_folder_can_be_used_after_a_story_was_refused(tmp_path: Path) -> None:
    wrong = story_file(tmp_path, begins_at="2025-12-31T12:00:00+01:00")
    assert run(tmp_path / "var", "load", str(wrong)).exception

    assert loaded(tmp_path) == tmp_path / "var"


def test_a_story_with_an_end_lives_at_its_end(tmp_path: Path) -> None:
    data = loaded(tmp_path, until="2025-03-03T12:00:00+01:00")

    found = answer(data, "report", "follow-ups")

    assert found["at"] == "2025-03-03T12:00:00+01:00"
    assert found["totals"]["DELAYED"] == 1


def test_a_dump_holds_every_table_and_every_row(testvik: Path, tmp_path: Path) -> None:
    out = tmp_path / "dump.json"

    result = run(testvik, "dump", "--out", str(out))

    told = json.loads(out.read_text(encoding="utf-8"))
    assert result.exit_code == 0
    assert told["format"] == "samspor-dump/1"
    assert len(told["tables"]["person"]) == 7
    assert [row["ref"] for row in told["tables"]["follow_up"]] == ["F-1"]
    assert told["tables"]["municipality"][0]["name"] == "Testvik kommune"


def test_a_dump_is_the_same_whenever_it_is_taken(testvik: Path, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        run(testvik, "dump", "--out", str(tmp_path / name))

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_dump_into_a_folder_that_is_not_there_is_refused(
    testvik: Path, tmp_path: Path
) -> None:
    result = run(testvik, "dump", "--out", str(tmp_path / "gone/dump.json"))

    assert isinstance(result.exception, InputRefusedError)


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_printed_and_is_valid(testvik: Path, name: str) -> None:
    printed = json.loads(run(testvik, "schema", name).stdout)

    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(printed)


def test_an_unknown_schema_is_wrong_usage(testvik: Path) -> None:
    assert run(testvik, "schema", "weather").exit_code == 2


@pytest.mark.parametrize("arguments", [(), *((kind,) for kind in kinds())])
def test_forms_answers_as_its_schema_says(testvik: Path, arguments: str) -> None:
    found = answer(testvik, "forms", *arguments)

    Draft202012Validator(schema("forms")).validate(found)


def test_read_answers_as_its_schema_says(testvik: Path, tmp_path: Path) -> None:
    file = tmp_path / "mandat.docx"
    file.write_bytes(template("mandate", "nn").fill({"m_name": "Nærvær"}))

    found = answer(testvik, "read", str(file))

    Draft202012Validator(schema("read")).validate(found)
    assert found["values"] == {"m_name": "Nærvær"}
