from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connector.imports.errors import (
    ImportRefusedError,
    UnusableFileError,
    WrongColumnsError,
)
from connector.imports.records import (
    RESTRICTED_TITLE,
    BodyName,
    CaseNumber,
    MeetingDay,
    Outcome,
    OutcomeSource,
    Restriction,
)
from connector.imports.table import COLUMNS, read_table, template

SAMPLES = Path(__file__).parent / "samples"
GOOD: dict[str, Any] = {
    "organ": "Formannskapet",
    "moetedato": "2026-03-03",
    "saksnr": "PS 12/26",
    "arkivsaksnr": "2025/1190",
    "tittel": "Klart språk på nynorsk: æøå ÆØÅ – «ord»",
    "vedtak": "1. Språket blir klarare.\n2. Ord; komma, «tab»",
    "utfall": "vedteke",
    "endelig": "ja",
    "lenke": "https://elvestrand.example/sak/12",
    "unntatt_hjemmel": "",
}
MANY = settings(max_examples=60, deadline=None)


def csv_text(*rows: dict[str, Any], separator: str = ";") -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([row[column] for column in COLUMNS])
    return stream.getvalue()


def csv_file(folder: Path, *rows: dict[str, Any]) -> Path:
    return written(folder / "vedtak.csv", csv_text(*rows).encode())


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def xlsx_file(folder: Path, *rows: dict[str, Any]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([row[column] for column in COLUMNS])
    path = folder / "vedtak.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the property tests, which write the same file many times."""
    return tmp_path_factory.mktemp("tables")


def test_a_row_becomes_a_record_with_every_field() -> None:
    batch = read_table(SAMPLES / "vedtak.csv")

    first = batch.records[0]
    assert batch.source == "vedtak.csv"
    assert batch.refused == ()
    assert first.body == BodyName(name="Formannskapet")
    assert first.meeting == MeetingDay(day=date(2026, 3, 3))
    assert first.number == CaseNumber(type="PS", seq=12, year=2026)
    assert str(first.number) == "PS 12/2026"
    assert first.archive_number == "2025/1190"
    assert first.decision_text == (
        '1. Midlane blir løyvde.\n2. "Fagbrev på jobb" blir vidareført; sjå vedlegg.'
    )
    assert (first.outcome, first.outcome_raw) == (Outcome.RECOMMENDED, "innstilling")
    assert first.outcome_source is OutcomeSource.SOURCE
    assert first.is_final is False
    assert first.decided_on == date(2026, 3, 3)
    assert first.link == "https://elvestrand.example/sak/12"
    assert first.restriction is None
    assert first.source.source_id == "formannskapet|2026-03-03|PS 12/2026"


def test_of_a_restricted_row_only_its_existence_and_basis_are_kept() -> None:
    restricted = read_table(SAMPLES / "vedtak.csv").records[2]

    assert restricted.title == RESTRICTED_TITLE
    assert restricted.restriction == Restriction(legal_basis="Offl. § 13")
    assert restricted.decision_text == ""
    assert restricted.link is None
    assert "emmelig" not in repr(restricted)


def test_the_hash_of_a_restricted_row_does_not_depend_on_its_title(
    tmp_path: Path,
) -> None:
    row = GOOD | {"unntatt_hjemmel": "Offl. § 13"}

    one = read_table(csv_file(tmp_path, row)).records
    other = read_table(csv_file(tmp_path, row | {"tittel": "Annet"})).records

    assert one == other


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_and_separator_gives_the_same_record(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = csv_text(GOOD, separator=separator)
    expected = read_table(csv_file(tmp_path, GOOD))

    batch = read_table(written(tmp_path / "vedtak.csv", text.encode(encoding)))

    assert batch == expected
    assert batch.records[0].title == GOOD["tittel"]


def test_excel_and_csv_give_the_same_record(tmp_path: Path) -> None:
    in_excel = xlsx_file(tmp_path, GOOD | {"moetedato": date(2026, 3, 3)})

    assert read_table(in_excel).records == read_table(csv_file(tmp_path, GOOD)).records


def test_a_line_that_says_the_separator_is_obeyed(tmp_path: Path) -> None:
    text = "sep=,\r\n" + csv_text(GOOD, GOOD | {"saksnr": "x"}, separator=",")

    batch = read_table(written(tmp_path / "v.csv", text.encode()))

    assert len(batch.records) == 1
    assert batch.refused[0].row == 5


def test_headings_are_read_in_either_written_standard_and_any_order(
    tmp_path: Path,
) -> None:
    headings = "LENKJE; Unntatt heimel ;Endeleg;utfall;vedtak;Tittel;arkivsaksnr"
    text = f"{headings};Saks-nr;Møtedato;ORGAN;Merknad\n;;;;;T;;PS 1/26;3.3.2026;O;m\n"

    batch = read_table(written(tmp_path / "v.csv", text.encode()))

    assert batch.refused == ()
    assert batch.records[0].title == "T"
    assert batch.records[0].outcome is None
    assert batch.records[0].outcome_source is None
    assert batch.records[0].is_final is None


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        pytest.param("vedtatt", Outcome.ADOPTED, id="bokmål"),
        pytest.param("Vedteke.", Outcome.ADOPTED, id="nynorsk with a full stop"),
        pytest.param("Samrøystes vedteke", Outcome.ADOPTED, id="unanimous"),
        pytest.param("vedtatt_med_endring", Outcome.ADOPTED_CHANGED, id="the code"),
        pytest.param("ikkje vedteke", Outcome.NOT_ADOPTED, id="not adopted, nn"),
        pytest.param(
            "ikke  vedtatt", Outcome.NOT_ADOPTED, id="not adopted, two spaces"
        ),
        pytest.param("avvist", Outcome.NOT_ADOPTED, id="rejected"),
        pytest.param("utsatt", Outcome.POSTPONED, id="postponed"),
        pytest.param("utsett", Outcome.POSTPONED, id="postponed, nn"),
        pytest.param("SENDT TILBAKE", Outcome.SENT_BACK, id="sent back"),
        pytest.param("tatt til orientering", Outcome.NOTED, id="noted"),
        pytest.param("teke til orientering", Outcome.NOTED, id="noted, nn"),
        pytest.param("tilråding", Outcome.RECOMMENDED, id="recommended, nn"),
        pytest.param("trukket", Outcome.WITHDRAWN, id="withdrawn"),
        pytest.param("trekt", Outcome.WITHDRAWN, id="withdrawn, nn"),
        pytest.param("Godkjent", Outcome.UNKNOWN, id="approved is no outcome"),
        pytest.param(
            "Forslaget om å sende saken tilbake ble vedtatt",
            Outcome.UNKNOWN,
            id="a sentence with a vote on a proposal is not guessed at",
        ),
    ],
)
def test_the_words_of_an_outcome_become_its_code_and_are_kept(
    tmp_path: Path, words: str, outcome: Outcome
) -> None:
    record = read_table(csv_file(tmp_path, GOOD | {"utfall": words})).records[0]

    assert record.outcome is outcome
    assert record.outcome_raw == " ".join(words.split())


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("PS 12/26", "PS 12/2026"),
        ("ps 12/2026", "PS 12/2026"),
        ("PS\xa012 / 26", "PS 12/2026"),
        ("12/26", "UV 12/2026"),
        ("sak 12/26", "UV 12/2026"),
        ("RS-3/25", "RS 3/2025"),
    ],
)
def test_a_case_number_is_read_however_it_is_written(
    tmp_path: Path, raw: str, number: str
) -> None:
    path = csv_file(tmp_path, GOOD | {"saksnr": raw})

    assert str(read_table(path, number_type="UV").records[0].number) == number


