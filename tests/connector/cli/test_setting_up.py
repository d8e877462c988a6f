"""A new user sets up Testvik from the template, and comes back with more."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from connector.cli.main import samspor
from connector.cli.setting_up import SetupRefusedError
from connector.refusals import InputRefusedError
from tests.connector.cli.testvik import run
from tests.connector.cli.workbooks import DISCUSSED, added, changed, workbook
from tests.installations import Installation


class Desk:
    """A new user's folder, on one kind of database."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url

    def run(self, *arguments: str) -> Result:
        """Run a command on this installation."""
        told = {"SAMSPOR_DATABASE_URL": self.url}
        data = str(self.folder / "var")
        return CliRunner().invoke(samspor, ["--data", data, *arguments], env=told)

    def init(self, **rows: object) -> Result:
        """Write the workbook and set up from it."""
        path = workbook(self.folder / "testvik.xlsx", **rows)  # type: ignore[arg-type]  # told by name
        return self.run("init", str(path))

    def report(self, name: str) -> list[dict[str, object]]:
        """The rows of a standing question."""
        result = self.run("report", name, "--format", "json")
        rows: list[dict[str, object]] = json.loads(result.stdout)["rows"]
        return rows


@pytest.fixture
def desk(installation: Installation, tmp_path: Path) -> Desk:
    return Desk(tmp_path, installation.url)


@pytest.fixture
def settled(desk: Desk) -> Desk:
    result = desk.init()
    assert result.exit_code == 0, (result.output, result.exception)
    return desk


def faults(result: Result) -> list[str]:
    """The faults that were told, by sheet and cell only."""
    assert isinstance(result.exception, SetupRefusedError), result.output
    told = [f"{fault.sheet}!{fault.cell}" for fault in result.exception.faults]
    assert all(place in result.stderr for place in told)
    return told


def test_a_new_user_goes_from_template_to_report(desk: Desk) -> None:
    made = desk.init()
    mandates = desk.report("mandates")

    assert made.exit_code == 0, (made.output, made.exception)
    assert "Personer: 5 nye, 0 endret, 0 som før" in made.stdout
    assert "Fullmakter: 6 nye" in made.stdout
    assert "Prosjektene står som ideer" in made.stdout
    assert "Åpninger logges ikke" in made.stdout
    assert "ingen partskontakt" not in made.stdout
    assert {row["mandate"] for row in mandates} >= {"F01", "F02", "F03", "F05"}
    assert [row["state"] for row in desk.report("projects")] == ["IDEA"]


def test_the_same_workbook_twice_changes_nothing(settled: Desk) -> None:
    before = settled.report("mandates")
    settled.run("dump", "--out", str(settled.folder / "before.json"))

    again = settled.init()
    settled.run("dump", "--out", str(settled.folder / "after.json"))

    assert again.exit_code == 0, (again.output, again.exception)
    assert "Ingenting er endret" in again.stdout
    assert settled.report("mandates") == before
    told = [
        (settled.folder / f"{name}.json").read_text() for name in ("before", "after")
    ]
    assert told[0] == told[1]


def _dumped(settled: Desk, name: str) -> str:
    return (settled.folder / f"{name}.json").read_text("utf-8")


def test_new_rows_are_added_and_the_rest_is_as_before(settled: Desk) -> None:
    rows = added("Personer", ("P06", "Ny Person", None, None))

    result = settled.init(rows=added("Logging", DISCUSSED, rows=rows))

    assert "Personer: 1 nye, 0 endret, 5 som før" in result.stdout
    assert "Logging: 1 nye" in result.stdout
    assert "Åpninger logges ikke" not in result.stdout


def test_a_mandate_is_ended_by_its_last_day(settled: Desk) -> None:
    last = datetime.now(UTC).date() + timedelta(days=400)

    result = settled.init(rows=changed({"Fullmakter!J3": last}))

    assert "Fullmakter: 0 nye, 1 endret, 5 som før" in result.stdout
    (row,) = [row for row in settled.report("mandates") if row["mandate"] == "F01"]
    assert str(last) in row.values()


def test_what_the_domain_cannot_change_is_told_by_cell(settled: Desk) -> None:
    before = settled.report("mandates")
    wrong = {
        "Kommune!A2": "Testvåg kommune",
        "Personer!B3": "Øystein Ås",
        "Organer!E2": 5,
        "Grupper!C2": 4,
        "Fullmakter!C3": "partsrepresentant",
        "Fullmakter!J4": date(2025, 2, 1),
        "Prosjekter!F2": "F01",
    }

    result = settled.init(rows=changed(wrong))

    assert sorted(faults(result)) == sorted(wrong)
    assert "«Øystein Ålvik» og kan ikke endres" in result.stderr
    assert settled.report("mandates") == before


def test_every_fault_is_told_at_once_and_nothing_is_stored(desk: Desk) -> None:
    wrong = {
        "Kommune!B2": "Testvik",
        "Titler!C2": "i fjor",
        "Personer!B2": None,
        "Personer!A3": "=A2",
        "Organer!E2": "mange",
        "Grupper!A3": "KSTT",
        "Organisasjoner!C2": "Unioen",
        "Fullmakter!D3": None,
        "Fullmakter!D6": "T",
        "Fullmakter!J5": date(2024, 1, 1),
        "Fullmakter!K2": "F99",
        "Prosjekter!F2": "F06",
    }

    result = desk.init(rows=changed(wrong))
    asked = desk.run("report", "mandates")

    assert set(wrong) <= set(faults(result))
    assert isinstance(asked.exception, InputRefusedError)
    assert "no municipality here yet" in str(asked.exception)


