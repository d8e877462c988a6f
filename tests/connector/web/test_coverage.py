"""Dekning: numbers that open their lists, changes looked at, and reasons for none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from connector.exports.reports import report_docx
from connector.exports.sheets import csv_text, xlsx_bytes
from connector.installation import Installation
from tests.connector.web.visitors import Visitor, plain
from workflows.trace.questions import Report, answer

Enter = Callable[..., Visitor]
OFFICER, CHIEF = "M-11", "M-06"
NUMBER = re.compile(
    r'class="number-card" href="([^"]+)"[^>]*><span class="number">(\d+)</span>'
)


@pytest.fixture
def report(house: Installation) -> Iterator[Report]:
    """What each decision item rests on, from the one function that knows."""
    with house.reading() as session:
        yield answer(session, "coverage", at=house.now())


def test_every_number_opens_the_list_that_it_counts(visitor: Enter) -> None:
    enter = visitor()
    page = enter.get("/dekning").text

    numbers = NUMBER.findall(page)

    assert len(numbers) == 6
    for where, count in numbers:
        assert f"({count})</h2>" in enter.get(where.replace("&amp;", "&")).text


def test_page_word_table_sheet_and_data_tell_the_same(
    visitor: Enter, report: Report
) -> None:
    statuses = [row["basis"] for row in report.rows]
    counted = {code: statuses.count(code) for code in set(statuses)}

    data: Any = visitor().get("/sporsmal/coverage.json").json
    assert data["totals"]["by_basis"] == counted == report.totals["by_basis"]
    text = csv_text(report.columns, report.rows)
    table = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["basis"] for row in table] == statuses
    sheet: Any = load_workbook(io.BytesIO(xlsx_bytes(report.columns, report.rows)))
    place = report.columns.index("basis")
    cells = [row[place].value for row in sheet.active.iter_rows(min_row=2)]
    assert cells == statuses
    word = Document(io.BytesIO(report_docx(report, language="nb"))).tables[0]
    said = [row.cells[place].text for row in word.rows[1:]]
    assert len(said) == len(statuses)
    page = plain(visitor().get("/dekning"))
    assert all(page.count(words) >= said.count(words) for words in said)


def test_the_page_speaks_nynorsk(visitor: Enter) -> None:
    page = visitor(language="nn").page("/dekning")

    assert "Dekning: kva vedtaka byggjer på" in page


def test_others_than_the_office_see_what_changed_and_say_nothing(
    visitor: Enter,
) -> None:
    page = visitor(OFFICER).page("/leveranser/O-102/endret/C01")

    assert "Ordene i leveransen er de samme." in page
    assert "Vurder endringen" not in page
    assert visitor(OFFICER).get("/leveranser/O-102/endret/C02").status_code == 404
    assert visitor().get("/leveranser/O-102/endret/C01").status_code == 403


def test_a_change_where_nothing_changed_is_refused_in_plain_words(
    visitor: Enter,
) -> None:
    answer_ = visitor(CHIEF).send(
        "/leveranser/O-102/endret/C01", verdict="no_effect", reason="Ingen betydning."
    )

    assert answer_.status_code == 409
    assert "Ingenting er endret mellom leveransen og saken" in plain(answer_)


def test_what_was_only_registered_is_read_by_the_office(visitor: Enter) -> None:
    visitor(OFFICER).send("/saker/C02/bruk", output="O-102", where="facts", used="used")
    page = visitor(CHIEF).page("/leveranser/O-102/endret/C02")
    assert "Ingen har lest begge tekstene" in page

    empty = visitor(CHIEF).send(
        "/leveranser/O-102/endret/C02", verdict="no_effect", reason=""
    )
    assert empty.status_code == 422
    done = visitor(CHIEF).send(
        "/leveranser/O-102/endret/C02", verdict="no_effect", reason="Lest i dag."
    )

    assert done.status_code == 303
    page = visitor(CHIEF).page("/leveranser/O-102/endret/C02")
    assert "Gjelder fortsatt" in page
    assert "Endringen har ikke noe å si. Lest i dag." in page


def test_the_way_of_a_change_is_shown(visitor: Enter) -> None:
    page = visitor(OFFICER).page("/leveranser/O-102/folger")

    assert "O-102 → C01" in page
    assert "Oppfølging F-01" in page


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"reason": "other"}, 422, "Skriv grunnen med egne ord"),
        ({}, 422, "Velg"),
        ({"reason": "urgent"}, 409, "Bare et endelig vedtak i en sak uten bruk"),
    ],
)
def test_a_reason_for_no_basis_is_refused_in_plain_words(
    visitor: Enter, fields: dict[str, str], status: int, said: str
) -> None:
    answer_ = visitor(OFFICER).send("/behandlinger/C01-T2/begrunnelse", **fields)

    assert answer_.status_code == status
    assert said in plain(answer_)