@pytest.mark.parametrize(
    ("column", "raw", "message"),
    [
        pytest.param("organ", " ", "verdien mangler", id="no body"),
        pytest.param("tittel", "", "verdien mangler", id="no title"),
        pytest.param("moetedato", "", "verdien mangler", id="no day"),
        pytest.param("moetedato", "31.02.2026", "er ikke en dato", id="no such day"),
        pytest.param(
            "moetedato", "0001-01-01", "er ikke en dato", id="empty day of .NET"
        ),
        pytest.param("moetedato", "03/03/26", "er ikke en dato", id="another order"),
        pytest.param("saksnr", "", "verdien mangler", id="no number"),
        pytest.param("saksnr", "2026/12", "er ikke et saksnummer", id="turned about"),
        pytest.param("saksnr", "PS 0/26", "er ikke et saksnummer", id="number nought"),
        pytest.param("saksnr", "2026-12-01", "om til en dato", id="made a date"),
        pytest.param("endelig", "kanskje", "verken ja eller nei", id="neither"),
        pytest.param("lenke", "javascript:x", "ikke en nettadresse", id="a script"),
        pytest.param("lenke", "https://a@b.no/", "ikke en nettadresse", id="a user"),
        pytest.param(
            "lenke", "http://[::1", "ikke en nettadresse", id="half an address"
        ),
        pytest.param("vedtak", "a\x01b", "U+0001", id="an invisible character"),
        pytest.param("vedtak", "a" * 200_001, "lengre enn 200000", id="too long"),
        pytest.param("unntatt_hjemmel", "ja", "hjemmelen mangler", id="no basis"),
    ],
)
def test_a_bad_value_refuses_its_row_and_names_line_and_column(
    tmp_path: Path, column: str, raw: str, message: str
) -> None:
    bad = GOOD | {column: raw}
    good = GOOD | {"saksnr": "PS 99/26"}

    batch = read_table(csv_file(tmp_path, bad, good))

    assert [str(one.number) for one in batch.records] == ["PS 99/2026"]
    (refused,) = batch.refused
    assert (refused.row, refused.where) == (2, column)
    assert refused.message.startswith(f"vedtak.csv, linje 2, {column}: ")
    assert message in refused.message
    assert "\n" not in refused.message
    assert refused.text("nn") != refused.text("nb")


