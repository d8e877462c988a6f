"""Documents that the register writes, as a case officer asks for them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from connector.config import load_config
from connector.exports.reports import report_docx
from connector.installation import Installation, open_installation
from connector.library.made import made
from connector.pictures.words import LANGUAGES, Language
from templates_docx.accepted import text_of
from templates_docx.read import Reading, read
from tests.journeys.conftest import Samspor
from tests.templates_docx.casefiles import casefile
from tests.templates_docx.tampering import DOCUMENT, edited, parts_of
from workflows.errors import WorkflowError
from workflows.forms.verbatim import seal
from workflows.trace.questions import QUESTIONS, answer

DISSENT = (
    "Tillitsvalgte støtter målet om flere hele stillinger. Vi mener at punkt 3 om "
    "helgetimer må prøves ut frivillig i ett år før det blir en fast ordning."
)


def _text(data: bytes) -> str:
    return text_of(etree.fromstring(parts_of(data)[DOCUMENT]))


@pytest.fixture(scope="module")
def installation(elvestrand: Samspor) -> Iterator[Installation]:
    opened = open_installation(load_config(elvestrand.data, {}))
    yield opened
    opened.database.close()


def _made(
    installation: Installation,
    kind: str,
    ref: str,
    *,
    at: str = "",
    language: Language | None = None,
) -> Reading:
    moment = datetime.fromisoformat(at) if at else installation.now()
    with installation.reading() as session:
        return read(made(session, kind, ref, at=moment, language=language).data)


@pytest.fixture
def case_report(tmp_path: Path) -> Path:
    path = tmp_path / "saksframlegg.docx"
    path.write_bytes(casefile())
    return path


def _set_in(samspor: Samspor, case_report: Path, out: Path) -> bytes:
    done = samspor("basis", "C04", "--into", str(case_report), "--out", str(out))
    assert done.status == 0, done.err
    return out.read_bytes()


def test_the_basis_is_set_into_the_municipalitys_own_case_report(
    elvestrand: Samspor, case_report: Path, tmp_path: Path
) -> None:
    data = _set_in(elvestrand, case_report, tmp_path / "ferdig.docx")

    reading = read(data)
    assert {(c.output, c.version) for c in reading.citations} == {
        ("O-201", "1.0"),
        ("O-202", "1.0"),
    }
    assert reading.findings == ()
    text = _text(data)
    assert text.count(DISSENT) == 1
    assert "Tillitsvalgte" in text


def test_g10_the_basis_of_c04_prints_the_dissent_and_the_consultation(
    elvestrand: Samspor,
) -> None:
    library = elvestrand.data / "library" / "beslutningslinja"
    (file,) = library.glob("*c04*.docx")

    reading = read(file.read_bytes())

    (dissent,) = [row for row in reading.values["g_parties"] if "saermerknad" in row]
    assert (dissent["part"], dissent["punkt"]) == ("T", 3)
    assert dissent["saermerknad"] == DISSENT
    (held,) = reading.values["g_ha"]
    assert held["merknad"] == "Drøftet 19.11.2025: uenighet om punkt 3"


def test_a_dissent_says_the_same_with_the_same_seal_everywhere(
    installation: Installation,
) -> None:
    note = _made(installation, "handover-note", "O-202")
    basis = _made(installation, "basis", "C04")
    with installation.reading() as session:
        register = answer(session, "dissent", at=installation.now()).rows

    texts: list[Any] = [
        row.get("saermerknad")
        for reading, key in ((note, "h_positions"), (basis, "g_parties"))
        for row in reading.values[key]
    ]
    texts += [row["text"] for row in register if row["output"] == "O-202"]
    assert {seal(text) for text in texts if text} == {seal(DISSENT)}
    assert len([text for text in texts if text]) == 3


def test_a_dissent_altered_in_word_stops_the_case_report(
    elvestrand: Samspor, case_report: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ferdig.docx"
    data = _set_in(elvestrand, case_report, out)
    out.write_bytes(edited(data, DISSENT, "Vi er enige i alt."))

    told = elvestrand("read", str(out), "--format", "json")

    assert told.status == 1
    (found,) = told.json()["findings"]
    assert found["severity"] == "error"
    assert "Tillitsvalgte" in found["message"]
    assert "Enighet og særmerknader" in found["message"]


def test_a_casefile_without_a_place_is_refused_in_one_line(
    elvestrand: Samspor, tmp_path: Path
) -> None:
    plain = tmp_path / "uten.docx"
    plain.write_bytes(casefile(mark=""))

    done = elvestrand(
        "basis", "C04", "--into", str(plain), "--out", str(tmp_path / "x.docx")
    )

    assert done.status == 3
    assert len(done.err.strip().splitlines()) == 1
    assert "samspor_grunnlag" in done.err
    assert not (tmp_path / "x.docx").exists()


@pytest.mark.parametrize(
    ("kind", "ref", "told"),
    [
        ("handover-note", "O-206", "handed over"),
        ("handover-note", "O-999", "O-999"),
        ("meeting-minutes", "EF-2026-5", "held"),
        ("final-report", "PR2", "closed"),
        ("basis", "C99", "C99"),
        ("decision-follow-up", "XYZ", "XYZ"),
    ],
)
def test_what_has_not_come_so_far_is_refused(
    installation: Installation, kind: str, ref: str, told: str
) -> None:
    with pytest.raises(WorkflowError, match=told):
        _made(installation, kind, ref, at="2026-08-30T12:00+02:00")


def test_a_basis_shows_only_what_was_known_then(installation: Installation) -> None:
    at = "2026-04-20T12:00+02:00"
    early = _made(installation, "basis", "C05", at="2026-01-10T12:00+01:00")
    late = _made(installation, "basis", "C05", at=at, language="nn")

    assert len(late.values["g_outputs"]) > len(early.values.get("g_outputs", []))
    assert late.language == "nn"


def test_the_register_refuses_to_be_overwritten_by_hand(
    elvestrand: Samspor, tmp_path: Path
) -> None:
    own = tmp_path / "v.json"
    own.write_text('{"g_parties": []}', encoding="utf-8")

    done = elvestrand(
        "basis", "C04", "--values", str(own), "--out", str(tmp_path / "x.docx")
    )

    assert done.status == 3
    assert "g_parties" in done.err


def test_the_follow_up_has_the_rows_of_the_standing_question(
    installation: Installation,
) -> None:
    at = "2026-08-31T23:00+02:00"
    rows = _made(installation, "decision-follow-up", "all", at=at).values["v_items"]
    with installation.reading() as session:
        asked = datetime.fromisoformat(at)
        report = answer(session, "follow-up-changes", at=asked).rows

    assert [row["_id"] for row in rows] == [row["follow_up"] for row in report]
    assert [row["_id"] for row in rows if row["status"] == "Forsinket"] == [
        row["follow_up"] for row in report if row["status"] == "DELAYED"
    ]


def test_the_final_report_tells_what_became_of_each_output(
    installation: Installation,
) -> None:
    reading = _made(installation, "final-report", "PR1")

    ended = {row["_id"]: row.get("utfall") for row in reading.values["f_outputs"]}
    assert ended["O-102"] == "Vedtatt i tråd med forslaget"
    assert ended["O-104"] is None
    assert [row["part"] for row in reading.values["f_coop"]] == ["A", "F", "T"]


@pytest.mark.parametrize("name", list(QUESTIONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_answered_as_a_word_document(
    installation: Installation, name: str, language: Language
) -> None:
    with installation.reading() as session:
        report = answer(session, name, at=installation.now())

    data = report_docx(report, language=language)

    document = docx.Document(io.BytesIO(data))
    assert document.core_properties.language == f"{language}-NO"
    rows = [len(report.rows) + 1] if report.rows else []
    assert [len(table.rows) for table in document.tables] == rows
    assert data == report_docx(report, language=language)


def test_the_command_writes_a_report_as_a_word_document(elvestrand: Samspor) -> None:
    data = elvestrand.raw("report", "dissent", "--format", "docx")

    assert DISSENT in _text(data)
