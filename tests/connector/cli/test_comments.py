from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connector.cli.comments import comments_command
from connector.cli.stories import schema_command
from connector.refusals import InputRefusedError
from templates_docx.comment_matrix import MatrixRow
from templates_docx.compile import template
from templates_docx.read import read
from tests.templates_docx.in_word import typed, with_comment, with_insertion
from tests.templates_docx.tampering import edited

VALUES = {"m_name": "Nærvær på Solsida", "m_purpose": ["Flere på jobb."]}
FILES = "T.docx", "A.docx"
INTO = "--into", "M.docx"
PARTIES = {"Siv Grønlid": "A", "Rita Solgløtt": "Fagforbundet"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = template("mandate", "nb").fill(VALUES)
    first = with_comment(made, "m_purpose", "Hvem?", author="Rita Solgløtt")
    second = with_insertion(made, "m_name", " og i Vika", author="Siv Grønlid")
    (tmp_path / "T.docx").write_bytes(first)
    (tmp_path / "A.docx").write_bytes(second)
    (tmp_path / "P.json").write_text(json.dumps(PARTIES), "utf-8")
    later = template("mandate", "nb").fill(VALUES | {"m_purpose": ["Alle på jobb."]})
    (tmp_path / "next.docx").write_bytes(later)
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    named = [
        str(folder / word) if word.endswith((".docx", ".json")) else word
        for word in words
    ]
    return CliRunner().invoke(
        comments_command, [*named, "--format", "json"], catch_exceptions=False
    )


def rows(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return found


def test_several_files_make_one_matrix(folder: Path) -> None:
    result = run(folder, *FILES, "--parties", "P.json", "--out", "M.docx")

    assert result.exit_code == 0
    assert [(row["party"], row["remark"]) for row in rows(result)] == [
        ("Fagforbundet", "Hvem?"),
        ("Administrasjonen", "Foreslår å sette inn teksten."),
    ]
    held = read((folder / "M.docx").read_bytes()).values
    assert held["x_title"] == VALUES["m_name"]
    assert [row["merknad"] for row in held["x_rows"]] == [
        row["remark"] for row in rows(result)
    ]


def test_a_filled_in_matrix_is_held_against_the_next_version(folder: Path) -> None:
    run(folder, *FILES, "--parties", "P.json", "--out", "M.docx")
    matrix = folder / "M.docx"
    matrix.write_bytes(filled_in(matrix.read_bytes()))

    result = run(folder, *INTO, "--against", "next.docx", "--out", "N.docx")

    told = rows(result)
    assert [row["anchor"] for row in told] == ["gone", "gone"]
    assert told[0]["reason"] == "Det står i vedlegget."
    assert told[0]["now"] == "Alle på jobb."
    assert read((folder / "N.docx").read_bytes()).values["x_next"] == "next"


def filled_in(matrix: bytes) -> bytes:
    """Return the matrix with a reason written into its first row."""
    values = read(matrix).values
    values["x_rows"][0]["begrunnelse"] = "?"
    return typed(
        template("comment-matrix", "nb").fill(values), "?", "Det står i vedlegget."
    )


def test_an_author_of_no_known_party_is_status_1(folder: Path) -> None:
    result = run(folder, "T.docx")

    assert result.exit_code == 1
    assert [row["party"] for row in rows(result)] == ["Ukjent part: Rita Solgløtt"]


def test_people_get_a_line_for_the_place_and_one_for_the_words(folder: Path) -> None:
    result = CliRunner().invoke(comments_command, [str(folder / "T.docx")])

    assert result.stdout.splitlines() == [
        "  1  Ukjent part: Rita Solgløtt · Mål – Formål – hva vil vi oppnå sammen",
        "     «Flere på jobb.»: Hvem?",
        "1 rows",
    ]


def test_a_matrix_of_another_kind_is_refused(folder: Path) -> None:
    with pytest.raises(InputRefusedError, match=r"T\.docx: is no comment-matrix"):
        run(folder, "A.docx", "--into", "T.docx")


def test_a_matrix_with_two_stories_is_refused(folder: Path) -> None:
    run(folder, *FILES, "--parties", "P.json", "--out", "M.docx")
    matrix = folder / "M.docx"
    matrix.write_bytes(edited(matrix.read_bytes(), ">Hvem?<", ">Hva?<"))

    with pytest.raises(InputRefusedError, match=r"M\.docx: x_rows\[.*merknad"):
        run(folder, *INTO)


@pytest.mark.parametrize(
    ("parties", "told"),
    [({"Siv Grønlid": 1}, "Siv Grønlid: must be"), ({"Siv": " "}, "Siv: must be")],
)
def test_a_map_of_parties_that_names_none_is_refused(
    folder: Path, parties: Any, told: str
) -> None:
    (folder / "P.json").write_text(json.dumps(parties), "utf-8")

    with pytest.raises(InputRefusedError, match=told):
        run(folder, "T.docx", "--parties", "P.json")


def test_nothing_to_gather_is_wrong_usage() -> None:
    assert CliRunner().invoke(comments_command, []).exit_code == 2


def test_the_answer_has_a_schema() -> None:
    told = CliRunner().invoke(schema_command, ["comments"], catch_exceptions=False)

    columns = json.loads(told.stdout)["properties"]["rows"]["items"]["required"]
    assert columns == [field.name for field in fields(MatrixRow)]