def test_every_fault_of_a_row_is_listed(tmp_path: Path) -> None:
    bad = GOOD | {"moetedato": "i går", "saksnr": "tolv", "lenke": "ftp://x"}

    batch = read_table(csv_file(tmp_path, bad))

    assert [one.where for one in batch.refused] == ["moetedato", "saksnr", "lenke"]


def test_a_refusal_of_a_restricted_row_quotes_nothing(tmp_path: Path) -> None:
    bad = GOOD | {"endelig": "Hemmelig", "unntatt_hjemmel": "Offl. § 13"}

    (refused,) = read_table(csv_file(tmp_path, bad)).refused

    assert "Hemmelig" not in repr(refused)
    assert "«…» er verken ja eller nei" in refused.message


def test_no_and_a_dash_for_the_basis_mean_public(tmp_path: Path) -> None:
    rows = [
        GOOD | {"unntatt_hjemmel": word, "saksnr": f"PS {seq}/26"}
        for seq, word in enumerate(("nei", "-", "Ingen"), start=1)
    ]

    batch = read_table(csv_file(tmp_path, *rows))

    assert [one.restriction for one in batch.records] == [None, None, None]


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    first, second = (GOOD | {"saksnr": f"PS {seq}/26"} for seq in (1, 2))
    broken = csv_text(first) + '"Formannskapet;aldri lukket\r\n'
    text = broken + csv_text(second).split("\r\n", 1)[1]

    batch = read_table(written(tmp_path / "v.csv", text.encode()))

    assert [one.number.seq for one in batch.records] == [1, 2]
    assert [(one.row, one.problem.code) for one in batch.refused] == [
        (4, "stray_quote")
    ]


def test_an_unquoted_separator_or_line_break_never_shifts_a_restricted_title(
    tmp_path: Path,
) -> None:
    line = "Formannskapet;2026-03-03;PS 1/26;;Tittel; med skille;;;;;Offl. § 13\n"
    broken = "Formannskapet;2026-03-03;PS 2/26;;Hemmelig\ntittel;;;;;Offl. § 13\n"
    text = ";".join(COLUMNS) + "\n" + line + broken

    batch = read_table(written(tmp_path / "v.csv", text.encode()))

    assert batch.records == ()
    assert {one.problem.code for one in batch.refused} == {"cell_count"}
    assert [one.row for one in batch.refused] == [2, 3, 4]


def test_the_same_treatment_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    again = GOOD | {"organ": "FORMANNSKAPET", "moetedato": "03.03.2026"}

    batch = read_table(csv_file(tmp_path, GOOD, again))

    assert len(batch.records) == 1
    assert "står på linje 2" in batch.refused[0].message


def test_a_changed_row_keeps_its_id_and_gets_another_hash(tmp_path: Path) -> None:
    (one,) = read_table(csv_file(tmp_path, GOOD)).records
    (other,) = read_table(csv_file(tmp_path, GOOD | {"utfall": "utsett"})).records

    assert one.source.source_id == other.source.source_id
    assert one.source.payload_sha256 != other.source.payload_sha256
    assert len({one, other, one}) == 2


