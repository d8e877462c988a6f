"""The standing questions on the pages: as it stands, and as it was on a day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connector.installation import Installation
from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor
from workflows.clock import at_oslo
from workflows.trace.questions import answer

Enter = Callable[..., Visitor]
LONG_AGO = "2026-01-15"


def data(visitor: Visitor, **asked: str) -> Any:
    return visitor.get("/sporsmal/outcomes.json", query_string=asked).get_json()


def test_a_question_is_answered_as_it_was_on_a_day(
    visitor: Enter, house: Installation
) -> None:
    now, then = data(visitor()), data(visitor(), dag=LONG_AGO)

    assert len(then["rows"]) < len(now["rows"])
    assert then["at"].startswith(LONG_AGO)
    with house.reading() as session:
        day = NOW.date().fromisoformat(LONG_AGO)
        at = at_oslo(day + timedelta(1), NOW.min.time()) - timedelta(microseconds=1)
        told = answer(session, "outcomes", at=at)
    assert [row["output"] for row in then["rows"]] == [r["output"] for r in told.rows]


def test_the_page_and_its_files_are_of_the_same_day(visitor: Enter) -> None:
    page = visitor().get(f"/sporsmal/outcomes?dag={LONG_AGO}").text

    assert f"/sporsmal/outcomes.csv?dag={LONG_AGO}" in page
    assert f"/sporsmal/outcomes.json?dag={LONG_AGO}" in page
    text = visitor().get(f"/sporsmal/outcomes.csv?dag={LONG_AGO}").text
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 1 + len(data(visitor(), dag=LONG_AGO)["rows"])


@pytest.mark.parametrize("dag", ["2099-01-01", "i går", "31.02.2026"])
def test_a_day_that_has_not_been_is_told_as_wrong(visitor: Enter, dag: str) -> None:
    assert 'href="#f-dag"' in visitor().get(f"/sporsmal/outcomes?dag={dag}").text
    for end in (".csv", ".json"):
        answer_ = visitor().get(f"/sporsmal/outcomes{end}?dag={dag}")
        assert answer_.status_code == 422


def test_what_may_be_read_is_that_of_today_also_of_what_was(visitor: Enter) -> None:
    answer_ = visitor().get(f"/sporsmal/parity?dag={LONG_AGO}")

    assert answer_.status_code == 403
