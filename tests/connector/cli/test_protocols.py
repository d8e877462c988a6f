from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

from connector.cli.decisions import import_command
from connector.refusals import InputRefusedError

TEXT = """Formannskapets behandling av sak 14/2026 i møte den 20.05.2026:
Kommunedirektørens innstilling:
1. Retningslinjene vedtas.
Votering:
Forslaget om å sende saken tilbake ble vedtatt med 5 mot 4 stemmer.
Vedtak:
Saken sendes tilbake."""


def found_in(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(import_command, ["protocol", str(path), *arguments])


def test_minutes_in_word_and_as_text_give_the_same(tmp_path: Path) -> None:
    made = Document()
    for line in TEXT.split("\n"):
        made.add_paragraph(line)
    stream = io.BytesIO()
    made.save(stream)
    word, text = tmp_path / "protokoll.docx", tmp_path / "protokoll.txt"
    word.write_bytes(stream.getvalue())
    text.write_text(TEXT, encoding="cp1252")

    results = [found_in(path, "--format", "json") for path in (word, text)]

    assert [result.exit_code for result in results] == [0, 0]
    assert results[0].stdout == results[1].stdout
    answer = json.loads(results[0].stdout)
    assert answer["outcome"] == "sendt_tilbake"
    assert answer["outcome_from"]["line"] == 5


def test_each_thing_found_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "protokoll.txt"
    path.write_text(TEXT, encoding="utf-8")

    lines = found_in(path).stdout.splitlines()

    assert lines[0].split() == [
        "organ",
        "Formannskapet",
        "linje",
        "1:",
        *TEXT.split("\n")[0].split(),
    ]
    assert any("sendt_tilbake" in line and "linje 5" in line for line in lines)


def test_an_outcome_that_is_not_certain_gives_status_one(tmp_path: Path) -> None:
    path = tmp_path / "protokoll.txt"
    path.write_text("Vedtak:\nSlik ble det.", encoding="utf-8")

    result = found_in(path)

    assert result.exit_code == 1
    assert "ukjent" in result.stdout


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.docx", b"ikke Word"), ("a.txt", b"\xff\xfe\x00"), ("a.txt", b"A\x01")],
)
def test_a_file_that_is_no_minutes_is_refused_on_one_line(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    result = found_in(path)

    assert isinstance(result.exception, InputRefusedError)
    assert "\n" not in str(result.exception)