def test_text_that_looks_like_a_formula_is_data(tmp_path: Path) -> None:
    row = GOOD | {"tittel": "=cmd|' /C calc'!A0", "vedtak": "@SUM(1)"}

    (record,) = read_table(csv_file(tmp_path, row)).records

    assert (record.title, record.decision_text) == ("=cmd|' /C calc'!A0", "@SUM(1)")


def test_a_formula_without_a_saved_value_is_refused_and_never_calculated(
    tmp_path: Path,
) -> None:
    row = GOOD | {"unntatt_hjemmel": '="Offl. § 13"'}

    batch = read_table(xlsx_file(tmp_path, row, GOOD))

    assert len(batch.records) == 1
    assert batch.refused[0].where == "unntatt_hjemmel"
    assert "formel uten verdi" in batch.refused[0].message


def test_of_a_formula_the_value_saved_last_is_read(tmp_path: Path) -> None:
    path = tmp_path / "v.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, [GOOD[column] for column in COLUMNS])
        sheet.write_formula(1, 4, '="Lang"&"turnus"', value="Langturnus")

    (record,) = read_table(path).records

    assert record.title == "Langturnus"


def rezipped(path: Path, member: str, content: bytes) -> Path:
    """Return a copy of the workbook with one member replaced."""
    copy = path.with_name("copy.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return copy


def test_a_workbook_that_swells_when_unpacked_is_refused(tmp_path: Path) -> None:
    path = rezipped(xlsx_file(tmp_path, GOOD), "docProps/app.xml", b" " * 250_000_001)

    with pytest.raises(UnusableFileError, match="for stor når den pakkes ut"):
        read_table(path)


def test_a_workbook_with_a_document_type_is_refused(tmp_path: Path) -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    path = rezipped(xlsx_file(tmp_path, GOOD), "docProps/app.xml", entity)

    with pytest.raises(UnusableFileError, match="ikke en hel Excel-fil"):
        read_table(path)


def test_a_row_far_below_the_last_possible_one_is_refused(tmp_path: Path) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    path = xlsx_file(tmp_path, GOOD)
    with zipfile.ZipFile(path) as package:
        far = package.read(sheet).replace(b'<row r="2"', b'<row r="99999999999"')

    with pytest.raises(UnusableFileError, match="flere enn 200000 rader"):
        read_table(rezipped(path, sheet, far))


def test_a_number_that_excel_made_a_date_is_refused(tmp_path: Path) -> None:
    batch = read_table(xlsx_file(tmp_path, GOOD | {"saksnr": date(2026, 12, 1)}))

    assert "om til en dato" in batch.refused[0].message


def test_excel_values_that_are_no_text_are_read_as_people_see_them(
    tmp_path: Path,
) -> None:
    row = GOOD | {"endelig": True, "arkivsaksnr": 2025.0, "tittel": 17}

    (record,) = read_table(xlsx_file(tmp_path, row)).records

    assert (record.is_final, record.archive_number, record.title) == (
        True,
        "2025",
        "17",
    )


def test_a_cell_error_is_refused(tmp_path: Path) -> None:
    batch = read_table(xlsx_file(tmp_path, GOOD | {"vedtak": "#N/A"}))

    assert "viser en feil" in batch.refused[0].message


def test_blank_rows_are_passed_over_and_lines_still_counted(tmp_path: Path) -> None:
    blank = dict.fromkeys(COLUMNS, "")
    bad = GOOD | {"saksnr": "x"}

    for path in (csv_file(tmp_path, blank, bad), xlsx_file(tmp_path, blank, bad)):
        assert [one.row for one in read_table(path).refused] == [3]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "fila er tom", id="nothing"),
        pytest.param(b"\r\n \r\n", "fila er tom", id="only space"),
        pytest.param(b"\xef\xbb\xbf\n", "fila er tom", id="only a mark"),
        pytest.param(b"organ;tittel\nx;y\n", "mangler moetedato, saksnr", id="columns"),
        pytest.param(b"\x00\x01\x02\x03", "ikke tekst", id="binary"),
        pytest.param(b"\xff\xfeab", "mangler organ", id="half UTF-16"),
        pytest.param(b"\xff\xfea", "ikke tekst", id="odd UTF-16"),
        pytest.param(b"\xd0\xcf\x11\xe0 xls", "gammelt Excel-format", id="old Excel"),
        pytest.param(b"PK\x03\x04 broken", "ikke en hel Excel-fil", id="broken zip"),
        pytest.param(b";" * 25_000_001, "større enn 25 MB", id="too big"),
    ],
)
def test_an_unusable_file_is_refused_with_one_line(
    tmp_path: Path, data: bytes, message: str
) -> None:
    path = written(tmp_path / "vedtak.csv", data)

    with pytest.raises(ImportRefusedError) as refusal:
        read_table(path)

    assert str(refusal.value).startswith("vedtak.csv")
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_heading_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    text = csv_text(GOOD).replace("\r\n", ";Tittel\r\n", 1)

    with pytest.raises(WrongColumnsError, match="«tittel» står to ganger") as refusal:
        read_table(written(tmp_path / "v.csv", text.encode()))

    assert refusal.value.line == 1


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match="finnes ikke"):
        read_table(tmp_path / "borte.csv")
    with pytest.raises(UnusableFileError, match="ikke en vanlig fil"):
        read_table(tmp_path)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_read_as_a_table_without_rows(
    tmp_path: Path, kind: Any
) -> None:
    batch = read_table(written(tmp_path / f"mal.{kind}", template(kind)))

    assert (batch.records, batch.refused) == ((), ())


