from __future__ import annotations

import json
from pathlib import Path

import pytest

from connector.refusals import InputRefusedError
from templates_docx.build import packaged
from tests.connector.cli.testvik import answer, run
from tests.templates_docx.tampering import edited
from workflows.forms.catalogue import UnknownKindError

KIND = "--kind", "mandate"
NB = "template", "mandate", "--lang", "nb"


@pytest.fixture
def taken(tmp_path: Path) -> Path:
    """A template that was taken out."""
    file = tmp_path / "mandat.docx"
    assert run(tmp_path, *NB, "--out", str(file)).exit_code == 0
    return file


def test_a_template_that_was_taken_out_is_clean(tmp_path: Path, taken: Path) -> None:
    result = run(tmp_path, "lint", str(taken), *KIND)

    assert (result.exit_code, result.stdout) == (0, "")


def test_what_is_wrong_is_told_with_status_one(tmp_path: Path, taken: Path) -> None:
    taken.write_bytes(edited(taken.read_bytes(), 'w:val="m_name"', 'w:val="m_nmae"'))

    table = run(tmp_path, "lint", str(taken), *KIND)
    told = run(tmp_path, "lint", str(taken), *KIND, "--format", "json")

    assert (table.exit_code, told.exit_code) == (1, 1)
    assert "m_nmae" in table.stdout
    said = json.loads(told.stdout)
    assert set(said) == {"file", "kind", "language", "findings"}
    assert (said["kind"], said["language"]) == ("mandate", "nb")
    assert [each["code"] for each in said["findings"]] == [
        "misspelt-field",
        "missing-twin",
    ]
    assert set(said["findings"][0]) == {
        *("code", "severity", "where", "place", "message"),
    }


def test_a_note_alone_is_status_nought(tmp_path: Path) -> None:
    file = tmp_path / "mandat.nb.docx"
    control = '<w:sdt><w:sdtPr><w:tag w:val="arkivkode_x"/></w:sdtPr><w:sdtContent>'
    added = f"<w:body>{control}<w:p/></w:sdtContent></w:sdt>"
    file.write_bytes(edited(packaged("mandate", "nb"), "<w:body>", added))
    (tmp_path / "mandat.nn.docx").write_bytes(packaged("mandate", "nn"))

    result = run(tmp_path, "lint", str(file), *KIND)

    assert result.exit_code == 0
    assert result.stdout.startswith("note: ")


@pytest.mark.parametrize("where", ["given", "beside", "put in"])
def test_the_twin_is_given_lies_beside_or_is_put_in(tmp_path: Path, where: str) -> None:
    file, twin = tmp_path / "m.nb.docx", tmp_path / "m.nn.docx"
    file.write_bytes(edited(packaged("mandate", "nb"), "Kort fortalt<", "Kort<"))
    twin.write_bytes(packaged("mandate", "nn"))
    more: tuple[str, ...] = ()
    if where != "beside":
        twin = twin.rename(tmp_path / "other.docx")
    if where == "given":
        more = ("--twin", str(twin))
    if where == "put in":
        run(tmp_path, "template", "mandate", "--lang", "nn", "--put", str(twin))

    assert run(tmp_path, "lint", str(file), *KIND, *more).exit_code == 0


def test_an_unsafe_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(b"PK\3\4 nothing")

    for arguments in (("lint", str(file), *KIND), (*NB, "--put", str(file))):
        assert isinstance(run(tmp_path, *arguments).exception, InputRefusedError)


def test_what_cannot_be_read_or_written_is_refused(tmp_path: Path) -> None:
    away = str(tmp_path / "gone" / "a.docx")

    for arguments in (
        ("lint", away, *KIND),
        (*NB, "--put", away),
        (*NB, "--out", away),
    ):
        assert isinstance(run(tmp_path, *arguments).exception, InputRefusedError)


def test_an_unknown_kind_is_refused_by_name(tmp_path: Path, taken: Path) -> None:
    result = run(tmp_path, "lint", str(taken), "--kind", "poem")

    assert isinstance(result.exception, UnknownKindError)


def test_a_template_is_put_in_listed_and_removed(tmp_path: Path, taken: Path) -> None:
    own = edited(taken.read_bytes(), "Kort fortalt<", "I korte trekk<")
    taken.write_bytes(own)

    put = answer(tmp_path, *NB, "--put", str(taken))
    rows = answer(tmp_path, "template")["templates"]
    table = run(tmp_path, "template").stdout
    removed = answer(tmp_path, *NB, "--remove")

    assert put["is_kept"]
    first = rows[0]
    assert (first["kind"], first["language"], first["source"]) == (
        *("mandate", "nb", "own"),
    )
    assert (first["state"], first["lacks_twin"], first["new_fields"]) == (
        *("warnings", True, []),
    )
    assert rows[1]["source"] == "standard"
    assert "mandate         nb  egen" in table
    assert removed["removed"]


def test_a_template_with_an_error_is_not_put_in(tmp_path: Path) -> None:
    file = tmp_path / "avtale.docx"
    file.write_bytes(packaged("agreement", "nb"))

    result = run(tmp_path, *NB, "--put", str(file))

    assert result.exit_code == 1
    assert "Partsavtale" in result.stdout or "avtale" in result.stdout
    assert not (tmp_path / "templates").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("template", "mandate"), id="no language"),
        pytest.param(NB, id="nothing to do"),
        pytest.param((*NB, "--remove", "--out", "a.docx"), id="two things"),
    ],
)
def test_template_tells_how_it_is_used(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert run(tmp_path, *arguments).exit_code == 2
