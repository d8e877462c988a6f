"""Charts below tables: made from the rows, editable in Word, told in words."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook

from templates_docx.build import packaged
from templates_docx.charts import NAME, C
from templates_docx.compile import compiled, template
from templates_docx.read import read
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, edited, parts_of, with_parts
from workflows.forms.catalogue import form, kinds

CHART = "word/charts/chart_s_economy.xml"
WORKBOOK = "word/embeddings/chart_s_economy.xlsx"
ROWS: list[dict[str, Any]] = [
    {"_id": "1", "post": "Prosjektleder", "budsjett": 490000, "brukt": 274000},
    {"_id": "2", "post": "Frikjøp & vikar", "budsjett": 180000.5, "prognose": 185000},
    {"_id": "3", "post": "Uten tall"},
    {"_id": "4", "post": "Sum", "budsjett": 670000, "brukt": 274000},
]
CHARTED = [
    pytest.param(kind, field.key, id=field.key)
    for kind in kinds()
    for field in form(kind).fields
    if field.chart
]


def _drawings(data: bytes) -> dict[str, str]:
    root = etree.fromstring(parts_of(data)[DOCUMENT])
    return {
        (drawing.get("name") or "").removeprefix(NAME): drawing.get("descr") or ""
        for drawing in root.iter("{*}docPr")
    }


def _made(language: str = "nb") -> bytes:
    return template("status-report", language).fill({"s_economy": ROWS})


def _cached(data: bytes, kind: str) -> list[list[str | None]]:
    chart = etree.fromstring(parts_of(data)[CHART])
    return [
        [point.findtext("{*}v") for point in cache.iter(f"{{{C}}}pt")]
        for cache in chart.iter(f"{{{C}}}{kind}")
    ]


def test_a_chart_shows_the_rows_with_numbers_and_leaves_out_the_sum() -> None:
    data = _made()

    assert _cached(data, "cat")[0] == ["Prosjektleder", "Frikjøp & vikar"]
    assert _cached(data, "val") == [["490000", "180000.5"], ["274000"], ["185000"]]


def test_marks_are_shown_on_their_whole_scale_and_amounts_are_not() -> None:
    parts = parts_of(packaged("status-report", "nb"))
    ends = {
        name: [end.get("val") for end in etree.fromstring(content).iter("{*}max")]
        for name, content in parts.items()
        if name.startswith("word/charts/chart_")
    }

    assert ends.pop(CHART) == []
    assert [end for each in ends.values() for end in each] == ["5"]


def test_the_workbook_behind_it_has_the_same_numbers() -> None:
    book = load_workbook(io.BytesIO(parts_of(_made())[WORKBOOK]))

    rows = [list(row) for row in book.worksheets[0].values]

    assert rows == [
        [None, "Budsjett", "Brukt", "Prognose"],
        ["Prosjektleder", 490000, 274000, None],
        ["Frikjøp & vikar", 180000.5, None, 185000],
    ]


def test_the_formulas_of_the_chart_point_at_the_cells_of_the_workbook() -> None:
    chart = parts_of(_made())[CHART].decode()

    said = re.findall(r"<c:f>([^<]+)</c:f>", chart)

    assert said[:3] == ["Ark1!$B$1", "Ark1!$A$2:$A$3", "Ark1!$B$2:$B$3"]


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("nb", "Økonomi, søylediagram. Prosjektleder: Budsjett 490\u00a0000, Brukt"),
        ("nn", "Økonomi, søylediagram. Prosjektleder: Budsjett 490\u00a0000, Brukt"),
    ],
)
def test_the_alternative_text_says_the_numbers(language: str, begins: str) -> None:
    told = _drawings(_made(language))["s_economy"]

    assert told.startswith(begins)
    assert "Frikjøp & vikar: Budsjett 180\u00a0000,5" in told


def test_a_long_alternative_text_sends_the_reader_to_the_table() -> None:
    rows = [ROWS[0] | {"_id": str(n), "post": f"Post {n} " * 5} for n in range(60)]

    made = template("status-report", "nn").fill({"s_economy": rows})

    told = _drawings(made)["s_economy"]
    assert told.endswith("Tala står i tabellen over.")
    assert len(told) < 1_100


@pytest.mark.parametrize(("kind", "key"), CHARTED)
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_table_without_numbers_has_no_chart(
    kind: str, key: str, language: str
) -> None:
    values = full_values(form(kind), language)

    with_rows = template(kind, language).fill({key: values[key]})
    without = template(kind, language).fill({})

    assert key in _drawings(with_rows)
    assert _drawings(without) == {}


def test_a_chart_is_no_danger_and_no_value() -> None:
    reading = read(_made())

    assert reading.values == {"s_economy": ROWS}
    assert reading.findings == ()


def test_the_same_rows_give_the_same_bytes() -> None:
    assert _made() == _made()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"xl/vbaProject.bin": b"x"}, id="a macro"),
        pytest.param({"xl/externalLinks/externalLink1.xml": b"<a/>"}, id="a link"),
        pytest.param(
            {"xl/worksheets/sheet1.xml": b"<row><c><f>cmd|a!b</f></c></row>"},
            id="a formula",
        ),
        pytest.param(
            {"xl/worksheets/_rels/sheet1.xml.rels": b'<a TargetMode = "External"/>'},
            id="a relation outwards",
        ),
    ],
)
def test_a_workbook_that_holds_more_than_cells_is_told_of(
    change: dict[str, bytes],
) -> None:
    made = _made()
    book = with_parts(parts_of(made)[WORKBOOK], change)

    reading = read(with_parts(made, {WORKBOOK: book}))

    assert [(one.code, one.where) for one in reading.findings] == [
        ("embedded", WORKBOOK)
    ]


def test_a_file_that_only_calls_itself_the_workbook_of_a_chart_is_told_of() -> None:
    reading = read(with_parts(_made(), {WORKBOOK: b"MZ"}))

    assert [one.code for one in reading.findings] == ["embedded"]


def test_a_workbook_that_no_chart_uses_is_told_of() -> None:
    made = _made()
    other = "word/embeddings/other.xlsx"

    reading = read(with_parts(made, {other: parts_of(made)[WORKBOOK]}))

    assert [(one.code, one.where) for one in reading.findings] == [("embedded", other)]


def test_a_chart_that_a_municipality_has_recoloured_keeps_its_colours() -> None:
    data = packaged("status-report", "nb")
    restyled = edited(data, "1B3A4B", "AA0000", part=CHART)

    made = compiled(form("status-report"), language="nb", data=restyled).fill(
        {"s_economy": ROWS}
    )

    assert b"AA0000" in parts_of(made)[CHART]
    assert _cached(made, "cat")[0] == ["Prosjektleder", "Frikjøp & vikar"]


def test_series_differ_by_more_than_colour() -> None:
    chart = etree.fromstring(parts_of(_made())[CHART])

    fills = []
    for series in chart.iter(f"{{{C}}}ser"):
        pattern = series.find(".//{*}pattFill")
        fills.append("" if pattern is None else pattern.get("prst"))

    assert len(set(fills)) == len(fills) == 3