STORABLE = (
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\v\f")
    .filter(lambda character: character in "\t\n" or character >= " ")
    .filter(lambda character: character not in "\ufffe\uffff")
)


@MANY
@given(text=st.text(STORABLE), separator=st.sampled_from(";,\t"))
def test_any_text_survives_the_way_through_csv(
    folder: Path, text: str, separator: str
) -> None:
    data = csv_text(GOOD | {"vedtak": text}, separator=separator).encode("utf-8")

    (record,) = read_table(written(folder / "v.csv", data)).records

    assert record.decision_text == text.strip()


@MANY
@given(text=st.text(STORABLE, max_size=50))
def test_any_text_survives_the_way_through_excel(folder: Path, text: str) -> None:
    book_text = "'" + text

    (record,) = read_table(xlsx_file(folder, GOOD | {"vedtak": book_text})).records

    assert record.decision_text == book_text.strip()


@MANY
@given(data=st.binary(max_size=400))
def test_random_bytes_are_refused_and_nothing_else(folder: Path, data: bytes) -> None:
    with pytest.raises(ImportRefusedError) as refusal:
        read_table(written(folder / "v.csv", data))

    assert "\n" not in str(refusal.value)


@MANY
@given(data=st.binary(max_size=400))
def test_random_bytes_under_the_headings_never_stop_the_reading(
    folder: Path, data: bytes
) -> None:
    path = written(folder / "v.csv", csv_text(GOOD).encode() + data)

    try:
        batch = read_table(path)
    except UnusableFileError as refusal:
        assert refusal.problem.code == "not_text"  # noqa: PT017 - either is right
    else:
        assert len(batch.records) == 1


@MANY
@given(place=st.integers(0, 10**6), value=st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_refused_or_read(
    folder: Path, place: int, value: bytes
) -> None:
    whole = xlsx_file(folder, GOOD).read_bytes()
    at = place % len(whole)
    path = written(folder / "v.xlsx", whole[:at] + value + whole[at + len(value) :])

    try:
        read_table(path)
    except ImportRefusedError as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017 - either is right


def test_what_replaces_what_stands_in_columns_that_may_be_left_out(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vedtak.csv"
    path.write_text(
        ";".join([*COLUMNS, "erstatta_av", "Erstatter"])
        + "\nKST;01.03.2026;PS 1/26;;A;;;;;;PS 2/26;Formannskapet, PS 9/25"
        + "\nKST;01.03.2026;PS 3/26;;A;;;;;;;"
        + "\nKST;01.03.2026;PS 4/26;;A;;;;;;neste år;",
        encoding="utf-8",
    )

    found = read_table(path)

    first, second = found.records
    assert first.replaced_by is not None
    assert (str(first.replaced_by.number), first.replaced_by.body_name) == (
        "PS 2/2026",
        None,
    )
    assert first.replaces is not None
    assert (str(first.replaces.number), first.replaces.body_name) == (
        "PS 9/2025",
        "Formannskapet",
    )
    assert (second.replaced_by, second.replaces) == (None, None)
    (refused,) = found.refused
    assert (refused.row, refused.where) == (4, "erstattet_av")