def test_a_deputy_has_the_role_and_party_of_the_one_stood_in_for(desk: Desk) -> None:
    result = desk.init(rows=changed({"Fullmakter!D2": "Administrasjonen"}))

    assert faults(result) == ["Fullmakter!K2"]


def test_a_rule_of_the_domain_is_told_at_its_row(desk: Desk) -> None:
    """Nobody speaks for two parties in one period (INV-07)."""
    second = ("F07", "P01", "partskontakt", "T", None, None, None, None, "6.1.2025")

    result = desk.init(rows=added("Fullmakter", second))

    assert faults(result) == ["Fullmakter!A8"]


def test_a_repeated_row_names_the_first(desk: Desk) -> None:
    result = desk.init(rows=added("Personer", ("P01", "En Annen", None, None)))

    assert faults(result) == ["Personer!A7"]
    assert "A2" in result.stderr


def test_a_discussion_that_has_not_been_is_refused(desk: Desk) -> None:
    coming = datetime.now(UTC).date() + timedelta(days=2)

    result = desk.init(rows=added("Logging", (coming, "U01", "1/25")))

    assert faults(result) == ["Logging!A2"]


def test_another_municipality_does_not_move_in(settled: Desk) -> None:
    result = settled.init(rows=changed({"Kommune!B2": "9999"}))

    assert faults(result) == ["Kommune!B2"]


def test_the_template_explains_itself_and_is_never_written_over(tmp_path: Path) -> None:
    out = tmp_path / "oppsett.xlsx"

    made = run(
        tmp_path / "var", "init", "--template", "--out", str(out), "--lang", "nn"
    )
    again = run(tmp_path / "var", "init", "--template", "--out", str(out))

    book = load_workbook(out)
    assert made.exit_code == 0
    assert isinstance(again.exception, InputRefusedError)
    assert book.sheetnames[0] == "Les meg først"
    assert book["Fullmakter"].freeze_panes == "A2"
    lists = [
        one
        for one in book["Fullmakter"].data_validations.dataValidation
        if one.type == "list"
    ]
    assert {str(one.sqref)[0] for one in lists} == {"B", "C", "D", "F", "H", "K"}
    assert all(one.prompt for one in book["Personar"].data_validations.dataValidation)


def test_the_template_is_the_same_file_whenever_it_is_written(tmp_path: Path) -> None:
    files = [workbook_bytes(tmp_path / name) for name in ("a.xlsx", "b.xlsx")]

    assert files[0] == files[1]


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_explanation_fits_the_sheets_that_follow(
    tmp_path: Path, language: str
) -> None:
    out = tmp_path / "oppsett.xlsx"
    run(tmp_path, "init", "--template", "--out", str(out), "--lang", language)
    book = load_workbook(out)

    told = [row[0].value for row in book.worksheets[0].iter_rows(min_row=8)]
    headed = [name for name in told if name]

    assert headed == book.sheetnames[1:-2]
    assert book.worksheets[-1].sheet_state == "hidden"


def test_the_example_is_a_municipality_that_can_be_set_up(tmp_path: Path) -> None:
    """Each of its rows is copied to the sheet that it is an example of."""
    path = workbook(tmp_path / "eksempel.xlsx", {})
    book = load_workbook(path)
    rows = list(book["Eksempel"].iter_rows(values_only=True))
    for place in range(0, len(rows), 4):
        sheet = book[str(rows[place][0])]
        for column, value in enumerate(rows[place + 2], start=1):
            sheet.cell(row=2, column=column).value = value
    book.save(path)

    told = faults(run(tmp_path / "var", "init", str(path)))

    # The mandate and the discussion of the example lie ahead in time.
    assert set(told) <= {"Logging!A2", "Prosjekter!A2"}


def workbook_bytes(out: Path) -> bytes:
    """The template as the command writes it."""
    run(out.parent, "init", "--template", "--out", str(out))
    return out.read_bytes()


def test_an_empty_template_lacks_only_its_municipality(tmp_path: Path) -> None:
    path = workbook(tmp_path / "tom.xlsx", {})

    result = run(tmp_path / "var", "init", str(path))

    assert faults(result) == ["Kommune!A2"]


def test_sheets_and_headings_that_are_not_ours_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "feil.xlsx")
    book = load_workbook(path)
    book["Titler"].title = "Tittelliste"
    book["Personer"]["B1"] = "Fornavn"
    book.save(path)

    told = faults(run(tmp_path / "var", "init", str(path)))

    assert {"Tittelliste!A1", "Personer!B1", "Personer!A1"} <= set(told)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "tom"),
        (b"PK\x03\x04 nothing", "ikke en hel Excel-fil"),
        (b"\xd0\xcf\x11\xe0", "gammelt Excel-format"),
        (b"x" * 5_000_001, "større enn 5 MB"),
    ],
    ids=["empty", "damaged", "old", "big"],
)
def test_a_file_that_is_no_workbook_is_refused_in_one_line(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "fil.xlsx"
    path.write_bytes(content)

    result = run(tmp_path / "var", "init", str(path))

    assert isinstance(result.exception, InputRefusedError)
    assert said in str(result.exception)


def test_a_workbook_or_a_template_is_asked_for_and_not_both(tmp_path: Path) -> None:
    neither = run(tmp_path / "var", "init")
    both = run(tmp_path / "var", "init", "fil.xlsx", "--template")

    assert (neither.exit_code, both.exit_code) == (2, 2)
