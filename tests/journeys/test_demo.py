"""The demo: every document of the story as a Word file, and the same a second time."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.config import load_config
from connector.installation import Installation, open_installation
from connector.library.delivery import deliverable, delivery_of
from connector.library.folder import FolderLibrary
from templates_docx.read import Reading, read
from tests.journeys.conftest import Samspor
from workflows.forms.catalogue import form
from workflows.forms.fields import Writer
from workflows.forms.shapes import is_empty

KINDS = ("mandate", "agreement", "status-report")


@pytest.fixture(scope="module")
def installation(elvestrand: Samspor) -> Iterator[Installation]:
    opened = open_installation(load_config(elvestrand.data, {}))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def library(elvestrand: Samspor) -> FolderLibrary:
    return FolderLibrary(elvestrand.data / "library")


@pytest.fixture(scope="module")
def readings(library: FolderLibrary) -> dict[str, Reading]:
    return {name: read(library.get(name), name=name) for name in library.names()}


def of_kind(readings: dict[str, Reading], kind: str) -> dict[str, Reading]:
    return {name: each for name, each in readings.items() if each.kind == kind}


def test_all_mandates_agreements_and_reports_lie_in_the_library(
    readings: dict[str, Reading],
) -> None:
    kinds = Counter(reading.kind for reading in readings.values())

    assert [kinds[kind] for kind in KINDS] == [4, 6, 15]
    assert {each.language for each in readings.values()} == {"nb", "nn"}


def test_every_word_file_reads_back_without_findings(
    readings: dict[str, Reading],
) -> None:
    assert {
        name: each.findings for name, each in readings.items() if each.findings
    } == {}


def test_names_are_ascii_without_spaces(readings: dict[str, Reading]) -> None:
    for name in readings:
        assert name.isascii()
        assert not set(name) & set(' ~"#%&*:<>?\\{|}')
        assert len(name) < 128


def test_the_same_version_gives_the_same_bytes_in_another_process(
    installation: Installation, library: FolderLibrary
) -> None:
    with installation.reading() as session:
        version = deliverable(session)[0]
        made = delivery_of(session, version, at=installation.now())

    assert library.get(made.name) == made.data


def test_a_signed_agreement_still_shows_who_signed_it(
    readings: dict[str, Reading],
) -> None:
    """In September 2026 another person signs for the nurses (INV-18)."""
    signed = next(each for name, each in readings.items() if "_pa-2_" in name)

    names = {row["organ"]: row["navn"] for row in signed.values["a_sign"]}

    assert names["Sykepleierlaget i Elvestrand"] == "Lars Petter Ekrehagen"


def test_everything_that_the_system_fills_is_filled(
    readings: dict[str, Reading],
) -> None:
    """Of what the parties write; what the register writes has tests of its own."""
    empty: dict[str, set[str]] = {}
    written = {"mandate", "agreement", "status-report", "output"}
    for name, reading in readings.items():
        if reading.kind not in written:
            continue
        for key in automatic(reading.kind or ""):
            if is_empty(reading.values.get(key)):
                empty.setdefault(key, set()).add(name)

    # The agreement for all projects rests on no mandate; a report is nothing that the
    # parties agree on, and has no rows before something is delivered or treated.
    assert empty.pop("a_mandate") == {
        name
        for name, reading in readings.items()
        if name.startswith("felles/") and reading.kind == "agreement"
    }
    assert len(empty.pop("s_status")) == 15
    assert set(empty) <= {"s_outputs", "s_access", "s_attend", "s_decline"}


def automatic(kind: str) -> list[str]:
    return [each.key for each in form(kind).fields if each.writer is Writer.SYSTEM]


def test_a_report_shows_what_was_known_when_it_was_submitted(
    readings: dict[str, Reading],
) -> None:
    reports = of_kind(readings, "status-report")
    first = next(each for name, each in reports.items() if "_pr2-s1_" in name)

    assert all(row["dato"] <= "2025-09-24" for row in first.values["s_attend"])
    assert not first.values.get("s_decline")


def test_a_second_run_changes_no_file_and_imports_nothing_anew(
    elvestrand: Samspor,
) -> None:
    before = stamps(elvestrand.data)

    again = elvestrand("demo", "--no-serve")

    assert again.status == 0, again.err
    after = stamps(elvestrand.data)
    assert {path: after.get(path) for path in before} == before
    # What others of these tests were handed is on record, and gets its checkpoint.
    assert {Path(path).parent.name for path in after.keys() - before.keys()} <= {
        "kontrollpunkter"
    }
    assert "; 0 nye" in again.out
    assert "10 uendret" in again.out


def stamps(data: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in (data / "library").rglob("*")
        if path.is_file()
    }


def test_the_record_and_the_tables_of_the_demo_tell_the_same(
    elvestrand: Samspor,
) -> None:
    checked = elvestrand("db", "check")

    assert (checked.status, checked.out) == (0, "")


def test_the_demo_goes_through_microsoft_365_on_this_machine(
    elvestrand: Samspor, tmp_path: Path
) -> None:
    copied = Samspor(Path(shutil.copytree(elvestrand.data, tmp_path / "var")))
    walk = "demo", "--no-serve", "--m365", "--m365-port", "0"

    first, second = copied(*walk), copied(*walk)

    assert (first.status, second.status) == (0, 0), first.err + second.err
    assert "ut: 47 på plass; delt likt med partene: 47" in first.out
    assert "Siv Grønlid skriver i PR4-M@1.0 i Word" in first.out
    assert "Siv Grønlid" not in second.out
    for told in (first.out, second.out):
        assert "PR4-M v1.0: venter på å bli bekreftet: 1, konflikter: 0" in told
        assert "26 personer kan logge inn med kontoen sin." in told
    plan = copied("incoming", "--format", "json").json()["files"][0]["plan"]
    assert [each["key"] for each in plan["clean"]] == ["m_initiator_text"]
