from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from connector.cli.documents import forms_command, make_command, read_command
from connector.refusals import InputRefusedError
from templates_docx.build import packaged
from templates_docx.cited import citation_control
from templates_docx.compile import template
from tests.templates_docx.tampering import DOCUMENT, edited
from workflows.forms.catalogue import UnknownKindError

PROGRAM = sys.executable, "-m", "connector.cli.main"
MAKE = "mandate", "--lang", "nb", "--values"
VALUES = {"m_name": "Nærvær på Solsida", "m_focus": ["sick_leave"]}


def _make(folder: Path, content: bytes, *more: str) -> tuple[int, BaseException | None]:
    source = folder / "values.json"
    source.write_bytes(content)
    result = CliRunner().invoke(
        make_command,
        [*MAKE, str(source), "--out", str(folder / "out.docx"), *more],
    )
    return result.exit_code, result.exception


def test_make_then_read_gives_the_values_back(tmp_path: Path) -> None:
    status, _ = _make(tmp_path, json.dumps(VALUES).encode())
    out = tmp_path / "out.docx"

    result = CliRunner().invoke(read_command, [str(out), "--format", "json"])

    assert (status, result.exit_code) == (0, 0)
    answer = json.loads(result.stdout)
    assert answer["values"] == VALUES
    assert set(answer) == {
        *("file", "kind", "language", "document", "version", "saved_by"),
        *("values", "findings", "comments", "changes", "citations"),
    }
    assert (answer["file"], answer["kind"]) == (str(out), "mandate")


def test_a_restyled_template_is_used(tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(
        edited(packaged("mandate", "nb"), "Kort fortalt</w:t>", "Kort</w:t>")
    )

    status, _ = _make(tmp_path, b"{}", "--template", str(own))

    assert status == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"\xff{}", "not UTF-8", id="not UTF-8"),
        pytest.param(b"{", "not JSON", id="not JSON"),
        pytest.param(b"[]", "one object", id="not an object"),
        pytest.param(b'{"m_nmae": "x"}', "m_nmae", id="unknown key"),
        pytest.param(b'{"m_name": "a", "m_name": "b"}', "twice", id="key twice"),
        pytest.param(b'{"m_pm_percent": NaN}', "NaN", id="not a number"),
        pytest.param(b'{"m_name": "a\\u0001"}', r"U\+0001", id="character"),
        pytest.param(b"[" * 100_000, "not JSON", id="too deep"),
    ],
)
def test_values_that_cannot_be_used_are_refused_and_nothing_is_written(
    tmp_path: Path, content: bytes, told: str
) -> None:
    _, problem = _make(tmp_path, content)

    assert isinstance(problem, InputRefusedError)
    with pytest.raises(InputRefusedError, match=told):
        raise problem
    assert "values.json" in str(problem)
    assert [path.name for path in tmp_path.iterdir()] == ["values.json"]


def test_a_missing_values_file_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        make_command,
        [*MAKE, str(tmp_path / "no.json"), "--out", str(tmp_path / "out.docx")],
    )

    assert isinstance(result.exception, InputRefusedError)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "values.json"
    source.write_text("{}")

    result = CliRunner().invoke(
        make_command,
        [*MAKE, str(source), "--out", str(tmp_path / "gone" / "out.docx")],
    )

    assert isinstance(result.exception, InputRefusedError)


def test_a_template_that_is_none_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(b"hello")

    _, problem = _make(tmp_path, b"{}", "--template", str(own))

    assert isinstance(problem, InputRefusedError)


def test_a_document_with_an_error_gives_status_one(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    made = template("mandate", "nb").fill(VALUES)
    file.write_bytes(edited(made, ">Nærvær på Solsida<", ">Noe annet<"))

    result = CliRunner().invoke(read_command, [str(file)])

    assert result.exit_code == 1
    assert "error: m_name" in result.stdout


def test_several_files_give_one_line_each_and_the_worst_status(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.docx", tmp_path / "bad.docx"
    good.write_bytes(template("mandate", "nn").fill(VALUES))
    bad.write_bytes(b"PK\3\4 nothing")

    result = CliRunner().invoke(
        read_command, [str(good), str(bad), str(good), "--format", "json"]
    )

    assert result.exit_code == 3
    assert [json.loads(line)["kind"] for line in result.stdout.splitlines()] == [
        "mandate",
        "mandate",
    ]
    assert len(result.stderr.splitlines()) == 1
    assert "bad.docx" in result.stderr


def test_forms_lists_kinds_and_fields() -> None:
    kinds = CliRunner().invoke(forms_command, ["--format", "json"])
    fields = CliRunner().invoke(forms_command, ["mandate", "--format", "json"])
    table = CliRunner().invoke(forms_command, ["mandate"])

    assert {"kind", "name"} == set(json.loads(kinds.stdout)["forms"][0])
    assert json.loads(fields.stdout)["kind"] == "mandate"
    assert "m_name" in table.stdout


def test_an_unknown_kind_is_refused_by_name() -> None:
    result = CliRunner().invoke(forms_command, ["poem"])

    assert isinstance(result.exception, UnknownKindError)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", "Filen er ikke et Word-dokument"),
        ("nn", "Fila er ikkje eit Word-dokument"),
    ],
)
def test_a_refusal_is_told_in_the_language_asked_for(
    tmp_path: Path, language: str, told: str
) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"hello")

    result = CliRunner().invoke(read_command, [str(bad), "--lang", language])

    assert result.exit_code == 3
    assert f"{bad}: {told}" in result.stderr
    assert result.stderr.rstrip().endswith("(not-zip)")


def test_make_prints_a_pdf_when_asked_for_one(tmp_path: Path) -> None:
    source, out = tmp_path / "values.json", tmp_path / "out.pdf"
    source.write_text(json.dumps(VALUES))

    result = CliRunner().invoke(make_command, [*MAKE, str(source), "--out", str(out)])

    assert result.exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "out.pdf",
        "values.json",
    ]


def test_a_machine_that_cannot_print_is_told_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    source = tmp_path / "values.json"
    source.write_text("{}")
    out = str(tmp_path / "out.pdf")

    told = subprocess.run(
        [*PROGRAM, "make", *MAKE, str(source), "--out", out],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 4
    assert len(told.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["values.json"]


def test_reading_for_people_tells_which_outputs_are_cited(tmp_path: Path) -> None:
    cited = citation_control("O-202", "1.0", "leveransen", number=99_999)
    plain = template("mandate", "nb").fill({"m_name": "Nærvær"})
    file = tmp_path / "m.docx"
    file.write_bytes(
        edited(plain, "<w:body>", f"<w:body><w:p>{cited}</w:p>", part=DOCUMENT)
    )

    result = CliRunner().invoke(read_command, [str(file)])

    assert "  cites: O-202@1.0" in result.output
